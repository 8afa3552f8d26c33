"""A TCP relay between the pages and the node, that can be cut and healed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.network import Place

_CHUNK = 64 * 1024
_PORT = 8080
"""In a network of the tests, where all ports are free."""


class Proxy:
    """Everything the pages send goes through here; `cut` is a cable pulled out."""

    def __init__(self, target: int, *, at: Place | None = None) -> None:
        """Prepare.

        Args:
            target: The node's port on this machine.
            at: Where in a network of the tests the node is to be reached; None: on this machine.
        """
        self._target = target
        self._at = at
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def site(self) -> str:
        """Where the pages are."""
        return f"http://{self._at.address if self._at else '127.0.0.1'}:{self.port}"

    def turn_to(self, target: int) -> None:
        """Lead new connections to another node, as a balancer does."""
        self._target = target

    def cut(self) -> None:
        """Break every connection, and every new one until `heal`."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def heal(self) -> None:
        self._is_cut = False

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Proxy]:
        if self._at is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        else:
            self._server = await asyncio.start_server(self._serve, sock=self._at.listen(_PORT))
        try:
            yield self
        finally:
            self.cut()
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            onward, answers = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:  # a machine without the node refuses
            writer.transport.abort()
            return
        with contextlib.suppress(OSError):
            pair = {writer, answers}
            self._writers |= pair
            try:
                await asyncio.gather(_pump(reader, answers), _pump(onward, writer))
            finally:
                self._writers -= pair
                for each in pair:
                    each.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
