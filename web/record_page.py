"""One consultation as the desk shows it, the timeline apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from signaling.ids import UserId
from signaling.model import Side, Source, Trigger
from signaling.record import (
    Promise,
    QueueLeg,
    Record,
    TimelineEntry,
    first_promise,
    promise_kept,
    talk_ms,
    wait_ms,
    wrap_up_ms,
)
from signaling.showing import Exhibit
from web.i18n import Texts
from web.names import Names
from web.ports import Organisation
from web.presenters import NONE, Badge, Figure, outcome_badge
from web.timeline import PLAYED, VIEWED
from web.words import (
    DECLARED_BY,
    MODES,
    SOURCES,
    Moment,
    clock_time,
    day_and_time,
    duration,
    exact_duration,
    language_name,
    time_of_day,
)

_MINUTE_MS = 60_000


class Viewing(msgspec.Struct, frozen=True):
    """Someone looked at a record."""

    moment: Moment
    name: str


class Fact(msgspec.Struct, frozen=True):
    label: str
    value: str
    href: str = ""
    """Where the value leads; empty: nowhere."""


class PromiseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A wait that was shown, and what came of it."""

    moment: Moment
    told: str
    took: str
    """How long it was from then."""
    kept: Badge


class RecordingPart(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded of the conversation."""

    facts: list[Fact]
    href: str
    """Where it is played; empty: it was removed."""
    removed: str
    """When it was, as a sentence; empty: it is there."""


class RecordPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the page of one record, the timeline apart."""

    ticket: str
    outcome: Badge
    facts: list[Fact]
    figures: list[Figure]
    promises: list[PromiseRow]
    recording: RecordingPart | None


def record_page(record: Record, organisation: Organisation, texts: Texts) -> RecordPage:
    """Facts of one consultation, and the values that follow from them."""
    zone = ZoneInfo(organisation.timezone)
    return RecordPage(
        ticket=record.ticket,
        outcome=outcome_badge(record, texts),
        facts=_facts(record, Names(organisation, texts), zone, texts),
        figures=_figures(record, texts),
        promises=[
            _promise_row(promise, leg, zone, texts)
            for leg in record.queue_legs
            for promise in leg.promises
        ],
        recording=_recording(record, zone, texts),
    )


def viewings(
    entries: Sequence[TimelineEntry], organisation: Organisation, texts: Texts
) -> list[Viewing]:
    """Who looked at a record before, told by the events that say so."""
    names = Names(organisation, texts)
    zone = ZoneInfo(organisation.timezone)
    return [
        Viewing(day_and_time(entry.at, zone, texts), _looked(entry, _reader(entry, names), texts))
        for entry in entries
        if entry.type in (VIEWED, PLAYED)
    ]


def _looked(viewing: TimelineEntry, name: str, texts: Texts) -> str:
    if viewing.type == PLAYED:
        return texts.gettext("%(name)s (the recording)", name=name)
    return name


def _recording(record: Record, zone: ZoneInfo, texts: Texts) -> RecordingPart | None:
    if not record.recorded:
        return None
    _ = texts.gettext
    facts = []
    for side, label in ((Side.VISITOR, _("Visitor")), (Side.CONSULTANT, _("Consultant"))):
        lengths = [part.milliseconds for part in record.recorded if part.side is side]
        facts.append(Fact(label, duration(sum(lengths), texts) if lengths else NONE))
    gone = record.recording_removed_at
    if gone is None:
        return RecordingPart(facts=facts, href=f"/desk/log/{record.id}/recording", removed="")
    when = day_and_time(gone, zone, texts).text
    removed = _("The recording was removed on %(when)s.", when=when)
    return RecordingPart(facts=facts, href="", removed=removed)


def _reader(viewing: TimelineEntry, names: Names) -> str:
    user = viewing.facts["user"]
    token = str(viewing.facts.get("token") or "")
    return names.author(None if user is None else UserId(str(user)), token)


def _facts(record: Record, names: Names, zone: ZoneInfo, texts: Texts) -> list[Fact]:
    _ = texts.gettext
    # A consultant may have talked twice, after the connection was lost; each is named once.
    consultants = list(dict.fromkeys(names.user(leg.consultant) for leg in record.contact_legs))
    facts = [
        Fact(_("Ticket"), record.ticket),
        Fact(_("Centre"), names.centre(record.centre)),
        Fact(_("Booth"), names.booth(record.booth)),
        Fact(_("Topic"), names.topic(record.topic)),
        Fact(_("Language"), language_name(record.language, texts)),
        Fact(_("How they talk"), _(MODES[record.mode])),
        *_needs(record, names, texts),
        Fact(_("Ticket taken"), day_and_time(record.joined_at, zone, texts).text),
        *_origin(record, zone, texts),
        Fact(_("Consultant"), ", ".join(consultants) or NONE),
    ]
    helpers = {leg.interpreter for leg in record.contact_legs if leg.interpreter is not None}
    if helpers:
        facts.append(Fact(_("Interpreter"), ", ".join(sorted(map(names.user, helpers)))))
    facts.extend(_shown(record, texts))
    facts.extend(_wrote(record, texts))
    facts.extend(_host_calls(record, zone, texts))
    if record.return_at is not None:
        back = day_and_time(record.return_at, zone, texts).text
        facts.append(Fact(_("Agreed to come back"), back))
    if record.closed_at is not None:
        facts.append(Fact(_("Closed"), day_and_time(record.closed_at, zone, texts).text))
    if record.rating is not None:
        facts.append(Fact(_("Rating"), _("%(score)s out of 5", score=record.rating.score)))
    return facts


def _shown(record: Record, texts: Texts) -> list[Fact]:
    """What they showed each other besides their faces, all conversations together."""
    _ = texts.gettext
    everything = [each for leg in record.contact_legs for each in leg.shown]
    told = []
    for what, words in (
        (Exhibit.DOCUMENT, _("document for %(time)s")),
        (Exhibit.SCREEN, _("window of the consultant for %(time)s")),
    ):
        times = [
            each.ended_at - each.began_at
            for each in everything
            if each.what is what and each.ended_at is not None
        ]
        if times:
            told.append(words % {"time": duration(sum(times), texts)})
    photos = sum(each.what is Exhibit.PHOTO for each in everything)
    if photos:
        told.append(texts.ngettext("%(n)s photo", "%(n)s photos", photos))
    return [Fact(_("Shown"), ", ".join(told))] if told else []


def _wrote(record: Record, texts: Texts) -> list[Fact]:
    """Who wrote, in whichever conversation, and the longest delay of theirs."""
    _ = texts.gettext
    told = []
    for side, who in (
        (Side.VISITOR, _("visitor")),
        (Side.CONSULTANT, _("consultant")),
        (Side.INTERPRETER, _("interpreter")),
    ):
        wrote = [each for leg in record.contact_legs for each in leg.wrote if each.side is side]
        delays = [each.delay for each in wrote if each.delay is not None]
        if delays:
            words = _("%(who)s (95 %% left within %(delay)s ms)", who=who, delay=max(delays))
            told.append(words)
        elif wrote:
            told.append(who)
    return [Fact(_("Wrote"), ", ".join(told))] if told else []


def _host_calls(record: Record, zone: ZoneInfo, texts: Texts) -> list[Fact]:
    """When a person of the centre was called, and how soon somebody answered."""
    _ = texts.gettext
    told = []
    for each in record.host_calls:
        at = clock_time(each.called_at, zone, texts).text
        if each.coming_at is None:
            told.append(_("%(time)s, not answered", time=at))
        else:
            after = duration(each.coming_at - each.called_at, texts)
            told.append(_("%(time)s, answered after %(after)s", time=at, after=after))
    return [Fact(_("Called to the booth"), "; ".join(told))] if told else []


def _needs(record: Record, names: Names, texts: Texts) -> list[Fact]:
    """What set the visitor apart in the line."""
    _ = texts.gettext
    facts = []
    if record.interpreter:
        facts.append(Fact(_("To be interpreted"), names.interpreter(record.interpreter)))
    if record.priority:
        value = _(
            "%(priority)s (%(declared)s), up to %(time)s ahead",
            priority=names.priority(record.priority),
            declared=_(DECLARED_BY[record.declared_by]),
            time=duration(record.head_start * 1000, texts),
        )
        facts.append(Fact(_("Priority"), value))
    return facts


def _origin(record: Record, zone: ZoneInfo, texts: Texts) -> list[Fact]:
    """Where the ticket comes from, when it was not simply taken at the booth."""
    _ = texts.gettext
    facts = []
    if record.source is not Source.BOOTH:
        facts.append(Fact(_("Where it was taken"), _(SOURCES[record.source])))
    if record.external:
        facts.append(Fact(_("Number outside Okno"), record.external))
    if record.claimed_at is not None:
        came = day_and_time(record.claimed_at, zone, texts).text
        facts.append(Fact(_("Came to the booth"), came))
    if record.previous is not None:
        facts.append(Fact(_("Before this"), _("Earlier visit"), f"/desk/log/{record.previous}"))
    return facts


def _figures(record: Record, texts: Texts) -> list[Figure]:
    _ = texts.gettext
    wait = wait_ms(record)
    figures = [
        Figure(
            "wait",
            _("Wait"),
            _("still waiting") if wait is None else duration(wait, texts),
            _("From taking the ticket to leaving the line for the last time."),
        ),
    ]
    if record.contact_legs:
        over = record.contact_legs[-1].ended_at is not None
        figures.append(
            Figure(
                "talk",
                _("Conversation"),
                duration(talk_ms(record), texts) if over else _("going on"),
                _("Time in which each saw or heard the other, all conversations together."),
            )
        )
    if record.wrap_up is not None:
        over = record.wrap_up.ended_at is not None
        figures.append(
            Figure(
                "wrap_up",
                _("Wrap-up"),
                duration(wrap_up_ms(record), texts) if over else _("going on"),
                _("From the end of the conversation to the outcome written down."),
            )
        )
    figures.extend(_first_picture(record, texts))
    figures.extend(_promise(record, texts))
    return figures


def _first_picture(record: Record, texts: Texts) -> list[Figure]:
    """How fast the two saw or heard each other, for the last conversation that got so far."""
    _ = texts.gettext
    for leg in reversed(record.contact_legs):
        if leg.media_at_visitor is not None and leg.media_at_consultant is not None:
            both = max(leg.media_at_visitor, leg.media_at_consultant) - leg.accepted_at
            return [
                Figure(
                    "first_picture",
                    _("First picture"),
                    exact_duration(both, texts),
                    _("From accepting to the first picture or sound at both sides."),
                )
            ]
    return []


def _promise(record: Record, texts: Texts) -> list[Figure]:
    """What the visitor was told first, and whether it held."""
    _ = texts.gettext
    promise, kept = first_promise(record), promise_kept(record)
    if promise is None:
        return []
    figures = [
        Figure(
            "promise",
            _("Promised wait"),
            _told(promise, texts),
            _("The first wait shown to the visitor."),
        )
    ]
    if kept is not None:
        formula = _("Kept when the visitor was answered inside the first wait shown or before it.")
        word = _("kept") if kept else _("not kept")
        figures.append(Figure("promise_kept", _("Promise"), word, formula))
    return figures


def _told(promise: Promise, texts: Texts) -> str:
    low, high = promise.low_minutes, promise.high_minutes
    if low == high:
        return texts.gettext("%(minutes)s min", minutes=low)
    return texts.gettext("%(low)s to %(high)s min", low=low, high=high)


def _promise_row(promise: Promise, leg: QueueLeg, zone: ZoneInfo, texts: Texts) -> PromiseRow:
    """A promise is kept when a consultant accepted within it; of who left, nothing is said."""
    _ = texts.gettext
    took, kept = _("still waiting"), Badge(NONE, "")
    if leg.left_at is not None:
        rest = leg.left_at - promise.at
        took = duration(rest, texts)
        if leg.reason_out is Trigger.ACCEPT:
            is_kept = rest <= promise.high_minutes * _MINUTE_MS
            kept = Badge(_("kept"), "") if is_kept else Badge(_("not kept"), "warning")
    return PromiseRow(
        moment=time_of_day(promise.at, zone, texts),
        told=_told(promise, texts),
        took=took,
        kept=kept,
    )
