"""Who has a socket where: taking over, resuming, leases, and coming back after an outage."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import cast

import msgspec

from signaling import keys
from signaling.ids import NodeId, OrganisationId, PersonId
from signaling.journal import now_ms
from signaling.model import Duty
from signaling.ports import RedisClient, Timings, milliseconds
from signaling.scripts import Scripts, Verb
from signaling.waiting_room import duty_facts

NODE_SILENT_MS = 15_000
"""A node that has not beaten for so long is taken for gone."""
_ATTACH_MS = 6_000
"""A socket is taken over within this time or not at all; longer than any answer is waited for."""


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered message as the scripts wrote it."""

    seq: int
    body: str
    """The message, ready for the wire."""
    link: str = ""
    """The person's links after this change, separated by spaces."""
    other: str = ""
    """Who is at their other ends, in the same order."""


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """What a page is told when its socket is taken over."""

    resumed: bool
    token: str
    seq: int
    since: int
    """When the page first took the person's place (ms, server time)."""
    at: int
    """Server time (ms)."""
    link: str
    other: str
    missed: list[Mail] = []
    snapshot: Mail | None = None


class Renewed(msgspec.Struct, frozen=True):
    """Whose leases were not renewed."""

    replaced: list[PersonId] = []
    """A newer socket has taken over."""
    forgotten: list[PersonId] = []
    """Nothing is known of them any more; their pages must connect again."""


class Presence:
    """Sockets and leases of people."""

    def __init__(self, redis: RedisClient, scripts: Scripts, timings: Timings) -> None:
        self._redis = redis
        self._scripts = scripts
        self._keep = milliseconds(timings.resume)
        self._grace = milliseconds(timings.grace)
        self._offer = milliseconds(timings.offer)
        self.taken_for_dead = asyncio.Event()
        """Set when this node was silent for so long that its sockets were taken for gone."""
        self._ahead: float | None = None
        """Redis server time less the event loop's (ms), as far as is known."""

    async def attach(
        self,
        organisation: OrganisationId,
        person: PersonId,
        *,
        node: NodeId,
        connection: str,
        token: str,
        resume: str | None,
        seq: int,
        since: int | None,
        duty: Duty | None,
    ) -> Attached:
        """Make this socket the person's only one; what was missed, or a snapshot.

        Raises:
            WrongStateError: the page comes back (`since`), and one that came later is in its place.
            ConnectionError: Redis heard of it too late; nothing was changed.
        """
        if self._ahead is None:
            await self._look_at_the_clock()
        text = await self._scripts.run(
            Verb.ATTACH,
            organisation,
            person=person,
            node=node,
            connection=connection,
            token=token,
            resume=resume or "",
            seq=seq,
            since=since or 0,
            duty=duty_facts(duty) if duty else {},
            latest=self.server_ms() + _ATTACH_MS,
            grace=self._grace,
            keep=self._keep,
            offer=self._offer,
        )
        if text is None:
            raise ConnectionError("Redis has heard too late of a socket")
        return msgspec.json.decode(text, type=Attached)

    async def detach(self, organisation: OrganisationId, person: PersonId, connection: str) -> None:
        """The socket is gone; `WrongStateError` if a newer one has taken over."""
        await self._scripts.run(
            Verb.DETACH, organisation, person=person, connection=connection, keep=self._keep
        )

    async def renew(self, organisation: OrganisationId, holders: Mapping[PersonId, str]) -> Renewed:
        """Heartbeat of the people whose sockets are these; who is not to go on."""
        text = await self._scripts.run(
            Verb.RENEW,
            organisation,
            holders={str(person): name for person, name in holders.items()},
            grace=self._grace,
            keep=self._keep,
        )
        return msgspec.json.decode(text or "{}", type=Renewed)

    async def last_seq(
        self, organisation: OrganisationId, person: PersonId, connection: str
    ) -> int:
        """Number of the last message to the person; -1 when Redis knows nothing of that socket."""
        holder, seq = await self._redis.hmget(
            keys.person(organisation, person), ["connection", "seq"]
        )
        return int(seq or 0) if holder == connection else -1

    async def mail_after(
        self, organisation: OrganisationId, person: PersonId, seq: int
    ) -> list[Mail]:
        """Numbered messages after `seq` that are still kept."""
        found = cast(
            "list[tuple[str, dict[str, str]]]",
            await self._redis.xrange(keys.mail(organisation, person), f"{seq + 1}-0", "+"),
        )
        return [
            Mail(
                seq=int(entry.partition("-")[0]),
                body=fields["m"],
                link=fields["link"],
                other=fields["other"],
            )
            for entry, fields in found
        ]

    async def relay(
        self, organisation: OrganisationId, person: PersonId, link: str, body: str
    ) -> None:
        """Pass a message on to the node that holds the person's socket; NotFoundError if none."""
        await self._scripts.run(Verb.RELAY, organisation, person=person, link=link, body=body)

    async def wake(self, node: NodeId) -> None:
        """Be sure that deadlines may be acted on, and that this node is known to live.

        When no node has beaten lately, all were away or Redis was: every organisation's deadlines
        start again before anyone beats, and so before anyone acts on them. A node that alone was
        away beats at once: while it is taken for dead, nobody is offered to its people.
        """
        now = await self._look_at_the_clock()
        living = await self._redis.zrange(keys.NODES, now - NODE_SILENT_MS, "+inf", byscore=True)
        if not living:
            for organisation in await self.organisations():
                await self.revive(organisation)
            self.taken_for_dead.set()
        if node not in living:
            await self.beat(node)

    async def organisations(self) -> list[OrganisationId]:
        """Those that ever had a page open. Asked of Redis, so that timers outlive SQL."""
        found = await self._redis.smembers(keys.ORGANISATIONS)
        return [OrganisationId(str(each)) for each in found]

    async def beat(self, node: NodeId) -> None:
        """Say that this node lives, and take the place of those that have fallen silent."""
        now = await self._look_at_the_clock()
        if await self._redis.zadd(keys.NODES, {node: now}):
            # Not among the living until now: at the start, or because others have buried it.
            self.taken_for_dead.set()
        silent = await self._redis.zrange(keys.NODES, "-inf", now - NODE_SILENT_MS, byscore=True)
        for each in silent:
            await self.leave(NodeId(str(each)))

    def server_ms(self) -> int:
        """Redis server time (ms), by what was seen of it at this node's last beat."""
        if self._ahead is None:
            raise RuntimeError("this node has not begun to beat")
        return round(_loop_ms() + self._ahead)

    async def _look_at_the_clock(self) -> int:
        """Redis server time, ms."""
        now = await now_ms(self._redis)
        self._ahead = now - _loop_ms()
        return now

    async def leave(self, node: NodeId) -> None:
        """A node stops or has died: sockets it still held are gone."""
        for organisation in await self.organisations():
            while (
                await self._scripts.run(Verb.LAPSE, organisation, node=node, keep=self._keep) != "0"
            ):
                pass
        await self._redis.zrem(keys.NODES, node)

    async def revive(self, organisation: OrganisationId) -> None:
        """After an outage of all nodes: give every deadline that ran out a new start."""
        await self._scripts.run(Verb.REVIVE, organisation, grace=self._grace, offer=self._offer)


def _loop_ms() -> float:
    return asyncio.get_running_loop().time() * 1000
