from __future__ import annotations

import ipaddress

import pytest
from aiohttp import ClientConnectorDNSError, ClientSession, TCPConnector

from server.webhooks.reach import GuardedResolver, UnreachableError, _is_public, fault_of

PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.251",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]
PUBLIC = ["9.9.9.9", "2620:fe::9", "::ffff:9.9.9.9", "64:ff9b::909:909"]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_inside_is_not_public(address: str) -> None:
    assert not _is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_outside_is_public(address: str) -> None:
    assert _is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://example.com/okno?key=1", None),
        ("https://9.9.9.9/", None),
        ("http://example.com/", "must begin with https://"),
        ("ftp://example.com/", "must begin with https://"),
        ("example.com/okno", "must be an address"),
        ("/okno", "must be an address"),
        ("https://", "must be an address"),
        ("https://[", "must be an address"),
        ("https://example.com/" + "x" * 500, "must be an address"),
        ("https://anna:secret@example.com/", "no user name"),
        ("https://example.com/#part", "no fragment"),
        ("https://127.0.0.1/", "private network"),
        ("https://[::1]/", "private network"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
    ],
)
def test_an_address_is_judged_as_it_is_typed(url: str, fault: str | None) -> None:
    found = fault_of(url, private=False)
    assert (found is None) if fault is None else (fault in (found or ""))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://10.0.0.1/", True),
        ("https://10.0.0.1/", True),
        ("https://9.9.9.9/", True),
        ("http://9.9.9.9/", False),
    ],
)
def test_the_setting_opens_the_private_network_and_http_only_there(url: str, allowed: bool) -> None:
    assert (fault_of(url, private=True) is None) == allowed


async def test_a_name_that_leads_inside_is_refused_when_it_is_resolved() -> None:
    resolver = GuardedResolver(scheme="https", private=False)
    with pytest.raises(UnreachableError, match="private network"):
        await resolver.resolve("localhost", 443)
    connector = TCPConnector(resolver=resolver)
    async with ClientSession(connector=connector) as session:
        with pytest.raises(ClientConnectorDNSError) as refused:
            await session.post("https://localhost:1/")
    assert isinstance(refused.value.os_error, UnreachableError)


async def test_with_the_setting_it_is_resolved() -> None:
    found = await GuardedResolver(scheme="http", private=True).resolve("localhost", 80)
    assert {each["host"] for each in found} <= {"127.0.0.1", "::1"}
