"""One page's end of the wire, without the socket: what waits to be sent, how fast it may ask."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Protocol

import msgspec

from signaling.ids import LineId, OrganisationId, PersonId
from signaling.latch import Latch
from signaling.messages import AnyOutgoing, LineView, Place, Wall
from signaling.presence import Mail

OUTBOX_LIMIT = 256
"""Messages that may wait for one page; a page that reads slower is cut and resumes."""
_NO_LINKS: Mapping[str, PersonId] = MappingProxyType({})


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

    __slots__ = ("_at", "_burst", "_level", "_rate")

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


class Outlet(Protocol):
    """What brings messages from a connection to its socket."""

    def wake(self) -> None:
        """Something is to be taken and sent, soon."""

    def write(self, body: bytes) -> bool:
        """Send this at once; False: the page must be waited for, and nothing was sent."""


class Connection:
    """The outbox of one socket, and what the node must know of the page behind it.

    There are as many of these as pages, most of them idle, so an empty one holds next to nothing.
    """

    __slots__ = (
        "_close",
        "_early",
        "_queue",
        "_ready",
        "_views",
        "language",
        "lines",
        "links",
        "name",
        "organisation",
        "outlet",
        "person",
        "seq",
        "surface",
        "unhurried",
    )

    def __init__(
        self, *, name: str, organisation: OrganisationId, person: PersonId | None, surface: str
    ) -> None:
        self.name = name
        self.organisation = organisation
        self.person = person
        """None for a desk, which only watches: any number of them may be open."""
        self.surface = surface
        self.language = "ru"
        self.links: Mapping[str, PersonId] = _NO_LINKS
        """The person at the other end of each of the page's links."""
        self.lines: tuple[LineId, ...] = ()
        """Lines whose view a workspace is shown."""
        self.seq: int | None = None
        """Number of the last state sent; None until the page is attached."""
        self.outlet: Outlet | None = None
        """None while a task waits in `next`."""
        self._early: list[Mail] | None = None
        self._queue: list[bytes] = []
        self._views: dict[str, bytes] | None = None
        self._ready = Latch(is_open=False)
        self.unhurried = Latch(is_open=True)
        """Open while the outbox is less than half full; no request is read otherwise, so that a
        page's own replies never overflow it."""
        self._close: tuple[CloseCode, str] | None = None

    def send(self, message: AnyOutgoing) -> None:
        """Queue a message."""
        self.send_raw(msgspec.json.encode(message))

    def send_raw(self, body: bytes) -> None:
        """Queue an encoded message; a page too slow to read its queue is cut."""
        waiting = len(self._queue)
        if waiting >= OUTBOX_LIMIT:
            self.close(CloseCode.TOO_SLOW, "too slow")
            return
        self._queue.append(body)
        if waiting + 1 >= OUTBOX_LIMIT // 2:
            self.unhurried.clear()
        self._wake()

    def pass_on(self, body: bytes) -> None:
        """Send at once if nothing is before it, else queue."""
        outlet = self.outlet
        is_first = not (self._queue or self._views or self._close)
        if not (is_first and outlet is not None and outlet.write(body)):
            self.send_raw(body)

    def show(self, view: Place | LineView | Wall) -> None:
        """Queue a view; it takes the place of an older one that was not sent yet."""
        if self._views is None:
            self._views = {}
        self._views[type(view).__name__] = msgspec.json.encode(view)
        self._wake()

    def start(self, seq: int, link: str, other: str) -> list[Mail]:
        """The page is attached and has all up to `seq`; what was pushed meanwhile comes back."""
        self.seq = seq
        self._set_links(link, other)
        early, self._early = self._early, None
        return early or []

    def deliver(self, mail: Mail) -> bool:
        """Queue a numbered message. False: one before it is missing and must be read first."""
        if self.seq is None:
            self._early = [*(self._early or ()), mail]
            return True
        if mail.seq <= self.seq:
            return True
        if mail.seq > self.seq + 1:
            return False
        self.seq = mail.seq
        self._set_links(mail.link, mail.other)
        self.send_raw(mail.body.encode())
        return True

    def _set_links(self, ids: str, others: str) -> None:
        people = map(PersonId, others.split())
        self.links = dict(zip(ids.split(), people, strict=True)) if ids else _NO_LINKS

    def close(self, code: CloseCode, reason: str) -> None:
        """Let the socket be closed once what is queued has been sent; the first reason stays."""
        if self._close is None:
            self._close = (code, reason)
        self._wake()

    @property
    def closing(self) -> bool:
        """Whether the socket is to be closed."""
        return self._close is not None

    def take(self) -> bytes | None:
        """The next message to send, if there is one."""
        if self._queue:
            if len(self._queue) <= OUTBOX_LIMIT // 2:
                self.unhurried.set()
            return self._queue.pop(0)
        if self._views is not None:
            view = self._views.pop(next(iter(self._views)))
            self._views = self._views or None
            return view
        return None

    async def next(self) -> bytes | tuple[CloseCode, str]:
        """The next thing to send, or why the socket is to be closed."""
        while True:
            if self._close is not None and self._close[0] is CloseCode.TOO_SLOW:
                return self._close
            body = self.take()
            if body is not None:
                return body
            if self._close is not None:
                return self._close
            self._ready.clear()
            await self._ready.wait()

    def _wake(self) -> None:
        self._ready.set()
        if self.outlet is not None:
            self.outlet.wake()
