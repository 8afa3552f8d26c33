"""The line as its people use it: each method is one step that happens whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sized
from typing import cast
from zoneinfo import ZoneInfo

import msgspec

from signaling import keys
from signaling.errors import Code, NotFoundError, OknoError, WrongStateError
from signaling.hours import standing
from signaling.ids import (
    BoothId,
    ConsultationId,
    LinkId,
    OrganisationId,
    TopicId,
    UserId,
    line_id,
    new_ulid,
)
from signaling.issues import Issue
from signaling.journal import now_ms
from signaling.model import (
    BoothPrincipal,
    Duty,
    Outcome,
    Side,
    State,
    Status,
)
from signaling.oversight import Oversight
from signaling.ports import milliseconds
from signaling.scripts import Verb
from signaling.showing import Exhibit
from signaling.tickets import Agreed, Errand, Machine, Ticket, Wish, scopes, ticket_number

EARLY_SECONDS = 600
"""So long before the agreed time a visitor may come back."""
LATE_SECONDS = 3600
"""So long after it the ticket is still good."""


def duty_facts(duty: Duty) -> Mapping[str, object]:
    """A duty as the scripts keep it."""
    return {
        "lines": _text(duty.lines),
        "levels": _text(duty.levels),
        "tags": _text(duty.tags),
        "interprets": _text(duty.interprets),
        "reserve": duty.reserve,
    }


def _text(value: Sized) -> str:
    """JSON as the consultant's hash keeps it; empty if there is nothing in it."""
    return msgspec.json.encode(value).decode() if value else ""


