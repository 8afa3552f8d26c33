"""Legal histories of consultations, as the scripts would journal them.

`History` says one event after another and keeps the time; `histories` lets hypothesis walk the
transition table with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from signaling.events import (
    Accepted,
    AnyEvent,
    Closed,
    Connected,
    Entry,
    IssueChanged,
    Joined,
    Measured,
    MediaArrived,
    Offered,
    Promised,
    Rated,
    Returned,
    Shown,
    TalkEnded,
    TextUsed,
)
from signaling.host_events import HostCalled, HostComing, HostReleased
from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    EventId,
    LinkId,
    OrganisationId,
    TopicId,
    UserId,
    new_ulid,
)
from signaling.issues import Issue
from signaling.measures import Picture, Sample, Sound, Way
from signaling.model import TRANSITIONS, EndedBy, Mode, Outcome, Rule, Side, State, Trigger
from signaling.showing import SHOWN_BY, Exhibit

START = 1_767_225_600_000
"""2026-01-01 00:00 UTC."""

WAY_OUT = {
    State.WAITING: Trigger.LEAVE,
    State.OFFERED: Trigger.LEAVE,
    State.CONNECTING: Trigger.HANG_UP,
    State.ACTIVE: Trigger.HANG_UP,
    State.WRAPPING_UP: Trigger.FINISH,
}
"""A trigger of each state that leads towards the end."""


class History:
    """One consultation's events. Every verb lets `pause` milliseconds pass and is journaled."""

    def __init__(
        self,
        *,
        organisation: str = "org",
        consultation: str | None = None,
        centre: str = "centre",
        booth: str = "booth",
        topic: str = "topic",
        ticket: str = "B-042",
        joined_at: int = START,
        pause: int = 1000,
    ) -> None:
        self.organisation = OrganisationId(organisation)
        self.consultation = ConsultationId(consultation or new_ulid())
        self.pause = pause
        self.now = joined_at
        self.state = State.WAITING
        self.consultant = UserId("nobody")
        self.offers = 0
        self.events: list[AnyEvent] = [
            Joined(
                at=self.now,
                consultation=self.consultation,
                centre=CentreId(centre),
                booth=BoothId(booth),
                ticket=ticket,
                topic=TopicId(topic),
                language="ru",
                mode=Mode.SPEECH,
                place=3,
                waiting=5,
            )
        ]

    @property
    def link(self) -> LinkId:
        return LinkId(f"{self.consultation}-{self.offers}")

    def _later(self) -> int:
        self.now += self.pause
        return self.now

    def promise(self, low: int = 2, high: int = 5) -> History:
        return self._add(
            Promised(
                at=self._later(),
                consultation=self.consultation,
                low_minutes=low,
                high_minutes=high,
                method="configured",
                samples=0,
            )
        )

    def offer(self, consultant: str = "anna") -> History:
        self.consultant = UserId(consultant)
        self.offers += 1
        self.state = State.OFFERED
        return self._add(
            Offered(
                at=self._later(),
                consultation=self.consultation,
                consultant=self.consultant,
                link=self.link,
                rule=Rule.LONGEST_AVAILABLE,
                rivals=0,
            )
        )

    def accept(self) -> History:
        self.state = State.CONNECTING
        return self._add(
            Accepted(
                at=self._later(),
                consultation=self.consultation,
                consultant=self.consultant,
                link=self.link,
            )
        )

    def media(self, side: Side) -> History:
        return self._add(
            MediaArrived(
                at=self._later(), consultation=self.consultation, side=side, link=self.link
            )
        )

    def connect(self) -> History:
        self.media(Side.VISITOR).media(Side.CONSULTANT)
        self.state = State.ACTIVE
        return self._add(Connected(at=self.now, consultation=self.consultation, link=self.link))

    def issue(self, side: Side, issue: Issue, *, on: bool = True, link: bool = False) -> History:
        return self._add(
            IssueChanged(
                at=self._later(),
                consultation=self.consultation,
                side=side,
                issue=issue,
                on=on,
                link=self.link if link else None,
            )
        )

    def shown(self, what: Exhibit, *, on: bool = True, kib: int = 0) -> History:
        return self._add(
            Shown(
                at=self._later(),
                consultation=self.consultation,
                side=SHOWN_BY[what],
                link=self.link,
                what=what,
                on=on,
                kib=kib,
            )
        )

    def host(self, kind: type[HostCalled | HostComing | HostReleased], **facts: Any) -> History:
        """A person of the centre is called to the booth, comes, or is needed no more."""
        at, booth = self._later(), BoothId("booth")
        return self._add(kind(at=at, booth=booth, consultation=self.consultation, **facts))

    def write(self, side: Side, delay: int | None = None) -> History:
        return self._add(
            TextUsed(
                at=self._later(),
                consultation=self.consultation,
                side=side,
                link=self.link,
                delay=delay,
            )
        )

    def measure(self, side: Side, sample: Sample) -> History:
        return self._add(
            Measured(
                at=self._later(),
                consultation=self.consultation,
                side=side,
                link=self.link,
                sample=sample,
            )
        )

    def back(self, reason: Trigger) -> History:
        was, self.state = self.state, State.WAITING
        return self._add(
            Returned(
                at=self._later(),
                consultation=self.consultation,
                consultant=self.consultant,
                reason=reason,
                was=was,
            )
        )

    def end_talk(
        self, by: EndedBy = EndedBy.CONSULTANT, reason: Trigger = Trigger.HANG_UP
    ) -> History:
        was, self.state = self.state, State.WRAPPING_UP
        return self._add(
            TalkEnded(
                at=self._later(), consultation=self.consultation, by=by, reason=reason, was=was
            )
        )

    def close(self, outcome: Outcome = Outcome.SERVED, reason: Trigger = Trigger.FINISH) -> History:
        was, self.state = self.state, State.CLOSED
        return self._add(
            Closed(
                at=self._later(),
                consultation=self.consultation,
                outcome=outcome,
                reason=reason,
                was=was,
            )
        )

    def rate(self, score: int = 5) -> History:
        return self._add(Rated(at=self._later(), consultation=self.consultation, score=score))

    def served(self, consultant: str = "anna") -> History:
        """From the line to the end, with nothing going wrong."""
        return self.offer(consultant).accept().connect().end_talk().close()

    def entries(self) -> list[Entry]:
        """The events with ids as Redis would give them: equal times differ by sequence."""
        entries: list[Entry] = []
        sequence = 0
        for index, event in enumerate(self.events):
            sequence = sequence + 1 if index and self.events[index - 1].at == event.at else 0
            entries.append(
                Entry(
                    organisation=self.organisation,
                    id=EventId(f"{event.at}-{sequence}"),
                    event=event,
                )
            )
        return entries

    def take(self, trigger: Trigger, draw: st.DrawFn) -> None:
        """Follow one row of the transition table."""
        verbs: dict[Trigger, Callable[[], History]] = {
            Trigger.OFFER: lambda: self.offer(draw(st.sampled_from(["anna", "boris", "vera"]))),
            Trigger.ACCEPT: self.accept,
            Trigger.CONNECTED: self.connect,
        }
        verb = verbs.get(trigger)
        if verb is not None:
            verb()
            return
        match TRANSITIONS[self.state, trigger]:
            case State.WAITING:
                self.back(trigger)
            case State.WRAPPING_UP:
                self.end_talk(draw(st.sampled_from(EndedBy)), trigger)
            case State.CLOSED:
                self.close(draw(st.sampled_from(Outcome)), trigger)

    def _add(self, event: AnyEvent) -> History:
        self.events.append(event)
        return self


