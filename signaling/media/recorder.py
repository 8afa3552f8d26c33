"""A recorder process: claims conversations that are to be recorded, as many as it can hold.

It stands to pages as a node does: what they say to it comes by its own channel in Redis. It holds
nothing that another could not go on with: when it dies, its leases run out.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import structlog
from redis.exceptions import RedisError

from signaling import keys
from signaling.bus import Parcel, parcel
from signaling.errors import Code, OknoError
from signaling.ids import LinkId, NodeId, OrganisationId, PersonId, new_ulid
from signaling.journal import now_ms
from signaling.media.recording import Recording
from signaling.messages import Relayed
from signaling.ports import IceSettings, RedisClient, Timings
from signaling.presence import Presence
from signaling.recordings import Recordings
from signaling.scripts import Scripts
from signaling.tasks import OwnedTasks, rest
from signaling.vault import Vault

_log = structlog.stdlib.get_logger(__name__)
_LISTEN_SECONDS = 1.0
_RETRY_SECONDS = 0.5
_LOOK_SECONDS = 5.0
"""How often a word that was missed is made up for."""
_relayed: msgspec.json.Decoder[Relayed] = msgspec.json.Decoder(Relayed)


class Recorder:
    """Records until it is left; `run` once."""

    def __init__(
        self,
        redis: RedisClient,
        timings: Timings,
        ice: IceSettings,
        vault: Vault,
        *,
        at_once: int,
        on_change: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Prepare.

        Args:
            redis: the line's.
            timings: as the nodes have them.
            ice: as the nodes have them.
            vault: where recordings go.
            at_once: conversations that are recorded at the same time.
            on_change: told how many are recorded now.
        """
        scripts = Scripts(redis)
        self.node = NodeId(f"recorder-{new_ulid()}")
        self.recordings = Recordings(scripts, timings)
        self.vault = vault
        self.ice = ice
        self.listening = asyncio.Event()
        """Set while it hears what is meant for it."""
        self._redis = redis
        self._presence = Presence(redis, scripts, timings)
        self._at_once = at_once
        self._on_change = on_change
        self._at_work: dict[tuple[OrganisationId, PersonId], Recording] = {}
        self._tasks = OwnedTasks()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; then what is recorded is handed over to others."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen())
                group.create_task(self._claim())
        finally:
            for recording in self._at_work.values():
                recording.stop(leaves=True)
            while self._at_work:
                await rest(self._wake, None)
            await self._tasks.stop()

    async def relay(
        self, organisation: OrganisationId, person: PersonId, link: LinkId, message: Relayed
    ) -> None:
        """Pass a message on to a page; raises `OknoError` while it is away."""
        try:
            body = msgspec.json.encode(message).decode()
            await self._presence.relay(organisation, person, link, body)
        except (RedisError, OSError) as fault:
            raise OknoError(Code.UNAVAILABLE) from fault

    async def server_ms(self) -> int:
        """Redis server time; raises `OknoError` while Redis is away."""
        try:
            return await now_ms(self._redis)
        except (RedisError, OSError) as fault:
            raise OknoError(Code.UNAVAILABLE) from fault

    # Work.

    async def _claim(self) -> None:
        """Take what waits while there is room; woken when something does."""
        await self.listening.wait()
        while True:
            self._wake.clear()
            try:
                for organisation in await self._presence.organisations():
                    await self._claim_of(organisation)
            except (RedisError, OSError) as fault:
                _log.warning("recorder.interrupted", fault=str(fault))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._wake.wait()

    async def _claim_of(self, organisation: OrganisationId) -> None:
        while len(self._at_work) < self._at_once:
            job = await self.recordings.claim(organisation, self.node)
            if job is None:
                return
            who = organisation, PersonId(f"recorder:{job.consultation}")
            recording = self._at_work[who] = Recording(self, organisation, job)
            self._on_change(len(self._at_work))
            self._tasks.start(self._record(who, recording), f"record {job.consultation}")

    async def _record(self, who: tuple[OrganisationId, PersonId], recording: Recording) -> None:
        try:
            await recording.run()
        finally:
            if self._at_work.get(who) is recording:
                del self._at_work[who]
            self._on_change(len(self._at_work))
            self._wake.set()

    # What is meant for us.

    async def _listen(self) -> None:
        while True:
            try:
                async with self._channel() as messages:
                    async for message in messages:
                        await self._take(message)
            except (RedisError, OSError) as fault:
                self.listening.clear()
                _log.warning("recorder.deaf", fault=str(fault))
                await asyncio.sleep(_RETRY_SECONDS)

    @contextlib.asynccontextmanager
    async def _channel(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(keys.node_channel(self.node), keys.RECORDINGS)

            async def messages() -> AsyncIterator[dict[str, Any]]:
                while True:
                    message = await channel.get_message(timeout=_LISTEN_SECONDS)
                    if message is None:
                        await channel.ping()
                    else:
                        yield message

            yield messages()

    async def _take(self, message: dict[str, Any]) -> None:
        match message["type"], message["channel"]:
            case "subscribe", keys.RECORDINGS:
                for recording in self._at_work.values():
                    await recording.socket_is_back()
                self.listening.set()
            case "message", keys.RECORDINGS:
                self._wake.set()
            case "message", _:
                self._deliver(parcel(message["data"]))

    def _deliver(self, told: Parcel) -> None:
        recording = self._at_work.get((told.organisation, told.person))
        if recording is None:
            return
        if told.kind == "relay":
            recording.hear(_relayed.decode(told.body))
        elif told.kind == "stop" and told.link == str(recording.job.take):
            recording.stop()
