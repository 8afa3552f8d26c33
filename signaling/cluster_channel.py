"""Publish and subscribe on a Redis Cluster, as fast as on a single server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from signaling.addresses import Host
from signaling.tasks import end

if TYPE_CHECKING:
    from signaling.cluster import ClusterRedis

_log = structlog.stdlib.get_logger(__name__)

_PING_SECONDS = 1.0
_SILENT_LIMIT = 3
"""A server that has not answered so many pings is gone."""
_WAITING_LIMIT = 1000
"""Messages that were heard and not taken yet; the servers keep what is beyond."""


class ClusterChannel(PubSub):
    """Hears through every master at once what is published anywhere in the cluster.

    A cluster passes each message on to all its servers, but not at once: at a thousand a second
    it takes about ten milliseconds. The master on which a script runs says it at once. So all of
    them are listened to, and of what each says only that is taken which is about an organisation
    that lives there; the rest comes from another. A message is an organisation's id, or a parcel
    (lua/lib/core.lua), whose second line is the id.

    A master that is away is left out. Its return, like every change of the cluster, ends the
    channel with a ``ConnectionError``, because messages may have been lost.
    """

    def __init__(self, cluster: ClusterRedis, **options: Any) -> None:
        super().__init__(cluster.connection_pool, **options)
        self._cluster = cluster
        self._changes = cluster.changes
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_WAITING_LIMIT)
        self._listeners: list[asyncio.Task[None]] = []

    async def subscribe(self, *names: Any, **handlers: Any) -> None:
        """Listen to these channels on every master that is not known to be away.

        Raises:
            RedisError: there is none.
        """
        del handlers
        self._changes = self._cluster.changes
        servers = await self._cluster.masters()
        channels = await asyncio.gather(*(self._open(server, names) for server in servers))
        for server, channel in zip(servers, channels, strict=True):
            if channel is not None:
                work = self._listen(server, channel)
                self._listeners.append(asyncio.create_task(work, name="cluster channel"))
        if not self._listeners:
            raise RedisConnectionError("no master of the cluster can be listened to")
        for name in names:
            await self._heard.put({"type": "subscribe", "channel": name})

    async def get_message(
        self,
        ignore_subscribe_messages: bool = False,
        timeout: float | None = 0.0,  # noqa: ASYNC109 - as the class it stands in for
    ) -> Any:
        """The next message, or None after so many seconds.

        Raises:
            RedisConnectionError: the cluster has changed, and messages may be lost.
        """
        del ignore_subscribe_messages
        if self._cluster.changes != self._changes:
            raise RedisConnectionError("the cluster has changed")
        if not self._heard.empty():
            return self._heard.get_nowait()
        try:
            async with asyncio.timeout(timeout):
                return await self._heard.get()
        except TimeoutError:
            return None

    async def ping(self, message: Any = None) -> bool:
        """Nothing to do: each master is asked by the one who listens to it."""
        del message
        return True

    async def aclose(self) -> None:
        """Listen no more."""
        listeners, self._listeners = self._listeners, []
        await end(listeners)
        await super().aclose()  # type: ignore[no-untyped-call] # redis-py's

    async def _open(self, server: Host, names: tuple[Any, ...]) -> PubSub | None:
        """A channel through one master; what it says before it has confirmed is not kept."""
        client = self._cluster.client_of(server)
        channel = client.pubsub(push_handler_func=self.push_handler_func)
        try:
            await channel.subscribe(*names)
            missing = len(names)
            while missing:
                message = await channel.get_message(timeout=_PING_SECONDS)
                if message is None:
                    raise RedisConnectionError("the server does not confirm")
                missing -= message["type"] == "subscribe"
        except (RedisError, OSError) as fault:
            await self._give_up(server, channel, fault)
            return None
        except asyncio.CancelledError:
            await _close(channel)
            raise
        return channel

    async def _listen(self, server: Host, channel: PubSub) -> None:
        silent = 0
        try:
            while True:
                message = await channel.get_message(timeout=_PING_SECONDS)
                silent = 0 if message else silent + 1
                if silent > _SILENT_LIMIT:
                    raise RedisConnectionError("the server has fallen silent")
                if message is None:
                    await channel.ping()
                elif message["type"] != "message" or self._is_first_hand(server, message["data"]):
                    await self._heard.put(message)
        except (RedisError, OSError) as fault:
            await self._give_up(server, channel, fault)
        except asyncio.CancelledError:
            await _close(channel)
            raise

    async def _give_up(self, server: Host, channel: PubSub, fault: Exception) -> None:
        _log.warning("cluster.unheard", server=server, fault=str(fault))
        self._cluster.doubt(server)
        await _close(channel)

    def _is_first_hand(self, server: Host, data: str) -> bool:
        _kind, is_parcel, rest = data.partition("\n")
        about = rest.partition("\n")[0] if is_parcel else data
        return self._cluster.holds(server, about)


async def _close(channel: PubSub) -> None:
    await channel.aclose()  # type: ignore[no-untyped-call] # redis-py's
