"""What the outside looks like from here: the client's address, the scheme, our own origin.

Proxies in front are believed only as far as the settings say, counted from our side.
"""

from __future__ import annotations

from aiohttp import web
from yarl import URL

from server.settings import Settings

_FOR_PROGRAMS = "/api/"


def for_programs(request: web.BaseRequest) -> bool:
    """Whether it goes to the REST API: no cookie counts there, and every answer is JSON."""
    return request.path.startswith(_FOR_PROGRAMS)


class Front:
    """Answers about a request that depend on what stands between us and the client."""

    def __init__(self, settings: Settings) -> None:
        self._proxies = settings.trusted_proxies
        self._public = URL(settings.public_url) if settings.public_url else None

    def address(self, request: web.BaseRequest) -> str | None:
        """The client's address, or None on a Unix socket."""
        return self._forwarded(request, "X-Forwarded-For") or request.remote

    def secure(self, request: web.BaseRequest) -> bool:
        """Whether the person's browser speaks https."""
        if self._public is not None:
            return self._public.scheme == "https"
        return self._scheme(request) == "https"

    def allowed_origin(self, request: web.Request) -> bool:
        """Whether the request comes from our own pages, or from no page at all.

        Browsers send Origin on every socket and every unsafe request. Where it is missing the
        newer Sec-Fetch-Site decides, and a program that sends neither carries no one's cookies.
        """
        origin = request.headers.get("Origin")
        if origin is None:
            return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
        try:
            theirs = URL(origin).origin()
            return theirs == self._own_origin(request)
        except ValueError:
            return False

    def _own_origin(self, request: web.Request) -> URL:
        if self._public is not None:
            return self._public.origin()
        return URL(f"{self._scheme(request)}://{request.host}").origin()

    def _scheme(self, request: web.BaseRequest) -> str:
        return self._forwarded(request, "X-Forwarded-Proto") or request.scheme

    def _forwarded(self, request: web.BaseRequest, header: str) -> str | None:
        """What the outermost proxy that we trust wrote into the header."""
        if self._proxies == 0:
            return None
        lines = request.headers.getall(header, [])
        values = [value.strip() for line in lines for value in line.split(",") if value.strip()]
        return values[-self._proxies :][0] if values else None


FRONT: web.AppKey[Front] = web.AppKey("front", Front)
