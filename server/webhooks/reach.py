"""Where a webhook may lead: not into the network that Okno stands in, unless it is allowed.

An administrator of one organisation names the address, and the node fetches it from inside the
operator's network. So the address is judged after it is resolved, for each connection anew: a name
that is harmless when it is typed may lead elsewhere an hour later.
"""

from __future__ import annotations

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

LONGEST_URL = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IPV4_BITS = 0xFFFFFFFF

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class UnreachableError(OSError):
    """The address is not one that webhooks may lead to."""


def fault_of(address: str, *, private: bool) -> str | None:
    """What is wrong with an address as it is typed, or None."""
    try:
        url = URL(address)
    except ValueError:
        return "must be an address such as https://example.com/okno"
    if len(address) > LONGEST_URL or not url.is_absolute() or not url.host:
        return "must be an address such as https://example.com/okno"
    if url.scheme != "https" and not (private and url.scheme == "http"):
        return "must begin with https://"
    if url.user is not None or url.password is not None or url.fragment:
        return "must hold no user name, no password and no fragment"
    try:
        admit_literal(url, private=private)
    except UnreachableError as error:
        return str(error)
    return None


def admit_literal(url: URL, *, private: bool) -> None:
    """Judge an address that needs no resolving.

    Raises:
        UnreachableError: it leads where webhooks may not.
    """
    try:
        address = ipaddress.ip_address(url.host or "")
    except ValueError:
        return
    _admit(address, scheme=url.scheme, private=private)


class GuardedResolver(AbstractResolver):
    """Resolves names, and refuses those that lead where webhooks may not.

    Args:
        scheme: of the addresses: without TLS nothing leaves the private network.
        private: whether webhooks may stay in the private network.
    """

    def __init__(self, *, scheme: str, private: bool) -> None:
        self._resolver = ThreadedResolver()
        self._scheme = scheme
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of this host.

        Raises:
            UnreachableError: one of them is not allowed.
            OSError: there is no such host.
        """
        try:
            found = await self._resolver.resolve(host, port, family)
        except UnicodeError as error:
            raise OSError("is no name of a host") from error
        for each in found:
            # A link-local IPv6 address brings its interface along, after a percent sign.
            address = ipaddress.ip_address(each["host"].partition("%")[0])
            _admit(address, scheme=self._scheme, private=self._private)
        return found

    async def close(self) -> None:
        await self._resolver.close()


def _admit(address: Address, *, scheme: str, private: bool) -> None:
    inside = not _is_public(address)
    if inside and not private:
        raise UnreachableError("must not lead into a private network")
    if scheme == "http" and not inside:
        raise UnreachableError("must begin with https:// outside of the private network")


def _is_public(address: Address) -> bool:
    """Whether it belongs to somebody in the public internet, also when it wraps an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & _IPV4_BITS)
        if wrapped is not None:
            return _is_public(wrapped)
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
