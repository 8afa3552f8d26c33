"""WebSocket frames as a client needs them (RFC 6455), without a socket.

Only for crowds that this project simulates itself: the mask is zero, so that a message can be made
ready once and sent many times. A browser's mask must be random.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10

_FINAL = 0x80
_MASKED = 0x80
_LENGTH = 0x7F
_SHORT, _TWO_BYTES, _EIGHT_BYTES = 125, 126, 127
_HEAD = 2
"""Bytes of the shortest head of a frame."""
_NO_MASK = bytes(4)


class Frame(NamedTuple):
    """One whole message; servers here send no fragments."""

    kind: int
    payload: bytes


class ProtocolError(Exception):
    """The server sent what it must not."""


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    """The bytes a client puts on the wire for this message."""
    size = len(payload)
    if size <= _SHORT:
        head = bytes((_FINAL | kind, _MASKED | size))
    elif size < 1 << 16:
        head = bytes((_FINAL | kind, _MASKED | _TWO_BYTES)) + size.to_bytes(2, "big")
    else:
        head = bytes((_FINAL | kind, _MASKED | _EIGHT_BYTES)) + size.to_bytes(8, "big")
    return head + _NO_MASK + payload


class FrameReader:
    """Fed bytes as they come, gives the frames that are whole."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Each frame that `data` completes.

        Raises:
            ProtocolError: a fragment, which no server we drive sends.
        """
        if self._rest:
            data = self._rest + data
        at, end = 0, len(data)
        while end - at >= _HEAD:
            size = data[at + 1] & _LENGTH
            begin = at + _HEAD
            if size >= _TWO_BYTES:
                begin += 2 if size == _TWO_BYTES else 8
                if end < begin:
                    break
                size = int.from_bytes(data[at + 2 : begin], "big")
            if end < begin + size:
                break
            if not data[at] & _FINAL:
                raise ProtocolError("fragmented message")
            yield Frame(data[at] & 0x0F, data[begin : begin + size])
            at = begin + size
        self._rest = data[at:]
