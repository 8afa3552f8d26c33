"""The recording of a conversation: asking for it, and the work of recorders."""

from __future__ import annotations

import msgspec

from signaling.ids import (
    BoothId,
    ConsultationId,
    LinkId,
    NodeId,
    OrganisationId,
    PersonId,
    UserId,
)
from signaling.model import Side
from signaling.ports import Timings, milliseconds
from signaling.scripts import Scripts, Verb


class End(msgspec.Struct, frozen=True, kw_only=True):
    """One person's end of the link to the recorder."""

    side: Side
    person: PersonId
    link: LinkId


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that a recorder has taken."""

    consultation: ConsultationId
    take: int
    agreed_at: int
    """Server time (ms); the zero of all times in the recording."""
    now: int
    """Server time (ms)."""
    ends: list[End]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a recorder has written of one side."""

    segments: int = 0
    milliseconds: int = 0


class Recordings:
    """Each method is one step that happens whole or is refused with a code."""

    def __init__(self, scripts: Scripts, timings: Timings) -> None:
        self._scripts = scripts
        self._keep = milliseconds(timings.resume)
        self._days = timings.recording_days

    async def ask(
        self, organisation: OrganisationId, user: UserId, consultation: ConsultationId
    ) -> None:
        """Consultant: ask the visitor."""
        await self._scripts.run(
            Verb.RECORDING_ASK,
            organisation,
            consultant=user,
            consultation=consultation,
            keep_days=self._days,
            keep=self._keep,
        )

    async def answer(
        self,
        organisation: OrganisationId,
        booth: BoothId,
        consultation: ConsultationId,
        *,
        agree: bool,
    ) -> None:
        """Visitor: agree, or do not."""
        await self._scripts.run(
            Verb.RECORDING_ANSWER,
            organisation,
            booth=booth,
            consultation=consultation,
            agree=agree,
            keep=self._keep,
        )

    async def stop(
        self,
        organisation: OrganisationId,
        side: Side,
        who: BoothId | UserId,
        consultation: ConsultationId,
    ) -> None:
        """Either of the two: end it at once."""
        await self._scripts.run(
            Verb.RECORDING_STOP,
            organisation,
            side=side,
            who=who,
            consultation=consultation,
            keep=self._keep,
        )

    async def claim(self, organisation: OrganisationId, node: NodeId) -> Job | None:
        """Recorder: take the conversation that has waited longest; None if none waits."""
        text = await self._scripts.run(
            Verb.RECORDING_CLAIM, organisation, node=node, keep=self._keep
        )
        return None if text is None else msgspec.json.decode(text, type=Job)

    async def renew(
        self,
        organisation: OrganisationId,
        node: NodeId,
        job: Job,
        recorded: dict[Side, Written],
        *,
        running: bool,
    ) -> None:
        """Recorder: go on; `WrongStateError` when it is to stop."""
        await self._scripts.run(
            Verb.RECORDING_RENEW,
            organisation,
            node=node,
            consultation=job.consultation,
            take=job.take,
            recorded=_facts(recorded),
            running=running,
            keep=self._keep,
        )

    async def done(
        self,
        organisation: OrganisationId,
        node: NodeId,
        job: Job,
        recorded: dict[Side, Written],
        *,
        why: str,
    ) -> None:
        """Recorder: all is written; `why` is ``stopped``, ``leaves`` or ``failed``."""
        await self._scripts.run(
            Verb.RECORDING_DONE,
            organisation,
            node=node,
            consultation=job.consultation,
            take=job.take,
            recorded=_facts(recorded),
            why=why,
            keep=self._keep,
        )


def _facts(recorded: dict[Side, Written]) -> dict[str, object]:
    return {str(side): written for side, written in recorded.items()}
