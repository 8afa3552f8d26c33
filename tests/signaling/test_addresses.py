"""Addresses of Redis: one server, a Sentinel group, a cluster."""

from __future__ import annotations

import pytest

from signaling.addresses import SCHEMES, parse_address, without_password
from signaling.store import open_redis


def test_single_server_is_as_the_library_reads_it() -> None:
    address = parse_address("rediss://okno:p%40ss@redis.example:6380/2?ssl_ca_certs=/ca.pem")
    assert (address.kind, address.tls) == ("single", True)
    assert address.options["password"] == "p@ss"
    assert (address.options["host"], address.options["db"]) == ("redis.example", 2)


def test_sentinel_group_has_its_own_password_and_that_of_the_sentinels() -> None:
    address = parse_address(
        "rediss+sentinel://okno:p%40ss@one:26380,two,[::1]:26381/line/3"
        "?sentinel_username=watch&sentinel_password=s%26cret&ssl_ca_certs=/ca.pem"
    )
    assert address.kind == "sentinel"
    assert address.hosts == (("one", 26380), ("two", 26379), ("::1", 26381))
    assert (address.group, address.tls) == ("line", True)
    assert address.options == {
        "username": "okno",
        "password": "p@ss",
        "db": 3,
        "ssl_ca_certs": "/ca.pem",
    }
    assert address.sentinel_options == {
        "username": "watch",
        "password": "s&cret",
        "ssl_ca_certs": "/ca.pem",
    }


def test_cluster_is_some_of_its_servers() -> None:
    address = parse_address("redis+cluster://:secret@one,two:7000")
    assert (address.kind, address.tls) == ("cluster", False)
    assert address.hosts == (("one", 6379), ("two", 7000))
    assert address.options == {"password": "secret"}


@pytest.mark.parametrize(
    "url",
    [
        "redis://",
        "redis+sentinel://one,two",
        "redis+sentinel://one,two/",
        "redis+sentinel://one/line/first",
        "redis+sentinel://one:port/line",
        "redis+sentinel://one,,two/line",
        "redis+cluster://",
        "redis+cluster://one/1",
        "redis+cluster://one?db=1",
        "redis+cluster://one:99999",
        "redis+ring://one",
        "http://one",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_address(url)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_every_scheme_makes_a_client(scheme: str) -> None:
    rest = {"unix://": "/redis.sock", "redis+sentinel://": "one/line"}.get(scheme, "one/line")
    async with open_redis(scheme + (rest if "sentinel" in scheme or "unix" in scheme else "one")):
        pass


def test_password_is_not_shown() -> None:
    shown = without_password("redis+sentinel://u:p%40ss@one,two/line?sentinel_password=s")
    assert shown == "redis+sentinel://one,two/line"
