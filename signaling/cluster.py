"""A Redis Cluster behind the same client as a single server.

redis-py's own cluster client is not used: it starts a thread for each command that is put into a
transaction, fails instead of waiting when all connections of a server are taken, cuts commands
under way on every server when one moves, and sends ``ASKING`` on another connection than the
command. What is needed here is little: each command goes to the master of its key's slot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import CommandStackT, Pipeline, PubSub
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import (
    ClusterDownError,
    CrossSlotTransactionError,
    MovedError,
    ReadOnlyError,
    RedisError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from signaling import keys
from signaling.addresses import Host
from signaling.cluster_channel import ClusterChannel

_log = structlog.stdlib.get_logger(__name__)

_REDIRECTS = 3
"""How often one command follows a slot that has moved."""
_LOOK_SECONDS = 1.0
"""How long one server may take to say who holds which slot."""
_LOOK_AGAIN_SECONDS = 0.2
"""The map is not asked for more often."""

_KEYLESS = frozenset({"PING", "TIME", "INFO", "PUBLISH"})
_HOME_SLOT = key_slot(keys.NODES.encode())
"""Commands without a key go where nodes leave their sign of life, so that they see one clock."""
_AFTER_COUNT = frozenset({"EVAL", "EVALSHA", "FCALL"})
_AFTER_WORD = {"XREADGROUP": b"STREAMS", "SCAN": b"MATCH"}
"""redis-py puts these words in bytes. The pattern of a scan must hold a hash tag, as a key does."""

_AWAY = (RedisConnectionError, RedisTimeoutError, ClusterDownError, ReadOnlyError, OSError)


def slot_of(command: Sequence[Any]) -> int:
    """The slot of a command's key; a command of several keys must have them all in one."""
    name = command[0]
    if name in _KEYLESS:
        return _HOME_SLOT
    if name in _AFTER_COUNT:
        key = command[3]
    elif name in _AFTER_WORD:
        key = command[command.index(_AFTER_WORD[name]) + 1]
    else:
        key = command[1]
    return key_slot(str(key).encode())


