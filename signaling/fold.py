"""Events to what they add up to: a consultation's record, and the line as it is now.

Pure: the same events give the same answer on every node and in every year. The scripts write the
events; nothing here decides anything. Both folds take any prefix of a legal history, and a history
with holes (another node may be about to archive the missing entries) gives the best that can be
said instead of an error.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from signaling.events import (
    Accepted,
    AnyEvent,
    CalledBack,
    Claimed,
    Closed,
    Connected,
    Entry,
    IssueChanged,
    Joined,
    Measured,
    MediaArrived,
    Moved,
    Offered,
    Prioritised,
    Promised,
    Rated,
    Returned,
    Shown,
    StatusChanged,
    TalkEnded,
    TextUsed,
    Widened,
    consultation_of,
)
from signaling.host_events import HostCalled, HostComing, HostReleased
from signaling.ids import ConsultationId, UserId
from signaling.media_quality import summary, talk_of
from signaling.model import EndedBy, Side, State, Status, Trigger
from signaling.noted import contact_leg, end_issues, note
from signaling.record import (
    ContactLeg,
    Offer,
    Promise,
    QueueLeg,
    Rating,
    Record,
    RecordedPart,
    WrapUp,
)
from signaling.recording_events import Recorded, RecordingRemoved


def fold(entries: Iterable[Entry]) -> Record | None:
    """The record of one consultation.

    Args:
        entries: all journal entries of that consultation, oldest first. What staff did with its
            record may be among them and is no part of it.

    Returns:
        The record, or None while the entry that says who joined is missing.
    """
    record: Record | None = None
    measured: list[Measured] = []
    count = 0
    last = None
    for entry in entries:
        if consultation_of(entry.event) is None:
            continue
        count += 1
        last = entry.id
        if isinstance(entry.event, Joined):
            record = _opened(entry, entry.event)
        elif isinstance(entry.event, Measured):
            measured.append(entry.event)
        elif record is not None:
            _apply(record, entry.event)
    if record is not None:
        record.events = count
        record.last_event = last
        for leg in record.contact_legs:
            if leg.ended_at is not None:
                leg.quality = summary(each for each in measured if talk_of(each.link) == leg.link)
    return record


def state_after(event: AnyEvent) -> State | None:
    """The state its consultation is in after the event; None when it changes none."""
    return _STATES.get(type(event))


_STATES: dict[type[AnyEvent], State] = {
    Joined: State.WAITING,
    Offered: State.OFFERED,
    Accepted: State.CONNECTING,
    Returned: State.WAITING,
    Connected: State.ACTIVE,
    TalkEnded: State.WRAPPING_UP,
    Closed: State.CLOSED,
}


class LiveState(msgspec.Struct, kw_only=True):
    """An organisation as its journal says it is now."""

    states: dict[ConsultationId, State] = msgspec.field(default_factory=dict)
    """Every consultation the journal knows, closed ones included."""
    statuses: dict[UserId, Status] = msgspec.field(default_factory=dict)
    """The last status of every consultant; who is not in it never came."""
    serving: dict[UserId, ConsultationId] = msgspec.field(default_factory=dict)
    """Which consultation a consultant is asked for, talks in or wraps up."""
    interpreting: dict[UserId, ConsultationId] = msgspec.field(default_factory=dict)
    """Which consultation an interpreter is asked for or talks in."""


def live_state(events: Iterable[AnyEvent]) -> LiveState:
    """Where everything stands after these events of one organisation, oldest first."""
    live = LiveState()
    for event in events:
        if isinstance(event, StatusChanged):
            live.statuses[event.consultant] = event.status
        consultation, state = consultation_of(event), state_after(event)
        if consultation is None or state is None:
            continue
        live.states[consultation] = state
        if isinstance(event, Offered):
            live.serving[event.consultant] = consultation
            if event.interpreter is not None:
                live.interpreting[event.interpreter] = consultation
        if state in (State.WAITING, State.CLOSED):
            _forget(live.serving, consultation)
        if state in (State.WAITING, State.WRAPPING_UP, State.CLOSED):
            _forget(live.interpreting, consultation)
    return live


def _forget(busy: dict[UserId, ConsultationId], consultation: ConsultationId) -> None:
    for who in [who for who, what in busy.items() if what == consultation]:
        del busy[who]


def _opened(entry: Entry, event: Joined) -> Record:
    leg = QueueLeg(entered_at=event.at, place=event.place, waiting=event.waiting, scope=event.scope)
    return Record(
        id=event.consultation,
        organisation=entry.organisation,
        centre=event.centre,
        booth=event.booth,
        ticket=event.ticket,
        topic=event.topic,
        language=event.language,
        mode=event.mode,
        interpreter=event.interpreter,
        source=event.source,
        external=event.external,
        previous=event.previous,
        priority=event.priority,
        declared_by=event.declared_by,
        head_start=event.head_start,
        joined_at=event.at,
        state=State.WAITING,
        queue_legs=[leg],
    )


def _apply(record: Record, event: AnyEvent) -> None:
    record.state = state_after(event) or record.state
    match event:
        case Promised() | Claimed() | Widened() | Prioritised() | Moved() | CalledBack():
            _apply_wait(record, event)
        case Offered():
            record.offers.append(_offer(event))
        case Returned():
            _return(record, event)
        case IssueChanged() | Shown() | TextUsed() | HostCalled() | HostComing() | HostReleased():
            note(record, event)
        case Accepted() | MediaArrived() | Connected() | TalkEnded():
            _apply_talk(record, event)
        case Closed():
            _close(record, event)
        case Rated():
            record.rating = Rating(at=event.at, score=event.score)
        case Recorded() | RecordingRemoved():
            _record(record, event)
        case _:
            pass


def _record(record: Record, event: Recorded | RecordingRemoved) -> None:
    if isinstance(event, RecordingRemoved):
        record.recording_removed_at = event.at
        return
    record.recorded.append(
        RecordedPart(
            side=event.side,
            take=event.take,
            segments=event.segments,
            milliseconds=event.milliseconds,
        )
    )


def _apply_wait(
    record: Record, event: Promised | Claimed | Widened | Prioritised | Moved | CalledBack
) -> None:
    match event:
        case Promised():
            record.queue_legs[-1].promises.append(_promise(event))
        case Claimed():
            record.booth, record.claimed_at = event.booth, event.at
        case Widened():
            record.queue_legs[-1].scope = event.scope
        case Prioritised():
            record.priority, record.declared_by = event.priority, event.declared_by
            record.head_start = event.head_start
        case Moved():
            record.topic, record.language, record.mode = event.topic, event.language, event.mode
            record.queue_legs[-1].scope = ""
        case CalledBack():
            record.return_at = event.return_at


def _apply_talk(record: Record, event: Accepted | MediaArrived | Connected | TalkEnded) -> None:
    match event:
        case Accepted():
            _answer_offer(record, event.at, Trigger.ACCEPT)
            _leave_queue(record, event.at, Trigger.ACCEPT)
            record.contact_legs.append(
                ContactLeg(
                    consultant=event.consultant,
                    interpreter=record.offers[-1].interpreter if record.offers else None,
                    link=event.link,
                    accepted_at=event.at,
                )
            )
        case MediaArrived():
            _media_arrived(record, event)
        case Connected():
            leg = contact_leg(record, event.link)
            if leg is not None and leg.connected_at is None:
                leg.connected_at = event.at
        case TalkEnded():
            _end_contact(record, event.at, event.by, event.reason)
            end_issues(record, event.at)
            record.wrap_up = WrapUp(started_at=event.at)


def _promise(event: Promised) -> Promise:
    return Promise(
        at=event.at,
        low_minutes=event.low_minutes,
        high_minutes=event.high_minutes,
        method=event.method,
        samples=event.samples,
        reason=event.reason,
    )


def _offer(event: Offered) -> Offer:
    return Offer(
        consultant=event.consultant,
        link=event.link,
        at=event.at,
        rule=event.rule,
        rivals=event.rivals,
        level=event.level,
        scope=event.scope,
        interpreter=event.interpreter,
        passed_over=event.passed_over,
    )


def _media_arrived(record: Record, event: MediaArrived) -> None:
    leg = contact_leg(record, event.link)
    if leg is None:
        return
    if event.side is Side.VISITOR and leg.media_at_visitor is None:
        leg.media_at_visitor = event.at
    elif event.side is Side.CONSULTANT and leg.media_at_consultant is None:
        leg.media_at_consultant = event.at


def _return(record: Record, event: Returned) -> None:
    _answer_offer(record, event.at, event.reason)
    end_issues(record, event.at, of_visitor=False)
    if event.was is not State.OFFERED:
        # Who is only being asked for has never left the line; who was talked to enters it anew.
        _end_contact(record, event.at, EndedBy.SYSTEM, event.reason)
        record.queue_legs.append(QueueLeg(entered_at=event.at))


def _close(record: Record, event: Closed) -> None:
    _answer_offer(record, event.at, event.reason)
    _leave_queue(record, event.at, event.reason)
    _end_contact(record, event.at, EndedBy.SYSTEM, event.reason)
    end_issues(record, event.at)
    if record.wrap_up is not None and record.wrap_up.ended_at is None:
        record.wrap_up.ended_at = event.at
        record.wrap_up.reason = event.reason
    record.outcome = event.outcome
    record.closed_at = event.at


def _answer_offer(record: Record, at: int, result: Trigger) -> None:
    if record.offers and record.offers[-1].result is None:
        record.offers[-1].answered_at = at
        record.offers[-1].result = result


def _leave_queue(record: Record, at: int, reason: Trigger) -> None:
    leg = record.queue_legs[-1]
    if leg.left_at is None:
        leg.left_at = at
        leg.reason_out = reason


def _end_contact(record: Record, at: int, by: EndedBy, reason: Trigger) -> None:
    if record.contact_legs and record.contact_legs[-1].ended_at is None:
        leg = record.contact_legs[-1]
        leg.ended_at = at
        leg.ended_by = by
        leg.reason = reason
        for each in leg.shown:
            if each.ended_at is None:
                each.ended_at = at