class WaitingRoom(Oversight):
    """Joining, pairing, talking and parting; and what staff do to a line.

    Every method raises `signaling.errors.OknoError` with a code when the step is refused, and
    changes nothing then.
    """

    async def join(self, at: BoothPrincipal | Machine, wish: Wish, *, redeem: str = "") -> Ticket:
        """Take a ticket; the number counts from 1 each day in the centre's own time zone.

        Args:
            at: where it is taken. A machine's ticket is claimed at a booth before anyone is called.
            wish: what for.
            redeem: the ticket of an earlier visit, whose agreed time has come; it keeps its number.

        With an errand that was done before: the ticket that was taken then.
        """
        topic, policy = wish.topic, wish.policy
        ms = await now_ms(self._redis)
        now = dt.datetime.fromtimestamp(ms / 1000, dt.UTC)
        there = now.astimezone(ZoneInfo(at.timezone))
        midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
        hours = standing(topic, policy.timezone, ms)
        if not hours.open:
            retry = None if hours.opens_at is None else (hours.opens_at - ms) / 1000
            raise OknoError(Code.LINE_CLOSED, retry_after=retry)
        here = at if isinstance(at, BoothPrincipal) else None
        text = await self._scripts.run(
            Verb.JOIN,
            at.organisation,
            booth=here.booth if here else "",
            booth_name=here.name if here else "",
            centre=at.centre,
            centre_name=at.centre_name,
            letter=at.ticket_prefix,
            day=there.date().isoformat(),
            day_begins=milliseconds(midnight.timestamp()),
            counted_day=now.astimezone(ZoneInfo(policy.timezone)).date().isoformat(),
            consultation=new_ulid(),
            topic=topic.id,
            language=wish.language,
            mode=wish.mode,
            line=line_id(topic.id, wish.language, wish.mode),
            handling=milliseconds(topic.handling_seconds),
            service_level=milliseconds(topic.service_level_seconds),
            priority=wish.priority.code if wish.priority else "",
            declared_by=wish.declared_by,
            head_start=milliseconds(wish.priority.head_start_seconds) if wish.priority else 0,
            cut_off=milliseconds(policy.cut_off_seconds),
            interpreter=wish.interpreter,
            recording_rule=self._recording_rule(topic),
            scopes=scopes(at, wish),
            overflow_at=topic.overflow_at or 0,
            source=wish.source,
            external=ticket_number(wish.external),
            closes_at=hours.closes_at or 0,
            claim_within=milliseconds(policy.claim_seconds),
            redeem=ticket_number(redeem),
            errand=wish.errand.name if wish.errand else "",
            request=wish.errand.request if wish.errand else "",
            **self._times,
        )
        return msgspec.json.decode(text or "", type=Ticket)

    async def done(self, organisation: OrganisationId, errand: Errand) -> ConsultationId | None:
        """The ticket that was taken for that request already; ``key_reused`` if for another."""
        name = keys.errand(organisation, errand.name)
        found = cast("dict[str, str]", await self._redis.hgetall(name))
        if not found:
            return None
        if found["request"] != errand.request:
            raise OknoError(Code.KEY_REUSED)
        return ConsultationId(found["consultation"])

    async def agreed(self, booth: BoothPrincipal, ticket: str) -> Agreed:
        """What a ticket that is brought to the booth stands for; `NotFoundError` if nothing."""
        name = keys.claim(booth.organisation, booth.centre, ticket_number(ticket))
        found = cast("dict[str, str]", await self._redis.hgetall(name))
        if not found:
            raise NotFoundError("ticket")
        agreed = msgspec.convert(found, Agreed, strict=False)
        good_from = agreed.return_at - milliseconds(EARLY_SECONDS)
        early = good_from - await now_ms(self._redis)
        if early > 0:
            raise OknoError(Code.TOO_EARLY, retry_after=early / 1000)
        return agreed

    async def waiting(
        self, organisation: OrganisationId, booth: BoothId, consultation: ConsultationId
    ) -> tuple[State, TopicId]:
        """State and topic of the booth's consultation; `NotFoundError` if it is not the booth's."""
        facts = await self._redis.hmget(
            keys.consultation(organisation, consultation), ["booth", "state", "topic"]
        )
        mine, state, topic = cast("list[str]", facts)
        if mine != booth:
            raise NotFoundError("consultation")
        return State(state), TopicId(topic)

    async def claim(self, booth: BoothPrincipal, ticket: str) -> ConsultationId:
        """Come to the booth with a ticket that was taken elsewhere; its place is kept."""
        text = await self._scripts.run(
            Verb.CLAIM,
            booth.organisation,
            booth=booth.booth,
            booth_name=booth.name,
            centre=booth.centre,
            ticket=ticket_number(ticket),
            **self._times,
        )
        return ConsultationId(text or "")

    async def call_back(
        self,
        organisation: OrganisationId,
        booth: BoothId,
        consultation: ConsultationId,
        return_at: int,
    ) -> None:
        """Give up the place and come back at that time (ms), with the same ticket number."""
        await self._scripts.run(
            Verb.CALL_BACK,
            organisation,
            booth=booth,
            consultation=consultation,
            return_at=return_at,
            until=return_at + milliseconds(LATE_SECONDS),
            **self._times,
        )

    async def leave(
        self, organisation: OrganisationId, booth: BoothId, consultation: ConsultationId
    ) -> None:
        """Leave the line while waiting or while a consultant is being asked."""
        await self._scripts.run(
            Verb.LEAVE, organisation, booth=booth, consultation=consultation, **self._times
        )

    async def set_status(
        self,
        organisation: OrganisationId,
        user: UserId,
        status: Status,
        duty: Duty,
        note: str = "",
    ) -> None:
        """Become available for what `duty` says, or take a break with a reason's code.

        `WrongStateError` for somebody who is offline.
        """
        await self._scripts.run(
            Verb.SET_STATUS,
            organisation,
            consultant=user,
            status=status,
            duty=duty_facts(duty),
            note=note,
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
            Verb.MEDIA_ARRIVED,
            organisation,
            side=side,
            who=who,
            link=link,
            keep_days=self._recording_days,
            **self._times,
        )

    async def media_failed(
        self, organisation: OrganisationId, side: Side, who: BoothId | UserId, link: LinkId
    ) -> None:
        """The link cannot be made or mended: back to the line, or closed after three failures."""
        await self._scripts.run(
            Verb.MEDIA_FAILED, organisation, side=side, who=who, link=link, **self._times
        )

    async def report_issue(
        self,
        organisation: OrganisationId,
        side: Side,
        who: BoothId | UserId,
        issue: Issue,
        *,
        on: bool,
        link: LinkId | None = None,
    ) -> None:
        """Write down that something is wrong on one side, or not any more.

        Args:
            organisation: whose line it is.
            side: the booth or a member of staff.
            who: whose page noticed it.
            issue: what is wrong.
            on: False when it is over.
            link: which link it is about; None: all of the consultation they are in.
        """
        await self._scripts.run(
            Verb.REPORT_ISSUE,
            organisation,
            side=side,
            who=who,
            issue=issue,
            on=on,
            link=link or "",
        )

    async def report_showing(
        self,
        organisation: OrganisationId,
        side: Side,
        who: BoothId | UserId,
        link: LinkId,
        what: Exhibit,
        *,
        on: bool,
        photo: str = "",
        kib: int = 0,
    ) -> None:
        """Write down that something besides faces is shown in a talk, or not any more.

        Args:
            organisation: whose line it is.
            side: the booth or a member of staff.
            who: whose page shows it.
            link: the main link of the talk.
            what: is shown.
            on: False when it is over.
            photo: stands for one photo.
            kib: how large the photo was.
        """
        await self._scripts.run(
            Verb.REPORT_SHOWING,
            organisation,
            side=side,
            who=who,
            link=link,
            what=what,
            on=on,
            photo=photo,
            kib=kib,
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