@st.composite
def histories(draw: st.DrawFn, *, closed: bool = False) -> History:
    """A walk over the transition table, to the end if it must be closed."""
    history = History(pause=draw(st.integers(0, 120_000)))
    for _ in range(draw(st.integers(0, 25))):
        history.pause = draw(st.integers(0, 120_000))
        if history.state is State.WAITING and draw(st.booleans()):
            history.promise()
        if history.state is State.CONNECTING and draw(st.booleans()):
            history.media(draw(st.sampled_from(Side)))
        over = history.state in (State.WRAPPING_UP, State.CLOSED)
        if not over and draw(st.integers(0, 3)) == 0:
            side, issue = draw(st.sampled_from(Side)), draw(st.sampled_from(Issue))
            history.issue(side, issue, on=draw(st.booleans()), link=draw(st.booleans()))
        if history.state is State.ACTIVE and draw(st.booleans()):
            history.shown(draw(st.sampled_from(Exhibit)), on=draw(st.booleans()))
            history.write(draw(st.sampled_from(Side)), draw(st.none() | st.integers(0, 500)))
            loss = draw(st.none() | st.integers(0, 1000))
            way = Way(audio=Sound(loss=loss), video=draw(st.none() | st.just(Picture(fps=25))))
            history.measure(draw(st.sampled_from(Side)), Sample(span=5000, received=way))
        choices = [trigger for state, trigger in TRANSITIONS if state is history.state]
        if not choices:
            break
        history.take(draw(st.sampled_from(choices)), draw)
    while closed and history.state is not State.CLOSED:
        history.take(WAY_OUT[history.state], draw)
    if history.state is State.CLOSED and draw(st.booleans()):
        history.rate(draw(st.integers(1, 5)))
    return history
