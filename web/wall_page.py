"""The organisation as it is now, as the desk's wall shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from babel import numbers

from signaling.hours import standing
from signaling.ids import TopicId
from signaling.messages import Wall
from signaling.model import Gate, Topic
from signaling.parts import Today, WaitingLine
from signaling.quality import LOST, grade
from web.i18n import Texts
from web.names import Names
from web.ports import Organisation
from web.presenters import NONE, Badge, Figure, Row
from web.quality_words import GRADES, WHERE
from web.words import GATES, MODES, duration, language_name

_GOOD_ENOUGH = 0.8
"""Share of visitors answered in time below which the figure stands out: the usual 80 percent."""

WEAK_SHOWN = 20
"""Rows of weak connections."""


class Shown(Figure, frozen=True):
    """A figure of the wall."""

    warning: str = ""
    """What is wrong, in a word; empty when nothing is."""


class LineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line; a topic for which nobody waits or works has one row without a language."""

    topic: TopicId
    name: str
    language: str
    mode: str
    waiting: int
    longest: Badge
    available: int
    on_duty: Badge
    gate: Badge


class WeakRow(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation over a weak connection."""

    id: str
    centre: str
    booth: str
    where: str
    """Who gets it worst."""
    how: Badge


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """What of the overview moves."""

    figures: list[Shown]
    """To be read from three metres, the ones that call for action first."""
    staff: list[Shown]
    lines: list[LineRow]
    """The longest wait first."""
    weak: list[WeakRow]
    """The worst first, and only so many."""
    rows: list[Row]
    """The latest consultations of today."""
    count: str
    """How many there were today."""
    today_query: str
    """The filter of today, as the log's address has it."""


def wall_figures(wall: Wall, texts: Texts) -> list[Shown]:
    """Who waits, and how the day went so far."""
    _ = texts.gettext
    longest = duration(wall.longest_wait_seconds * 1000, texts) if wall.waiting else NONE
    nobody = bool(wall.waiting) and not wall.available and not wall.in_conversation
    return [
        Shown(
            "waiting",
            _("Waiting"),
            str(wall.waiting),
            _("Visitors who have a ticket and are in the line or being offered to a consultant."),
            _("nobody at work") if nobody else "",
        ),
        Shown(
            "longest_wait",
            _("Longest wait"),
            longest,
            _("Time since the visitor who has waited longest took their ticket."),
        ),
        _service_level(wall.today, texts),
        _promise_kept(wall.today, texts),
        _abandoned(wall.today, texts),
    ]


def staff_figures(wall: Wall, texts: Texts) -> list[Shown]:
    """What the consultants do."""
    _ = texts.gettext
    return [
        Shown(
            "available",
            _("Available consultants"),
            str(wall.available),
            _("Consultants who would take the next visitor now."),
        ),
        Shown(
            "in_conversation",
            _("In conversation"),
            str(wall.in_conversation),
            _("Consultants from accepting a visitor to the end of the wrap-up."),
        ),
        Shown(
            "on_break",
            _("On a break"),
            str(wall.on_break),
            _("Consultants who are signed in and take no visitors."),
        ),
        _weak(wall, texts),
    ]


def weak_rows(wall: Wall, texts: Texts) -> list[WeakRow]:
    """The worst of the conversations over a weak connection."""
    _ = texts.gettext
    return [
        WeakRow(
            id=each.consultation,
            centre=each.centre,
            booth=each.booth,
            where=_(WHERE[each.side]),
            how=Badge(_(GRADES[grade(each.score)]), "warning" if each.score <= LOST else "accent"),
        )
        for each in wall.weak[:WEAK_SHOWN]
    ]


def line_rows(
    wall: Wall, gates: Mapping[TopicId, Gate], organisation: Organisation, texts: Texts
) -> list[LineRow]:
    """Every line with anyone in it or on duty, and every other topic, so that none is forgotten."""
    rows = _LineRows(wall.at, organisation, texts)
    seen = {line.topic for line in wall.lines}
    lines = sorted(wall.lines, key=lambda each: (-each.longest_wait_seconds, -each.waiting))
    empty = [topic for topic in organisation.topics if topic not in seen]
    return [
        *(rows.of(line) for line in lines),
        *(rows.nobody(topic, gates.get(topic, Gate.OPEN)) for topic in empty),
    ]


def share(part: int, whole: int, texts: Texts) -> str:
    """Such as ``82%``; a dash when there is nothing to have a share of."""
    if whole == 0:
        return NONE
    return numbers.format_percent(round(part / whole, 2), locale=texts.locale)


def _weak(wall: Wall, texts: Texts) -> Shown:
    _ = texts.gettext
    lost = sum(each.score <= LOST for each in wall.weak)
    formula = _(
        "Conversations in which sound or picture reaches somebody with a score of 40 of 100 or "
        "less. Each page reports every five seconds; of what it says a fall counts at once by four "
        "fifths, and a rise by two fifths. Up to 20 people hardly understand each other: now "
        "%(lost)s.",
        lost=lost,
    )
    warning = _("hardly audible: %(lost)s", lost=lost) if lost else ""
    return Shown("weak", _("Weak connections"), str(len(wall.weak)), formula, warning)


def _counted(today: Today) -> int:
    """Who takes part in the service level: A + B - Bs."""
    return today.answered + today.abandoned - today.abandoned_soon


def _service_level(today: Today, texts: Texts) -> Shown:
    _ = texts.gettext
    whole = _counted(today)
    formula = _(
        "Answered in time ÷ (answered + left while waiting - left within 10 seconds). "
        "Each topic has its own time. "
        "Today: %(in_time)s ÷ (%(answered)s + %(abandoned)s - %(soon)s).",
        in_time=today.in_time,
        answered=today.answered,
        abandoned=today.abandoned,
        soon=today.abandoned_soon,
    )
    low = whole > 0 and today.in_time / whole < _GOOD_ENOUGH
    value = share(today.in_time, whole, texts)
    return Shown("service_level", _("Answered in time"), value, formula, _("low") if low else "")


def _promise_kept(today: Today, texts: Texts) -> Shown:
    _ = texts.gettext
    formula = _(
        "Answered inside the wait first shown, or before it ÷ answered who were shown one. "
        "Today: %(kept)s ÷ %(promised)s.",
        kept=today.promise_kept,
        promised=today.promised,
    )
    if today.promised:
        error = today.promise_error_seconds * 1000 // today.promised
        off = _(
            "On average the wait was %(time)s from the middle of what was shown.",
            time=duration(error, texts),
        )
        formula = f"{formula} {off}"
    return Shown(
        "promise_kept",
        _("Promise kept"),
        share(today.promise_kept, today.promised, texts),
        formula,
    )


def _abandoned(today: Today, texts: Texts) -> Shown:
    _ = texts.gettext
    formula = _(
        "(Left while waiting - left within 10 seconds) ÷ (answered + left while waiting - left "
        "within 10 seconds). Today: (%(abandoned)s - %(soon)s) ÷ %(whole)s. "
        "What went wrong technically does not count.",
        abandoned=today.abandoned,
        soon=today.abandoned_soon,
        whole=_counted(today),
    )
    left = today.abandoned - today.abandoned_soon
    return Shown("abandoned", _("Gave up waiting"), share(left, _counted(today), texts), formula)


class _LineRows:
    """Lines to rows, at one moment."""

    def __init__(self, at: int, organisation: Organisation, texts: Texts) -> None:
        self._at = at
        self._organisation = organisation
        self._texts = texts
        self._names = Names(organisation, texts)

    def of(self, line: WaitingLine) -> LineRow:
        _ = self._texts.gettext
        unserved = line.waiting > 0 and line.on_duty == 0
        return LineRow(
            topic=line.topic,
            name=self._names.topic(line.topic),
            language=language_name(line.language, self._texts),
            mode=_(MODES[line.mode]),
            waiting=line.waiting,
            longest=self._longest(line),
            available=line.available,
            on_duty=Badge(_("nobody"), "warning") if unserved else Badge(str(line.on_duty), ""),
            gate=self._gate(line.topic, line.gate),
        )

    def nobody(self, topic: TopicId, gate: Gate) -> LineRow:
        return LineRow(
            topic=topic,
            name=self._names.topic(topic),
            language=NONE,
            mode=NONE,
            waiting=0,
            longest=Badge(NONE, ""),
            available=0,
            on_duty=Badge("0", ""),
            gate=self._gate(topic, gate),
        )

    def _longest(self, line: WaitingLine) -> Badge:
        if not line.waiting:
            return Badge(NONE, "")
        time = duration(line.longest_wait_seconds * 1000, self._texts)
        topic = self._topic(line.topic)
        if topic is None or line.longest_wait_seconds <= topic.service_level_seconds:
            return Badge(time, "")
        return Badge(self._texts.gettext("%(time)s, too long", time=time), "warning")

    def _gate(self, topic: TopicId, gate: Gate) -> Badge:
        _ = self._texts.gettext
        if gate is not Gate.OPEN:
            return Badge(_(GATES[gate]), "warning")
        known, timezone = self._topic(topic), self._organisation.policy.timezone
        if known is not None and not standing(known, timezone, self._at).open:
            return Badge(_("Outside its hours"), "accent")
        return Badge(_(GATES[gate]), "")

    def _topic(self, topic: TopicId) -> Topic | None:
        topics = self._organisation.topics
        return topics.get(topic) or self._organisation.closed_topics.get(topic)
