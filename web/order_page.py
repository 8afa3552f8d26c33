"""Why a visitor was called when they were, in the words of the record's page. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from signaling.errors import N_
from signaling.ids import ConsultationId
from signaling.model import Source
from signaling.record import Record, TimelineEntry, wait_ms
from web.i18n import Texts
from web.names import Names
from web.order import Before, Cause, Hold, Order, Span
from web.timeline import Narrator, Sentence
from web.words import DECLARED_BY, Moment, duration, time_of_day

SHOWN = 30
"""So many who were called before are told one by one."""

_OFFERS = frozenset(
    {
        "consultation.offered",
        "consultation.agreed",
        "consultation.accepted",
        "consultation.returned",
    }
)


_HEAD_START = N_("Came later, with a head start of %(time)s: %(priority)s, %(declared)s.")
_WHY: dict[Cause, str] = {
    Cause.CAME_EARLIER: N_("Came earlier: at %(joined)s."),
    Cause.CUT_OFF: N_("Was let back in after being cut off in a conversation."),
    Cause.CAME_BACK: _HEAD_START,
    Cause.HEAD_START: _HEAD_START,
    Cause.AWAY: N_("Just then the page of this visitor was away."),
    Cause.UNCLAIMED: N_("Nobody had come to a booth with this visitor's ticket yet."),
    Cause.BEING_ASKED: N_("Just then a consultant was asked for this visitor: %(who)s."),
    Cause.INTERPRETER: N_("This visitor had to wait for an interpreter too."),
    Cause.SCOPE: N_("Until then this visitor was kept for %(scope)s."),
    Cause.UNKNOWN: N_("Nothing that is written down says why."),
}


class CalledBefore(msgspec.Struct, frozen=True, kw_only=True):
    """One who was called before, with the reason."""

    moment: Moment
    id: ConsultationId
    ticket: str
    text: str


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to "why was this visitor third?"."""

    summary: str
    before: list[CalledBefore]
    more: str
    """How many more there were than are told; empty when all are."""
    holds: list[Sentence]
    """What kept the visitor from being called, apart from others."""
    offers: list[Sentence]
    """Who was asked and why, and what they answered."""


class OrderWords:
    """Tells an `Order` in one language, with the names of one organisation."""

    def __init__(self, names: Names, texts: Texts, zone: ZoneInfo) -> None:
        self._names = names
        self._texts = texts
        self._zone = zone
        self._narrator = Narrator(names, texts, zone)

    def page(self, record: Record, story: list[TimelineEntry], order: Order) -> OrderPage:
        """Everything the section shows."""
        hidden = max(0, len(order.before) - SHOWN)
        return OrderPage(
            summary=self._summary(record, order),
            before=[self._called(each) for each in order.before[:SHOWN]],
            more=self._texts.ngettext("And %(n)s more.", "And %(n)s more.", hidden)
            if hidden
            else "",
            holds=self._holds(record, order),
            offers=self._narrator.tell([each for each in story if each.type in _OFFERS]),
        )

    def _summary(self, record: Record, order: Order) -> str:
        first, wait = record.queue_legs[0], wait_ms(record)
        told = []
        if first.place is not None and first.waiting is not None:
            place = self._texts.gettext(
                "On coming: place %(place)s of %(waiting)s.",
                place=first.place,
                waiting=first.waiting,
            )
            told.append(place)
        count = len(order.before)
        if count == 0:
            told.append(self._texts.gettext("Nobody of this line was called before the visitor."))
        else:
            told.append(
                self._texts.ngettext(
                    "%(n)s visitor of this line was called before.",
                    "%(n)s visitors of this line were called before.",
                    count,
                )
            )
        if wait is not None:
            time = duration(wait, self._texts)
            told.append(self._texts.gettext("The wait took %(time)s.", time=time))
        return " ".join(told)

    def _called(self, each: Before) -> CalledBefore:
        return CalledBefore(
            moment=self._moment(each.at),
            id=each.record.id,
            ticket=each.record.ticket,
            text=self._why(each),
        )

    def _why(self, each: Before) -> str:
        other = each.record
        return self._texts.gettext(
            _WHY[each.cause],
            joined=self._moment(other.joined_at).text,
            who=self._names.user(each.asked),
            scope=self._names.scope(each.scope),
            time=duration(other.head_start * 1000, self._texts),
            priority=self._names.priority(other.priority),
            declared=self._texts.gettext(DECLARED_BY[other.declared_by]),
        )

    def _holds(self, record: Record, order: Order) -> list[Sentence]:
        """In the order in which they began."""
        found = [(hold.during.start, self._paused(hold)) for hold in order.holds]
        found += [(span.start, self._away(span)) for span in order.away]
        if record.source is Source.API:
            found.append((record.joined_at, self._unclaimed(record)))
        return [Sentence(self._moment(at), text) for at, text in sorted(found)]

    def _paused(self, hold: Hold) -> str:
        _, end = self._texts.gettext, hold.during.end
        who = self._names.author(hold.user, hold.token)
        if end is None:
            told = _("Staff paused the line (%(who)s).", who=who)
        else:
            until = self._moment(end).text
            told = _("Staff paused the line until %(until)s (%(who)s).", until=until, who=who)
        return " ".join((told, _("They wrote: %(note)s", note=hold.note))) if hold.note else told

    def _away(self, span: Span) -> str:
        _ = self._texts.gettext
        if span.end is None:
            return _("The page of this visitor went away and nobody could be called to it.")
        until = self._moment(span.end).text
        return _(
            "The page of this visitor was away until %(until)s; nobody could be called to it.",
            until=until,
        )

    def _unclaimed(self, record: Record) -> str:
        _ = self._texts.gettext
        if record.claimed_at is None:
            return _("Nobody came to a booth with this ticket.")
        time = self._moment(record.claimed_at).text
        return _(
            "The ticket was taken elsewhere; the visitor came to a booth with it at %(time)s.",
            time=time,
        )

    def _moment(self, ms: int) -> Moment:
        return time_of_day(ms, self._zone, self._texts)
