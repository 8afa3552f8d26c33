"""Scripted booths and consultants: what our pages do on the wire, by the thousand.

Unlike `signaling.client.Client` nobody here has a task or a history: a page is a few callbacks and
at most one timer. It says hello and pings, comes back after a lost socket with the page's own
pauses (``web/static/js/core/sockets.js``), and acts on its last state as its script says.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Self

import msgspec
from yarl import URL

from signaling.connection import CloseCode
from signaling.frames import Request
from signaling.load.frames import frame
from signaling.load.socket import LoadSocket, host_and_port, opening
from signaling.messages import (
    SUBPROTOCOL,
    AcceptOffer,
    AnyOutgoing,
    BoothState,
    ConsultantState,
    Error,
    FinishWrapUp,
    GoingAway,
    Hello,
    MediaArrived,
    Ping,
    SetStatus,
    TakeTicket,
    Welcome,
)
from signaling.model import State

_FIRST_PAUSE = 0.3
_LONGEST_PAUSE = 4.0
_GREETING_SECONDS = 8.0
_GOOD_AFTER = 5.0
_AGAIN_SECONDS = 1.0
_OWN_ID = 0
_RELAYED = b'{"type":"link.'
_PING = frame(msgspec.json.encode(Ping(id=_OWN_ID)))
_FINAL = frozenset({CloseCode.REPLACED, CloseCode.NOT_SIGNED_IN})


class Crowd:
    """What the people of one process share, and what was counted of all of them."""

    def __init__(
        self,
        base: URL,
        *,
        rng: Random,
        connect: asyncio.Semaphore | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """`base` is the server's address; `connect` limits how many connect at the same time.

        `trust` says which https certificates to believe; None means the system's.
        """
        self.base = base
        self.tls = (trust or ssl.create_default_context()) if base.scheme == "https" else None
        self.rng = rng
        self.loop = asyncio.get_running_loop()
        self.decoder: msgspec.json.Decoder[AnyOutgoing] = msgspec.json.Decoder(AnyOutgoing)
        self.connecting = connect or asyncio.Semaphore(256)
        self.attempts: set[asyncio.Task[None]] = set()
        self.closed = False
        self.up = 0
        """Pages whose server has greeted them and has not gone since."""
        self.greetings = 0
        self.ended: Counter[int] = Counter()
        """Sockets that ended, by close code."""
        self.errors: Counter[str] = Counter()
        """Refusals, by code."""
        self.refused_for_good = 0
        """Pages that were told not to come back."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Nobody comes back any more, and who is on the way stops."""
        self.closed = True
        for each in self.attempts:
            each.cancel()
        await asyncio.gather(*self.attempts, return_exceptions=True)


