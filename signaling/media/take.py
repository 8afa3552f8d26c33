"""What one person sends, cut into segments that can be played without those before them.

Times come from the RTP timestamps, laid on the recorder's clock by the packets that came soonest:
at the beginning of each segment the least time a packet of the last one took is taken for what the
way takes. So sound and picture of both people stand on one clock, as exactly as their ways differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from signaling.webm import AUDIO, VIDEO, Block, Size, cluster, is_vp8_key, vp8_size

SEGMENT_MS = 5_000
"""What is lost at most, with the time a key frame takes, when a recorder is killed."""
PATIENCE_MS = 3_000
"""How long a due segment waits for a key frame; after that it ends without one."""
MOST_BYTES = 8 * 1024 * 1024
_RATES = {"audio": 48_000, "video": 90_000}
_TRACKS = {"audio": AUDIO, "video": VIDEO}
_WRAP = 1 << 32


class Cut(NamedTuple):
    """A finished segment."""

    begin_ms: int
    length_ms: int
    size: Size | None
    """Of the picture; None: there is sound alone."""
    data: bytes
    """One cluster of WebM."""


class Clock:
    """Lays the RTP timestamps of one stream on the recorder's clock. Pure."""

    def __init__(self, rate: int) -> None:
        """With so many ticks a second."""
        self._rate = rate
        self._last: int | None = None
        self._turns = 0
        self._offset: float | None = None
        self._least: float | None = None

    def heard(self, timestamp: int, at_ms: float) -> None:
        """A packet has arrived."""
        way = at_ms - self._ms(timestamp)
        self._least = way if self._least is None else min(self._least, way)
        if self._offset is None or way < self._offset:
            self._offset = way

    def settle(self) -> None:
        """Follow the sender's clock, which runs a little faster or slower."""
        if self._least is not None:
            self._offset, self._least = self._least, None

    def at(self, timestamp: int) -> float:
        """When that was sent, as far as is known (ms on the recorder's clock)."""
        return self._ms(timestamp) + (self._offset or 0.0)

    def _ms(self, timestamp: int) -> float:
        if self._last is not None:
            difference = (timestamp - self._last + _WRAP // 2) % _WRAP - _WRAP // 2
            whole = self._turns + difference
        else:
            whole = timestamp
        if self._last is None or whole > self._turns:
            self._last, self._turns = timestamp, whole
        return whole * 1000 / self._rate


class Take:
    """One person's part of a recording. Fed by a receiving peer; gives segments. Pure."""

    def __init__(
        self,
        *,
        now_ms: Callable[[], float],
        cut: Callable[[Cut], None],
        want_key_frame: Callable[[], None],
    ) -> None:
        """Prepare.

        Args:
            now_ms: Time since recording was agreed to.
            cut: Is given each finished segment.
            want_key_frame: Called when the next segment should begin.
        """
        self._now_ms = now_ms
        self._cut = cut
        self._want_key_frame = want_key_frame
        self._clocks = {kind: Clock(rate) for kind, rate in _RATES.items()}
        self._blocks: list[Block] = []
        self._bytes = 0
        self._begun_ms: float | None = None
        self._size: Size | None = None
        self._last_ms = {VIDEO: -1, AUDIO: -1}
        self._asked_ms: float | None = None
        self.frames = 0
        """Frames of picture and sound that are in segments or will be."""

    def renew(self) -> None:
        """The person begins anew with another connection, whose timestamps are others."""
        self.finish()
        self._clocks = {kind: Clock(rate) for kind, rate in _RATES.items()}

    def heard(self, kind: str, timestamp: int) -> None:
        """A packet with that RTP timestamp has just arrived."""
        self._clocks[kind].heard(timestamp, self._now_ms())

    def take(self, kind: str, timestamp: int, data: bytes) -> None:
        """A whole encoded frame, in the order it was sent."""
        if not data:
            return
        now = self._now_ms()
        track = _TRACKS[kind]
        key = track == AUDIO or is_vp8_key(data)
        self._cut_if_due(now, at_key=track == VIDEO and key)
        if track == VIDEO:
            if key and self._size is None:
                self._size = vp8_size(data)
            if self._size is None:  # nothing to begin with yet
                self._ask(now)
                return
        at = max(round(self._clocks[kind].at(timestamp)), self._last_ms[track] + 1, 0)
        self._last_ms[track] = at
        if self._begun_ms is None:
            self._begun_ms = now
        self._blocks.append(Block(track, at, key, data))
        self._bytes += len(data)
        self.frames += 1

    def finish(self) -> None:
        """End the present segment, if anything is in it."""
        blocks, size = sorted(self._blocks, key=lambda block: block.at_ms), self._size
        self._blocks, self._bytes, self._size = [], 0, None
        self._begun_ms = self._asked_ms = None
        for clock in self._clocks.values():
            clock.settle()
        if blocks:
            begin, end = blocks[0].at_ms, blocks[-1].at_ms
            self._cut(Cut(begin, max(1, end - begin), size, cluster(blocks)))

    def _cut_if_due(self, now: float, *, at_key: bool) -> None:
        if self._begun_ms is None:
            return
        age = now - self._begun_ms
        late = age >= SEGMENT_MS + PATIENCE_MS or self._bytes >= MOST_BYTES
        if age >= SEGMENT_MS and (at_key or self._size is None or late):
            self.finish()
        elif age >= SEGMENT_MS:
            self._ask(now)

    def _ask(self, now: float) -> None:
        if self._asked_ms is None or now - self._asked_ms >= 1000:  # noqa: PLR2004 - a second
            self._asked_ms = now
            self._want_key_frame()
