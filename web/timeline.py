"""A record's events as sentences that can be read aloud. Pure.

Every event of the journal that may stand in a record has its sentence here; a test holds that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from signaling.consent import RecordingStep, RemovalReason
from signaling.host_events import HostEnd
from signaling.ids import BoothId, CentreId, TopicId, UserId
from signaling.issues import Issue
from signaling.model import (
    RETURNED,
    DeclaredBy,
    Mode,
    Outcome,
    Rule,
    Side,
    Source,
    State,
)
from signaling.record import TimelineEntry
from signaling.showing import Exhibit
from web.i18n import Texts
from web.names import Names
from web.timeline_texts import (
    CLOSED_WHY,
    HOST_ENDED,
    ISSUE_SIDES,
    ISSUES,
    RAISED_WHY,
    RECORDED,
    RECORDING,
    RECORDING_BY,
    REMOVED,
    RETURNED_WHY,
    SHOWN,
    SHOWN_NO_MORE,
    TAKEN,
    TALK_ENDED,
    TALK_ENDED_EARLY,
    WROTE,
    WROTE_HOW_FAST,
)
from web.words import (
    DECLARED_BY,
    MODES,
    OUTCOMES,
    Moment,
    clock_time,
    day_and_time,
    duration,
    language_name,
    time_of_day,
)

VIEWED, PLAYED = "staff.record_viewed", "staff.recording_viewed"
"""The types of the events that say who looked at a record or recording; no part of its story."""

Facts = dict[str, str | int | None]


class Sentence(msgspec.Struct, frozen=True):
    """One line of the timeline."""

    moment: Moment
    text: str


class Narrator:
    """Tells events in one language, with the names of one organisation."""

    def __init__(self, names: Names, texts: Texts, zone: ZoneInfo) -> None:
        self._names = names
        self._texts = texts
        self._zone = zone
        self._tellers: dict[str, Callable[[Facts], str]] = {
            "consultation.joined": self._joined,
            "consultation.claimed": self._claimed,
            "consultation.widened": self._widened,
            "consultation.prioritised": self._prioritised,
            "consultation.moved": self._moved,
            "consultation.called_back": self._called_back,
            "consultation.promised": self._promised,
            "consultation.offered": self._offered,
            "consultation.agreed": self._agreed,
            "consultation.accepted": self._accepted,
            "consultation.returned": self._returned,
            "consultation.media_arrived": self._media_arrived,
            "consultation.connected": self._connected,
            "consultation.issue": self._issue,
            "consultation.shown": self._shown,
            "consultation.text": self._wrote,
            "consultation.talk_ended": self._talk_ended,
            "consultation.closed": self._closed,
            "consultation.rated": self._rated,
            "consultation.recording": self._recording,
            "consultation.recorded": self._recorded,
            "consultation.recording_removed": self._recording_removed,
            "booth.host_called": self._host_called,
            "booth.host_coming": self._host_coming,
            "booth.host_released": self._host_released,
        }

    def tell(self, entries: Sequence[TimelineEntry]) -> list[Sentence]:
        """What happened, each with its time and sentence, in the order given."""
        return [
            Sentence(time_of_day(entry.at, self._zone, self._texts), self._tell(entry))
            for entry in entries
            if entry.type not in (VIEWED, PLAYED)
        ]

    def _tell(self, entry: TimelineEntry) -> str:
        teller = self._tellers.get(entry.type)
        if teller is None:
            return self._texts.gettext(
                "Something newer than this page happened: %(type)s.", type=entry.type
            )
        return teller(entry.facts)

    def _joined(self, facts: Facts) -> str:
        told = [self._took_ticket(facts)]
        _ = self._texts.gettext
        mode, interpreter = _text(facts, "mode"), _text(facts, "interpreter")
        if mode and mode != Mode.SPEECH:
            told.append(_("How they talk: %(mode)s.", mode=_(MODES[Mode(mode)])))
        if interpreter:
            told.append(
                _("To be interpreted: %(what)s.", what=self._names.interpreter(interpreter))
            )
        if _number(facts, "head_start"):
            told.append(self._head_start(facts))
        if scope := _text(facts, "scope"):
            told.append(_("At first only for %(scope)s.", scope=self._names.scope(scope)))
        return " ".join(told)

    def _took_ticket(self, facts: Facts) -> str:
        how = TAKEN[Source(_text(facts, "source") or Source.BOOTH)]
        taken = self._texts.gettext(
            how,
            ticket=facts["ticket"],
            external=_text(facts, "external") or facts["ticket"],
            booth=self._names.booth(BoothId(_text(facts, "booth"))),
            centre=self._names.centre(CentreId(_text(facts, "centre"))),
            topic=self._names.topic(TopicId(_text(facts, "topic"))),
            language=language_name(_text(facts, "language"), self._texts),
        )
        place = self._texts.ngettext(
            "Place %(place)s in the line, %(n)s person waiting.",
            "Place %(place)s in the line, %(n)s people waiting.",
            _number(facts, "waiting"),
            place=facts["place"],
        )
        return f"{taken} {place}"

    def _head_start(self, facts: Facts) -> str:
        declared = DECLARED_BY[DeclaredBy(_text(facts, "declared_by"))]
        return self._texts.gettext(
            "Head start of %(time)s: %(priority)s, %(declared)s.",
            time=duration(_number(facts, "head_start") * 1000, self._texts),
            priority=self._names.priority(_text(facts, "priority")),
            declared=self._texts.gettext(declared),
        )

    def _claimed(self, facts: Facts) -> str:
        return self._texts.gettext(
            "The visitor came to %(booth)s with the ticket.",
            booth=self._names.booth(BoothId(_text(facts, "booth"))),
        )

    def _widened(self, facts: Facts) -> str:
        return self._texts.gettext(
            "From now on %(scope)s may be asked.", scope=self._names.scope(_text(facts, "scope"))
        )

    def _prioritised(self, facts: Facts) -> str:
        _ = self._texts.gettext
        if facts["priority"] == RETURNED:
            return _(
                "The conversation was cut off, so the visitor was let ahead by up to %(time)s.",
                time=duration(_number(facts, "head_start") * 1000, self._texts),
            )
        if not facts["priority"]:
            return _("Staff took the head start back (%(who)s).", who=self._staff(facts))
        return _(
            "Staff gave the visitor a head start of %(time)s (%(who)s): %(priority)s.",
            time=duration(_number(facts, "head_start") * 1000, self._texts),
            who=self._staff(facts),
            priority=self._names.priority(_text(facts, "priority")),
        )

    def _moved(self, facts: Facts) -> str:
        return self._texts.gettext(
            "Staff moved the visitor to another line (%(who)s): %(topic)s, %(language)s, %(mode)s. "
            "The time of coming counts on.",
            who=self._staff(facts),
            topic=self._names.topic(TopicId(_text(facts, "topic"))),
            language=language_name(_text(facts, "language"), self._texts),
            mode=self._texts.gettext(MODES[Mode(_text(facts, "mode"))]),
        )

    def _called_back(self, facts: Facts) -> str:
        return self._texts.gettext(
            "The visitor agreed to come back: %(time)s. The ticket is good until %(until)s.",
            time=day_and_time(_number(facts, "return_at"), self._zone, self._texts).text,
            until=clock_time(_number(facts, "until"), self._zone, self._texts).text,
        )

    def _promised(self, facts: Facts) -> str:
        raised = RAISED_WHY.get(_text(facts, "reason"))
        told = self._range(facts)
        return f"{told} {self._texts.gettext(raised)}" if raised else told

    def _range(self, facts: Facts) -> str:
        low, high = _number(facts, "low_minutes"), _number(facts, "high_minutes")
        if low == high:
            return self._texts.ngettext(
                "The visitor was told to expect a wait of about %(n)s minute.",
                "The visitor was told to expect a wait of about %(n)s minutes.",
                high,
            )
        return self._texts.ngettext(
            "The visitor was told to expect a wait of %(low)s to %(n)s minute.",
            "The visitor was told to expect a wait of %(low)s to %(n)s minutes.",
            high,
            low=low,
        )

    def _offered(self, facts: Facts) -> str:
        """Why it was this consultant, and what else is to be known of the choice."""
        told = [self._chosen(facts)]
        _ = self._texts.gettext
        level, interpreter = _number(facts, "level"), facts.get("interpreter")
        if level > 1:
            told.append(_("Skill level %(level)s: nobody of a better one was free.", level=level))
        if scope := _text(facts, "scope"):
            told.append(_("At that time only for %(scope)s.", scope=self._names.scope(scope)))
        if interpreter and facts["rule"] != Rule.INTERPRETER_CAME:
            who = self._names.user(UserId(str(interpreter)))
            told.append(_("Asked together to interpret: %(who)s.", who=who))
        if passed_over := _number(facts, "passed_over"):
            told.append(
                self._texts.ngettext(
                    "Before the visitor stood %(n)s who could not be called at that moment.",
                    "Before the visitor stood %(n)s who could not be called at that moment.",
                    passed_over,
                )
            )
        return " ".join(told)

    def _chosen(self, facts: Facts) -> str:
        consultant, rivals = self._consultant(facts), _number(facts, "rivals")
        _ = self._texts.gettext
        match facts["rule"]:
            case Rule.RESERVE:
                return _(
                    "%(consultant)s was asked, as the reserve: nobody else was available.",
                    consultant=consultant,
                )
            case Rule.FIRST_IN_LINE:
                return _(
                    "%(consultant)s came free and was asked: "
                    "the visitor was the first of those who could be called.",
                    consultant=consultant,
                )
            case Rule.INTERPRETER_CAME:
                return _(
                    "%(consultant)s was asked: %(interpreter)s had come free to interpret.",
                    consultant=consultant,
                    interpreter=self._names.user(UserId(_text(facts, "interpreter"))),
                )
        if rivals == 0:
            return _(
                "%(consultant)s was asked: nobody else as skilled was available.",
                consultant=consultant,
            )
        return self._texts.ngettext(
            "%(consultant)s was asked: available for longer than the %(n)s other consultant.",
            "%(consultant)s was asked: available for longer than the %(n)s other consultants.",
            rivals,
            consultant=consultant,
        )

    def _agreed(self, facts: Facts) -> str:
        return self._texts.gettext(
            "%(who)s accepted. The other who was asked had still to answer.",
            who=self._names.user(UserId(_text(facts, "user"))),
        )

    def _accepted(self, facts: Facts) -> str:
        return self._texts.gettext("%(consultant)s accepted.", consultant=self._consultant(facts))

    def _returned(self, facts: Facts) -> str:
        text = RETURNED_WHY[str(facts["reason"])]
        return self._texts.gettext(text, consultant=self._consultant(facts))

    def _media_arrived(self, facts: Facts) -> str:
        if facts["side"] == Side.VISITOR:
            return self._texts.gettext("The visitor saw or heard the consultant.")
        return self._texts.gettext("The consultant saw or heard the visitor.")

    def _connected(self, _: Facts) -> str:
        return self._texts.gettext("The conversation began: each saw or heard the other.")

    def _issue(self, facts: Facts) -> str:
        _ = self._texts.gettext
        where = _(ISSUE_SIDES[Side(_text(facts, "side"))])
        what = _(ISSUES[Issue(_text(facts, "issue"))])
        if facts["on"]:
            return _("%(where)s: %(what)s.", where=where, what=what)
        return _("%(where)s, over now: %(what)s.", where=where, what=what)

    def _shown(self, facts: Facts) -> str:
        what = Exhibit(_text(facts, "what"))
        if what is Exhibit.PHOTO:
            return self._texts.gettext(
                "The visitor sent a photo to the consultant (%(size)s KB). It was not kept.",
                size=_number(facts, "kib"),
            )
        return self._texts.gettext((SHOWN if facts["on"] else SHOWN_NO_MORE)[what])

    def _wrote(self, facts: Facts) -> str:
        side = Side(_text(facts, "side"))
        if facts.get("delay") is None:
            return self._texts.gettext(WROTE[side])
        return self._texts.gettext(WROTE_HOW_FAST[side], delay=facts["delay"])

    def _talk_ended(self, facts: Facts) -> str:
        early = facts["was"] == State.CONNECTING
        return self._texts.gettext((TALK_ENDED_EARLY if early else TALK_ENDED)[str(facts["by"])])

    def _closed(self, facts: Facts) -> str:
        outcome = self._texts.gettext(OUTCOMES[Outcome(str(facts["outcome"]))])
        why = CLOSED_WHY[str(facts["reason"])]
        return self._texts.gettext(why, outcome=outcome, who=self._staff(facts))

    def _rated(self, facts: Facts) -> str:
        return self._texts.gettext(
            "The visitor rated the conversation %(score)s out of 5.", score=facts["score"]
        )

    def _recording(self, facts: Facts) -> str:
        by = _text(facts, "by")
        step = RecordingStep(_text(facts, "what"))
        return self._texts.gettext(RECORDING_BY.get((step, by), RECORDING[step]))

    def _recorded(self, facts: Facts) -> str:
        length = duration(_number(facts, "milliseconds"), self._texts)
        side = RECORDED[Side(_text(facts, "side"))]
        return self._texts.gettext(side, length=length)

    def _recording_removed(self, facts: Facts) -> str:
        reason = RemovalReason(_text(facts, "reason"))
        return self._texts.gettext(REMOVED[reason], who=self._staff(facts))

    def _host_called(self, facts: Facts) -> str:
        _ = self._texts.gettext
        wrong = [_(ISSUES[Issue(each)]) for each in _text(facts, "issues").split()]
        if not wrong:
            return _("The visitor called a person of the centre to the booth.")
        return _(
            "The visitor called a person of the centre to the booth: %(wrong)s.",
            wrong=", ".join(wrong),
        )

    def _host_coming(self, facts: Facts) -> str:
        return self._texts.gettext("Somebody went to the booth (%(who)s).", who=self._staff(facts))

    def _host_released(self, facts: Facts) -> str:
        why = HOST_ENDED[HostEnd(_text(facts, "reason"))]
        return self._texts.gettext(why, who=self._staff(facts))

    def _staff(self, facts: Facts) -> str:
        user = _text(facts, "user")
        return self._names.author(UserId(user) if user else None, _text(facts, "token"))

    def _consultant(self, facts: Facts) -> str:
        return self._names.user(UserId(str(facts["consultant"])))


def _number(facts: Facts, name: str) -> int:
    return int(facts.get(name) or 0)


def _text(facts: Facts, name: str) -> str:
    return str(facts.get(name) or "")
