"""The process between the places: takes packets from each TUN device, brings them to another.

A process of its own, so that the test's event loop delays no packet and no packet the test. It is
told what to do over a socket, answers when it has done it, and ends when that socket does.
"""

from __future__ import annotations

import contextlib
import gc
import heapq
import json
import os
import select
import socket
import sys
import time
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.network.condition import Condition, Direction

_PACKET = 2048
_BATCH = 64
"""Packets that are read from one place before the others have their turn."""
_VERSION_4 = 4
_DESTINATION = slice(16, 20)
"""Of an IPv4 header."""


@dataclass
class Port:
    """One place, as seen from between them."""

    device: int
    out: Direction
    back: Direction


class Switch:
    """The places, and the packets that are on their way."""

    def __init__(self) -> None:
        self._ports: dict[int, Port] = {}
        """In the order they were made."""
        self._owners: dict[bytes, Port] = {}
        """By address."""
        self._under_way: list[tuple[float, int, bool, bytes]] = []
        """When the next thing happens to it, its number, whether it only has to be handed over."""
        self._count = 0

    def obey(self, order: dict[str, Any], device: int | None) -> None:
        """Do what `tests.network.places` asks for.

        Args:
            order: `port`, and what shall be: a random `seed` for a new one, an `address`, the
                condition `out` of the place and `back` into it.
            device: TUN device of a new place.
        """
        if device is not None:
            chances = [Random(f"{order['seed']} {way}") for way in ("out", "back")]  # noqa: S311
            self._ports[order["port"]] = Port(device, *map(Direction, chances))
        port = self._ports[order["port"]]
        if "address" in order:
            self._owners = {a: owner for a, owner in self._owners.items() if owner is not port}
            self._owners[socket.inet_aton(order["address"])] = port
        for direction, name in ((port.out, "out"), (port.back, "back")):
            if name in order:
                direction.condition = Condition(**order[name])

    def run(self, orders: socket.socket) -> None:
        """Until nobody is there to give orders."""
        devices: dict[int, Port] = {}
        while True:
            # Not epoll, which waits whole milliseconds only.
            readable, _, _ = select.select([orders.fileno(), *devices], [], [], self._pause())
            for each in readable:
                if each in devices:
                    self._take(devices[each])
                elif not self._hear(orders):
                    return
                else:
                    devices = {port.device: port for port in self._ports.values()}
            self._move_on()

    def _hear(self, orders: socket.socket) -> bool:
        text, received, _, _ = socket.recv_fds(orders, 4096, 1)
        if not text:
            return False
        self.obey(json.loads(text), received[0] if received else None)
        orders.send(b"done")
        return True

    def _pause(self) -> float | None:
        if not self._under_way:
            return None
        return max(0.0, self._under_way[0][0] - time.monotonic())

    def _take(self, port: Port) -> None:
        with contextlib.suppress(BlockingIOError):
            for _ in range(_BATCH):
                packet = os.read(port.device, _PACKET)
                if packet[0] >> 4 == _VERSION_4:
                    self._send(port.out.due(time.monotonic(), packet), packet, arrives=False)

    def _move_on(self) -> None:
        under_way = self._under_way
        while under_way and under_way[0][0] <= time.monotonic():
            due, _, arrives, packet = heapq.heappop(under_way)
            owner = self._owners.get(packet[_DESTINATION])
            if owner is None:
                continue  # nobody has that address (any more)
            if arrives:
                with contextlib.suppress(OSError):  # its device is down while it changes address
                    os.write(owner.device, packet)
            else:
                self._send(owner.back.due(due, packet), packet, arrives=True)

    def _send(self, due: float | None, packet: bytes, *, arrives: bool) -> None:
        if due is not None:
            self._count += 1
            heapq.heappush(self._under_way, (due, self._count, arrives, packet))


def main() -> None:
    gc.disable()  # nothing here refers to itself
    with contextlib.suppress(PermissionError):
        os.nice(-10)  # a network does not wait for the processors of this machine
    with socket.socket(fileno=int(sys.argv[1])) as orders:
        Switch().run(orders)


if __name__ == "__main__":
    main()
