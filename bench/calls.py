"""What calls cost the pages and the node, and whether pages keep anything of them."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page

from bench.machine import cpu_seconds, proportional_bytes
from bench.talks import Two, two
from tests.browser.people import Person
from tests.server.nodes import descendants

GROWTH_LIMIT = 1.05
"""What a page's scripts hold after all calls, as many times that after a tenth of them."""
_HELD = frozenset({"array", "bigint", "closure", "number", "object", "regexp", "string", "symbol"})
_HELD |= {"concatenated string", "sliced string"}
"""Kinds of nodes of a heap snapshot that scripts make. The others are the engine's: machine code of
what has run often, and the browser's own lists, which both grow for some hundred calls and end."""
_KIBIBYTE = 1024
_MEBIBYTE = 1024 * 1024
_KEPT = ("RTCPeerConnections", "Nodes", "JSEventListeners")
_SETTLE_SECONDS = 5


@dataclass(frozen=True)
class Cost:
    """Of one call with sound and picture both ways, while it goes on."""

    browsers_cpu: float
    """Share of a core, of both browsers together: software codecs, and drawing without a GPU."""
    browsers_mebibytes: float
    node_cpu: float
    node_mebibytes: float


@dataclass(frozen=True)
class Kept:
    """What a page holds once everything is collected that nobody needs."""

    calls: int
    mebibytes: float
    """The whole heap."""
    held: float
    """By scripts, KiB."""
    counts: dict[str, int]


@dataclass(frozen=True)
class Result:
    """All of it."""

    cost: Cost
    kept: dict[str, list[Kept]]
    """By the person whose page it is."""

    @property
    def passed(self) -> bool:
        return all(_growth(each) <= GROWTH_LIMIT for each in self.kept.values())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_markdown(self) -> str:
        cost = self.cost
        lines = [
            "| one call | share of a core | memory, MiB |",
            "|---|---|---|",
            f"| both browsers | {cost.browsers_cpu:.0%} | {cost.browsers_mebibytes:.0f} |",
            f"| the node | {cost.node_cpu:.1%} | {cost.node_mebibytes:.0f} |",
            "",
            f"| page | after calls | heap, MiB | held by scripts, KiB | {' | '.join(_KEPT)} |",
            f"|---|---|---|---|{'---|' * len(_KEPT)}",
        ]
        for who, looks in self.kept.items():
            for look in looks:
                counts = " | ".join(str(look.counts[name]) for name in _KEPT)
                sizes = f"{look.mebibytes:.1f} | {look.held:,.0f}"
                lines.append(f"| {who} | {look.calls} | {sizes} | {counts} |")
            lines.append(
                f"| {who}, ratio (at most {GROWTH_LIMIT}) | | | {_growth(looks):.3f} | | | |"
            )
        return "\n".join(lines)


async def measure(files: Path, calls: int, seconds: float) -> Result:
    """Hold one call for so many seconds, and then so many short ones in a row.

    Args:
        files: An empty directory for data and captured media.
        calls: How many; the pages are looked at after a tenth of them and at the end.
        seconds: How long the cost is measured.
    """
    async with two(files) as people:
        cost = await _cost(people, seconds)
        kept: dict[str, list[Kept]] = {"visitor": [], "consultant": []}
        for number in range(1, calls + 1):
            await _talk(people)
            if number in (calls // 10, calls):
                for who, looks in kept.items():
                    person: Person = getattr(people, who)
                    looks.append(await _kept(person.page, number))
        return Result(cost, kept)


async def _talk(people: Two, seconds: float = 0) -> None:
    async with people.okno_link():
        await people.consultant.accept()
        await people.visitor.sees_person(people.consultant)
        await people.consultant.sees_person(people.visitor)
        await asyncio.sleep(seconds)


async def _cost(people: Two, seconds: float) -> Cost:
    async with people.okno_link():
        await people.consultant.accept()
        await asyncio.sleep(_SETTLE_SECONDS)
        before = [cpu_seconds(pids) for pids in _processes(people)]
        await asyncio.sleep(seconds)
        groups = _processes(people)
        after = [cpu_seconds(pids) for pids in groups]
        cpu = [(end - begin) / seconds for begin, end in zip(before, after, strict=True)]
        memory = [sum(map(proportional_bytes, pids)) / _MEBIBYTE for pids in groups]
    return Cost(cpu[0], memory[0], cpu[1], memory[1])


def _processes(people: Two) -> tuple[Sequence[int], Sequence[int]]:
    """Those of the browsers, and those of the node with its Redis."""
    ours = descendants(os.getpid())
    browsers = [pid for pid, command in ours.items() if "/chromium" in command.split(" ")[0]]
    return browsers, [people.node.pid, *descendants(people.node.pid)]


async def _kept(page: Page, calls: int) -> Kept:
    session: CDPSession = await page.context.new_cdp_session(page)
    for method in ("HeapProfiler.enable", "Performance.enable", "HeapProfiler.collectGarbage"):
        await session.send(method)
    heap = await session.send("Runtime.getHeapUsage")
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    held = _held(await _snapshot(session))
    await session.detach()
    counts = {each["name"]: int(each["value"]) for each in metrics if each["name"] in _KEPT}
    return Kept(calls, heap["usedSize"] / _MEBIBYTE, held / _KIBIBYTE, counts)


async def _snapshot(session: CDPSession) -> dict[str, Any]:
    chunks: list[str] = []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda event: chunks.append(event["chunk"]))
    await session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    found: dict[str, Any] = json.loads("".join(chunks))
    return found


def _held(snapshot: dict[str, Any]) -> int:
    """Bytes of what scripts made, in V8's flat list of nodes."""
    meta, nodes = snapshot["snapshot"]["meta"], snapshot["nodes"]
    fields, kinds = meta["node_fields"], meta["node_types"][0]
    kind, size = fields.index("type"), fields.index("self_size")
    starts = range(0, len(nodes), len(fields))
    return sum(nodes[at + size] for at in starts if kinds[nodes[at + kind]] in _HELD)


def _growth(looks: Sequence[Kept]) -> float:
    return looks[-1].held / looks[0].held
