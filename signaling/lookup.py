"""Finding somebody who is not served yet by the number on their ticket."""

from __future__ import annotations

import msgspec

from signaling import keys
from signaling.ids import ConsultationId, OrganisationId
from signaling.model import Mode, State
from signaling.ports import RedisClient
from signaling.reading import hashes
from signaling.tickets import ticket_number

_UNSERVED = frozenset({State.WAITING, State.OFFERED})


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a line, or being asked for."""

    id: ConsultationId
    ticket: str
    language: str
    mode: Mode


async def find_ticket(redis: RedisClient, organisation: OrganisationId, number: str) -> list[Found]:
    """Those with that ticket number, of Okno or of elsewhere, or with that id.

    It looks at every open consultation: for people who type a number, not for programs.
    """
    wanted = ticket_number(number)
    found = await redis.zrange(keys.open_consultations(organisation), 0, -1)
    opened = [ConsultationId(str(each)) for each in found]
    names = [keys.consultation(organisation, each) for each in opened]
    rows = await hashes(redis, names, ("ticket", "claim", "state", "language", "mode"))
    return [
        Found(id=who, ticket=ticket or "", language=language or "", mode=Mode(str(mode)))
        for who, (ticket, claim, state, language, mode) in zip(opened, rows, strict=True)
        if state in _UNSERVED and wanted in (ticket, claim, who)
    ]
