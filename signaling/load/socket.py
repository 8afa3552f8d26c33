"""One client socket of a crowd: no task, no buffer of its own beyond an unfinished frame."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable, Mapping
from typing import cast

from yarl import URL

from signaling.load.frames import CLOSE, PING, PONG, TEXT, FrameReader, ProtocolError, frame

_END_OF_HEAD = b"\r\n\r\n"
_LONGEST_HEAD = 16 * 1024
_SWITCHING = b" 101 "
NO_CLOSE_FRAME = 1006
"""RFC 6455: the connection was lost without a word."""


class LoadSocket(asyncio.Protocol):
    """Greets, hands on each message, and says how it ended. Callbacks run in the event loop."""

    __slots__ = (
        "_code",
        "_head",
        "_lost",
        "_opened",
        "_reader",
        "_request",
        "_taken",
        "_transport",
    )

    def __init__(
        self,
        request: bytes,
        *,
        opened: Callable[[], None],
        taken: Callable[[bytes], None],
        lost: Callable[[int], None],
    ) -> None:
        """`opened`: the server has switched; `taken`: a message; `lost`: the close code, once."""
        self._request = request
        self._opened = opened
        self._taken = taken
        self._lost = lost
        self._head: bytes | None = b""
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._code = NO_CLOSE_FRAME

    def send(self, prepared: bytes) -> None:
        """Put a prepared `frame` on the wire; lost like everything else if the socket is gone."""
        if self._transport is not None:
            self._transport.write(prepared)

    def close(self) -> None:
        """Say goodbye and go."""
        if self._transport is not None:
            self._transport.write(frame((1000).to_bytes(2, "big"), CLOSE))
            self._transport.close()

    def abort(self) -> None:
        """Go without a word."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            data = self._switch(self._head + data)
        try:
            for kind, payload in self._reader.feed(data):
                if kind == TEXT:
                    self._taken(payload)
                elif kind == PING:
                    self.send(frame(payload, PONG))
                elif kind == CLOSE:
                    self._code = int.from_bytes(payload[:2], "big") or self._code
                    self.close()
        except ProtocolError:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._lost(self._code)

    def _switch(self, head: bytes) -> bytes:
        """Read the answer's head; the bytes after it, which are frames."""
        answer, found, rest = head.partition(_END_OF_HEAD)
        if not found and len(head) < _LONGEST_HEAD:
            self._head = head
            return b""
        self._head = None
        if _SWITCHING not in answer[:16]:
            self.abort()
            return b""
        self._opened()
        return rest


def host_and_port(url: URL) -> tuple[str, int]:
    """Where to connect to.

    Raises:
        ValueError: the address names no host.
    """
    if url.host is None or url.port is None:
        raise ValueError(f"{url} names no host")
    return url.host, url.port


def opening(url: URL, headers: Mapping[str, str]) -> bytes:
    """The request that opens a WebSocket at this address."""
    lines = {
        "Host": f"{url.host}:{url.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET {url.raw_path_qs} HTTP/1.1\r\n{head}\r\n".encode()
