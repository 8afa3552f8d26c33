"""Pictures of the line and the staff as they are now, read from Redis. Nothing here changes it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from signaling import keys
from signaling.hosts import host_calls
from signaling.ids import (
    ConsultationId,
    LineId,
    OrganisationId,
    TopicId,
    UserId,
)
from signaling.journal import now_ms
from signaling.messages import LineView, Wall
from signaling.model import Gate, Mode
from signaling.parts import Today, WaitingLine, WaitingVisitor
from signaling.places import gate_of
from signaling.ports import RedisClient
from signaling.reading import hashes, number, of_each
from signaling.weak import weak_talks

SHOWN = 50
"""Rows of the line that consultants are shown."""

_HEAD = 10
"""First in a line, among whom the longest waiting is looked for: with head starts they differ."""
_ASKED = "offered"
_ROW = (
    "ticket",
    "topic",
    "language",
    "mode",
    "centre_name",
    "joined_at",
    "priority",
    "interpreter",
    "ready",
)


Lines = tuple[LineId, ...]
"""The lines somebody serves."""


class _Numbers(NamedTuple):
    """Of one line."""

    waiting: int
    available: int
    on_duty: int


def day_of(at: int, timezone: str) -> str:
    """The day whose figures are counted at that time (ms) in that time zone."""
    return dt.datetime.fromtimestamp(at / 1000, ZoneInfo(timezone)).date().isoformat()


async def gates(redis: RedisClient, organisation: OrganisationId) -> dict[TopicId, Gate]:
    """What staff let the topics' lines do, where they are not simply open."""
    found = await redis.hgetall(keys.gates(organisation))
    return {TopicId(str(topic)): Gate(str(gate)) for topic, gate in found.items()}


async def line_views(
    redis: RedisClient, organisation: OrganisationId, served: Collection[Lines]
) -> dict[Lines, LineView]:
    """Who waits, first come first, for each set of lines that somebody serves."""
    now = await now_ms(redis)
    waited_for = await redis.smembers(keys.lines(organisation))
    lines = sorted({line for each in served for line in each} & waited_for)
    names = [keys.line(organisation, line) for line in lines]
    counts = await of_each(redis, names, lambda pipe, name: pipe.zcard(name))
    count = dict(zip(lines, counts, strict=True))
    head = await _heads(redis, organisation, lines, SHOWN)
    first = {
        each: [who for _, who in sorted(row for line in each for row in head.get(line, ()))[:SHOWN]]
        for each in served
    }
    visitors = await _visitors(
        redis, organisation, {who for rows in first.values() for who in rows}
    )
    return {
        each: LineView(
            at=now,
            total=sum(count.get(line, 0) for line in each),
            visitors=[visitors[who] for who in first[each] if who in visitors],
        )
        for each in served
    }


