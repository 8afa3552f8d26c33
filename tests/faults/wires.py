"""What lies between people, nodes and Redis, and can lead elsewhere or be cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from signaling.tasks import OwnedTasks

_CHUNK = 64 * 1024
_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Door:
    """What a balancer is to people: leads each connection to the first node that takes it."""

    def __init__(self, ports: Sequence[int]) -> None:
        """`ports` are those of the nodes, the preferred one first."""
        self._ports = ports
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._carried = OwnedTasks()
        self.base = ""

    def turn(self) -> None:
        """Lead to the nodes in the opposite order from now on."""
        self._ports = self._ports[::-1]

    def stall(self) -> None:
        """What the page is told is not taken from the node any more."""
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Door]:
        server = await asyncio.start_server(self._enter, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            await self._carried.stop()

    def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._carried.start(self._carry(reader, writer), "door")

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for port in self._ports:
            with contextlib.suppress(OSError):
                inner = await asyncio.open_connection("127.0.0.1", port)
                break
        else:
            writer.transport.abort()
            return
        await _join((reader, writer), inner, down=self._flowing)


class Cable:
    """A node's way to Redis. While it is cut nothing arrives; then what was sent does, late.

    That is how TCP behaves when packets are lost for a while: no side is told of it.
    """

    def __init__(self, near: Path, far: Path) -> None:
        """`near` is the socket for the node, `far` that of Redis."""
        self._near = near
        self._far = far
        self._whole = asyncio.Event()
        self._whole.set()
        self._carried = OwnedTasks()
        self._last_word: bytes | None = None
        self.url = f"unix://{near}"

    def cut(self) -> None:
        self._whole.clear()

    def cut_at(self, word: bytes) -> None:
        """Be cut when the node first says that, before it arrives."""
        self._last_word = word

    @property
    def is_cut(self) -> bool:
        return not self._whole.is_set()

    def heal(self) -> None:
        self._whole.set()

    @contextlib.asynccontextmanager
    async def laid(self) -> AsyncIterator[Cable]:
        server = await asyncio.start_unix_server(self._enter, self._near)
        try:
            yield self
        finally:
            server.close()
            await self._carried.stop()

    def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._carried.start(self._carry(reader, writer), "cable")

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        try:
            far = await asyncio.open_unix_connection(self._far)
        except OSError:
            writer.transport.abort()
            return
        await _join((reader, writer), far, up=self._whole, down=self._whole, heard=self._hear)

    def _hear(self, said: bytes) -> None:
        if self._last_word is not None and self._last_word in said:
            self._last_word = None
            self.cut()


async def _join(
    one: _Stream,
    two: _Stream,
    *,
    up: asyncio.Event | None = None,
    down: asyncio.Event | None = None,
    heard: Callable[[bytes], None] = lambda _: None,
) -> None:
    """Carry bytes both ways until an end.

    Args:
        one: who has connected.
        two: to whom.
        up: set while what `one` says passes.
        down: set while what `two` says passes.
        heard: told what `one` says before it passes.
    """
    try:
        await asyncio.gather(_pump(one[0], two[1], up, heard), _pump(two[0], one[1], down))
    finally:
        for _, writer in (one, two):
            writer.close()


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    passes: asyncio.Event | None,
    heard: Callable[[bytes], None] = lambda _: None,
) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            heard(data)
            if passes is not None:
                await passes.wait()
            writer.write(data)
            await writer.drain()
    if passes is not None:
        await passes.wait()
    # Nobody here closes half of a connection: the end of one way is the end of both.
    writer.close()
