"""The address of a Redis: one server, a group watched by Sentinel, or a cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import msgspec
from redis.asyncio.connection import parse_url

SCHEMES = (
    "redis://",
    "rediss://",
    "unix://",
    "redis+sentinel://",
    "rediss+sentinel://",
    "redis+cluster://",
    "rediss+cluster://",
)

_MANY = re.compile(
    r"(?P<scheme>rediss?)\+(?P<kind>sentinel|cluster)://"
    r"(?:(?P<who>[^@/?]*)@)?(?P<hosts>[^@/?]+)(?:/(?P<path>[^?]*))?(?:\?(?P<query>.*))?"
)
_PORTS = {"sentinel": 26379, "cluster": 6379}
_SENTINEL_OPTIONS = {"sentinel_username": "username", "sentinel_password": "password"}

Host = tuple[str, int]
"""Name and port."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """What an address means."""

    kind: Literal["single", "sentinel", "cluster"]
    hosts: tuple[Host, ...] = ()
    """Sentinels, or some servers of a cluster; empty for a single server."""
    tls: bool = False
    group: str = ""
    """What the Sentinels call the group."""
    options: Mapping[str, Any]
    """For each connection to a Redis, by redis-py's names."""
    sentinel_options: Mapping[str, Any] = {}
    """For each connection to a Sentinel."""


def parse_address(url: str) -> Address:
    """Take an address apart.

    Raises:
        ValueError: it is none. The text may hold pieces of the address, and so of a password.
    """
    many = _MANY.fullmatch(url)
    if many is None:
        options = dict(parse_url(url))
        if not {"host", "path"} & options.keys():
            raise ValueError("no host")
        return Address(kind="single", tls=url.startswith("rediss:"), options=options)
    kind, tls = many["kind"], many["scheme"] == "rediss"
    hosts = tuple(_host(each, _PORTS[kind]) for each in many["hosts"].split(","))
    # What the hosts have in common is written as for a single one, and so is read as such.
    options = dict(parse_url(f"{many['scheme']}://{many['who'] or ''}@/?{many['query'] or ''}"))
    options.pop("connection_class", None)
    path = unquote(many["path"] or "").strip("/")
    if kind == "cluster":
        if path not in {"", "0"} or options.get("db", 0):
            raise ValueError("a cluster has only database 0")
        return Address(kind="cluster", hosts=hosts, tls=tls, options=options)
    sentinel = {
        name: options.pop(option) for option, name in _SENTINEL_OPTIONS.items() if option in options
    }
    group, _, database = path.partition("/")
    if not group:
        raise ValueError("the group that the Sentinels watch has no name")
    if database:
        options["db"] = int(database)
    sentinel |= {name: value for name, value in options.items() if name.startswith("ssl_")}
    return Address(
        kind="sentinel",
        hosts=hosts,
        tls=tls,
        group=group,
        options=options,
        sentinel_options=sentinel,
    )


def without_password(url: str) -> str:
    """The address for people and logs."""
    scheme, separator, rest = url.partition("://")
    return scheme + separator + rest.partition("?")[0].rpartition("@")[2]


def _host(text: str, port: int) -> Host:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("a host without a name")
    return parts.hostname, parts.port or port
