"""One conversation being recorded: a link to each of the two, from which all goes to the vault."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

import structlog
from redis.exceptions import RedisError

from signaling.errors import OknoError, WrongStateError
from signaling.ice import ice_servers
from signaling.ids import LinkId, NodeId, OrganisationId, PersonId, new_ulid
from signaling.media.encoded import ReceivingPeer
from signaling.media.link import Link
from signaling.media.peer import Peer, Received
from signaling.media.take import Cut, Take
from signaling.messages import Ice, MediaArrived, MediaFailed, Relayed
from signaling.model import Side
from signaling.parts import LinkInfo
from signaling.ports import IceSettings
from signaling.recordings import End, Job, Recordings, Written
from signaling.tasks import OwnedTasks
from signaling.vault import Segment, Vault

_log = structlog.stdlib.get_logger(__name__)

RENEW_SECONDS = 1.5
"""Well within the lease of lua/lib/recording.lua."""
NOTHING_SECONDS = 15.0
"""When nothing has arrived by then, people are told that nothing is recorded."""
_MOST_UNWRITTEN = 8
_MOST_UNHEARD = 64
_DONE_SECONDS = 20.0
_AGAIN_SECONDS = 0.5


class Desk(Protocol):
    """What a recording needs of its recorder."""

    node: NodeId
    recordings: Recordings
    vault: Vault
    ice: IceSettings

    async def relay(
        self, organisation: OrganisationId, person: PersonId, link: LinkId, message: Relayed
    ) -> None:
        """Pass a message on to a page; raises `OknoError` while it is away."""

    async def server_ms(self) -> int:
        """Redis server time."""


class RecordingError(Exception):
    """It cannot go on; the text says why."""


class Recording:
    """From the claim until everything is written. `run` is all of it."""

    def __init__(self, desk: Desk, organisation: OrganisationId, job: Job) -> None:
        loop = asyncio.get_running_loop()
        self.job = job
        self._desk = desk
        self._organisation = organisation
        ahead = job.now - job.agreed_at - loop.time() * 1000
        self._ends = {
            end.link: _End(desk, organisation, job, end, lambda: loop.time() * 1000 + ahead)
            for end in job.ends
        }
        self._stopped = asyncio.Event()
        self._why = "stopped"

    async def run(self) -> None:
        """Record until `stop`, or until Redis says that somebody else does or nobody may."""
        try:
            async with asyncio.TaskGroup() as group:
                work = [group.create_task(end.run()) for end in self._ends.values()]
                work.append(group.create_task(self._renew()))
                await self._stopped.wait()
                for each in work:
                    each.cancel()
        except* RecordingError as faults:
            self._why = "failed"
            _log.error("recording.failed", fault=str(faults.exceptions[0]))
        finally:
            # Nobody is received from here on; what was received is written.
            await asyncio.gather(*(end.close() for end in self._ends.values()))
        await self._say_done()

    def stop(self, *, leaves: bool = False) -> None:
        """End it; `leaves`: another recorder is to go on."""
        if leaves and not self._stopped.is_set():
            self._why = "leaves"
        self._stopped.set()

    def hear(self, message: Relayed) -> None:
        """Something a page said about its link."""
        end = self._ends.get(LinkId(message.link))
        if end is not None:
            end.hear(message)

    async def socket_is_back(self) -> None:
        """What pages said meanwhile may be lost."""
        for end in self._ends.values():
            await end.link.socket_is_back()

    def _recorded(self) -> dict[Side, Written]:
        return {end.side: end.written for end in self._ends.values()}

    async def _renew(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + NOTHING_SECONDS
        while True:
            running = any(end.received.first.is_set() for end in self._ends.values())
            if not running and loop.time() > due:
                raise RecordingError("nothing has arrived from anybody")
            try:
                await self._desk.recordings.renew(
                    self._organisation, self._desk.node, self.job, self._recorded(), running=running
                )
            except WrongStateError:
                self._stopped.set()
            except (RedisError, OSError, OknoError) as fault:
                _log.warning("recording.not_renewed", fault=str(fault))
            await self._wait_for_news(running)

    async def _wait_for_news(self, running: bool) -> None:
        """Until it is time to renew; sooner when the first picture or sound arrives."""
        if running:
            await asyncio.sleep(RENEW_SECONDS)
            return
        firsts = [asyncio.ensure_future(end.received.first.wait()) for end in self._ends.values()]
        try:
            await asyncio.wait(firsts, timeout=RENEW_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in firsts:
                each.cancel()

    async def _say_done(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + _DONE_SECONDS
        while loop.time() < until:
            try:
                await self._desk.recordings.done(
                    self._organisation, self._desk.node, self.job, self._recorded(), why=self._why
                )
            except WrongStateError:
                return  # it was taken for dead, and what it had written is on record
            except (RedisError, OSError, OknoError) as fault:
                _log.warning("recording.not_done", fault=str(fault))
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return


class _End:
    """One of the two people: their link, what comes over it, and where it is written."""

    def __init__(
        self,
        desk: Desk,
        organisation: OrganisationId,
        job: Job,
        end: End,
        now_ms: Callable[[], float],
    ) -> None:
        self.side = end.side
        self.written = Written()
        self.received = Received()
        self._desk = desk
        self._organisation = organisation
        self._job = job
        self._person = end.person
        self._id = end.link
        self._cuts: asyncio.Queue[Cut | None] = asyncio.Queue(_MOST_UNWRITTEN)
        self._heard: asyncio.Queue[Relayed] = asyncio.Queue(_MOST_UNHEARD)
        self._writer: asyncio.Task[None] | None = None
        self._broken = asyncio.Event()
        self._fault = ""
        self._peer: ReceivingPeer | None = None
        self._tasks = OwnedTasks()
        self._count = 0
        self._take = Take(now_ms=now_ms, cut=self._cut, want_key_frame=self._want_key_frame)
        self.link = Link(
            LinkInfo(id=end.link, owner=True, to=end.side),
            new_ulid(),
            outlet=self,
            make_tracks=lambda: None,
            received=self.received,
            make_peer=self._make_peer,
        )

    async def run(self) -> None:
        """Receive and write until cancelled.

        Raises:
            RecordingError: it cannot be written, or not as fast as it comes.
        """
        self._writer = asyncio.create_task(self._write_all(), name=f"write {self.side}")
        await self.link.begin()
        await self.link.carry(True)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._heed())
            await self._broken.wait()
            raise RecordingError(self._fault)

    def hear(self, message: Relayed) -> None:
        """Something the page said; what is too much at once is said again."""
        with contextlib.suppress(asyncio.QueueFull):
            self._heard.put_nowait(message)

    async def _heed(self) -> None:
        """One after the other: an answer to a page may take its time, and nobody else waits."""
        while True:
            await self.link.hear(await self._heard.get())

    async def close(self) -> None:
        """Receive nothing any more, and write what was received."""
        await self.link.close()
        await self._tasks.stop()
        self._take.finish()
        if self._writer is not None:
            await self._cuts.put(None)
            await self._writer

    # The wire, as the link needs it.

    async def tell(self, message: Relayed) -> None:
        """To the page; raises `OknoError` while it is away."""
        await self._desk.relay(self._organisation, self._person, self._id, message)

    async def report(self, message: MediaArrived | MediaFailed) -> None:
        """Nobody's talk depends on a recorder: there is nobody to tell."""

    async def ice(self) -> Ice:
        """The servers to use."""
        now = await self._desk.server_ms()
        return ice_servers(self._desk.ice, request=None, now=now, who="recorder")

    async def wait_up(self) -> None:
        """What cannot be told is told again."""

    # From the link to the vault.

    def _make_peer(
        self, ice: Ice, *, offers: bool, received: Received, on_change: Callable[[], None]
    ) -> Peer:
        self._take.renew()
        self._peer = ReceivingPeer(
            ice, offers=offers, received=received, on_change=on_change, sink=self._take
        )
        return self._peer

    def _want_key_frame(self) -> None:
        if self._peer is not None:
            self._tasks.start(self._peer.ask_for_key_frame(), "ask for a key frame")

    def _cut(self, cut: Cut) -> None:
        try:
            self._cuts.put_nowait(cut)
        except asyncio.QueueFull:
            self._break("more comes than can be written")

    def _break(self, fault: str) -> None:
        self._fault = fault
        self._broken.set()

    async def _write_all(self) -> None:
        """To the end, which is None. What cannot be written is lost, and the recording with it."""
        while (cut := await self._cuts.get()) is not None:
            try:
                await self._write(cut)
            except OSError as fault:
                self._break(f"cannot be written: {fault.strerror}")

    async def _write(self, cut: Cut) -> None:
        width, height = cut.size or (0, 0)
        segment = Segment(
            self._organisation,
            self._job.consultation,
            self._job.take,
            self.side,
            self._count,
            cut.begin_ms,
            cut.length_ms,
            width,
            height,
        )
        self._count += 1
        await asyncio.to_thread(self._desk.vault.write, segment, cut.data)
        self.written = Written(
            segments=self.written.segments + 1,
            milliseconds=self.written.milliseconds + cut.length_ms,
        )
