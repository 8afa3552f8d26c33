"""Relay of a 2 KB message between two people on one node, beside others that do part of it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from bench.peers import bare_relay, channels, janus, okno, peerjs, spreed
from bench.peers.process import MissingError
from bench.talkers import Rate, median, rate

PEERS: tuple[ModuleType, ...] = (bare_relay, spreed, peerjs, janus, channels, okno)
TIMES_SPREED = 1.5
TIMES_BARE = 0.7
_DECISIVE = (bare_relay, spreed, okno)


@dataclass
class Relays:
    """Medians by name; `missing` says why a peer has none."""

    rates: dict[str, Rate] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def times(self, peer: ModuleType) -> float | None:
        """How many messages Okno relays in the CPU time in which the peer relays one."""
        if peer.NAME not in self.rates:
            return None
        return self.rates[okno.NAME].per_cpu_second / self.rates[peer.NAME].per_cpu_second

    @property
    def passed(self) -> bool:
        """A peer that is not here is none that was beaten."""
        bare, other = self.times(bare_relay), self.times(spreed)
        return (
            bare is not None and bare >= TIMES_BARE and other is not None and other >= TIMES_SPREED
        )

    def as_markdown(self) -> str:
        lines = [
            "| relay | messages a second | of its CPU, a second | its CPU | Okno to it |",
            "|---|---|---|---|---|",
        ]
        for peer in PEERS:
            if peer.NAME in self.missing:
                lines.append(f"| {peer.NAME} | not here: {self.missing[peer.NAME]} | | | |")
                continue
            seen = self.rates[peer.NAME]
            figures = f"{seen.per_second:,.0f} | {seen.per_cpu_second:,.0f} | {seen.cpu:.0%}"
            lines.append(f"| {peer.NAME} | {figures} | {self.times(peer):.2f} |")
        return "\n".join(lines)


async def measure(*, pairs: int, seconds: float, rounds: int) -> Relays:
    """Each in turn, so many times, so that a busy moment of the machine meets all of them."""
    seen: dict[str, list[Rate]] = {}
    relays = Relays()
    for _ in range(rounds):
        for peer in PEERS:
            if peer.NAME in relays.missing:
                continue
            try:
                found = await _measure_one(peer, pairs, seconds)
            except MissingError as fault:
                relays.missing[peer.NAME] = str(fault)
            except (OSError, RuntimeError) as fault:
                # The others are there for comparison; what becomes of them decides nothing.
                if peer in _DECISIVE:
                    raise
                relays.missing[peer.NAME] = f"{type(fault).__name__} {fault}"
            else:
                seen.setdefault(peer.NAME, []).append(found)
    relays.rates = {
        name: median(rates) for name, rates in seen.items() if name not in relays.missing
    }
    return relays


async def _measure_one(peer: ModuleType, pairs: int, seconds: float) -> Rate:
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as files:
        async with peer.running(pairs, Path(files)) as (talkers, pids):
            return await rate(talkers, pids, seconds)
