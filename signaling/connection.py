"""One page's end of the wire, without the socket: what waits to be sent, how fast it may ask."""

from __future__ import annotations

import asyncio
from collections import deque
from enum import IntEnum

import msgspec

from signaling.ids import LineId, OrganisationId, PersonId
from signaling.messages import AnyOutgoing, LineView, Place, Wall
from signaling.presence import Mail

OUTBOX_LIMIT = 256
"""Messages that may wait for one page; a page that reads slower is cut and resumes."""


class CloseCode(IntEnum):
    """Why the server closes a socket (RFC 6455: 4000 and up are the application's)."""

    GOING_AWAY = 1012
    """The node stops: connect again."""
    REPLACED = 4001
    """A newer socket of the same person took over: do not connect again."""
    NOT_SIGNED_IN = 4003
    """The credential is missing or no longer good: do not connect again."""
    TOO_SLOW = 4008
    """Too fast in asking or too slow in reading: connect again."""


class Bucket:
    """A token bucket: `burst` at once, `rate` a second in the long run. Time is passed in."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = 0.0

    def take(self, now: float) -> bool:
        """Whether one more is allowed at `now` (seconds, monotonic)."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True


class Connection:
    """The outbox of one socket, and what the node must know of the page behind it."""

    def __init__(
        self, *, name: str, organisation: OrganisationId, person: PersonId | None, surface: str
    ) -> None:
        self.name = name
        self.organisation = organisation
        self.person = person
        """None for a desk, which only watches: any number of them may be open."""
        self.surface = surface
        self.language = "ru"
        self.link = ""
        self.other = ""
        """The person at the other end of `link`, or empty."""
        self.lines: tuple[LineId, ...] = ()
        """Lines whose view a workspace is shown."""
        self.seq: int | None = None
        """Number of the last state sent; None until the page is attached."""
        self._early: list[Mail] = []
        self._queue: deque[bytes] = deque()
        self._views: dict[str, bytes] = {}
        self._ready = asyncio.Event()
        self.unhurried = asyncio.Event()
        """Set while the outbox is less than half full; no request is read otherwise, so that a
        page's own replies never overflow it."""
        self.unhurried.set()
        self._close: tuple[CloseCode, str] | None = None

    def send(self, message: AnyOutgoing) -> None:
        """Queue a message."""
        self.send_raw(msgspec.json.encode(message))

    def send_raw(self, body: bytes) -> None:
        """Queue an encoded message; a page too slow to read its queue is cut."""
        if len(self._queue) >= OUTBOX_LIMIT:
            self.close(CloseCode.TOO_SLOW, "too slow")
            return
        self._queue.append(body)
        if len(self._queue) >= OUTBOX_LIMIT // 2:
            self.unhurried.clear()
        self._ready.set()

    def show(self, view: Place | LineView | Wall) -> None:
        """Queue a view; it takes the place of an older one that was not sent yet."""
        self._views[type(view).__name__] = msgspec.json.encode(view)
        self._ready.set()

    def start(self, seq: int, link: str, other: str) -> list[Mail]:
        """The page is attached and has all up to `seq`; what was pushed meanwhile comes back."""
        self.seq = seq
        self.link, self.other = link, other
        early, self._early = self._early, []
        return early

    def deliver(self, mail: Mail) -> bool:
        """Queue a numbered message. False: one before it is missing and must be read first."""
        if self.seq is None:
            self._early.append(mail)
            return True
        if mail.seq <= self.seq:
            return True
        if mail.seq > self.seq + 1:
            return False
        self.seq = mail.seq
        self.link, self.other = mail.link, mail.other
        self.send_raw(mail.body.encode())
        return True

    def close(self, code: CloseCode, reason: str) -> None:
        """Let the socket be closed once what is queued has been sent; the first reason stays."""
        if self._close is None:
            self._close = (code, reason)
        self._ready.set()

    async def next(self) -> bytes | tuple[CloseCode, str]:
        """The next thing to send, or why the socket is to be closed."""
        while True:
            if self._close is not None and self._close[0] is CloseCode.TOO_SLOW:
                return self._close
            if self._queue:
                if len(self._queue) <= OUTBOX_LIMIT // 2:
                    self.unhurried.set()
                return self._queue.popleft()
            if self._views:
                return self._views.pop(next(iter(self._views)))
            if self._close is not None:
                return self._close
            self._ready.clear()
            await self._ready.wait()
