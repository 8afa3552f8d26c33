"""Why a visitor was called when they were: who came before them, and what kept them. Pure.

Everything is computed from what is archived, so the answer is the same in every year. Where the
journal cannot say why somebody was called before, the answer says so and does not guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum, auto

import msgspec

from signaling.ids import UserId
from signaling.model import CALLED_BACK, RETURNED, Gate, Source, Trigger
from signaling.record import Offer, Record, TimelineEntry


class Cause(StrEnum):
    """Why somebody of the same line was called before the visitor."""

    CAME_EARLIER = auto()
    CUT_OFF = auto()
    """Let back in after a talk that broke off."""
    CAME_BACK = auto()
    """At an agreed time, with a head start."""
    HEAD_START = auto()
    AWAY = auto()
    """The visitor's own page was away."""
    UNCLAIMED = auto()
    """The visitor had not come to a booth yet."""
    BEING_ASKED = auto()
    """A consultant was just being asked for the visitor."""
    INTERPRETER = auto()
    """The visitor had to wait for an interpreter too."""
    SCOPE = auto()
    """The visitor was kept for some of the consultants."""
    UNKNOWN = auto()


class Span(msgspec.Struct, frozen=True):
    """From `start` until `end` (ms), or for longer than is known."""

    start: int
    end: int | None

    def holds(self, at: int) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was called before the visitor."""

    record: Record
    at: int
    cause: Cause
    during: Span | None = None
    """For `Cause.AWAY`: while the page was away."""
    asked: UserId | None = None
    """For `Cause.BEING_ASKED`: who was asked for the visitor."""
    scope: str = ""
    """For `Cause.SCOPE`: whom the visitor was kept for."""


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Staff held the line while the visitor waited."""

    during: Span
    user: UserId | None
    token: str
    """Id of the API token, when a program did it."""
    note: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """How the visitor's turn came about."""

    before: list[Before]
    """In the order in which they were called."""
    away: list[Span]
    """While the visitor waited, their page was away."""
    holds: list[Hold]


def order_of(
    record: Record,
    story: Sequence[TimelineEntry],
    others: Sequence[Record],
    entries: Sequence[TimelineEntry],
) -> Order:
    """Explain the wait of a visitor.

    Args:
        record: theirs.
        story: their own events, oldest first.
        others: who else may have waited at that time, of any line.
        entries: `web.ports.Around.entries`.
    """
    visitor = _Visitor(record, story, entries)
    called = [
        visitor.before(other, offer)
        for other in others
        if _line(other) == _line(record) and other.id != record.id
        for offer in other.offers
        if offer.result is Trigger.ACCEPT and visitor.waited(offer.at)
    ]
    return Order(
        before=sorted(called, key=lambda each: (each.at, each.record.id)),
        away=[span for span in visitor.away if visitor.waited_during(span)],
        holds=[hold for hold in _holds(entries) if visitor.waited_during(hold.during)],
    )


