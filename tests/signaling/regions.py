"""An installation of several organisations, and what people do there while engines fail."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from signaling.client import Client
from signaling.errors import OknoError
from signaling.ids import ConsultationId, LinkId, OrganisationId, TopicId, new_ulid
from signaling.messages import GetIce, HangUp, Ice, LinkReady
from signaling.model import State, Topic
from signaling.tasks import end
from tests.redis_groups import Cluster
from tests.signaling.cast import Cast, Stage
from tests.signaling.room import PASSPORT
from tests.signaling.steps import in_state, talking
from tests.waiting import until


class Regions(Cast):
    """Several organisations of one shape."""

    def __init__(self, regions: Sequence[OrganisationId]) -> None:
        super().__init__()
        self.regions = list(regions)
        self.home = self.regions[0]

    async def organisations(self) -> list[OrganisationId]:
        return self.regions

    async def topic(self, organisation: OrganisationId, topic: TopicId) -> Topic | None:
        return PASSPORT if organisation in self.regions and topic == PASSPORT.id else None


def spread(cluster: Cluster) -> list[OrganisationId]:
    """An organisation on each master of the cluster, in the masters' order."""
    found: dict[int, OrganisationId] = {}
    while len(found) < len(cluster.masters):
        organisation = OrganisationId(new_ulid())
        found.setdefault(cluster.shard(f"{{{organisation}}}"), organisation)
    return [found[shard] for shard in sorted(found)]


class People:
    """Booths on one node, consultants on another; every page comes back when its socket is lost."""

    def __init__(self, one: Stage, two: Stage, organisation: OrganisationId) -> None:
        self.organisation = organisation
        self._one = one
        self._two = two
        self._staying: list[asyncio.Task[None]] = []

    async def booth(self, name: str) -> Client:
        return await self._open(self._one, name, "booth")

    async def consultant(self, name: str) -> Client:
        return await self._open(self._two, name, "workspace")

    async def _open(self, stage: Stage, name: str, surface: str) -> Client:
        client = await stage.client(name, surface, self.organisation)
        self._staying.append(asyncio.create_task(client.stay()))
        return client

    async def leave(self) -> None:
        await end(self._staying)


@contextlib.asynccontextmanager
async def people(one: Stage, two: Stage, organisation: OrganisationId) -> AsyncIterator[People]:
    cast = People(one, two, organisation)
    try:
        yield cast
    finally:
        await cast.leave()


async def meet(booth: Client, consultant: Client) -> ConsultationId:
    """Bring the two into a conversation in which their pages hear each other."""
    link = await talking(booth, consultant)
    await hear_each_other(booth, consultant, link)
    return consultation_of(link)


async def hear_each_other(booth: Client, consultant: Client, link: LinkId) -> None:
    """What each page says reaches the other, once."""
    for sender, receiver in ((booth, consultant), (consultant, booth)):
        heard = receiver.pushes()
        messages = [LinkReady(link=link, instance=new_ulid()) for _ in range(3)]
        for message in messages:
            await sender.request(message)
        assert [await heard.wait_for(LinkReady, within=5) for _ in messages] == messages


async def hang_up(client: Client, consultant: Client, consultation: ConsultationId) -> None:
    await client.request(HangUp(consultation=consultation))
    await in_state(consultant, State.WRAPPING_UP)


def consultation_of(link: LinkId) -> ConsultationId:
    return ConsultationId(link.rpartition("-")[0])


async def usable(*clients: Client, seconds: float) -> None:
    """Wait until every page is connected and its requests are done."""

    async def answered(client: Client) -> bool:
        try:
            await client.request(GetIce(), Ice, within=seconds)
        except OknoError:
            return False
        return client.up

    async with asyncio.timeout(seconds):
        for client in clients:
            await until(lambda client=client: answered(client), seconds=seconds)