class Page:
    """Somebody's page: greeted, pinging and coming back, for as long as it is open."""

    def __init__(self, crowd: Crowd, surface: str, headers: Mapping[str, str]) -> None:
        """`headers` carry the cookie that proves who this is."""
        self.crowd = crowd
        self._request = opening(
            (crowd.base / "ws").with_query(surface=surface),
            {"Sec-WebSocket-Protocol": SUBPROTOCOL, "Origin": str(crowd.base.origin()), **headers},
        )
        self._socket: LoadSocket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._attempt = 0
        self._asked_pause = 0.0
        self._heartbeat = 0.0
        self._greeted_at: float | None = None
        self._token: str | None = None
        self._since: int | None = None
        self.told: Callable[[bytes], None] = lambda _body: None
        """Given what the other page says over the link, as it came."""
        self.seq = 0
        self.open_for_good = False

    @property
    def is_up(self) -> bool:
        """Whether the server has greeted it and has not gone since."""
        return self._greeted_at is not None

    def open(self) -> None:
        """Connect, and go on for ever."""
        self.open_for_good = True
        self._connect()

    def close(self) -> None:
        """Leave for good."""
        self.open_for_good = False
        self._cancel_timer()
        if self._socket is not None:
            self._socket.close()

    def tell(self, message: Request) -> None:
        """Send a request; only a refusal is answered."""
        self.send(frame(msgspec.json.encode(message)))

    def send(self, prepared: bytes) -> None:
        """Send a prepared frame."""
        if self._socket is not None:
            self._socket.send(prepared)

    # What scripts fill in.

    def greeted(self, welcome: Welcome) -> None:
        """The server has greeted; a state follows unless it resumed with nothing missed."""

    def changed(self, state: BoothState | ConsultantState) -> None:
        """A new state, the whole truth of this page."""

    def refused(self, error: Error) -> None:
        """A request was refused."""

    def viewed(self, view: AnyOutgoing) -> None:
        """A view came: the place, a line, the wall."""

    # The socket.

    def _connect(self) -> None:
        self._timer = None
        attempt = self.crowd.loop.create_task(self._attempt_to_connect(), name="load connects")
        self.crowd.attempts.add(attempt)
        attempt.add_done_callback(self.crowd.attempts.discard)

    async def _attempt_to_connect(self) -> None:
        socket = LoadSocket(self._request, opened=self._greet, taken=self._take, lost=self._over)
        self._socket = socket
        try:
            async with self.crowd.connecting, asyncio.timeout(_GREETING_SECONDS):
                await self.crowd.loop.create_connection(
                    lambda: socket, *host_and_port(self.crowd.base), ssl=self.crowd.tls
                )
        except (OSError, TimeoutError):
            self._over(0)
        else:
            self._set_timer(_GREETING_SECONDS, socket.abort)

    def _greet(self) -> None:
        self.tell(
            Hello(id=_OWN_ID, language="ru", resume=self._token, seq=self.seq, since=self._since)
        )

    def _over(self, code: int) -> None:
        """The socket is gone, or there was none to be had (code 0)."""
        crowd, now = self.crowd, self.crowd.loop.time()
        self._socket = None
        self._cancel_timer()
        crowd.ended[code] += 1
        if self._greeted_at is not None:
            crowd.up -= 1
            if now - self._greeted_at > _GOOD_AFTER:
                self._attempt = 0
            self._greeted_at = None
        if not self.open_for_good or crowd.closed:
            return
        if code in _FINAL:
            crowd.refused_for_good += 1
            return
        pause = min(_FIRST_PAUSE * 2**self._attempt, _LONGEST_PAUSE) * (
            0.5 + crowd.rng.random() / 2
        )
        self._attempt += 1
        self._set_timer(max(pause, self._asked_pause), self._connect)
        self._asked_pause = 0.0

    def _take(self, body: bytes) -> None:
        if body.startswith(_RELAYED):
            self.told(body)
            return
        message = self.crowd.decoder.decode(body)
        if isinstance(message, BoothState | ConsultantState):
            if message.seq > self.seq or message.cause == "snapshot":
                self.seq = message.seq
                self.changed(message)
        elif isinstance(message, Welcome):
            self._welcome(message)
        elif isinstance(message, Error):
            self._refused(message)
        elif isinstance(message, GoingAway):
            self._asked_pause = message.retry_after
        else:
            self.viewed(message)

    def _welcome(self, welcome: Welcome) -> None:
        crowd = self.crowd
        crowd.up += 1
        crowd.greetings += 1
        self._greeted_at = crowd.loop.time()
        self._token = welcome.token
        self._since = welcome.since
        self._heartbeat = welcome.heartbeat
        # Spread over the beat, as people who did not come at the same moment are.
        self._set_timer(self._heartbeat * crowd.rng.random(), self._beat)
        self.greeted(welcome)

    def _refused(self, error: Error) -> None:
        self.crowd.errors[error.code] += 1
        if self._greeted_at is not None:
            self.refused(error)
            return
        self._token = None
        self._asked_pause = error.retry_after or 0.0
        if self._socket is not None:
            self._socket.abort()

    def _beat(self) -> None:
        self.send(_PING)
        self._set_timer(self._heartbeat, self._beat)

    def _set_timer(self, seconds: float, act: Callable[[], None]) -> None:
        self._cancel_timer()
        self._timer = self.crowd.loop.call_later(seconds, act)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Visitor(Page):
    """A booth whose visitor takes a ticket when told to, and talks for as long as they are let."""

    def __init__(self, crowd: Crowd, headers: Mapping[str, str], ticket: TakeTicket | None) -> None:
        """`ticket` is taken whenever the booth is free; None: the booth stays idle."""
        super().__init__(crowd, "booth", headers)
        self.ticket = ticket
        self.state: State | None = None
        """Of the consultation that is under way; None: the booth is free."""
        self.link: str | None = None

    def changed(self, state: BoothState | ConsultantState) -> None:
        if not isinstance(state, BoothState):
            return
        about = state.consultation
        before, self.state = self.state, about.state if about else None
        self.link = about.link.id if about and about.link else None
        if self.state in (None, State.CLOSED):
            self._take_ticket()
        elif self.state is State.CONNECTING and before is not self.state and self.link:
            self.tell(MediaArrived(link=self.link))

    def refused(self, error: Error) -> None:
        """Visitors press again when they are told that it did not work."""
        if error.about == TakeTicket.__struct_config__.tag:
            self.crowd.loop.call_later(error.retry_after or _AGAIN_SECONDS, self._take_ticket)

    def _take_ticket(self) -> None:
        if self.ticket is not None and self.state in (None, State.CLOSED):
            self.tell(self.ticket)


class Consultant(Page):
    """A consultant who accepts every offer and never hangs up by themselves."""

    def __init__(self, crowd: Crowd, headers: Mapping[str, str], *, works: bool = True) -> None:
        """`works`: whether they become available; otherwise they stay on a break."""
        super().__init__(crowd, "workspace", headers)
        self.works = works
        self.state: State | None = None
        self.link: str | None = None

    def changed(self, state: BoothState | ConsultantState) -> None:
        if not isinstance(state, ConsultantState):
            return
        about = state.consultation
        before, self.state = self.state, about.state if about else None
        self.link = about.link.id if about and about.link else None
        if about is None:
            if self.works and state.status == "break":
                self.tell(SetStatus(status="available"))
        elif before is not self.state:
            if self.state is State.OFFERED and self.link:
                self.tell(AcceptOffer(link=self.link))
            elif self.state is State.CONNECTING and self.link:
                self.tell(MediaArrived(link=self.link))
            elif self.state is State.WRAPPING_UP:
                self.tell(FinishWrapUp(consultation=about.id, outcome="served"))
