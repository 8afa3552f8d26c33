"""The network of the tests is as bad as it is told to be, and no worse."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from random import Random

import pytest

from tests.network import PERFECT, Condition, Network, Place, namespaces, why_not
from tests.network.condition import Direction

_PORT = 4000
_PATIENCE = 5.0

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


@pytest.fixture
def network() -> Iterator[Network]:
    with Network() as network:
        yield network


@contextlib.asynccontextmanager
async def echo(place: Place) -> AsyncIterator[None]:
    """Somebody at that place who sends every datagram back."""
    loop = asyncio.get_running_loop()
    with place.socket(socket.SOCK_DGRAM) as here:
        here.bind(("0.0.0.0", _PORT))

        async def answer() -> None:
            while True:
                data, sender = await loop.sock_recvfrom(here, 2048)
                await loop.sock_sendto(here, data, sender)

        answering = asyncio.create_task(answer())
        yield
        answering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await answering


async def round_trips(
    place: Place, to: Place, count: int, *, size: int = 100, patience: float = 1.0
) -> list[float]:
    """Seconds that those of so many datagrams took which came back; all are sent at once."""
    loop = asyncio.get_running_loop()
    took: list[float] = []
    with place.socket(socket.SOCK_DGRAM) as here:
        sent = {}
        for number in range(count):
            sent[number] = loop.time()
            await loop.sock_sendto(
                here, number.to_bytes(4, "big") * (size // 4), (to.address, _PORT)
            )
        with contextlib.suppress(TimeoutError):
            while len(took) < count:
                async with asyncio.timeout(patience):
                    data = await loop.sock_recv(here, 2048)
                took.append(loop.time() - sent[int.from_bytes(data[:4], "big")])
    return took


async def test_delays_both_ways_and_loses_as_many_as_it_should(network: Network) -> None:
    booth, service = network.place("booth"), network.place("service")
    async with echo(service):
        quick = await round_trips(booth, service, 50)
        assert len(quick) == 50
        assert statistics.median(quick) < 0.05

        booth.set(Condition(delay=0.1))
        slow = await round_trips(booth, service, 50)
        assert len(slow) == 50
        assert 0.2 <= statistics.median(slow) < 0.25

        booth.set(Condition(delay=0.02, jitter=0.05))
        shaken = await round_trips(booth, service, 50)
        assert 0.04 <= min(shaken) < max(shaken) < 0.19

        booth.set(Condition(loss=0.2), back=PERFECT)
        kept = 0
        for _ in range(10):  # more at a time would not fit into the kernel's own queues
            kept += len(await round_trips(booth, service, 50, patience=0.2))
        assert 0.74 < kept / 500 < 0.86

        booth.set(PERFECT)
        assert len(await round_trips(booth, service, 50)) == 50


async def test_a_slow_line_queues_and_then_drops(network: Network) -> None:
    booth, service = network.place("booth"), network.place("service")
    booth.set(Condition(rate=1_000_000, queue=0.1), back=PERFECT)
    async with echo(service):
        # A burst of 0.4 s at that rate: a quarter waits, the rest finds the queue full.
        took = await round_trips(booth, service, 50, size=972)
    assert 12 <= len(took) <= 18
    assert 0.08 < max(took) < 0.2


async def test_an_outage_stops_everything_and_ends(network: Network) -> None:
    booth, service = network.place("booth"), network.place("service")
    booth.set(Condition(delay=0.05))
    async with echo(service):
        service.cut()
        assert await round_trips(booth, service, 20) == []
        service.heal()
        took = await round_trips(booth, service, 20)
    assert len(took) == 20
    assert min(took) >= 0.1, "what was set before the outage still is"


async def test_a_firewall_stops_udp_alone(network: Network) -> None:
    booth, service = network.place("booth"), network.place("service")
    booth.set(Condition(blocks_udp=True))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        writer.close()

    async with echo(service), await asyncio.start_server(serve, sock=service.listen(8080)):
        assert await round_trips(booth, service, 20) == []
        loop = asyncio.get_running_loop()
        with booth.socket(socket.SOCK_STREAM) as here:
            async with asyncio.timeout(_PATIENCE):
                await loop.sock_connect(here, (service.address, 8080))
                await loop.sock_sendall(here, b"through\n")
                assert await loop.sock_recv(here, 100) == b"through\n"


async def test_a_place_that_moves_is_reached_at_its_new_address(network: Network) -> None:
    booth, service = network.place("booth"), network.place("service")
    async with echo(service):
        before = service.address
        assert len(await round_trips(booth, service, 5)) == 5
        service.move()
        booth.move()
        assert service.address != before
        assert len(await round_trips(booth, service, 5)) == 5


async def test_two_networks_live_side_by_side() -> None:
    with Network() as one, Network() as other:
        here, same, there = one.place("booth"), other.place("booth"), other.place("service")
        assert here.address == same.address
        async with echo(there):
            assert len(await round_trips(same, there, 3)) == 3
            assert await round_trips(here, there, 3) == [], "they do not reach each other"
    assert {here.namespace, same.namespace, there.namespace}.isdisjoint(namespaces.names())


_DIES = """
import signal
from tests.network import Network
with Network() as network:
    print(network.place("doomed").namespace, flush=True)
    signal.pause()
"""


def test_what_a_killed_test_leaves_behind_is_swept_away() -> None:
    with subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", _DIES], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().decode().strip()
        namespaces.sweep()
        assert name in namespaces.names(), "its maker lives"
        os.kill(process.pid, signal.SIGKILL)
    # Whoever has the number next begins with nothing, and so does everyone else.
    with Network() as network:
        assert name not in namespaces.names()
        network.place("doomed")


def test_the_same_seed_loses_the_same_packets() -> None:
    def lost(seed: int) -> list[int]:
        direction = Direction(Random(seed))  # noqa: S311
        direction.condition = Condition(loss=0.3)
        return [number for number in range(200) if direction.due(number, bytes(20)) is None]

    assert lost(1) == lost(1) != lost(2)


def test_packets_stay_in_order() -> None:
    direction = Direction(Random(1))  # noqa: S311
    direction.condition = Condition(jitter=1.0)
    dues = [direction.due(number / 100, bytes(20)) for number in range(100)]
    assert dues == sorted(due for due in dues if due is not None)
