"""What one direction of a place's connection does to packets. Pure: time and chance are given."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_PROTOCOL = 9
"""Byte of an IPv4 header that names what it carries."""
_UDP = 17


@dataclass(frozen=True)
class Condition:
    """How well packets get through, in one direction."""

    delay: float = 0.0
    """Seconds that each packet takes; a round trip passes both directions of both places."""
    jitter: float = 0.0
    """Up to so many seconds more, each packet differently; they stay in order."""
    loss: float = 0.0
    """Share of the packets that vanish, each by itself."""
    rate: float | None = None
    """Bits a second; None is as fast as it goes."""
    queue: float = 0.2
    """Seconds of packets at that rate that may wait; what finds more before it is dropped."""
    outage: bool = False
    """Nothing gets through."""
    blocks_udp: bool = False
    """A firewall that lets no UDP through."""


PERFECT = Condition()


class Direction:
    """One way, into a place or out of it, with what waits on it."""

    def __init__(self, random: Random) -> None:
        self.condition = PERFECT
        self._random = random
        self._free_at = 0.0
        """When the last packet taken has been put on the wire."""
        self._last_due = 0.0

    def due(self, now: float, packet: bytes) -> float | None:
        """When a packet sent now arrives at the other end; None when it never does."""
        condition = self.condition
        if condition.outage or (condition.blocks_udp and packet[_PROTOCOL] == _UDP):
            return None
        if condition.loss and self._random.random() < condition.loss:
            return None
        gone = now
        if condition.rate is not None:
            begins = max(now, self._free_at)
            if begins - now > condition.queue:
                return None
            gone = self._free_at = begins + len(packet) * 8 / condition.rate
        late = condition.delay
        if condition.jitter:
            late += condition.jitter * self._random.random()
        self._last_due = max(self._last_due, gone + late)
        return self._last_due
