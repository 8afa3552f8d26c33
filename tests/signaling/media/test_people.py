"""Simulated people on a real node: real Redis, real sockets, real media."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, CookieJar

from signaling.client import Client, Surface
from signaling.errors import Code, OknoError
from signaling.ids import LinkId, new_ulid
from signaling.media.consultant import Habits, SimulatedConsultant, Step, next_step
from signaling.media.participant import ClientOutlet, Participant
from signaling.media.rehearsal import Rehearsal, RehearsalError
from signaling.media.studio import Studio
from signaling.media.visitor import visit
from signaling.messages import (
    AcceptOffer,
    BoothState,
    ConsultantState,
    FinishWrapUp,
    HangUp,
    SetStatus,
    TakeTicket,
)
from signaling.model import Mode, Outcome, Side, State, Status, StatusReason
from signaling.parts import ConsultantConsultation, LinkInfo
from signaling.ports import IceSettings
from tests.signaling.cast import Stage, staged
from tests.signaling.media.relay import until

HABITS = Habits(accept_after=0.1, talk_for=60, wrap_up_for=0.1, return_after=0.1)


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with staged(redis_url, ice=IceSettings()) as running:
        yield running


@contextlib.asynccontextmanager
async def page(stage: Stage, name: str, surface: Surface) -> AsyncIterator[Client]:
    """A page of that person which is not yet opened."""
    who = {"who": f"{stage.cast.home}/{name}"}
    async with ClientSession(cookie_jar=CookieJar(unsafe=True), cookies=who) as session:
        client = Client(session, stage.base, surface)
        yield client
        await client.close()


@contextlib.asynccontextmanager
async def at_work(
    stage: Stage, habits: Habits = HABITS, name: str = "anna"
) -> AsyncIterator[tuple[Client, Participant]]:
    """A simulated consultant who works while the block runs."""
    async with page(stage, name, "workspace") as client:
        participant = Participant(ClientOutlet(client), await Studio.prepare("consultant"))
        work = asyncio.create_task(SimulatedConsultant(client, participant, habits).run())
        try:
            await client.until(ConsultantState, lambda state: state.status == "available")
            yield client, participant
            assert not work.done(), work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await participant.close()


@contextlib.asynccontextmanager
async def at_booth(stage: Stage, name: str = "1") -> AsyncIterator[tuple[Client, Participant]]:
    """A booth whose media follow the state while the block runs."""
    async with page(stage, name, "booth") as client:
        participant = Participant(ClientOutlet(client), await Studio.prepare("visitor"))
        following = asyncio.create_task(participant.run(client.pushes()))
        staying = asyncio.create_task(client.stay())
        try:
            await client.until(BoothState)
            yield client, participant
        finally:
            staying.cancel()
            following.cancel()
            await asyncio.gather(following, staying, return_exceptions=True)
            await participant.close()


def sees_and_hears(participant: Participant, frames: int = 8, samples: int = 20_000) -> bool:
    return participant.received.frames >= frames and participant.received.samples >= samples


async def test_a_rehearsal_is_a_whole_consultation(stage: Stage) -> None:
    said: list[str] = []
    async with page(stage, "1", "booth") as booth, page(stage, "anna", "workspace") as consultant:
        studios = await Studio.prepare("visitor"), await Studio.prepare("consultant")
        rehearsal = Rehearsal(booth, consultant, studios=studios, say=said.append)
        async with asyncio.timeout(30):
            await rehearsal.hold("passport", "ru", talk_for=1)

    assert said[-3:-2] == ["Closed: served."]
    assert [line.split()[1] for line in said[-2:]] == ["visitor", "consultant"]
    async with page(stage, "anna", "workspace") as consultant:
        await consultant.open()
        assert (await consultant.until(ConsultantState)).status is Status.BREAK


async def test_a_rehearsal_leaves_real_visitors_alone(stage: Stage) -> None:
    real = await stage.client("2", "booth")
    await real.request(TakeTicket(topic="passport", language="ru"))
    async with page(stage, "1", "booth") as booth, page(stage, "anna", "workspace") as consultant:
        studios = await Studio.prepare("visitor"), await Studio.prepare("consultant")
        rehearsal = Rehearsal(booth, consultant, studios=studios, say=lambda _: None)

        with pytest.raises(RehearsalError, match="Somebody waits already"):
            async with asyncio.timeout(20):
                await rehearsal.hold("passport", "ru", talk_for=1)

    state = await real.until(
        BoothState, lambda s: s.consultation is not None and s.consultation.state == "waiting"
    )
    assert state.consultation is not None


async def test_a_rehearsal_does_not_take_a_booth_from_its_visitor(stage: Stage) -> None:
    real = await stage.client("1", "booth")
    await real.request(TakeTicket(topic="passport", language="ru"))
    async with page(stage, "1", "booth") as booth, page(stage, "anna", "workspace") as consultant:
        studios = await Studio.prepare("visitor"), await Studio.prepare("consultant")
        rehearsal = Rehearsal(booth, consultant, studios=studios, say=lambda _: None)
        with pytest.raises(RehearsalError, match="The booth is taken"):
            await rehearsal.hold("passport", "ru", talk_for=1)


async def test_the_consultant_serves_one_visitor_after_the_other(stage: Stage) -> None:
    async with at_work(stage) as (client, participant), at_booth(stage) as (booth, visitor):
        for _ in range(2):
            async with asyncio.timeout(20):
                closed = await visit(booth, "passport", "ru", talk_for=0.5, score=4)
            assert closed.outcome is Outcome.SERVED
            assert visitor.received.first.is_set()
            assert participant.received.first.is_set()
        await client.until(ConsultantState, lambda state: state.consultation is None)


async def test_the_consultant_hangs_up_in_the_end(stage: Stage) -> None:
    habits = Habits(accept_after=0.1, talk_for=1, wrap_up_for=0.1, return_after=0.1)
    async with at_work(stage, habits), at_booth(stage) as (booth, _):
        async with asyncio.timeout(20):
            closed = await visit(booth, "passport", "ru", talk_for=30, score=3)
        assert closed.outcome is Outcome.SERVED


async def test_a_stun_server_that_is_away_only_costs_time(redis_url: str) -> None:
    """aiortc waits 5 s for it on each side, before it describes itself."""
    async with (
        staged(redis_url, ice=IceSettings(stun_urls=("stun:127.0.0.1:9",))) as stage,
        at_work(stage),
        at_booth(stage) as (booth, visitor),
    ):
        async with asyncio.timeout(30):
            closed = await visit(booth, "passport", "ru", talk_for=0.5, score=4)
        assert closed.outcome is Outcome.SERVED
        assert visitor.received.first.is_set()


async def test_a_missed_offer_does_not_keep_the_consultant_away(stage: Stage) -> None:
    async with at_work(stage) as (client, _):
        await client.request(SetStatus(status="break"))

        await client.until(ConsultantState, lambda state: state.status is Status.BREAK)
        await client.until(ConsultantState, lambda state: state.status is Status.AVAILABLE)


async def test_media_go_on_while_sockets_are_cut(stage: Stage) -> None:
    async with at_work(stage) as (worker, consultant), at_booth(stage) as (booth, visitor):
        visiting = asyncio.create_task(visit(booth, "passport", "ru", talk_for=60, score=5))
        await until(lambda: sees_and_hears(visitor) and sees_and_hears(consultant), within=15)
        links = visitor.link, consultant.link

        await worker.cut()
        await booth.cut()
        before = visitor.received.frames, consultant.received.frames
        await asyncio.gather(worker.wait_up(), booth.wait_up())
        await until(
            lambda: (
                visitor.received.frames > before[0] + 8
                and consultant.received.frames > before[1] + 8
            )
        )

        assert (visitor.link, consultant.link) == links
        visiting.cancel()
        await asyncio.gather(visiting, return_exceptions=True)
        await booth.until(
            BoothState, lambda s: s.consultation is not None and s.consultation.state == "closed"
        )


async def test_a_visit_that_is_cancelled_leaves_the_line(stage: Stage) -> None:
    async with at_booth(stage) as (booth, _):
        visiting = asyncio.create_task(visit(booth, "passport", "ru", talk_for=1, score=5))
        await booth.until(BoothState, lambda state: state.consultation is not None)

        visiting.cancel()

        await asyncio.gather(visiting, return_exceptions=True)
        state = await booth.until(
            BoothState, lambda s: s.consultation is not None and s.consultation.state == "closed"
        )
        assert state.consultation is not None
        assert state.consultation.outcome is Outcome.ABANDONED


async def test_a_consultant_who_is_not_known_signs_in_again(stage: Stage) -> None:
    async with page(stage, "anna", "workspace") as client:
        stage.cast.barred.add("anna")
        signed_in = asyncio.Event()

        async def sign_in() -> None:
            stage.cast.barred.discard("anna")
            signed_in.set()

        client._sign_in = sign_in
        staying = asyncio.create_task(client.stay())
        await asyncio.wait_for(client.wait_up(), 5)
        staying.cancel()
        assert signed_in.is_set()


async def test_a_wrong_password_ends_it(stage: Stage) -> None:
    async with page(stage, "anna", "workspace") as client:
        stage.cast.barred.add("anna")

        async def sign_in() -> None:
            raise OknoError(Code.WRONG_CREDENTIALS)

        client._sign_in = sign_in
        with pytest.raises(OknoError, match="wrong_credentials"):
            await asyncio.wait_for(client.stay(), 5)


def consultation(state: State) -> ConsultantConsultation:
    return ConsultantConsultation(
        id=new_ulid(),  # type: ignore[arg-type]
        ticket="B-001",
        topic="passport",  # type: ignore[arg-type]
        language="en",
        mode=Mode.SPEECH,
        state=state,
        centre="Centre",
        booth="Booth",
        joined_at=0,
        offered_at=0,
        link=LinkInfo(id=LinkId("link"), owner=True, to=Side.VISITOR),
    )


@pytest.mark.parametrize(
    ("state", "status", "kind"),
    [
        (State.OFFERED, Status.AVAILABLE, AcceptOffer),
        (State.CONNECTING, Status.AVAILABLE, HangUp),
        (State.ACTIVE, Status.BREAK, HangUp),
        (State.WRAPPING_UP, Status.AVAILABLE, FinishWrapUp),
        (None, Status.BREAK, SetStatus),
        (None, Status.OFFLINE, SetStatus),
        (None, Status.AVAILABLE, None),
    ],
)
def test_what_the_consultant_does_next(
    state: State | None, status: Status, kind: type | None
) -> None:
    now = ConsultantState(
        seq=1,
        cause="snapshot",
        at=0,
        status=status,
        reason=StatusReason.CHOSEN,
        since=0,
        consultation=consultation(state) if state else None,
    )
    step = next_step(now, HABITS)
    assert (type(step.request) if isinstance(step, Step) else None) is kind
