"""One consultation as the desk shows it, the timeline apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from signaling.ids import UserId
from signaling.record import Record, TimelineEntry, talk_ms, wait_ms, wrap_up_ms
from web.i18n import Texts
from web.names import Names
from web.ports import Organisation
from web.presenters import NONE, Badge, Figure, outcome_badge
from web.timeline import VIEWED
from web.words import Moment, day_and_time, duration, exact_duration, language_name

_MINUTE_MS = 60_000


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


def record_page(record: Record, organisation: Organisation, texts: Texts) -> RecordPage:
    """Facts of one consultation, and the values that follow from them."""
    return RecordPage(
        ticket=record.ticket,
        outcome=outcome_badge(record, texts),
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
        Viewing(day_and_time(entry.at, zone, texts), _reader(entry, names, texts))
        for entry in entries
        if entry.type == VIEWED
    ]


def _reader(viewing: TimelineEntry, names: Names, texts: Texts) -> str:
    if viewing.facts.get("token"):
        return texts.gettext("a program with an API token")
    user = viewing.facts["user"]
    return names.user(None if user is None else UserId(str(user)))


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
