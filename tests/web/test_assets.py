from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, make_mocked_request

from signaling.errors import NotFoundError
from web.assets import Assets

Serve = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "static"
    (root / "css").mkdir(parents=True)
    (root / "css" / "okno.css").write_text("a{}")
    (root / "main.js").write_text("export {}")
    (root / "text.mjs").write_text("export {}")
    (root / "font.woff2").write_bytes(b"wOF2")
    (root / "icon.svg").write_text("<svg/>")
    (root / "LICENSE").write_text("OFL")
    (tmp_path / "secret.txt").write_text("secret")
    return root


async def client_of(
    assets: Assets, aiohttp_client: Serve
) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    app.router.add_get("/static/{version}/{name:.+}", assets.serve)
    return await aiohttp_client(app)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("css/okno.css", "text/css; charset=utf-8"),
        ("main.js", "text/javascript; charset=utf-8"),
        ("text.mjs", "text/javascript; charset=utf-8"),
        ("font.woff2", "font/woff2"),
        ("icon.svg", "image/svg+xml"),
        ("LICENSE", "application/octet-stream"),
    ],
)
async def test_a_file_has_its_type_and_may_be_kept_for_ever(
    tree: Path, aiohttp_client: Serve, name: str, content_type: str
) -> None:
    assets = Assets(tree)
    client = await client_of(assets, aiohttp_client)
    answer = await client.get(assets.url(name))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == content_type
    assert "immutable" in answer.headers["Cache-Control"]
    assert await answer.read() == (tree / name).read_bytes()


async def test_a_page_of_another_version_gets_the_file_but_does_not_keep_it(
    tree: Path, aiohttp_client: Serve
) -> None:
    client = await client_of(Assets(tree), aiohttp_client)
    answer = await client.get("/static/older/main.js")
    assert answer.status == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_any_change_in_the_tree_changes_the_version(tree: Path) -> None:
    before = Assets(tree).version
    assert Assets(tree).version == before
    (tree / "css" / "okno.css").write_text("b{}")
    changed = Assets(tree).version
    (tree / "css" / "okno.css").rename(tree / "css" / "other.css")
    assert len({before, changed, Assets(tree).version}) == 3


def test_a_page_that_names_a_missing_file_is_found_out(tree: Path) -> None:
    with pytest.raises(LookupError, match=r"missing\.js"):
        Assets(tree).url("missing.js")


@pytest.mark.parametrize(
    "path",
    [
        "missing.js",
        "css",
        "css/",
        "../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "css/..%5c..%5csecret.txt",
        "%2fetc%2fpasswd",
        "main.js%00.css",
    ],
)
async def test_nothing_outside_the_tree_is_served(tree: Path, path: str) -> None:
    assets = Assets(tree)
    for name in (path, unquote(path)):
        request = make_mocked_request(
            "GET", "/", match_info={"version": assets.version, "name": name}
        )
        with pytest.raises(NotFoundError):
            await assets.serve(request)
