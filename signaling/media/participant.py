"""A simulated person in a call: follows the link the state names, as a page does."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from signaling.client import Client
from signaling.errors import Code, OknoError
from signaling.ids import new_ulid
from signaling.media.link import Link, Outlet
from signaling.media.peer import Peer, Received, Watch
from signaling.media.studio import Studio
from signaling.messages import (
    BoothState,
    ConsultantState,
    GetIce,
    Ice,
    LinkCandidate,
    LinkDescription,
    LinkMedia,
    LinkReady,
    MediaArrived,
    MediaFailed,
    Relayed,
    Welcome,
)
from signaling.model import Side, State
from signaling.parts import BoothConsultation, ConsultantConsultation, LinkInfo
from signaling.pushes import Pushes

_LOG = logging.getLogger(__name__)

_CARRYING = frozenset({State.CONNECTING, State.ACTIVE})
_MOST_EARLY = 64
_RETRY_SECONDS = 0.5


class ClientOutlet:
    """A client's socket as a link needs it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ice: Ice | None = None

    async def tell(self, message: Relayed) -> None:
        """To the other side; raises `OknoError` while the socket is away."""
        await self._client.tell(message)

    async def report(self, message: MediaArrived | MediaFailed) -> None:
        """To the server, again and again until it has heard; a refusal is an answer too."""
        while True:
            await self._client.wait_up()
            try:
                await self._client.request(message)
            except OknoError as error:
                if error.code is not Code.UNAVAILABLE:
                    _LOG.debug("%s: %s", message, error)
                    return
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    async def ice(self) -> Ice:
        """Fresh servers; the last known ones while the socket is away."""
        try:
            self._ice = await self._client.request(GetIce(), Ice)
        except OknoError:
            if self._ice is None:
                raise
        return self._ice

    async def wait_up(self) -> None:
        """Return once the socket stands."""
        await self._client.wait_up()


class _RecordedPeer(Peer):
    """The recorder offers sound and picture alone; aiortc answers no fewer lines than it has."""

    lines = (("audio", "sendrecv"), ("video", "sendrecv"))
    takes_photos = False


class _Unreported:
    """The outlet for a link on which nobody's talk depends."""

    def __init__(self, outlet: Outlet) -> None:
        self.tell, self.ice, self.wait_up = outlet.tell, outlet.ice, outlet.wait_up

    async def report(self, message: MediaArrived | MediaFailed) -> None:
        """Nobody is to know."""


class Participant:
    """One person's media, over as many consultations as they live through."""

    def __init__(self, outlet: Outlet, studio: Studio, *, watch: Watch | None = None) -> None:
        """Prepare.

        Args:
            outlet: Where the link's messages go.
            studio: What this person shows and sings.
            watch: Is shown every frame received and must be quick.
        """
        self.received = Received(watch)
        """What has come over the present link, or over the last one."""
        self._outlet = outlet
        self._studio = studio
        self._watch = watch
        self._instance = new_ulid()
        self._link: Link | None = None
        self._recorder: Link | None = None
        self._early: deque[Relayed] = deque(maxlen=_MOST_EARLY)

    @property
    def link(self) -> Link | None:
        """The present link."""
        return self._link

    async def run(self, pushes: Pushes) -> None:
        """Follow what a client is told, until its conversation ends."""
        async for push in pushes:
            match push:
                case BoothState() | ConsultantState():
                    await self.follow(push.consultation)
                case LinkReady() | LinkDescription() | LinkCandidate() | LinkMedia():
                    await self.hear(push)
                case Welcome():
                    await self.socket_is_back()
                case _:
                    pass

    async def follow(self, consultation: BoothConsultation | ConsultantConsultation | None) -> None:
        """Have the links this state names, carrying sound and picture if it says so."""
        await self._follow_recorder(consultation)
        info = consultation.link if consultation is not None else None
        if self._link is not None and (info is None or info.id != self._link.info.id):
            link, self._link = self._link, None
            await link.close()
        if consultation is None or info is None:
            return
        if self._link is None:
            await self._studio.show(consultation.ticket, consultation.language)
            self.received = Received(self._watch)
            self._link = Link(
                info,
                self._instance,
                outlet=self._outlet,
                make_tracks=self._studio.tracks,
                received=self.received,
            )
            await self._link.begin()
            await self._catch_up()
        await self._link.carry(consultation.state in _CARRYING)

    async def hear(self, message: Relayed) -> None:
        """Something the other side said; it may overtake the state that names its link."""
        for link in (self._link, self._recorder):
            if link is not None and message.link == link.info.id:
                await link.hear(message)
                return
        self._early.append(message)

    async def socket_is_back(self) -> None:
        """The socket was lost meanwhile; a running link is not touched."""
        for link in (self._link, self._recorder):
            if link is not None:
                await link.socket_is_back()

    async def close(self) -> None:
        """Let go of everything."""
        await self.follow(None)

    async def _follow_recorder(
        self, consultation: BoothConsultation | ConsultantConsultation | None
    ) -> None:
        """Give the recorder the same sound and picture, while there is one."""
        recording = consultation.recording if consultation is not None else None
        wanted = recording.link if recording is not None else None
        if self._recorder is not None and wanted != self._recorder.info.id:
            link, self._recorder = self._recorder, None
            await link.close()
        if wanted is not None and self._recorder is None:
            self._recorder = Link(
                # Whom it is from does not matter: nothing comes from there.
                LinkInfo(id=wanted, owner=False, to=Side.CONSULTANT),
                self._instance,
                outlet=_Unreported(self._outlet),
                make_tracks=self._studio.tracks,
                received=Received(),
                make_peer=_RecordedPeer,
            )
            await self._recorder.begin()
            await self._recorder.carry(True)
            await self._catch_up()

    async def _catch_up(self) -> None:
        early, self._early = self._early, deque(maxlen=_MOST_EARLY)
        for message in early:
            await self.hear(message)
