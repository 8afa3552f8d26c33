"""Places in a network of the test's own, each with its address and its own way of being bad."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.network import namespaces
from tests.network.condition import PERFECT, Condition
from tests.network.namespaces import why_not

__all__ = ["Network", "Place", "why_not"]

T = TypeVar("T")

_ROOT = Path(__file__).parents[2]
_DEVICE = "eth0"
"""A browser takes a device for a cable or for a tunnel by its name."""
_NETWORK = "203.0.113"
"""The same in each, for they do not meet. Public as far as programs know (RFC 5737): a TURN server
that is set up well relays nothing into private networks."""
_FIRST_ADDRESS = 10


class Place:
    """Somewhere in the network: a namespace with one address, and a line to all other places."""

    def __init__(self, network: Network, index: int, namespace: str) -> None:
        self._network = network
        self._index = index
        self.namespace = namespace
        self.address = ""
        """Where others reach it."""
        self.out = PERFECT
        self.back = PERFECT

    def set(self, condition: Condition, *, back: Condition | None = None) -> None:
        """From now on packets get through like this; in force when it returns.

        Args:
            condition: Of what leaves this place, and of what comes to it.
            back: Of what comes to it, if that differs.
        """
        self.out, self.back = condition, back or condition
        self._tell(out=dataclasses.asdict(self.out), back=dataclasses.asdict(self.back))

    def cut(self) -> None:
        """Pull the cable out: nothing gets through until `heal`."""
        self._set_outage(outage=True)

    def heal(self) -> None:
        """Put the cable back in: everything is as before `cut`."""
        self._set_outage(outage=False)

    def move(self, address: str | None = None) -> None:
        """Have another address from now on, and no longer the old one."""
        before, self.address = self.address, address or self._network.new_address()
        self._tell(address=self.address)
        if before:
            self.ip("address", "delete", f"{before}/24", "dev", _DEVICE)
        self.ip("address", "add", f"{self.address}/24", "dev", _DEVICE)
        self.ip("route", "replace", "default", "dev", _DEVICE)

    def listen(self, port: int) -> socket.socket:
        """A TCP socket on which this process takes the calls to that port of the place."""
        server = self.socket(socket.SOCK_STREAM)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("0.0.0.0", port))
        server.listen()
        return server

    def socket(self, kind: socket.SocketKind) -> socket.socket:
        """A socket of this process that is at this place; it does not block."""
        made = self.inside(lambda: socket.socket(socket.AF_INET, kind))
        made.setblocking(False)
        return made

    def command(self, *command: str) -> tuple[str, ...]:
        """The command line that runs that command at this place."""
        return ("ip", "netns", "exec", self.namespace, *command)

    def program(self, executable: str) -> Path:
        """A script that runs the program here, for those who only take the path of one."""
        script = self._network.files / f"{Path(executable).name}-{self._index}"
        script.write_text(f'#!/bin/sh\nexec {shlex.join(self.command(executable))} "$@"\n')
        script.chmod(0o755)
        return script

    def processes(self) -> list[int]:
        """Ids of all that run here."""
        found = namespaces.run_ip("netns", "pids", self.namespace)
        return [int(word) for word in found.split()]

    def ip(self, *arguments: str) -> None:
        """An `ip` command at this place."""
        namespaces.run_ip("-n", self.namespace, *arguments)

    def inside(self, make: Callable[[], T]) -> T:
        return namespaces.inside(self.namespace, make)

    def open(self, seed: str, address: str) -> None:
        """For the network: come into being."""
        namespaces.make(self.namespace)
        device = self.inside(lambda: namespaces.open_tun(_DEVICE))
        try:
            self._tell(device, seed=seed)
        finally:
            os.close(device)  # the emulator has its own by now
        self.ip("link", "set", _DEVICE, "up")
        self.move(address)

    def _set_outage(self, *, outage: bool) -> None:
        self.set(
            dataclasses.replace(self.out, outage=outage),
            back=dataclasses.replace(self.back, outage=outage),
        )

    def _tell(self, device: int | None = None, **order: Any) -> None:
        self._network.tell({"port": self._index} | order, device)


class Network:
    """Places that reach each other and nothing else, until the context ends."""

    def __init__(self, seed: int = 1) -> None:
        """Prepare; the seed decides which packets are lost."""
        self._seed = seed
        self._places: dict[str, Place] = {}
        self._opened = contextlib.ExitStack()
        self._number = 0
        self._addresses = _FIRST_ADDRESS
        self._orders: socket.socket | None = None
        self.files = Path()
        """For what a place writes."""

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            self._number = opened.enter_context(namespaces.number())
            self.files = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="okno-")))
            self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            opened.enter_context(self._orders)
            with theirs:
                emulator = subprocess.Popen(  # noqa: S603 - our own
                    [sys.executable, "-m", "tests.network.emulator", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    cwd=_ROOT,
                )
            opened.callback(emulator.wait, 10)
            opened.callback(self._orders.close)  # which is what ends it
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._opened.close()

    def place(self, name: str, *, address: str | None = None) -> Place:
        """A new place with a perfect line to all others.

        Args:
            name: A word.
            address: Where others reach it, if that must be known before; 203.0.113.200 or later.
        """
        assert name not in self._places, f"there is a place {name} already"
        place = Place(self, len(self._places), f"okno-{self._number}-{name}")
        self._places[name] = place
        place.open(f"{self._seed} {name}", address or self.new_address())
        return place

    def new_address(self) -> str:
        """For a place: one that none has had."""
        self._addresses += 1
        return f"{_NETWORK}.{self._addresses}"

    def tell(self, order: dict[str, Any], device: int | None) -> None:
        """For a place: let the emulator do something, and return when it has."""
        assert self._orders is not None
        descriptors = [] if device is None else [device]
        socket.send_fds(self._orders, [json.dumps(order).encode()], descriptors)
        assert self._orders.recv(16) == b"done", "the emulator has ended"
