"""The session log as the desk shows it, and the parts its other pages are made of. Pure."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from babel import numbers

from signaling.ids import ConsultationId
from signaling.model import Role
from signaling.record import (
    Record,
    last_consultant,
    talk_ms,
    wait_ms,
)
from web.i18n import Texts
from web.log_filter import filter_values
from web.names import Names
from web.ports import COUNT_LIMIT, LogFilter, LogPage, Organisation
from web.words import (
    GOOD_OUTCOMES,
    NEUTRAL_OUTCOMES,
    OUTCOMES,
    STATES,
    Moment,
    duration,
    short_day_and_time,
)

NONE = "—"
"""Shown where there is nothing to show."""

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


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One select of the filter form."""

    name: str
    label: str
    options: list[tuple[str, str]]
    selected: str


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
        outcome=outcome_badge(record, texts),
        rating=NONE if record.rating is None else str(record.rating.score),
    )


def outcome_badge(record: Record, texts: Texts) -> Badge:
    """How it ended, or how it stands; what went wrong for the visitor stands out."""
    if record.outcome is None:
        return Badge(texts.gettext(STATES[record.state]), "accent")
    warning = record.outcome not in GOOD_OUTCOMES | NEUTRAL_OUTCOMES
    return Badge(texts.gettext(OUTCOMES[record.outcome]), "warning" if warning else "")
