"""A simulated person's end of one link, over as many peer connections as it takes.

The owner offers when the other side says `link.ready`, and replaces what breaks; the other side
asks it to, with `link.ready`. Nobody's sound or picture is put on before `carry`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

from signaling.errors import OknoError
from signaling.media.patience import Patience
from signaling.media.peer import Peer, PeerError, Received, Tracks, fragments
from signaling.messages import (
    Ice,
    LinkCandidate,
    LinkDescription,
    LinkMedia,
    LinkReady,
    MediaArrived,
    MediaFailed,
    Relayed,
)
from signaling.parts import Candidate, Description, LinkInfo
from signaling.tasks import OwnedTasks

_LOG = logging.getLogger(__name__)

_MOST_EARLY_CANDIDATES = 64


class Outlet(Protocol):
    """The wire, as a link needs it."""

    async def tell(self, message: Relayed) -> None:
        """To the other side; raises `OknoError` while the socket is away."""

    async def report(self, message: MediaArrived | MediaFailed) -> None:
        """To the server; returns once it has heard it, however long the socket is away."""

    async def ice(self) -> Ice:
        """The servers to use; raises `OknoError` while the socket is away and none are known."""

    async def wait_up(self) -> None:
        """Return once the socket stands."""


class MakePeer(Protocol):
    """Makes a peer connection; what is given is told by `Peer`."""

    def __call__(
        self, ice: Ice, *, offers: bool, received: Received, on_change: Callable[[], None]
    ) -> Peer: ...


class Link:
    """One link from its first `link.ready` to `close`."""

    def __init__(
        self,
        info: LinkInfo,
        instance: str,
        *,
        outlet: Outlet,
        make_tracks: Callable[[], Tracks | None],
        received: Received,
        make_peer: MakePeer = Peer,
    ) -> None:
        """Prepare; `begin` starts.

        Args:
            info: Which link, and whether this side owns it.
            instance: Stands for this process, as it stands for one load of a page.
            outlet: Where messages go.
            make_tracks: Fresh tracks of this person; a track serves one peer connection. None: a
                recorder, which sends nothing.
            received: Counts what comes from the other side.
            make_peer: Makes each of the peer connections it takes.
        """
        self.info = info
        self.received = received
        self._instance = instance
        self._outlet = outlet
        self._make_tracks = make_tracks
        self._make_peer = make_peer
        self._peer: Peer | None = None
        self._other: str | None = None
        self._number = -1
        self._carrying = False
        self._early: deque[Candidate] = deque(maxlen=_MOST_EARLY_CANDIDATES)
        self._lock = asyncio.Lock()
        self._changed = asyncio.Event()
        self._patience = Patience(self._now())
        self._tasks = OwnedTasks()

    @property
    def stands(self) -> bool:
        """Whether the two sides are connected."""
        return self._peer is not None and self._peer.state == "connected"

    async def begin(self) -> None:
        """Say that this side is ready, and look after the link until `close`."""
        self._patience.tried(self._now())
        self._tasks.start(self._mend(), "mend link")
        self._tasks.start(self._report_arrival(), "report arrival")
        await self._say_ready()

    async def hear(self, message: Relayed) -> None:
        """Something the other side said about this link."""
        async with self._lock:
            try:
                await self._take(message)
            except OknoError as error:  # no servers to connect by; the next attempt has them
                _LOG.debug("link %s: put off: %s", self.info.id, error)
            except PeerError as error:
                _LOG.warning("link %s: description not used: %s", self.info.id, error)

    async def carry(self, carrying: bool) -> None:
        """Put this person's sound and picture on the link, or take them off."""
        async with self._lock:
            if carrying == self._carrying:
                return
            self._carrying = carrying
            self._patience.carries(carrying, self._now())
            if self._peer is not None:
                self._peer.carry(self._make_tracks() if carrying else None)
            if carrying:
                await self._say_media()
        self._changed.set()

    async def socket_is_back(self) -> None:
        """What either side said meanwhile may be lost; a link that stands is left alone.

        The other side answers `link.ready` with its own, which is the sign to try again.
        """
        self._patience.forgets_offer()
        await self._say_ready()

    async def packets_sent(self) -> int:
        """RTP packets this side has sent over the present connection."""
        return await self._peer.packets_sent() if self._peer is not None else 0

    async def close(self) -> None:
        """Stop and let go of everything."""
        await self._tasks.stop()
        async with self._lock:
            await self._drop_peer()

    # What the other side says.

    async def _take(self, message: Relayed) -> None:
        match message:
            case LinkReady():
                await self._other_is_ready(message.instance, broken=message.restart)
            case LinkDescription():
                await self._described(message)
            case LinkCandidate():
                self._early.append(message.candidate)
                await self._use_candidates()
            case LinkMedia():
                pass  # what is switched off arrives as silence or not at all

    async def _other_is_ready(self, instance: str, *, broken: bool) -> None:
        known, self._other = self._other, instance
        if self._carrying:
            await self._say_media()
        if self.info.owner:
            now = self._now()
            is_silent = self._patience.is_silent(now, self.received.last_at)
            is_well = self.stands and not broken and not is_silent
            if known != instance or not (is_well or self._patience.is_offer_under_way(now)):
                await self._offer()
            return
        if known not in (None, instance):
            await self._drop_peer()
            self._number = -1
        await self._say_ready()

    async def _described(self, message: LinkDescription) -> None:
        sdp = message.description.sdp
        is_answer = message.description.type == "answer"
        if is_answer != self.info.owner:
            return
        if is_answer:
            if self._peer is not None and message.number == self._number:
                await self._peer.take_answer(sdp)
        elif message.number >= self._number:
            self._number = message.number
            await self._answer(sdp)
        await self._use_candidates()

    async def _use_candidates(self) -> None:
        """Add what fits the present connection; what came too early stays, what is old goes."""
        peer = self._peer
        if peer is None or not peer.remote_fragments:
            return
        candidates, self._early = self._early, deque(maxlen=_MOST_EARLY_CANDIDATES)
        for candidate in candidates:
            if candidate.username_fragment in (None, "", *peer.remote_fragments):
                await peer.add_candidate(candidate)
            else:
                self._early.append(candidate)

    # What this side says.

    async def _offer(self) -> None:
        """Begin with a new connection; aiortc cannot restart an old one."""
        peer = await self._new_peer()
        self._number += 1
        await self._describe("offer", await peer.offer())

    async def _answer(self, offer: str) -> None:
        peer = self._peer
        if peer is None or not fragments(offer) & peer.remote_fragments:
            peer = await self._new_peer()
        try:
            answer = await peer.answer(offer)
        except PeerError:
            await self._drop_peer()  # it may have taken half of it
            raise
        await self._describe("answer", answer)

    async def _new_peer(self) -> Peer:
        await self._drop_peer()
        self._peer = peer = self._make_peer(
            await self._outlet.ice(),
            offers=self.info.owner,
            received=self.received,
            on_change=self._changed.set,
        )
        if self._carrying:
            peer.carry(self._make_tracks())
        return peer

    async def _drop_peer(self) -> None:
        peer, self._peer = self._peer, None
        if peer is not None:
            await peer.close()

    async def _describe(self, kind: str, sdp: str) -> None:
        description = Description(type="offer" if kind == "offer" else "answer", sdp=sdp)
        message = LinkDescription(link=self.info.id, number=self._number, description=description)
        await self._tell(message)
        self._patience.described(self._now(), offer=kind == "offer")

    async def _say_ready(self) -> None:
        await self._tell(LinkReady(link=self.info.id, instance=self._instance))

    async def _say_media(self) -> None:
        await self._tell(LinkMedia(link=self.info.id, microphone=True, camera=True))

    async def _tell(self, message: Relayed) -> None:
        try:
            await self._outlet.tell(message)
        except OknoError as error:  # said again by `socket_is_back` or the next attempt
            _LOG.debug("link %s: not told: %s", self.info.id, error)

    # Looking after it.

    async def _report_arrival(self) -> None:
        await self.received.first.wait()
        await self._outlet.report(MediaArrived(link=self.info.id))

    async def _mend(self) -> None:
        """Try again whenever the link does not stand for too long; tell when it is hopeless."""
        while True:
            await self._wait_for_trouble()
            since = self._now()
            await self._outlet.wait_up()
            self._patience.waited(self._now() - since)
            async with self._lock:
                if self.stands or self._now() < self._patience.attempt_due:
                    continue  # it was mended, or begun anew, while we waited for our turn
                await self._try_again()
            if self._patience.gives_up(self._now()):
                await self._outlet.report(MediaFailed(link=self.info.id))

    async def _wait_for_trouble(self) -> None:
        while True:
            self._changed.clear()
            if self.stands:
                self._patience.stands()
                await self._changed.wait()
                continue
            self._patience.stands_not(self._now(), broken=self._is_broken())
            left = self._patience.attempt_due - self._now()
            if left <= 0:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._changed.wait()

    async def _try_again(self) -> None:
        self._patience.tried(self._now())
        if self._is_broken():
            await self._drop_peer()
        try:
            if self.info.owner and self._other is not None:
                await self._offer()
            else:
                await self._say_ready()
        except OknoError as error:
            _LOG.debug("link %s: attempt put off: %s", self.info.id, error)

    def _is_broken(self) -> bool:
        return self._peer is not None and self._peer.state in ("failed", "closed")

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
