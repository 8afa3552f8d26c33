"""What pages load: style sheets, scripts, fonts, icons, under an address with their version.

``/static/{version}/path`` never changes its content, so browsers keep it for a year; the version is
a hash over the whole tree, so modules that import each other by relative paths always match.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from aiohttp import hdrs, web

from signaling.errors import NotFoundError

STATIC = Path(__file__).parent / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_UNKNOWN_TYPE = "application/octet-stream"
_YEAR = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "public, no-cache"
_VERSION_LENGTH = 12


class _File(msgspec.Struct, frozen=True):
    path: Path
    content_type: str


class Assets:
    """The static tree as it was when the app was made."""

    def __init__(self, root: Path = STATIC) -> None:
        digest = hashlib.sha256()
        self._files: dict[str, _File] = {}
        for path in sorted(root.rglob("*")):
            if path.is_file():
                name = path.relative_to(root).as_posix()
                content = path.read_bytes()
                digest.update(f"{name}\0{len(content)}\0".encode())
                digest.update(content)
                self._files[name] = _File(path, _TYPES.get(path.suffix, _UNKNOWN_TYPE))
        self.version = digest.hexdigest()[:_VERSION_LENGTH]

    def url(self, name: str) -> str:
        """Address of a file, such as ``css/okno.css``; `LookupError` if there is no such file."""
        if name not in self._files:
            raise LookupError(f"no static file {name!r}")
        return f"/static/{self.version}/{name}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """``GET /static/{version}/{name}``. Only names found at the start are served."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise NotFoundError
        # A page of another version may ask while nodes are being replaced. It gets what we have,
        # and its browser does not keep it.
        current = request.match_info["version"] == self.version
        return web.FileResponse(
            file.path,
            headers={
                hdrs.CONTENT_TYPE: file.content_type,
                hdrs.CACHE_CONTROL: _YEAR if current else _ASK_EACH_TIME,
            },
        )


ASSETS: web.AppKey[Assets] = web.AppKey("assets", Assets)
