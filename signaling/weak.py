"""Conversations over a weak connection now, as the reports of their pages say."""

from __future__ import annotations

from typing import cast

from signaling import keys
from signaling.ids import ConsultationId, OrganisationId
from signaling.model import Side
from signaling.parts import WeakTalk
from signaling.ports import RedisClient
from signaling.reading import hashes

BELIEVED_MS = 30_000
"""A page that has not reported for so long is away, and says nothing of the connection now."""


async def weak_talks(redis: RedisClient, organisation: OrganisationId, now: int) -> list[WeakTalk]:
    """One row for each such conversation, by the side that gets least, the worst first."""
    found = cast("dict[str, str]", await redis.hgetall(keys.weak(organisation)))
    worst: dict[str, tuple[int, Side]] = {}
    for end, text in found.items():
        (link, _, side), (at, score) = end.partition(":"), text.split()
        if now - int(at) > BELIEVED_MS:
            continue
        consultation = link.partition("-")[0]
        got = (int(score), Side(side))
        worst[consultation] = min(worst.get(consultation, got), got)
    ordered = sorted(worst, key=lambda each: (worst[each], each))
    names = [keys.consultation(organisation, ConsultationId(each)) for each in ordered]
    rows = await hashes(redis, names, ("centre_name", "booth_name"))
    return [
        WeakTalk(
            consultation=ConsultationId(each),
            centre=centre,
            booth=booth or "",
            side=worst[each][1],
            score=worst[each][0],
        )
        for each, (centre, booth) in zip(ordered, rows, strict=True)
        if centre is not None
    ]
