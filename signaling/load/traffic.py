"""Visitors who come by a plan, consultants who serve them, and a tally of what happened."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from signaling.load.people import Crowd, Page
from signaling.messages import (
    AcceptOffer,
    BoothState,
    ConsultantState,
    DeclineOffer,
    Error,
    FinishWrapUp,
    HangUp,
    LeaveLine,
    MediaArrived,
    SetStatus,
    TakeTicket,
    Welcome,
)
from signaling.model import State

_AT_ONCE = 250
_LOOK_SECONDS = 0.05
_AGAIN_SECONDS = 1.0
_OVER = frozenset({State.WRAPPING_UP, State.CLOSED})
"""For the visitor."""
_TICKET = TakeTicket.__struct_config__.tag
_STATUS = SetStatus.__struct_config__.tag


def _at_once() -> float:
    return 0.0


def _never() -> float | None:
    return None


def _accepts() -> str:
    return "accept"


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How long people take for things, in seconds; each is asked for anew every time."""

    patience: Callable[[], float | None] = _never
    """After so long a visitor who still waits leaves; None: they stay."""
    answer: Callable[[], str] = _accepts
    """What a consultant does with an offer: ``accept``, ``decline``, or ``miss`` it."""
    reach: Callable[[], float] = _at_once
    """Until they do it."""
    talk: Callable[[str], float] = lambda _topic: 0.0
    """How long a talk about that topic lasts."""
    write: Callable[[], float] = _at_once
    """How long the wrap-up takes."""
    recover: Callable[[], float] = _at_once
    """Until a consultant whose offer was declined or missed is available again."""


@dataclass
class Tally:
    """What happened, by the clock of who counts."""

    tickets: int = 0
    turned_away: int = 0
    """Visitors for whom no booth was free."""
    joined: list[float] = field(default_factory=list)
    """Seconds from a ticket's request until the visitor saw their place in the line."""
    paired: list[float] = field(default_factory=list)
    """Seconds from a ticket's request until both pages showed the first offer."""
    ended: Counter[str] = field(default_factory=Counter)
    """Consultations by how they ended for the visitor: the outcome, or ``talked``."""
    refused: Counter[str] = field(default_factory=Counter)
    """Requests by ``message: code`` of their refusal."""
    _taken: dict[str, float] = field(default_factory=dict)
    _told: dict[str, float] = field(default_factory=dict)

    def taken(self, consultation: str, at: float | None, seen: float) -> None:
        """A visitor sees the ticket they asked for; `at` is None if a socket was lost meanwhile."""
        self.tickets += 1
        if at is not None:
            self.joined.append(seen - at)
            self._taken[consultation] = at

    def told(self, consultation: str, now: float) -> None:
        """One of the two pages shows the first offer."""
        if self._told.pop(consultation, None) is None:
            self._told[consultation] = now
        elif (at := self._taken.pop(consultation, None)) is not None:
            self.paired.append(now - at)

    def over(self, consultation: str, how: str) -> None:
        self.ended[how] += 1
        self._taken.pop(consultation, None)
        self._told.pop(consultation, None)


class Guest(Page):
    """A booth: visitors come one after the other, wait, talk and leave."""

    def __init__(
        self, crowd: Crowd, headers: Mapping[str, str], *, habits: Habits, tally: Tally
    ) -> None:
        super().__init__(crowd, "booth", headers)
        self.habits = habits
        self.tally = tally
        self.state: State | None = None
        self.consultation = ""
        self._asked_at: float | None = None

    @property
    def free(self) -> bool:
        """Whether the next visitor may sit down."""
        over = self.state is None or self.state in _OVER
        return over and self._asked_at is None and self.is_up

    def come(self, ticket: TakeTicket) -> None:
        """A visitor sits down and asks for a ticket."""
        self._asked_at = self.crowd.loop.time()
        self.tell(ticket)

    def greeted(self, welcome: Welcome) -> None:
        """What was asked over the last socket may never have arrived; the state says so."""
        del welcome
        self._asked_at = None

    def changed(self, state: BoothState | ConsultantState) -> None:
        about = state.consultation if isinstance(state, BoothState) else None
        before, self.state = self.state, about.state if about else None
        if about is None or (before is self.state and self.consultation == about.id):
            return
        now = self.crowd.loop.time()
        if about.id != self.consultation:
            self.consultation = about.id
            if self.state not in _OVER:
                self.tally.taken(about.id, self._asked_at, now)
                self._wait(about.id)
            self._asked_at = None
        if self.state is State.OFFERED and about.link and about.link.id.endswith("-1"):
            self.tally.told(about.id, now)
        elif self.state is State.CONNECTING and about.link:
            self.tell(MediaArrived(link=about.link.id))
        elif self.state is State.WRAPPING_UP:
            self.tally.over(about.id, "talked")
        elif self.state is State.CLOSED and before is not State.WRAPPING_UP:
            self.tally.over(about.id, about.outcome or "")

    def refused(self, error: Error) -> None:
        self.tally.refused[f"{error.about}: {error.code}"] += 1
        if error.about == _TICKET:
            self._asked_at = None

    def _wait(self, consultation: str) -> None:
        patience = self.habits.patience()
        if patience is not None:
            self.crowd.loop.call_later(patience, self._lose_patience, consultation)

    def _lose_patience(self, consultation: str) -> None:
        if self.consultation == consultation and self.state is State.WAITING:
            self.tell(LeaveLine(consultation=consultation))


