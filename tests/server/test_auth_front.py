"""What the outside looks like, with and without proxies in front."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server.front import Front
from server.settings import Settings


def front(**values: object) -> Front:
    return Front(Settings.model_validate(values))


def request(**headers: str) -> web.Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return make_mocked_request("POST", "/sign-in", headers={"Host": "okno.example:8080", **named})


def test_without_trusted_proxies_their_headers_mean_nothing() -> None:
    lying = request(X_Forwarded_For="10.9.8.7", X_Forwarded_Proto="https")
    assert front().address(lying) == lying.remote
    assert not front().secure(lying)


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (1, "10.9.8.7", "10.9.8.7"),
        (1, "1.1.1.1, 10.9.8.7", "10.9.8.7"),
        (2, "1.1.1.1, 10.9.8.7, 192.0.2.1", "10.9.8.7"),
        (3, "10.9.8.7", "10.9.8.7"),
        (1, " , ,", None),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(
    proxies: int, header: str, address: str | None
) -> None:
    asked = request(X_Forwarded_For=header)
    assert front(trusted_proxies=proxies).address(asked) == (address or asked.remote)


def test_the_scheme_is_what_the_proxy_or_the_public_address_says() -> None:
    assert front(trusted_proxies=1).secure(request(X_Forwarded_Proto="https"))
    assert front(public_url="https://okno.example").secure(request())
    assert not front(public_url="http://okno.example").secure(request())


@pytest.mark.parametrize(
    "origin", ["http://okno.example:8080", "HTTP://OKNO.example:8080", "http://okno.example:8080/"]
)
def test_our_own_origin_may_ask(origin: str) -> None:
    assert front().allowed_origin(request(Origin=origin))


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://okno.example",
        "https://okno.example:8080",
        "http://okno.example.evil.example:8080",
        "http://evil.example",
        "file://",
        "http://[",
        "http://okno.example:99999",
        "🙂",
    ],
)
def test_no_other_origin_may(origin: str) -> None:
    assert not front().allowed_origin(request(Origin=origin))


def test_the_public_address_decides_when_it_is_set() -> None:
    behind = front(public_url="https://okno.example")
    assert behind.allowed_origin(request(Origin="https://okno.example"))
    assert not behind.allowed_origin(request(Origin="http://okno.example:8080"))


def test_programs_without_origin_may_ask_but_not_pages_of_other_sites() -> None:
    assert front().allowed_origin(request())
    assert front().allowed_origin(request(Sec_Fetch_Site="same-origin"))
    assert not front().allowed_origin(request(Sec_Fetch_Site="cross-site"))
    assert not front().allowed_origin(request(Sec_Fetch_Site="same-site"))
