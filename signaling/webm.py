"""Encoded frames to WebM, as they were received. Pure.

PyAV can mux packets it did not encode, but gives no way to set the `CodecPrivate` that Opus needs
in WebM, nor to make a file's head for clusters that were written before; what it takes of the
format is small.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

VIDEO, AUDIO = 1, 2
"""Track numbers."""
_SAMPLE_RATE = 48_000
_CHANNELS = 2
_OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIhB", 1, _CHANNELS, 0, _SAMPLE_RATE, 0, 0)
_KEY_BLOCK = 0x80
_WIDEST_BLOCK_MS = 32_767
"""A block's time is a signed 16-bit difference to its cluster's."""


class Block(NamedTuple):
    """One frame of sound or picture."""

    track: int
    at_ms: int
    key: bool
    """Whether it can be decoded without those before it."""
    data: bytes


class Part(NamedTuple):
    """A cluster as its file's head tells of it."""

    begin_ms: int
    end_ms: int
    size: int
    """Bytes."""


class Size(NamedTuple):
    """Of a picture, in pixels."""

    width: int
    height: int


def is_vp8_key(data: bytes) -> bool:
    """Whether a VP8 frame can be decoded without those before it (RFC 6386, 9.1)."""
    return len(data) >= 10 and not data[0] & 1  # noqa: PLR2004 - the header of a key frame


def vp8_size(data: bytes) -> Size:
    """The size that a VP8 key frame gives."""
    width, height = struct.unpack_from("<HH", data, 6)
    return Size(width & 0x3FFF, height & 0x3FFF)


def cluster(blocks: Sequence[Block]) -> bytes:
    """VP8 and Opus, in order of time, over less than half a minute; at least one block.

    It stands for itself: `head` and any number of clusters make a file.
    """
    begin, end = blocks[0].at_ms, blocks[-1].at_ms
    if end - begin > _WIDEST_BLOCK_MS:
        raise ValueError("too long for one cluster")
    return _element(0x1F43B675, _number(0xE7, begin), *(_block(b, begin) for b in blocks))


def head(clusters: Sequence[Part], size: Size | None) -> bytes:
    """What stands before the clusters of a file, so that a player can go to any of them.

    Args:
        clusters: what follows, in this order.
        size: of the picture; None: there is sound alone.
    """
    start = _element(
        0x1A45DFA3,
        _number(0x4286, 1),  # EBMLVersion
        _number(0x42F7, 1),  # EBMLReadVersion
        _number(0x42F2, 4),  # EBMLMaxIDLength
        _number(0x42F3, 8),  # EBMLMaxSizeLength
        _element(0x4282, b"webm"),
        _number(0x4287, 4),  # DocTypeVersion
        _number(0x4285, 2),  # DocTypeReadVersion
    )
    end = max((part.end_ms for part in clusters), default=0)
    info = _element(
        0x1549A966,
        _number(0x2AD7B1, 1_000_000),  # TimestampScale: milliseconds
        _element(0x4489, struct.pack(">d", end)),
        _element(0x4D80, b"okno"),
        _element(0x5741, b"okno"),
    )
    before = info + _tracks(size)
    track = AUDIO if size is None else VIDEO
    # Every entry is as long as any other, so where the clusters begin is known before.
    length = len(_cues(clusters, track, 0))
    body = before + _cues(clusters, track, len(before) + length)
    whole = len(body) + sum(part.size for part in clusters)
    return start + _id(0x18538067) + (whole | 1 << 56).to_bytes(8) + body


def _cues(clusters: Iterable[Part], track: int, at: int) -> bytes:
    points = []
    for part in clusters:
        place = _element(0xF7, bytes([track])) + _element(0xF1, at.to_bytes(8))
        points.append(
            _element(0xBB, _element(0xB3, part.begin_ms.to_bytes(8)), _element(0xB7, place))
        )
        at += part.size
    return _element(0x1C53BB6B, *points)


def _tracks(size: Size | None) -> bytes:
    entries = []
    if size is not None:
        picture = _element(0xE0, _number(0xB0, size.width), _number(0xBA, size.height))
        entries.append(_track(VIDEO, 1, b"V_VP8", picture))
    rate = _element(0xB5, struct.pack(">d", _SAMPLE_RATE))
    sound = _element(0xE1, rate, _number(0x9F, _CHANNELS))
    entries.append(_track(AUDIO, 2, b"A_OPUS", _element(0x63A2, _OPUS_HEAD), sound))
    return _element(0x1654AE6B, *entries)


def _track(number: int, kind: int, codec: bytes, *more: bytes) -> bytes:
    return _element(
        0xAE,
        _number(0xD7, number),
        _number(0x73C5, number),
        _number(0x9C, 0),  # FlagLacing
        _number(0x83, kind),
        _element(0x86, codec),
        *more,
    )


def _block(block: Block, begin: int) -> bytes:
    flags = _KEY_BLOCK if block.key else 0
    head = struct.pack(">BhB", 0x80 | block.track, block.at_ms - begin, flags)
    return _element(0xA3, head, block.data)


def _element(name: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return _id(name) + _length(len(body)) + body


def _id(name: int) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8)


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


def _length(length: int) -> bytes:
    """In as few bytes as it takes; all ones stand for an unknown length and are left out."""
    width = 1
    while length >= (1 << 7 * width) - 1:
        width += 1
    return (length | 1 << 7 * width).to_bytes(width)