class _Visitor:
    """What is known of the one whose wait is explained, at any moment of it."""

    def __init__(
        self, record: Record, story: Sequence[TimelineEntry], entries: Sequence[TimelineEntry]
    ) -> None:
        self._record = record
        self._waits = _waits(record, _in_line_since(record, story))
        joined = "consultation.joined"
        self._head_starts = _told(story, "head_start", joined, "consultation.prioritised")
        # Whoever is moved into another line is everyone's there.
        self._scopes = _told(story, "scope", joined, "consultation.widened", "consultation.moved")
        self.away = _spans(entries, "presence.lost", "presence.returned")

    def waited(self, at: int) -> bool:
        """Whether the visitor stood in the line at that moment and had not been called for good."""
        return any(span.holds(at) for span in self._waits)

    def waited_during(self, during: Span) -> bool:
        return any(
            (span.end is None or during.start < span.end)
            and (during.end is None or span.start < during.end)
            for span in self._waits
        )

    def before(self, other: Record, offer: Offer) -> Before:
        """Why the other was called with that offer, and not the visitor."""
        at = offer.at
        returned = other.priority == RETURNED and any(
            leg.accepted_at < at for leg in other.contact_legs
        )
        head_start = other.head_start if returned or other.priority != RETURNED else 0
        ahead = other.joined_at - head_start * 1000 <= self._effective(at)
        if not ahead:
            return self._passed_over(other, at)
        if returned:
            cause = Cause.CUT_OFF
        elif other.joined_at <= self._record.joined_at:
            cause = Cause.CAME_EARLIER
        else:
            cause = Cause.CAME_BACK if other.priority == CALLED_BACK else Cause.HEAD_START
        return Before(record=other, at=at, cause=cause)

    def _passed_over(self, other: Record, at: int) -> Before:
        """The visitor stood before the other: what kept the visitor from being called."""
        mine = self._record
        if away := next((span for span in self.away if span.holds(at)), None):
            return Before(record=other, at=at, cause=Cause.AWAY, during=away)
        if mine.source is Source.API and (mine.claimed_at is None or at < mine.claimed_at):
            return Before(record=other, at=at, cause=Cause.UNCLAIMED)
        if asked := next((each for each in mine.offers if _rang(each).holds(at)), None):
            return Before(record=other, at=at, cause=Cause.BEING_ASKED, asked=asked.consultant)
        if mine.interpreter and mine.interpreter != other.interpreter:
            return Before(record=other, at=at, cause=Cause.INTERPRETER)
        if scope := _at(self._scopes, at):
            return Before(record=other, at=at, cause=Cause.SCOPE, scope=str(scope))
        return Before(record=other, at=at, cause=Cause.UNKNOWN)

    def _effective(self, at: int) -> int:
        """When the visitor would have come to have this place without a head start."""
        return self._record.joined_at - int(_at(self._head_starts, at) or 0) * 1000


_Told = list[tuple[int, str | int | None]]
"""What a fact was from which time on, oldest first."""


def _told(story: Sequence[TimelineEntry], fact: str, *kinds: str) -> _Told:
    """What events of these kinds said about a fact; one that says nothing of it ends it."""
    return [(each.at, each.facts.get(fact)) for each in story if each.type in kinds]


def _at(told: _Told, at: int) -> str | int | None:
    return next((value for since, value in reversed(told) if since <= at), None)


def _line(record: Record) -> tuple[str, str, str]:
    return record.topic, record.language, record.mode


def _in_line_since(record: Record, story: Sequence[TimelineEntry]) -> int:
    """Since when the visitor has stood in their last line: before, they were in another."""
    moves = [each.at for each in story if each.type == "consultation.moved"]
    return moves[-1] if moves else record.joined_at


def _waits(record: Record, since: int) -> list[Span]:
    """The stays in the line; each ends with the offer that was taken."""
    taken = [offer.at for offer in record.offers if offer.result is Trigger.ACCEPT]
    spans = []
    for leg in record.queue_legs:
        called = (
            at for at in taken if leg.entered_at <= at and (not leg.left_at or at <= leg.left_at)
        )
        span = Span(max(leg.entered_at, since), next(called, leg.left_at))
        if span.end is None or span.start < span.end:
            spans.append(span)
    return spans


def _rang(offer: Offer) -> Span:
    return Span(offer.at, offer.answered_at)


def _spans(entries: Sequence[TimelineEntry], begins: str, ends: str) -> list[Span]:
    spans: list[Span] = []
    start: int | None = None
    for entry in entries:
        if entry.type == begins and start is None:
            start = entry.at
        elif entry.type == ends and start is not None:
            spans.append(Span(start, entry.at))
            start = None
    return spans if start is None else [*spans, Span(start, None)]


def _holds(entries: Sequence[TimelineEntry]) -> list[Hold]:
    """Each time staff paused the line, until they said something else."""
    gates = [entry for entry in entries if entry.type == "line.gate"]
    ends: list[int | None] = [*(entry.at for entry in gates[1:]), None]
    return [
        Hold(
            during=Span(entry.at, end),
            user=UserId(str(entry.facts["user"])) if entry.facts.get("user") else None,
            token=str(entry.facts.get("token") or ""),
            note=str(entry.facts.get("note") or ""),
        )
        for entry, end in zip(gates, ends, strict=False)
        if entry.facts.get("gate") == Gate.PAUSED
    ]
