from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from web.access import own_path, wants_html


@pytest.mark.parametrize("path", ["/", "/desk", "/desk/log?day_from=2026-11-01&centre=x#top"])
def test_a_path_of_ours_is_where_to_go(path: str) -> None:
    assert own_path(path, "/default") == path


@pytest.mark.parametrize(
    "target",
    [
        "",
        "desk",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/desk",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "//evil.example]",
        "/desk\r\nSet-Cookie: a=b",
    ],
)
def test_any_other_address_is_not(target: str) -> None:
    assert own_path(target, "/default") == "/default"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_only_a_navigation_wants_a_page(accept: str, expected: bool) -> None:
    assert wants_html(make_mocked_request("GET", "/", headers={"Accept": accept})) is expected
