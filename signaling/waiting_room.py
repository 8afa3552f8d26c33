"""The line as its people use it: each method is one step that happens whole or not at all."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from signaling.errors import NotFoundError, WrongStateError
from signaling.ids import (
    BoothId,
    ConsultationId,
    LinkId,
    OrganisationId,
    UserId,
    line_id,
    new_ulid,
)
from signaling.journal import now_ms
from signaling.model import BoothPrincipal, Duty, Mode, Outcome, Side, Status, Topic
from signaling.ports import RedisClient, Timings
from signaling.scripts import Scripts, Verb


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


class WaitingRoom:
    """Joining, pairing, talking and parting.

    Every method raises `signaling.errors.OknoError` with a code when the step is refused, and
    changes nothing then.
    """

    def __init__(self, redis: RedisClient, scripts: Scripts, timings: Timings) -> None:
        self._redis = redis
        self._scripts = scripts
        self._times = {
            "offer": milliseconds(timings.offer),
            "connect": milliseconds(timings.connect),
            "wrap_up": milliseconds(timings.wrap_up),
            "keep": milliseconds(timings.resume),
        }

    async def join(
        self, booth: BoothPrincipal, topic: Topic, language: str, mode: Mode
    ) -> ConsultationId:
        """Take a ticket; the number counts from 1 each day in the centre's own time zone."""
        now = dt.datetime.fromtimestamp(await now_ms(self._redis) / 1000, dt.UTC)
        consultation = ConsultationId(new_ulid())
        await self._scripts.run(
            Verb.JOIN,
            booth.organisation,
            booth=booth.booth,
            booth_name=booth.name,
            centre=booth.centre,
            centre_name=booth.centre_name,
            letter=booth.ticket_prefix,
            day=now.astimezone(ZoneInfo(booth.timezone)).date().isoformat(),
            consultation=consultation,
            topic=topic.id,
            language=language,
            mode=mode,
            line=line_id(topic.id, language, mode),
            handling=milliseconds(topic.handling_seconds),
            **self._times,
        )
        return consultation

    async def leave(
        self, organisation: OrganisationId, booth: BoothId, consultation: ConsultationId
    ) -> None:
        """Leave the line while waiting or while a consultant is being asked."""
        await self._scripts.run(
            Verb.LEAVE, organisation, booth=booth, consultation=consultation, **self._times
        )

    async def set_status(
        self, organisation: OrganisationId, user: UserId, status: Status, duty: Duty
    ) -> None:
        """Become available for the lines of `duty`, or take a break."""
        await self._scripts.run(
            Verb.SET_STATUS,
            organisation,
            consultant=user,
            status=status,
            lines=list(duty.lines),
            reserve=duty.reserve,
            **self._times,
        )

    async def accept(self, organisation: OrganisationId, user: UserId, link: LinkId) -> None:
        """Take the visitor of that offer."""
        await self._scripts.run(
            Verb.ACCEPT, organisation, consultant=user, link=link, **self._times
        )

    async def decline(self, organisation: OrganisationId, user: UserId, link: LinkId) -> None:
        """Refuse the visitor of that offer; pauses the consultant."""
        await self._scripts.run(
            Verb.DECLINE, organisation, consultant=user, link=link, **self._times
        )

    async def media_arrived(
        self, organisation: OrganisationId, side: Side, who: BoothId | UserId, link: LinkId
    ) -> None:
        """One side sees or hears the other; the talk is active once both do."""
        await self._scripts.run(
            Verb.MEDIA_ARRIVED, organisation, side=side, who=who, link=link, **self._times
        )

    async def media_failed(
        self, organisation: OrganisationId, side: Side, who: BoothId | UserId, link: LinkId
    ) -> None:
        """The link cannot be made or mended: back to the line, or closed after three failures."""
        await self._scripts.run(
            Verb.MEDIA_FAILED, organisation, side=side, who=who, link=link, **self._times
        )

    async def hang_up(
        self,
        organisation: OrganisationId,
        side: Side,
        who: BoothId | UserId,
        consultation: ConsultationId,
    ) -> None:
        """Finish the talk; wrap-up begins."""
        await self._scripts.run(
            Verb.HANG_UP,
            organisation,
            side=side,
            who=who,
            consultation=consultation,
            **self._times,
        )

    async def finish(
        self,
        organisation: OrganisationId,
        user: UserId,
        consultation: ConsultationId,
        outcome: Outcome,
    ) -> None:
        """End the wrap-up with its outcome and close."""
        await self._scripts.run(
            Verb.FINISH,
            organisation,
            consultant=user,
            consultation=consultation,
            outcome=outcome,
            **self._times,
        )

    async def rate(
        self, organisation: OrganisationId, booth: BoothId, consultation: ConsultationId, score: int
    ) -> None:
        """Rate the talk that has just ended, once."""
        await self._scripts.run(
            Verb.RATE,
            organisation,
            booth=booth,
            consultation=consultation,
            score=score,
            **self._times,
        )

    async def sign_out(self, organisation: OrganisationId, user: UserId) -> None:
        """Take a consultant offline at once; their visitor goes back to the line."""
        await self._scripts.run(Verb.SIGN_OUT, organisation, consultant=user, **self._times)

    async def expire(self, organisation: OrganisationId, deadline: str) -> bool:
        """Act on a deadline ``kind:subject`` that has run out; False if another node was first."""
        kind, _, subject = deadline.partition(":")
        try:
            await self._scripts.run(
                Verb(f"expire_{kind}"), organisation, subject=subject, **self._times
            )
        except (WrongStateError, NotFoundError):
            return False
        return True
