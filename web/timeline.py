"""A record's events as sentences that can be read aloud. Pure.

Every event of the journal that may stand in a record has its sentence here; a test holds that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from signaling.errors import N_
from signaling.ids import BoothId, CentreId, TopicId, UserId
from signaling.model import EndedBy, Outcome, Side, State, Trigger
from signaling.record import TimelineEntry
from web.i18n import Texts
from web.ports import Organisation
from web.words import OUTCOMES, Moment, language_name, time_of_day

VIEWED = "staff.record_viewed"
"""The type of the event that says who looked at a record; no part of its story."""

Facts = dict[str, str | int | None]


class Sentence(msgspec.Struct, frozen=True):
    """One line of the timeline."""

    moment: Moment
    text: str


class Names:
    """What an organisation's ids are called in the language of the page.

    An old record may name what is gone; then it says so instead of showing an id.
    """

    def __init__(self, organisation: Organisation, texts: Texts) -> None:
        self._organisation = organisation
        self._texts = texts

    def centre(self, centre: CentreId) -> str:
        found = self._organisation.centres.get(centre)
        return found.name if found else self._texts.gettext("a centre that is gone")

    def booth(self, booth: BoothId) -> str:
        found = self._organisation.booths.get(booth)
        return found or self._texts.gettext("a booth that is gone")

    def topic(self, topic: TopicId) -> str:
        known = {**self._organisation.closed_topics, **self._organisation.topics}
        found = known.get(topic)
        return (
            found.name(self._texts.language)
            if found
            else self._texts.gettext("a topic that is gone")
        )

    def user(self, user: UserId | None) -> str:
        if user is None:
            return self._texts.gettext("the administrator of the server")
        found = self._organisation.users.get(user)
        return found.name if found else self._texts.gettext("someone who has left")


_RETURNED: dict[str, str] = {
    Trigger.DECLINE: N_("%(consultant)s declined. The visitor kept their place in the line."),
    Trigger.OFFER_TIMED_OUT: N_(
        "%(consultant)s did not answer in time. The visitor kept their place in the line."
    ),
    Trigger.CONSULTANT_LOST: N_(
        "%(consultant)s lost the connection. The visitor went back to their place in the line."
    ),
    Trigger.MEDIA_FAILED: N_(
        "Sound and picture between the visitor and %(consultant)s failed. "
        "The visitor went back to their place in the line."
    ),
}

_TALK_ENDED: dict[str, str] = {
    EndedBy.VISITOR: N_("The visitor finished the conversation."),
    EndedBy.CONSULTANT: N_("The consultant finished the conversation."),
    EndedBy.SYSTEM: N_("The booth was away for too long, and the conversation was ended."),
}

_TALK_ENDED_EARLY: dict[str, str] = {
    EndedBy.VISITOR: N_("The visitor finished before sound and picture were there."),
    EndedBy.CONSULTANT: N_("The consultant finished before sound and picture were there."),
    EndedBy.SYSTEM: N_("The booth was away for too long, before sound and picture were there."),
}

_CLOSED: dict[str, str] = {
    Trigger.LEAVE: N_("The visitor left the line. Outcome: %(outcome)s."),
    Trigger.VISITOR_LOST: N_("The booth was away for too long. Outcome: %(outcome)s."),
    Trigger.FINISH: N_("The consultant wrote down the outcome: %(outcome)s."),
    Trigger.WRAP_UP_OVER: N_("The time for the wrap-up ran out. Outcome: %(outcome)s."),
    Trigger.CONSULTANT_LOST: N_(
        "The consultant's page was gone during the wrap-up. Outcome: %(outcome)s."
    ),
    Trigger.GIVE_UP: N_("Sound and picture failed again and again. Outcome: %(outcome)s."),
}


class Narrator:
    """Tells events in one language, with the names of one organisation."""

    def __init__(self, names: Names, texts: Texts, zone: ZoneInfo) -> None:
        self._names = names
        self._texts = texts
        self._zone = zone
        self._tellers: dict[str, Callable[[Facts], str]] = {
            "consultation.joined": self._joined,
            "consultation.promised": self._promised,
            "consultation.offered": self._offered,
            "consultation.accepted": self._accepted,
            "consultation.returned": self._returned,
            "consultation.media_arrived": self._media_arrived,
            "consultation.connected": self._connected,
            "consultation.talk_ended": self._talk_ended,
            "consultation.closed": self._closed,
            "consultation.rated": self._rated,
        }

    def tell(self, entries: Sequence[TimelineEntry]) -> list[Sentence]:
        """What happened, each with its time and sentence, in the order given."""
        return [
            Sentence(time_of_day(entry.at, self._zone, self._texts), self._tell(entry))
            for entry in entries
            if entry.type != VIEWED
        ]

    def _tell(self, entry: TimelineEntry) -> str:
        teller = self._tellers.get(entry.type)
        if teller is None:
            return self._texts.gettext(
                "Something newer than this page happened: %(type)s.", type=entry.type
            )
        return teller(entry.facts)

    def _joined(self, facts: Facts) -> str:
        return self._texts.ngettext(
            "The visitor took ticket %(ticket)s at %(booth)s, %(centre)s: %(topic)s, %(language)s. "
            "Place %(place)s in the line, %(n)s person waiting.",
            "The visitor took ticket %(ticket)s at %(booth)s, %(centre)s: %(topic)s, %(language)s. "
            "Place %(place)s in the line, %(n)s people waiting.",
            _number(facts, "waiting"),
            ticket=facts["ticket"],
            booth=self._names.booth(BoothId(str(facts["booth"]))),
            centre=self._names.centre(CentreId(str(facts["centre"]))),
            topic=self._names.topic(TopicId(str(facts["topic"]))),
            language=language_name(str(facts["language"]), self._texts),
            place=facts["place"],
        )

    def _promised(self, facts: Facts) -> str:
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
        consultant = self._consultant(facts)
        if facts["rule"] == "reserve":
            return self._texts.gettext(
                "%(consultant)s was asked, as the reserve: nobody else was available.",
                consultant=consultant,
            )
        rivals = _number(facts, "rivals")
        if rivals == 0:
            return self._texts.gettext(
                "%(consultant)s was asked: nobody else was available.", consultant=consultant
            )
        return self._texts.ngettext(
            "%(consultant)s was asked: available for longer than the %(n)s other consultant.",
            "%(consultant)s was asked: available for longer than the %(n)s other consultants.",
            rivals,
            consultant=consultant,
        )

    def _accepted(self, facts: Facts) -> str:
        return self._texts.gettext("%(consultant)s accepted.", consultant=self._consultant(facts))

    def _returned(self, facts: Facts) -> str:
        text = _RETURNED[str(facts["reason"])]
        return self._texts.gettext(text, consultant=self._consultant(facts))

    def _media_arrived(self, facts: Facts) -> str:
        if facts["side"] == Side.VISITOR:
            return self._texts.gettext("The visitor saw or heard the consultant.")
        return self._texts.gettext("The consultant saw or heard the visitor.")

    def _connected(self, _: Facts) -> str:
        return self._texts.gettext("The conversation began: each saw or heard the other.")

    def _talk_ended(self, facts: Facts) -> str:
        early = facts["was"] == State.CONNECTING
        return self._texts.gettext((_TALK_ENDED_EARLY if early else _TALK_ENDED)[str(facts["by"])])

    def _closed(self, facts: Facts) -> str:
        outcome = self._texts.gettext(OUTCOMES[Outcome(str(facts["outcome"]))])
        return self._texts.gettext(_CLOSED[str(facts["reason"])], outcome=outcome)

    def _rated(self, facts: Facts) -> str:
        return self._texts.gettext(
            "The visitor rated the conversation %(score)s out of 5.", score=facts["score"]
        )

    def _consultant(self, facts: Facts) -> str:
        return self._names.user(UserId(str(facts["consultant"])))


def _number(facts: Facts, name: str) -> int:
    return int(facts[name] or 0)