class SlotMap:
    """Which master holds which slot, and who else is there to be asked."""

    def __init__(self, answer: Iterable[Sequence[Any]], asked: Host) -> None:
        """`answer` is that of ``CLUSTER SLOTS``; a server without a name is the one asked."""
        self.owners: list[Host | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self.servers: list[Host] = []
        for first, last, *servers in answer:
            hosts = [(str(each[0] or asked[0]), int(each[1])) for each in servers]
            self.owners[first : last + 1] = [hosts[0]] * (last + 1 - first)
            self.servers += [host for host in hosts if host not in self.servers]


class ClusterRedis(Redis):
    """Sends each command to the master of its key's slot.

    A slot that has moved is followed. A slot that is just being moved key by key (``ASK``) is not:
    a script would find half of its keys. Its organisation gets errors until the move is done.

    Args:
        seeds: some servers of the cluster; the others are learnt from them.
        open_server: makes the client of one server; it limits connections and waits.
    """

    def __init__(self, seeds: Sequence[Host], open_server: Callable[[Host], Redis]) -> None:
        self._seeds = tuple(seeds)
        self._open_server = open_server
        self._clients: dict[Host, Redis] = {}
        self._map = SlotMap((), seeds[0])
        self._in_doubt = True
        self._moved = False
        self._looked = float("-inf")
        self._looking = asyncio.Lock()
        self._why = ""
        """Why no server told who holds what, when it was last asked for."""
        self._away: set[Host] = set()
        self.changes = 0
        """Grows whenever something pushed may have been lost: a slot got another master, or a
        master that was away is back."""
        super().__init__(connection_pool=self.client_of(self._seeds[0]).connection_pool)

    def client_of(self, server: Host) -> Redis:
        """The client of one server."""
        client = self._clients.get(server)
        if client is None:
            client = self._clients[server] = self._open_server(server)
        return client

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Run one command where its key is.

        Raises:
            RedisError: it failed, or its server is away; it is not tried again.
        """
        slot = slot_of(args)
        for _ in range(_REDIRECTS):
            server = await self.owner(slot)
            try:
                answer = await _run(self.client_of(server), *args, **options)
            except MovedError as moved:
                self.follow(moved, server)
            except _AWAY:
                self.doubt(server)
                raise
            else:
                self.answered(server)
                return answer
        raise RedisConnectionError("the slot keeps moving")

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """Commands to run together; those of a transaction must be of one slot."""
        del shard_hint
        return ClusterPipeline(self, transaction=transaction)

    def pubsub(self, **options: Any) -> PubSub:
        """A channel through all masters."""
        return ClusterChannel(self, **options)

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Close the clients of all servers."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose(close_connection_pool)

    async def masters(self) -> list[Host]:
        """Those that hold any slot and are not known to be away."""
        if self._in_doubt:
            await self._look()
        return [each for each in {*self._map.owners} if each is not None and each not in self._away]

    def holds(self, server: Host, organisation: str) -> bool:
        """Whether the organisation's keys are there, as far as is known."""
        return self._map.owners[key_slot(organisation.encode())] == server

    async def owner(self, slot: int) -> Host:
        """The master that holds the slot, as far as is known.

        Raises:
            RedisConnectionError: no server says so.
        """
        if self._in_doubt:
            await self._look()
        owner = self._map.owners[slot]
        if owner is None:
            self._in_doubt = True
            raise RedisConnectionError(f"no master holds the slot{self._why}")
        return owner

    def follow(self, moved: MovedError, server: Host) -> None:
        """A server said that a slot is another's."""
        # It names no host when that is its own.
        self._map.owners[moved.slot_id] = (moved.host or server[0], moved.port)
        self._moved = self._in_doubt = True

    def doubt(self, server: Host) -> None:
        """A server did not answer: perhaps another has taken its place."""
        self._away.add(server)
        self._in_doubt = True

    def answered(self, server: Host) -> None:
        """A server did answer."""
        if server in self._away:
            self._away.discard(server)
            self.changes += 1

    async def _look(self) -> None:
        """Ask who holds what, all who wait for it once."""
        async with self._looking:
            clock = asyncio.get_running_loop().time
            if not self._in_doubt or clock() - self._looked < _LOOK_AGAIN_SECONDS:
                return
            known = dict.fromkeys((*self._map.servers, *self._seeds))
            # Those last seen to be well first.
            for server in sorted(known, key=self._away.__contains__):
                try:
                    async with asyncio.timeout(_LOOK_SECONDS):
                        answer = await _run(self.client_of(server), "CLUSTER SLOTS")
                except (RedisError, OSError) as fault:
                    self._why = f": {fault}"
                    continue
                self._looked, self._why = clock(), ""
                await self._take(SlotMap(answer, server))
                return
            self._looked = clock()

    async def _take(self, found: SlotMap) -> None:
        before, self._map = self._map, found
        # As long as a master is away, its replica may be about to take over.
        self._in_doubt = None in found.owners or not self._away.isdisjoint(found.owners)
        if before.servers and (self._moved or before.owners != found.owners):
            self.changes += 1
            _log.info("cluster.changed", masters=len(set(found.owners)))
        self._moved = False
        for server in self._clients.keys() - {*found.servers}:
            # Whoever still waits for it learns at once that it is gone.
            self._away.discard(server)
            await self._clients.pop(server).aclose()


class ClusterPipeline(Pipeline):
    """Commands that are sorted by the masters of their keys and sent to all at once."""

    def __init__(self, cluster: ClusterRedis, *, transaction: bool) -> None:
        super().__init__(cluster.connection_pool, cluster.response_callbacks, transaction, None)
        self._cluster = cluster

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        """Run what was queued; the answers in the same order.

        Raises:
            RedisError: the first fault of a command. Without `raise_on_error` it stands in place
                of the answer, also for every command whose master is away.
        """
        commands, self.command_stack = self.command_stack, []
        slots = [slot_of(args) for args, _ in commands]
        if self.is_transaction and len(set(slots)) > 1:
            raise CrossSlotTransactionError("the keys of a transaction must share their hash tag")
        answers: list[Any] = [None] * len(commands)
        todo = list(range(len(commands)))
        for _ in range(_REDIRECTS):
            todo = await self._round(commands, slots, answers, todo)
            if not todo:
                break
        if raise_on_error:
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
        return answers

    async def _round(
        self, commands: CommandStackT, slots: list[int], answers: list[Any], todo: list[int]
    ) -> list[int]:
        """Run some commands; those whose slot has moved are left to do."""
        by_server: dict[Host, list[int]] = {}
        for each in todo:
            by_server.setdefault(await self._cluster.owner(slots[each]), []).append(each)

        async def run(server: Host, mine: list[int]) -> None:
            found = await self._on(server, [commands[each] for each in mine])
            for each, answer in zip(mine, found, strict=True):
                answers[each] = answer

        await asyncio.gather(*(run(server, mine) for server, mine in by_server.items()))
        return [each for each in todo if isinstance(answers[each], MovedError)]

    async def _on(self, server: Host, commands: CommandStackT) -> list[Any]:
        pipe = self._cluster.client_of(server).pipeline(transaction=self.is_transaction)
        pipe.command_stack = commands
        try:
            answers = await pipe.execute(raise_on_error=False)
        except MovedError as moved:
            # A transaction says so as a whole.
            self._cluster.follow(moved, server)
            return [moved] * len(commands)
        except _AWAY as fault:
            self._cluster.doubt(server)
            return [fault] * len(commands)
        for answer in answers:
            if isinstance(answer, MovedError):
                self._cluster.follow(answer, server)
            elif isinstance(answer, _AWAY):
                self._cluster.doubt(server)
                return answers
        self._cluster.answered(server)
        return answers


async def _run(client: Redis, *args: Any, **options: Any) -> Any:
    return await client.execute_command(*args, **options)  # type: ignore[no-untyped-call] # redis-py
