"""aiohttp's server socket with a tap: a message may be dealt with the moment it has arrived.

aiohttp puts each message into a queue and wakes the task that reads it. For a message that is only
passed on this is most of the work, so it is offered to a function first. And it hangs up as soon
as it has said why, which a page may then never read. This is the only place that knows aiohttp's
inside; `tests/signaling/test_tap.py` fails if that changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from aiohttp import WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.http import WS_CLOSING_MESSAGE, WebSocketReader, WebSocketWriter, WSCloseCode

Taker = Callable[[bytes], bool]
"""Deals with a text at once; False: it must wait in the queue for the reading task."""

_QUEUE_BYTES = 64 * 1024


class _Queue(WebSocketDataQueue):
    """Offers a text to the taker, unless one that came before it still waits."""

    __slots__ = ("taker",)

    taker: Taker | None

    def feed_data(self, data: Any, size: int) -> None:
        if (
            self.taker is not None
            and data.type is WSMsgType.TEXT
            and not self._buffer
            and self.taker(data.data)
        ):
            return
        super().feed_data(data, size)


class TappedSocket(web.WebSocketResponse[bool]):
    """A server's WebSocket without compression whose texts are bytes."""

    def __init__(self, *, protocol: str, max_message_bytes: int, close_seconds: float) -> None:
        super().__init__(
            protocols=(protocol,),
            max_msg_size=max_message_bytes,
            timeout=close_seconds,
            compress=False,
            writer_limit=0,  # whoever sends through aiohttp waits while the transport is full
            decode_text=False,
        )

    def tap(self, taker: Taker | None) -> None:
        """Offer what arrives to this function from now on; None: to nobody."""
        cast("_Queue", self._reader).taker = taker

    async def close(
        self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True
    ) -> bool:
        """As aiohttp's own, but it waits for the page's goodbye even if a task was reading.

        A page that is sending something when the connection ends is told so by its system, with a
        reset, and gives up before it has read why.
        """
        if self._waiting:
            self._close_wait = asyncio.get_running_loop().create_future()
            cast("_Queue", self._reader).feed_data(WS_CLOSING_MESSAGE, 0)
            await self._close_wait
            if not self._closed:
                # It was this end that told the reading task, not the page.
                self._closing = False
        return await super().close(code=code, message=message, drain=drain)

    def _post_start(
        self, request: web.BaseRequest, protocol: str | None, writer: WebSocketWriter
    ) -> None:
        """As aiohttp's own, which makes a queue without a tap."""
        self._ws_protocol = protocol
        self._writer = writer
        loop = asyncio.get_running_loop()
        self._reader = queue = _Queue(request.protocol, _QUEUE_BYTES, loop=loop)
        queue.taker = None
        self._parser = WebSocketReader(
            self._reader, self._max_msg_size, compress=False, decode_text=False
        )
        request.protocol.set_parser(self._parser)
        request.protocol.keep_alive(False)
