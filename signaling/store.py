"""How Okno talks to Redis: one way to make the client, so that everywhere the same limits hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import NoScriptError, ResponseError

from signaling.addresses import Address, Host, parse_address
from signaling.cluster import ClusterRedis, slot_of
from signaling.ports import RedisClient

CONNECTIONS = 32
"""At most, to each server; a request beyond them waits its turn instead of failing."""
_TIMEOUT_SECONDS = 5.0
"""For a free connection, for connecting, and for each answer."""
_REPLACEABLE_SECONDS = 3.0
"""The same where another server may have taken the place of one that hangs: the sooner we look, the
sooner people go on."""
_SENTINEL_SECONDS = 1.0
"""For each answer of a Sentinel; there are others to ask."""


def open_redis(url: str) -> RedisClient:
    """A client whose every wait ends. Close it with ``aclose``.

    Nothing is tried again here: a script whose answer was lost may have run. A new master is
    found by the next request.

    Args:
        url: as in `signaling.addresses`.

    Raises:
        ValueError: it is no address.
    """
    address = parse_address(url)
    match address.kind:
        case "single":
            return Redis.from_pool(_Pool(**{**_limits(_TIMEOUT_SECONDS), **address.options}))
        case "sentinel":
            return Redis.from_pool(_GroupPool(address))
        case "cluster":
            secure = {"connection_class": SSLConnection} if address.tls else {}

            def open_server(server: Host) -> Redis:
                host, port = server
                where = {"host": host, "port": port}
                options = {**_limits(_REPLACEABLE_SECONDS), **secure, **address.options, **where}
                return Redis.from_pool(_Pool(**options))

            return ClusterRedis(address.hosts, open_server)


class Script:
    """A Lua script, run by its digest; a server that does not know it yet is given the text."""

    def __init__(self, redis: RedisClient, text: str) -> None:
        self._redis = redis
        self._text = text
        # The name by which Redis knows a script; nothing is kept secret by it.
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, key: str, *args: str | int) -> Any:
        """Run it for a key, which decides where; its answer."""
        try:
            return await self._redis.evalsha(self._digest, 1, key, *args)
        except NoScriptError:
            return await self._redis.eval(self._text, 1, key, *args)


class Library:
    """A library of Lua functions; a server that does not know it yet is given the text.

    Functions are replicated and persist, and what they share is set up once, not at each call.
    """

    def __init__(self, redis: RedisClient, text: str) -> None:
        self._redis = redis
        self._text = text

    async def __call__(self, function: str, key: str, *args: str) -> Any:
        """Run a function for a key, which decides where; its answer."""
        try:
            return await self._redis.fcall(function, 1, key, *args)
        except ResponseError as fault:
            if "Function not found" not in str(fault):
                raise
        server = self._redis
        if isinstance(server, ClusterRedis):
            server = server.client_of(await server.owner(key_slot(key.encode())))
        await server.function_load(self._text, replace=True)
        return await self._redis.fcall(function, 1, key, *args)


def may_share_command(redis: RedisClient, keys: Iterable[str]) -> bool:
    """Whether one command may name all these keys: on a cluster they must be of one slot."""
    return not isinstance(redis, ClusterRedis) or len({slot_of(("", key)) for key in keys}) == 1


def _limits(seconds: float) -> dict[str, Any]:
    return {
        "decode_responses": True,
        "max_connections": CONNECTIONS,
        "timeout": seconds,
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": 15,
    }


class _Prompt(AbstractConnection):
    """Writes at once. redis-py makes a task for each write, to limit how long it waits.

    There is nothing to wait for unless what was written before is still here.
    """

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        """Put a packed command on its way, as redis-py does."""
        writer = self._writer
        if (
            writer is None
            or not isinstance(command, list)
            or writer.transport.is_closing()
            or writer.transport.get_write_buffer_size()
        ):
            await super().send_packed_command(command, check_health)
            return
        if check_health:
            await self.check_health()  # type: ignore[no-untyped-call] # redis-py's
        writer.writelines(command)


class _Pool(BlockingConnectionPool):
    """Gives what is free at once. Only who must wait goes through the library's locks and clocks.

    They took a tenth of a busy node.
    """

    def __init__(self, **options: Any) -> None:
        kind = options.pop("connection_class", Connection)
        prompt = type(f"Prompt{kind.__name__}", (_Prompt, kind), {})
        super().__init__(connection_class=prompt, **options)
        self._queueing = 0

    async def get_connection(self, *_: Any, **__: Any) -> Any:
        """A connection that is ready to be used.

        Raises:
            redis.exceptions.RedisError, OSError: there is none.
        """
        if self._queueing or not self.can_get_connection():
            # Nobody who comes later goes before those who wait.
            self._queueing += 1
            try:
                return await super().get_connection()  # type: ignore[no-untyped-call] # redis-py's
            finally:
                self._queueing -= 1
        connection = self.get_available_connection()  # type: ignore[no-untyped-call] # redis-py's
        try:
            await self.ensure_connection(connection)
        except BaseException:
            await self.release(connection)
            raise
        return connection

    async def release(self, connection: AbstractConnection) -> None:
        """Take a connection back."""
        if self._queueing or connection.should_reconnect():  # type: ignore[no-untyped-call] # redis-py's
            await super().release(connection)
        else:
            self._in_use_connections.remove(connection)
            self._available_connections.append(connection)


class _GroupPool(SentinelConnectionPool, BlockingConnectionPool):
    """Connections to the server that Sentinel calls the master; a request waits for a free one."""

    def __init__(self, address: Address) -> None:
        sentinels = Sentinel(  # type: ignore[no-untyped-call] # redis-py's
            address.hosts,
            sentinel_kwargs={
                "decode_responses": True,
                "socket_timeout": _SENTINEL_SECONDS,
                "socket_connect_timeout": _SENTINEL_SECONDS,
                "retry": Retry(NoBackoff(), 0),
                "ssl": address.tls,
                **address.sentinel_options,
            },
        )
        options = {**_limits(_REPLACEABLE_SECONDS), "ssl": address.tls, **address.options}
        super().__init__(address.group, sentinels, **options)  # type: ignore[no-untyped-call]

    async def aclose(self) -> None:
        """Close them, and those to the Sentinels."""
        await super().aclose()
        await self.sentinel_manager.aclose()
