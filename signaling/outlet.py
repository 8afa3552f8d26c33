"""From a page's outbox to its socket.

While the page reads, what is queued is written straight to the transport, with neither a task nor
a timer: that is what an idle page costs nothing by, and a relayed message little. Once the
transport holds too much, or the socket is to be closed, a task takes over for the rest of the
socket's life: it waits for the page, and not for ever.
"""

from __future__ import annotations

import asyncio

from aiohttp import WSMsgType, web

from signaling.connection import Connection

CLOSE_SECONDS = 2.0
"""How long a page may take over its side of the closing."""
_SEND_SECONDS = 10.0
_TRANSPORT_LIMIT = 64 * 1024
"""Bytes the transport may hold before the page is waited for."""

_FINAL_TEXT = 0x81
_SHORT, _TWO_BYTES, _EIGHT_BYTES = 125, 126, 127


def text_frame(body: bytes) -> bytes:
    """A whole text message as a server writes it (RFC 6455, section 5.2)."""
    size = len(body)
    if size <= _SHORT:
        return bytes((_FINAL_TEXT, size)) + body
    if size < 1 << 16:
        return b"%c%c%c%c%b" % (_FINAL_TEXT, _TWO_BYTES, size >> 8, size & 0xFF, body)
    return bytes((_FINAL_TEXT, _EIGHT_BYTES)) + size.to_bytes(8, "big") + body


class SocketOutlet:
    """Writes what one connection holds. `stop` ends it."""

    __slots__ = ("_connection", "_loop", "_scheduled", "_socket", "_transport", "_writer")

    def __init__(
        self,
        connection: Connection,
        socket: web.WebSocketResponse[bool],
        transport: asyncio.Transport,
    ) -> None:
        """The socket must have been made with `writer_limit=0`, so that sending waits for it."""
        self._connection = connection
        self._socket = socket
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._scheduled = False
        self._writer: asyncio.Task[None] | None = None
        connection.outlet = self

    async def stop(self) -> None:
        """Let what is queued and the reason for closing go out, in `CLOSE_SECONDS` or not."""
        self._connection.outlet = None
        if self._writer is None:
            self._writer = self._loop.create_task(self._write())
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._writer
        except TimeoutError:
            self._transport.abort()

    def write(self, body: bytes) -> bool:
        """Send at once, unless the page reads too slowly or the socket is over."""
        has_room = self._has_room()
        if has_room:
            self._transport.write(text_frame(body))
        return has_room

    def wake(self) -> None:
        """Flush after what is happening now, so that what belongs together goes together."""
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        if self._writer is not None:
            return
        connection = self._connection
        while not connection.closing and self._has_room():
            body = connection.take()
            if body is None:
                return
            self._transport.write(text_frame(body))
        self._start()

    def _has_room(self) -> bool:
        transport = self._transport
        return not transport.is_closing() and transport.get_write_buffer_size() <= _TRANSPORT_LIMIT

    def _start(self) -> None:
        self._connection.outlet = None
        self._writer = self._loop.create_task(self._write())

    async def _write(self) -> None:
        connection, socket = self._connection, self._socket
        try:
            while isinstance(item := await connection.next(), bytes):
                async with asyncio.timeout(_SEND_SECONDS):
                    await socket.send_frame(item, WSMsgType.TEXT)
            code, reason = item
            async with asyncio.timeout(2 * CLOSE_SECONDS):
                await socket.close(code=code, message=reason.encode())
        except TimeoutError:
            # The page has stopped reading: it will find its mail when it comes back.
            self._transport.abort()
        except (ConnectionError, RuntimeError):
            # The page went away while we wrote; the reader sees the same and cleans up.
            return
        finally:
            # Whoever waits to read must see that the socket is over.
            connection.unhurried.set()
