"""The sockets a node listens on. The parent opens them, the workers answer on them."""

from __future__ import annotations

import errno
import os
import socket
import time

from server.settings import Settings

BACKLOG = 1024
"""People at the door while every worker is busy, or starting."""
_TAKEN_SECONDS = 3.0
"""How long a port is asked for again: the workers of a node that was killed let go of it at once,
but one with ten thousand pages takes a second to hear of it."""
_PAUSE_SECONDS = 0.05


class PortError(Exception):
    """The node cannot listen where it should; the text says why and what to do, in one line."""


class Listeners:
    """Listening sockets for every address of the host, all on one port."""

    def __init__(self, settings: Settings) -> None:
        """Listen.

        Raises:
            PortError: the port is taken, or the host is none of this machine's.
        """
        self._sockets: list[socket.socket] = []
        self.port = settings.port
        try:
            for family, address in _addresses(settings.host):
                self._listen_soon(family, address)
        except OSError as fault:
            self.close()
            raise PortError(_text(fault, settings)) from fault

    @property
    def descriptors(self) -> list[int]:
        """File descriptors, for children to inherit."""
        return [each.fileno() for each in self._sockets]

    def close(self) -> None:
        """Listen no more; children that inherited the sockets still do."""
        for each in self._sockets:
            each.close()

    def _listen_soon(self, family: socket.AddressFamily, address: str) -> None:
        until = time.monotonic() + _TAKEN_SECONDS
        while True:
            try:
                self._listen(family, address)
            except OSError as fault:
                if fault.errno != errno.EADDRINUSE or time.monotonic() >= until:
                    raise
                self._sockets.pop().close()
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def _listen(self, family: socket.AddressFamily, address: str) -> None:
        listener = socket.socket(family, socket.SOCK_STREAM)
        self._sockets.append(listener)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # Each family has a socket of its own, so that they do not get in each other's way.
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, self.port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
        self.port = listener.getsockname()[1]


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _text(fault: OSError, settings: Settings) -> str:
    if isinstance(fault, socket.gaierror):
        return f"OKNO_HOST: {settings.host} is not known here."
    where = f"port {settings.port} of {settings.host}"
    if fault.errno == errno.EADDRINUSE:
        return (
            f"{where[0].upper()}{where[1:]} is taken by another program. "
            f"Stop it, or choose another port with OKNO_PORT or --port."
        )
    if fault.errno == errno.EADDRNOTAVAIL:
        return f"OKNO_HOST: {settings.host} is not an address of this machine."
    reason = os.strerror(fault.errno) if fault.errno else str(fault)
    return f"Cannot listen on {where}: {reason}."