class Worker(Page):
    """A consultant at work; `on_duty` says whether they take visitors."""

    def __init__(
        self, crowd: Crowd, headers: Mapping[str, str], *, habits: Habits, tally: Tally
    ) -> None:
        super().__init__(crowd, "workspace", headers)
        self.habits = habits
        self.tally = tally
        self.on_duty = True
        self.state: State | None = None
        self.consultation = ""
        self._status = ""
        self._asked_link = ""

    def go(self, *, on_duty: bool) -> None:
        """Begin or end taking visitors; who is in a talk finishes it."""
        self.on_duty = on_duty
        self._set_status("available" if on_duty else "break")

    def changed(self, state: BoothState | ConsultantState) -> None:
        if not isinstance(state, ConsultantState):
            return
        about = state.consultation
        self._status = state.status
        before, self.state = (self.consultation, self.state), about.state if about else None
        self.consultation = about.id if about else ""
        if about is None:
            if self.on_duty and state.status == "break":
                self._later(self.habits.recover(), self._return)
        elif before != (self.consultation, self.state):
            self._act(about.id, about.topic, about.link.id if about.link else "")

    def refused(self, error: Error) -> None:
        """Whoever cannot come back to work tries again, as a person would."""
        self.tally.refused[f"{error.about}: {error.code}"] += 1
        if error.about == _STATUS:
            self._later(error.retry_after or _AGAIN_SECONDS, self._return)

    def _act(self, consultation: str, topic: str, link: str) -> None:
        match self.state:
            case State.OFFERED:
                self._asked_link = link
                if link.endswith("-1"):
                    self.tally.told(consultation, self.crowd.loop.time())
                self._later(self.habits.reach(), self._answer, link)
            case State.CONNECTING:
                self.tell(MediaArrived(link=link))
            case State.ACTIVE:
                self._later(self.habits.talk(topic), self._hang_up, consultation)
            case State.WRAPPING_UP:
                self._later(self.habits.write(), self._finish, consultation)
            case _:
                pass

    def _later(self, seconds: float, act: Callable[..., None], *args: str) -> None:
        if seconds > 0:
            self.crowd.loop.call_later(seconds, act, *args)
        else:
            act(*args)

    def _answer(self, link: str) -> None:
        if self.state is not State.OFFERED or self._asked_link != link:
            return
        match self.habits.answer():
            case "accept":
                self.tell(AcceptOffer(link=link))
            case "decline":
                self.tell(DeclineOffer(link=link))
            case _:
                pass

    def _hang_up(self, consultation: str) -> None:
        if self.consultation == consultation and self.state is State.ACTIVE:
            self.tell(HangUp(consultation=consultation))

    def _finish(self, consultation: str) -> None:
        if self.consultation == consultation and self.state is State.WRAPPING_UP:
            self.tell(FinishWrapUp(consultation=consultation, outcome="served"))

    def _return(self) -> None:
        if self.on_duty and self._status == "break":
            self._set_status("available")

    def _set_status(self, status: str) -> None:
        if self.is_up and self._status != status:
            self.tell(SetStatus(status="available" if status == "available" else "break"))


class Visit(NamedTuple):
    """Somebody comes."""

    at: float
    """Seconds after the beginning."""
    ticket: TakeTicket


async def open_all(pages: Sequence[Page], *, within: float) -> None:
    """Let everyone come in, some at a time.

    Raises:
        TimeoutError: not everyone was greeted in so many seconds.
    """
    async with asyncio.timeout(within):
        for start in range(0, len(pages), _AT_ONCE):
            part = pages[start : start + _AT_ONCE]
            for page in part:
                page.open()
            while not all(page.is_up for page in part):  # noqa: ASYNC110 - of many sockets
                await asyncio.sleep(_LOOK_SECONDS)


async def send_visitors(visits: Iterable[Visit], booths: Iterable[Guest], tally: Tally) -> None:
    """Let visitors come by plan, each to a booth that is free; whoever finds none goes away."""
    loop = asyncio.get_running_loop()
    begun, rest = loop.time(), deque(booths)
    for visit in visits:
        pause = begun + visit.at - loop.time()
        if pause > 0:
            await asyncio.sleep(pause)
        for _ in range(len(rest)):
            booth = rest.popleft()
            rest.append(booth)
            if booth.free:
                booth.come(visit.ticket)
                break
        else:
            tally.turned_away += 1
