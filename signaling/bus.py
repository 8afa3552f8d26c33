"""Delivery between nodes: Redis pub/sub wakes, the mailbox in Redis is the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import structlog
from redis.exceptions import RedisError

from signaling import keys
from signaling.connection import CloseCode, Connection
from signaling.ids import NodeId, OrganisationId, PersonId
from signaling.peers import Peers
from signaling.ports import RedisClient
from signaling.presence import Mail, Presence

_log = structlog.stdlib.get_logger(__name__)
_RETRY_SECONDS = 0.5
_LISTEN_SECONDS = 1.0
_SILENT_LIMIT = 3


class Parcel(NamedTuple):
    """What a script publishes on this node's channel, a line for each; the last may hold more."""

    kind: str
    """``state``, ``relay``, ``evict`` or ``expel``."""
    organisation: OrganisationId
    person: PersonId
    seq: int
    link: str
    other: str
    connection: str
    body: str


def parcel(text: str) -> Parcel:
    """Take apart what `post` of lua/lib/core.lua wrote."""
    kind, organisation, person, seq, *rest = text.split("\n", 7)
    return Parcel(kind, OrganisationId(organisation), PersonId(person), int(seq), *rest)


async def _as_it_came(message: Any) -> Any:
    """Instead of redis-py's own, which writes each message out as text for its log."""
    return message


class Bus:
    """Brings parcels from Redis to the sockets of this node."""

    def __init__(
        self,
        redis: RedisClient,
        node: NodeId,
        peers: Peers,
        presence: Presence,
        *,
        on_changed: Callable[[OrganisationId], None],
        on_promised: Callable[[OrganisationId], None],
    ) -> None:
        self._redis = redis
        self._node = node
        self._peers = peers
        self._presence = presence
        self._on_changed = on_changed
        self._on_promised = on_promised
        self.listening = asyncio.Event()
        """Set while this node hears what is published for it."""

    async def run(self) -> None:
        """Listen for ever; after an interruption read what was missed from the mailboxes."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as fault:
                self.listening.clear()
                _log.warning("bus.interrupted", fault=str(fault))
                await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        async with self._redis.pubsub(push_handler_func=_as_it_came) as channel:
            await channel.subscribe(keys.node_channel(self._node), keys.CHANGED, keys.PROMISED)
            silent = 0
            while True:
                message = await channel.get_message(timeout=_LISTEN_SECONDS)
                if message is None:
                    # Nothing for a while: either nothing happened or Redis is gone.
                    silent += 1
                    if silent > _SILENT_LIMIT:
                        raise ConnectionError("Redis has fallen silent")
                    await channel.ping()
                    continue
                silent = 0
                await self._take(message)

    async def _take(self, message: dict[str, Any]) -> None:
        match message["type"], message["channel"]:
            case "subscribe", keys.PROMISED:
                await self.catch_all_up()
                self.listening.set()
            case "message", keys.CHANGED:
                self._on_changed(OrganisationId(message["data"]))
            case "message", keys.PROMISED:
                self._on_promised(OrganisationId(message["data"]))
            case "message", _:
                await self._deliver(parcel(message["data"]))

    async def catch_all_up(self) -> None:
        """Send to every page here what it has missed; one that is not known any more comes back."""
        by_organisation: dict[OrganisationId, list[Connection]] = {}
        for connection in self._peers.people():
            by_organisation.setdefault(connection.organisation, []).append(connection)
        # Side by side: the part of a cluster that holds one may be away.
        await asyncio.gather(*(self._catch_up_all_of(each) for each in by_organisation.values()))
        for connection in self._peers:
            self._on_changed(connection.organisation)

    async def _catch_up_all_of(self, connections: Sequence[Connection]) -> None:
        for done, connection in enumerate(connections):
            try:
                await self.catch_up(connection)
            except (RedisError, OSError):
                # What they missed cannot be read now: they come back and take it, or a snapshot.
                for behind in connections[done:]:
                    behind.close(CloseCode.GOING_AWAY, "what was missed cannot be read")
                return

    async def _deliver(self, parcel: Parcel) -> None:
        connection = self._peers.find(parcel.organisation, parcel.person)
        if connection is None:
            return
        match parcel.kind:
            case "state":
                mail = Mail(seq=parcel.seq, body=parcel.body, link=parcel.link, other=parcel.other)
                if not connection.deliver(mail):
                    await self.catch_up(connection)
            case "relay":
                if parcel.link in connection.links:
                    connection.send_raw(parcel.body.encode())
            case "evict":
                if connection.name == parcel.connection:
                    connection.close(CloseCode.REPLACED, "replaced")
            case "expel":
                if connection.name == parcel.connection:
                    connection.close(CloseCode.NOT_SIGNED_IN, "signed out")

    async def catch_up(self, connection: Connection) -> None:
        """Send what the mailbox has and the page has not."""
        seq, person = connection.seq, connection.person
        if seq is None or person is None:
            return
        if await self._presence.last_seq(connection.organisation, person, connection.name) < seq:
            # A new master had not heard of what the page was told, or of its socket: that never
            # happened. (Or a newer socket took over unheard; of the two, one will remain.)
            connection.close(CloseCode.GOING_AWAY, "told more than is known")
            return
        mail = await self._presence.mail_after(connection.organisation, person, seq)
        for each in mail:
            if not connection.deliver(each):
                # The mailbox no longer reaches back so far: the page must take a snapshot.
                connection.close(CloseCode.GOING_AWAY, "too far behind")
                return
