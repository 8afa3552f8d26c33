"""A recording as a player gets it: one WebM file for each person, made of its sealed segments.

Only the head is made beforehand, from names and sizes; what is asked for of the rest is opened when
it is sent. Pure, apart from what the caller reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from signaling.vault import Segment
from signaling.webm import Part, Size, head


class Piece(NamedTuple):
    """A part of a segment that is to be sent."""

    segment: Segment
    start: int
    stop: int


class Film:
    """The segments of one person, in order, with what stands before them."""

    def __init__(self, segments: Sequence[Segment], sizes: Sequence[int]) -> None:
        """`sizes`: bytes of each segment, opened."""
        first = next((each for each in segments if each.width), None)
        picture = Size(first.width, first.height) if first is not None else None
        self._segments = list(zip(segments, sizes, strict=True))
        self.head = head(
            [Part(each.begin_ms, each.end_ms, size) for each, size in self._segments], picture
        )
        self.size = len(self.head) + sum(sizes)
        """Bytes of the whole file."""

    def pieces(self, start: int, stop: int) -> Iterator[Piece]:
        """What of the segments lies between these bytes of the file; the head is the caller's."""
        at = len(self.head)
        for segment, size in self._segments:
            begin, end = max(start, at), min(stop, at + size)
            if begin < end:
                yield Piece(segment, begin - at, end - at)
            at += size
