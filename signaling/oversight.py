"""What staff do to a line and to who waits in it: each method is one step of the line."""

from __future__ import annotations

from signaling.consent import RecordingRule
from signaling.errors import Code, OknoError
from signaling.hours import standing
from signaling.ids import ConsultationId, OrganisationId, TopicId, UserId, line_id
from signaling.journal import now_ms
from signaling.model import Gate, Mode, PriorityClass, Topic
from signaling.ports import RedisClient, Timings, milliseconds
from signaling.scripts import Scripts, Verb


class Oversight:
    """Gates, moves, priorities and removals.

    Every method raises `signaling.errors.OknoError` with a code when the step is refused, and
    changes nothing then. `user` and `token` (the id of an API token) say who does it; neither: the
    command line of the server.
    """

    def __init__(self, redis: RedisClient, scripts: Scripts, timings: Timings) -> None:
        self._redis = redis
        self._scripts = scripts
        self._recording_days = timings.recording_days
        self._times = {
            "offer": milliseconds(timings.offer),
            "connect": milliseconds(timings.connect),
            "wrap_up": milliseconds(timings.wrap_up),
            "keep": milliseconds(timings.resume),
        }

    async def move(  # noqa: PLR0917 - what a line is takes three
        self,
        organisation: OrganisationId,
        consultation: ConsultationId,
        topic: Topic,
        language: str,
        mode: Mode,
        user: UserId | None = None,
        *,
        timezone: str,
        token: str = "",
    ) -> None:
        """Staff: put a waiting visitor into another line; they keep the time they joined at.

        It may be one that gives no more tickets today, but not one that is closed. `timezone` is
        that of the organisation, in which the topic's hours are meant.
        """
        hours = standing(topic, timezone, await now_ms(self._redis))
        if not hours.open and hours.closes_at is None:
            raise OknoError(Code.LINE_CLOSED)
        await self._scripts.run(
            Verb.MOVE,
            organisation,
            consultation=consultation,
            topic=topic.id,
            language=language,
            mode=mode,
            line=line_id(topic.id, language, mode),
            handling=milliseconds(topic.handling_seconds),
            service_level=milliseconds(topic.service_level_seconds),
            recording_rule=self._recording_rule(topic),
            closes_at=hours.closes_at or 0,
            user=user or "",
            token=token,
            **self._times,
        )

    async def prioritise(
        self,
        organisation: OrganisationId,
        consultation: ConsultationId,
        priority: PriorityClass | None,
        user: UserId | None = None,
        *,
        token: str = "",
    ) -> None:
        """Staff: give a waiting visitor the head start of a class, or none."""
        await self._scripts.run(
            Verb.PRIORITISE,
            organisation,
            consultation=consultation,
            priority=priority.code if priority else "",
            head_start=milliseconds(priority.head_start_seconds) if priority else 0,
            user=user or "",
            token=token,
            **self._times,
        )

    async def remove(
        self,
        organisation: OrganisationId,
        consultation: ConsultationId,
        user: UserId | None = None,
        *,
        token: str = "",
    ) -> None:
        """Staff: take a visitor out of the line, while waiting or while a consultant is asked."""
        await self._scripts.run(
            Verb.REMOVE,
            organisation,
            consultation=consultation,
            user=user or "",
            token=token,
            **self._times,
        )

    async def close_at(
        self, organisation: OrganisationId, topic: TopicId, closes_at: int | None
    ) -> None:
        """The hours of a topic say that its lines close then (ms; None: never), perhaps anew."""
        await self._scripts.run(
            Verb.CLOSE_AT, organisation, topic=topic, closes_at=closes_at or 0, **self._times
        )

    async def gate(
        self,
        organisation: OrganisationId,
        topic: TopicId,
        gate: Gate,
        user: UserId | None = None,
        note: str = "",
        *,
        token: str = "",
    ) -> None:
        """Staff: open, pause, close or end the lines of a topic."""
        await self._scripts.run(
            Verb.GATE,
            organisation,
            topic=topic,
            gate=gate,
            user=user or "",
            token=token,
            note=note,
            **self._times,
        )

    def _recording_rule(self, topic: Topic) -> str:
        """As the scripts know it: empty where nothing is recorded."""
        never = topic.recording is RecordingRule.NEVER or not self._recording_days
        return "" if never else topic.recording
