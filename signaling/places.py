"""Where each visitor stands in the line, read from Redis: of one, or of thousands at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

import msgspec

from signaling import keys
from signaling.ids import BoothId, ConsultationId, LineId, OrganisationId, topic_of
from signaling.messages import Place
from signaling.model import Gate
from signaling.parts import Estimate
from signaling.ports import RedisClient
from signaling.reading import hashes, number, of_each

_estimate = msgspec.json.Decoder(Estimate)


async def place(redis: RedisClient, organisation: OrganisationId, booth: BoothId) -> Place | None:
    """Place and wait of the booth's visitor; None when nobody waits there."""
    current = await redis.get(keys.booth(organisation, booth))
    if current is None:
        return None
    consultation = ConsultationId(str(current))
    name = keys.consultation(organisation, consultation)
    row = cast("list[str | None]", await redis.hmget(name, ["line", "promise"]))
    line, promise = row
    if line is None:
        return None
    async with redis.pipeline(transaction=True) as pipe:
        pipe.zrank(keys.line(organisation, LineId(line)), consultation)
        pipe.zcard(keys.line(organisation, LineId(line)))
        pipe.hget(keys.gates(organisation), topic_of(LineId(line)))
        pipe.hget(keys.closing(organisation), topic_of(LineId(line)))
        rank, waiting, gate, closes_at = await pipe.execute()
    if rank is None:
        return None
    return _place(consultation, (rank, waiting), Gate(gate or Gate.OPEN), promise, closes_at)


async def queues(
    redis: RedisClient, organisation: OrganisationId
) -> dict[LineId, list[ConsultationId]]:
    """Everyone who waits, by line, in the order of their places."""
    lines = sorted(LineId(str(each)) for each in await redis.smembers(keys.lines(organisation)))
    names = [keys.line(organisation, line) for line in lines]
    members = await of_each(redis, names, lambda pipe, name: pipe.zrange(name, 0, -1))
    return dict(zip(lines, members, strict=True))


async def places(
    redis: RedisClient,
    organisation: OrganisationId,
    lines: Mapping[LineId, list[ConsultationId]],
    wanted: Collection[ConsultationId],
) -> dict[ConsultationId, Place]:
    """Places and waits of many at once, by what `queues` said."""
    standing = {
        member: (line, rank, len(members))
        for line, members in lines.items()
        for rank, member in enumerate(members)
        if member in wanted
    }
    gates = cast("dict[str, str]", await redis.hgetall(keys.gates(organisation)))
    closing = cast("dict[str, str]", await redis.hgetall(keys.closing(organisation)))
    names = [keys.consultation(organisation, each) for each in standing]
    rows = await hashes(redis, names, ("promise",))
    return {
        member: _place(
            member, (rank, waiting), gate_of(gates, line), promise, closing.get(topic_of(line))
        )
        for (member, (line, rank, waiting)), (promise,) in zip(standing.items(), rows, strict=True)
    }


def gate_of(gates: Mapping[str, str], line: LineId) -> Gate:
    """What staff let the line do."""
    return Gate(gates.get(topic_of(line), Gate.OPEN))


def _place(
    consultation: ConsultationId, standing: tuple[int, int], gate: Gate, *told: str | None
) -> Place:
    """`standing` is the rank in the line and its length; `told` the promise and the closing."""
    (rank, waiting), (promise, closes_at) = standing, told
    return Place(
        consultation=consultation,
        place=rank + 1,
        waiting=waiting,
        estimate=_estimate.decode(promise) if promise else None,
        gate=gate,
        closes_at=number(closes_at) or None,
    )
