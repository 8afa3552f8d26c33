"""Pictures of the line and the staff as they are now, read from Redis. Nothing here changes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

from signaling import keys
from signaling.estimate import estimate
from signaling.ids import BoothId, ConsultationId, LineId, OrganisationId, TopicId
from signaling.journal import now_ms
from signaling.messages import LineView, Place, Wall
from signaling.parts import WaitingVisitor
from signaling.ports import RedisClient

SHOWN = 50
"""Rows of the line that consultants are shown."""


async def place(redis: RedisClient, organisation: OrganisationId, booth: BoothId) -> Place | None:
    """Place and wait estimate of the booth's visitor; None when nobody waits there."""
    current = await redis.get(keys.booth(organisation, booth))
    if current is None:
        return None
    consultation = ConsultationId(str(current))
    line, topic, handling = cast(
        "list[str | None]",
        await redis.hmget(
            keys.consultation(organisation, consultation), ["line", "topic", "handling"]
        ),
    )
    if line is None or topic is None or handling is None:
        return None
    async with redis.pipeline(transaction=True) as pipe:
        pipe.zrank(keys.line(organisation, LineId(line)), consultation)
        pipe.zcard(keys.line(organisation, LineId(line)))
        pipe.scard(keys.duty(organisation, LineId(line)))
        pipe.lrange(keys.durations(organisation, TopicId(topic)), 0, -1)
        rank, waiting, on_duty, past = await pipe.execute()
    if rank is None:
        return None
    return Place(
        consultation=consultation,
        place=rank + 1,
        waiting=waiting,
        estimate=estimate(
            rank + 1, on_duty, int(handling) / 1000, [int(each) / 1000 for each in past]
        ),
    )


async def line(
    redis: RedisClient, organisation: OrganisationId, served: Sequence[LineId]
) -> LineView:
    """Who waits in these lines, first come first."""
    now = await now_ms(redis)
    if not served:
        return LineView(at=now, total=0, visitors=[])
    async with redis.pipeline(transaction=True) as pipe:
        for each in served:
            pipe.zcard(keys.line(organisation, each))
            pipe.zrange(keys.line(organisation, each), 0, SHOWN - 1, withscores=True)
        answers = await pipe.execute()
    total = sum(answers[0::2])
    heads = sorted((score, member) for head in answers[1::2] for member, score in head)[:SHOWN]
    async with redis.pipeline(transaction=False) as pipe:
        for _, member in heads:
            pipe.hmget(
                keys.consultation(organisation, member),
                ["ticket", "topic", "language", "centre_name", "joined_at"],
            )
        rows = await pipe.execute()
    return LineView(
        at=now,
        total=total,
        visitors=[
            WaitingVisitor(
                ticket=ticket,
                topic=TopicId(topic),
                language=language,
                centre=centre,
                joined_at=int(joined),
            )
            for ticket, topic, language, centre, joined in rows
            if joined is not None
        ],
    )


async def wall(redis: RedisClient, organisation: OrganisationId) -> Wall:
    """The organisation now. A visitor who is being offered still waits."""
    now = await now_ms(redis)
    served = await redis.smembers(keys.lines(organisation))
    async with redis.pipeline(transaction=True) as pipe:
        pipe.hgetall(keys.staff(organisation))
        for each in served:
            pipe.zcard(keys.line(organisation, LineId(str(each))))
            pipe.zrange(keys.line(organisation, LineId(str(each))), 0, 0)
        staff, *answers = await pipe.execute()
    ringing = [user for user, word in staff.items() if word == "offered"]
    async with redis.pipeline(transaction=False) as pipe:
        for user in ringing:
            pipe.hget(keys.consultant(organisation, user), "consultation")
        heads = [*await pipe.execute(), *(head[0] for head in answers[1::2] if head)]
    async with redis.pipeline(transaction=False) as pipe:
        for head in heads:
            pipe.hget(keys.consultation(organisation, head), "joined_at")
        joined = [int(each) for each in await pipe.execute() if each]
    count = Counter(staff.values())
    return Wall(
        at=now,
        waiting=sum(answers[0::2]) + len(ringing),
        longest_wait_seconds=max(0, (now - min(joined)) // 1000) if joined else 0,
        available=count["available"],
        in_conversation=count["busy"],
        on_break=count["break"],
    )