async def wall(redis: RedisClient, organisation: OrganisationId, day: str = "") -> Wall:
    """The organisation now. A visitor who is being offered still waits.

    `day` is the local day whose figures are shown, as `day_of` gives it; empty: none.
    """
    now = await now_ms(redis)
    async with redis.pipeline(transaction=True) as pipe:
        pipe.smembers(keys.lines(organisation))
        pipe.smembers(keys.served(organisation))
        pipe.hgetall(keys.staff(organisation))
        pipe.hgetall(keys.gates(organisation))
        pipe.hgetall(keys.today(organisation, day))
        waited_for, served, staff, gates, figures = await pipe.execute()
    lines = sorted(LineId(each) for each in waited_for | served)
    numbers = await _numbers(redis, organisation, lines)
    first = await _first_joined(redis, organisation, lines)
    ringing = [user for user, word in staff.items() if word == _ASKED]
    asked = await _asked(redis, organisation, ringing)
    joined = [*asked, *first.values()]
    shown = [
        _waiting_line(line, row, gate_of(gates, line), now - first.get(line, now))
        for line, row in numbers.items()
        if row.waiting or row.on_duty
    ]
    count = Counter(staff.values())
    return Wall(
        at=now,
        waiting=sum(row.waiting for row in numbers.values()) + len(asked),
        longest_wait_seconds=max(0, (now - min(joined)) // 1000) if joined else 0,
        available=count["available"],
        in_conversation=count["busy"],
        on_break=count["break"],
        lines=sorted(shown, key=lambda each: (-each.longest_wait_seconds, each.topic)),
        today=_today(figures),
        weak=await weak_talks(redis, organisation, now),
        calls=await host_calls(redis, organisation),
    )


async def _heads(
    redis: RedisClient, organisation: OrganisationId, lines: Sequence[LineId], count: int
) -> dict[LineId, list[tuple[float, ConsultationId]]]:
    """The first of each line with their effective times."""
    heads = await of_each(
        redis,
        [keys.line(organisation, line) for line in lines],
        lambda pipe, name: pipe.zrange(name, 0, count - 1, withscores=True),
    )
    return {
        line: [(score, ConsultationId(member)) for member, score in head]
        for line, head in zip(lines, heads, strict=True)
    }


async def _visitors(
    redis: RedisClient, organisation: OrganisationId, ids: Iterable[ConsultationId]
) -> dict[ConsultationId, WaitingVisitor]:
    wanted = sorted(ids)
    names = [keys.consultation(organisation, each) for each in wanted]
    rows = await hashes(redis, names, _ROW)
    return {
        consultation: WaitingVisitor(
            ticket=ticket or "",
            topic=TopicId(topic or ""),
            language=language or "",
            mode=Mode(mode or Mode.SPEECH),
            centre=centre or "",
            joined_at=number(joined),
            priority=priority or None,
            interpreter=interpreter or None,
            here=ready == "1",
        )
        for consultation, row in zip(wanted, rows, strict=True)
        for ticket, topic, language, mode, centre, joined, priority, interpreter, ready in [row]
        if ticket is not None
    }


async def _numbers(
    redis: RedisClient, organisation: OrganisationId, lines: Sequence[LineId]
) -> dict[LineId, _Numbers]:
    waiting, available, on_duty = [
        await of_each(redis, [name(organisation, line) for line in lines], count)
        for name, count in (
            (keys.line, lambda pipe, key: pipe.zcard(key)),
            (keys.able, lambda pipe, key: pipe.zcard(key)),
            (keys.duty, lambda pipe, key: pipe.scard(key)),
        )
    ]
    rows = zip(waiting, available, on_duty, strict=True)
    return {line: _Numbers(*row) for line, row in zip(lines, rows, strict=True)}


async def _first_joined(
    redis: RedisClient, organisation: OrganisationId, lines: Sequence[LineId]
) -> dict[LineId, int]:
    """When the longest waiting joined (ms), by line.

    With head starts they need not be the first; they are looked for among the first few.
    """
    heads = await _heads(redis, organisation, lines, _HEAD)
    ahead = {line: head[0][1] for line, head in heads.items() if head}
    joined = await _joined(redis, organisation, ahead.values())
    first = {line: joined[member] for line, member in ahead.items() if member in joined}
    # Nobody joined before their effective time.
    behind = {
        member: line
        for line, head in heads.items()
        for effective_us, member in head[1:]
        if effective_us < first.get(line, 0) * 1000
    }
    for member, at in (await _joined(redis, organisation, behind)).items():
        first[behind[member]] = min(first[behind[member]], at)
    return first


async def _joined(
    redis: RedisClient, organisation: OrganisationId, ids: Iterable[ConsultationId]
) -> dict[ConsultationId, int]:
    wanted = sorted(ids)
    rows = await hashes(
        redis, [keys.consultation(organisation, each) for each in wanted], ("joined_at",)
    )
    return {each: number(at) for each, (at,) in zip(wanted, rows, strict=True) if at is not None}


async def _asked(
    redis: RedisClient, organisation: OrganisationId, users: Sequence[str]
) -> list[int]:
    """When those joined whom somebody is being asked for now (ms)."""
    names = [keys.consultant(organisation, UserId(user)) for user in users]
    asked = {row[0] for row in await hashes(redis, names, ("consultation",)) if row[0]}
    return [*(await _joined(redis, organisation, map(ConsultationId, asked))).values()]


def _waiting_line(line: LineId, row: _Numbers, gate: Gate, longest: int) -> WaitingLine:
    topic, language, mode = line.split(":")
    return WaitingLine(
        topic=TopicId(topic),
        language=language,
        mode=Mode(mode),
        waiting=row.waiting,
        longest_wait_seconds=max(0, longest // 1000),
        available=row.available,
        on_duty=row.on_duty,
        gate=gate,
    )


def _today(figures: Mapping[str, str]) -> Today:
    known = Today.__struct_fields__
    return Today(**{name: int(value) for name, value in figures.items() if name in known})
