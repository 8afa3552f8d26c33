"""One WebSocket of a scripted peer, from its opening to its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable

import msgspec
from aiohttp import (
    ClientConnectionError,
    ClientSession,
    ClientWebSocketResponse,
    WSMsgType,
    WSServerHandshakeError,
)
from yarl import URL

from signaling.errors import Code, OknoError
from signaling.messages import MAX_MESSAGE_BYTES, SUBPROTOCOL, AnyOutgoing
from signaling.tasks import OwnedTasks

_CLOSE_SECONDS = 1.0
_HANDSHAKE_REFUSALS = {401: Code.NOT_SIGNED_IN, 403: Code.BAD_ORIGIN}


class ClientSocket:
    """Sends bytes, hands on what arrives, and says how it ended."""

    def __init__(self, stream: ClientWebSocketResponse) -> None:
        self._stream = stream
        self._tasks = OwnedTasks()
        self._decoder = msgspec.json.Decoder(AnyOutgoing)

    @classmethod
    async def connect(cls, session: ClientSession, address: URL) -> ClientSocket:
        """Open it, as a page of that very server would.

        Raises:
            OknoError: `UNAVAILABLE` when the server cannot be reached; `NOT_SIGNED_IN` or
                `BAD_ORIGIN` when it refuses already the handshake.
        """
        try:
            stream = await session.ws_connect(
                address,
                protocols=(SUBPROTOCOL,),
                origin=str(address.origin()),
                max_msg_size=4 * MAX_MESSAGE_BYTES,
            )
        except WSServerHandshakeError as refused:
            code = _HANDSHAKE_REFUSALS.get(refused.status, Code.UNAVAILABLE)
            raise OknoError(code) from refused
        except (ClientConnectionError, TimeoutError, OSError) as unreachable:
            raise OknoError(Code.UNAVAILABLE) from unreachable
        return cls(stream)

    @property
    def close_code(self) -> int | None:
        """How it ended; None while it stands."""
        return self._stream.close_code

    def read(self, take: Callable[[AnyOutgoing], None], ended: Callable[[], None]) -> None:
        """Hand each message to `take` until the end, then call `ended`, in the background."""
        self._tasks.start(self._read(take, ended), "okno client reads")

    async def send(self, text: bytes) -> None:
        """One text message.

        Raises:
            OknoError: `UNAVAILABLE` when the socket is over.
        """
        if self._stream.closed:
            raise OknoError(Code.UNAVAILABLE)
        try:
            await self._stream.send_str(text.decode())
        except (ClientConnectionError, ConnectionError) as lost:
            raise OknoError(Code.UNAVAILABLE) from lost

    def cut(self) -> None:
        """Break it under both sides, as a network does; `close` still has to follow."""
        descriptor = self._stream.get_extra_info("socket")
        if descriptor is not None:
            with contextlib.suppress(OSError), _duplicate(descriptor.fileno()) as transport:
                transport.shutdown(socket.SHUT_RDWR)

    async def hang_up(self) -> None:
        """End it with a goodbye; reading ends by itself."""
        with contextlib.suppress(TimeoutError, ClientConnectionError, ConnectionError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._stream.close()

    async def close(self) -> None:
        """Stop reading and let go. Not to be called from what `read` calls."""
        await self._tasks.stop()
        await self.hang_up()

    async def _read(self, take: Callable[[AnyOutgoing], None], ended: Callable[[], None]) -> None:
        try:
            async for message in self._stream:
                if message.type is WSMsgType.TEXT:
                    take(self._decoder.decode(message.data))
        finally:
            ended()


def _duplicate(descriptor: int) -> socket.socket:
    """The same connection under a descriptor of our own: event loops guard theirs."""
    return socket.socket(fileno=os.dup(descriptor))
