"""Domain objects to what the desk shows: rows, facts, figures with their formulas. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from babel import numbers

from signaling.ids import ConsultationId, UserId
from signaling.messages import Wall
from signaling.model import Outcome, Role
from signaling.record import (
    Record,
    TimelineEntry,
    last_consultant,
    talk_ms,
    wait_ms,
    wrap_up_ms,
)
from web.i18n import Texts
from web.log_filter import filter_values
from web.ports import COUNT_LIMIT, LogFilter, LogPage, Organisation
from web.timeline import VIEWED, Names
from web.words import (
    GOOD_OUTCOMES,
    OUTCOMES,
    STATES,
    Moment,
    day_and_time,
    duration,
    exact_duration,
    language_name,
    short_day_and_time,
)

NONE = "—"
"""Shown where there is nothing to show."""

_MINUTE_MS = 60_000

BadgeKind = Literal["", "accent", "warning"]


class Badge(msgspec.Struct, frozen=True):
    text: str
    kind: BadgeKind


class Figure(msgspec.Struct, frozen=True):
    """A number with what it means."""

    key: str
    label: str
    value: str
    formula: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One consultation in the session log."""

    id: ConsultationId
    ticket: str
    joined: Moment
    centre: str
    topic: str
    consultant: str
    wait: str
    talk: str
    outcome: Badge
    rating: str


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """What of the overview moves."""

    figures: list[Figure]
    rows: list[Row]
    """The latest consultations of today."""
    count: str
    """How many there were today."""
    today_query: str
    """The filter of today, as the log's address has it."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One select of the filter form."""

    name: str
    label: str
    options: list[tuple[str, str]]
    selected: str


class Viewing(msgspec.Struct, frozen=True):
    """Someone looked at a record."""

    moment: Moment
    name: str


class RecordPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the page of one record, the timeline apart."""

    ticket: str
    outcome: Badge
    facts: list[tuple[str, str]]
    figures: list[Figure]


def wall_figures(wall: Wall, texts: Texts) -> list[Figure]:
    """The live numbers, the ones that call for action first."""
    _ = texts.gettext
    longest = duration(wall.longest_wait_seconds * 1000, texts) if wall.waiting else NONE
    return [
        Figure(
            "waiting",
            _("Waiting"),
            str(wall.waiting),
            _("Visitors who have a ticket and are in the line or being offered to a consultant."),
        ),
        Figure(
            "longest_wait",
            _("Longest wait"),
            longest,
            _("Time since the visitor who has waited longest took their ticket."),
        ),
        Figure(
            "available",
            _("Available consultants"),
            str(wall.available),
            _("Consultants who would take the next visitor now."),
        ),
        Figure(
            "in_conversation",
            _("In conversation"),
            str(wall.in_conversation),
            _("Consultants from accepting a visitor to the end of the wrap-up."),
        ),
        Figure(
            "on_break",
            _("On a break"),
            str(wall.on_break),
            _("Consultants who are signed in and take no visitors."),
        ),
    ]


def rows(page: LogPage, organisation: Organisation, texts: Texts) -> list[Row]:
    """A page of the session log."""
    names = Names(organisation, texts)
    zone = ZoneInfo(organisation.timezone)
    return [_row(record, names, texts, zone) for record in page.records]


def counted(total: int, texts: Texts) -> str:
    """How many consultations were found, such as ``1,234 consultations``."""
    figure = numbers.format_decimal(total, locale=texts.locale)
    if total >= COUNT_LIMIT:
        return texts.gettext("%(n)s consultations or more", n=figure)
    return texts.ngettext("%(n)s consultation", "%(n)s consultations", total, n=figure)


def filter_fields(where: LogFilter, organisation: Organisation, texts: Texts) -> list[Field]:
    """The selects of the filter form, in the order of the columns."""
    _ = texts.gettext
    selected = filter_values(where)
    names = Names(organisation, texts)
    topics = (*organisation.topics, *organisation.closed_topics)
    consultants = [each for each in organisation.users.values() if Role.CONSULTANT in each.roles]
    choices: list[tuple[str, str, str, list[tuple[str, str]]]] = [
        (
            "centre",
            _("Centre"),
            _("All centres"),
            [(str(centre.id), centre.name) for centre in organisation.centres.values()],
        ),
        ("topic", _("Topic"), _("All topics"), [(topic, names.topic(topic)) for topic in topics]),
        (
            "consultant",
            _("Consultant"),
            _("All consultants"),
            sorted(((str(each.id), each.name) for each in consultants), key=lambda pair: pair[1]),
        ),
        (
            "outcome",
            _("Outcome"),
            _("All outcomes"),
            [(outcome.value, _(text)) for outcome, text in OUTCOMES.items()],
        ),
    ]
    return [
        Field(
            name=name, label=label, options=[("", every), *options], selected=selected.get(name, "")
        )
        for name, label, every, options in choices
    ]


def record_page(record: Record, organisation: Organisation, texts: Texts) -> RecordPage:
    """Facts of one consultation, and the values that follow from them."""
    return RecordPage(
        ticket=record.ticket,
        outcome=_outcome(record, texts),
        facts=_facts(record, organisation, texts),
        figures=_figures(record, texts),
    )


def viewings(
    entries: Sequence[TimelineEntry], organisation: Organisation, texts: Texts
) -> list[Viewing]:
    """Who looked at a record before, told by the events that say so."""
    names = Names(organisation, texts)
    zone = ZoneInfo(organisation.timezone)
    return [
        Viewing(day_and_time(entry.at, zone, texts), names.user(_user(entry)))
        for entry in entries
        if entry.type == VIEWED
    ]


def _user(viewing: TimelineEntry) -> UserId | None:
    user = viewing.facts["user"]
    return None if user is None else UserId(str(user))


def _row(record: Record, names: Names, texts: Texts, zone: ZoneInfo) -> Row:
    wait, talk, consultant = wait_ms(record), talk_ms(record), last_consultant(record)
    return Row(
        id=record.id,
        ticket=record.ticket,
        joined=short_day_and_time(record.joined_at, zone, texts),
        centre=names.centre(record.centre),
        topic=names.topic(record.topic),
        consultant=NONE if consultant is None else names.user(consultant),
        wait=NONE if wait is None else duration(wait, texts),
        talk=duration(talk, texts) if talk else NONE,
        outcome=_outcome(record, texts),
        rating=NONE if record.rating is None else str(record.rating.score),
    )


def _outcome(record: Record, texts: Texts) -> Badge:
    if record.outcome is None:
        return Badge(texts.gettext(STATES[record.state]), "accent")
    warning = record.outcome not in GOOD_OUTCOMES and record.outcome is not Outcome.NO_SHOW
    return Badge(texts.gettext(OUTCOMES[record.outcome]), "warning" if warning else "")


def _facts(record: Record, organisation: Organisation, texts: Texts) -> list[tuple[str, str]]:
    _ = texts.gettext
    names = Names(organisation, texts)
    zone = ZoneInfo(organisation.timezone)
    # A consultant may have talked twice, after the connection was lost; each is named once.
    consultants = list(dict.fromkeys(names.user(leg.consultant) for leg in record.contact_legs))
    facts = [
        (_("Ticket"), record.ticket),
        (_("Centre"), names.centre(record.centre)),
        (_("Booth"), names.booth(record.booth)),
        (_("Topic"), names.topic(record.topic)),
        (_("Language"), language_name(record.language, texts)),
        (_("Ticket taken"), day_and_time(record.joined_at, zone, texts).text),
        (_("Consultant"), ", ".join(consultants) or NONE),
    ]
    if record.closed_at is not None:
        facts.append((_("Closed"), day_and_time(record.closed_at, zone, texts).text))
    if record.rating is not None:
        facts.append((_("Rating"), _("%(score)s out of 5", score=record.rating.score)))
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
                _("Time in which both saw and heard each other, all conversations together."),
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
    figures.extend(_promise(record, wait, texts))
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


def _promise(record: Record, wait: int | None, texts: Texts) -> list[Figure]:
    """What the visitor was told first, and whether it held."""
    _ = texts.gettext
    promises = [promise for leg in record.queue_legs for promise in leg.promises]
    if not promises:
        return []
    low, high = promises[0].low_minutes, promises[0].high_minutes
    told = _("%(low)s to %(high)s min", low=low, high=high)
    if low == high:
        told = _("%(minutes)s min", minutes=low)
    figures = [
        Figure("promise", _("Promised wait"), told, _("The first wait shown to the visitor."))
    ]
    if wait is not None:
        kept = _("kept") if wait <= high * _MINUTE_MS else _("not kept")
        formula = _("Kept when the wait was not longer than promised.")
        figures.append(Figure("promise_kept", _("Promise"), kept, formula))
    return figures
