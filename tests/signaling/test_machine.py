"""Generated histories against a real Redis, and what must hold after each step."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from signaling import keys
from signaling.errors import OknoError
from signaling.events import Closed, Joined, Offered
from signaling.fold import LiveState, live_state
from signaling.ids import BoothId, ConsultationId, LineId, UserId, booth_person, consultant_person
from signaling.model import Outcome, Side, State, Status, Topic
from signaling.store import open_redis
from tests.signaling.room import PASSPORT, PENSION, Room, serves

BOOTHS = ("1", "2", "3", "4")
DUTIES = {
    "anna": serves(PASSPORT),
    "boris": serves(PASSPORT, PENSION),
    "clara": serves(PENSION, reserve=True),
}
TOPICS = (PASSPORT, PENSION)

booths = st.sampled_from(BOOTHS)
consultants = st.sampled_from(sorted(DUTIES))


class Line(RuleBasedStateMachine):
    """People who do whatever they can at any moment, possible or not."""

    runner: asyncio.Runner
    redis_url: str

    def __init__(self) -> None:
        super().__init__()
        self.room = Room(open_redis(self.redis_url))
        self.sockets: dict[str, str] = {}

    def run(self, step: Awaitable[object]) -> None:
        """Do the step; that it may be refused is fine, what it leaves behind is checked."""

        async def attempt() -> None:
            try:
                await step
            except OknoError:
                return

        self.runner.run(attempt())

    def teardown(self) -> None:
        self.runner.run(self.room.redis.aclose())

    async def current(self, booth: str) -> ConsultationId:
        found = await self.room.redis.get(
            keys.booth(self.room.organisation, self.room.booth(booth).booth)
        )
        return ConsultationId(str(found or "none"))

    async def busy_with(self, user: str) -> ConsultationId:
        found = await self.room.redis.hget(
            keys.consultant(self.room.organisation, UserId(user)), "consultation"
        )
        return ConsultationId(str(found or "none"))

    @rule(booth=booths)
    def open_booth(self, booth: str) -> None:
        self.run(self.room.attach(booth_person(self.room.booth(booth).booth)))

    @rule(booth=booths, topic=st.sampled_from(TOPICS))
    def join(self, booth: str, topic: Topic) -> None:
        self.run(self.room.join(booth, topic))

    @initialize(present=st.sets(consultants, min_size=1), first=st.lists(st.sampled_from(TOPICS)))
    def opening(self, present: set[str], first: list[Topic]) -> None:
        """The day begins with people at work and, on some days, visitors at the door."""
        for user in sorted(present):
            self.open_workspace(user)
            self.set_status(user, Status.AVAILABLE)
        for booth, topic in zip(BOOTHS, first, strict=False):
            self.join(booth, topic)

    @rule(user=consultants)
    def open_workspace(self, user: str) -> None:
        async def step() -> None:
            person = consultant_person(UserId(user))
            self.sockets[user] = await self.room.attach(person, DUTIES[user])

        self.run(step())

    @rule(user=consultants, status=st.sampled_from([Status.AVAILABLE, Status.BREAK]))
    def set_status(self, user: str, status: Status) -> None:
        if user in self.sockets:
            self.run(
                self.room.line.set_status(
                    self.room.organisation, UserId(user), status, DUTIES[user]
                )
            )

    def leave(self, booth: str) -> None:
        async def step() -> None:
            await self.room.line.leave(
                self.room.organisation, self.room.booth(booth).booth, await self.current(booth)
            )

        self.run(step())

    def close_workspace(self, user: str) -> None:
        async def step() -> None:
            person = consultant_person(UserId(user))
            connection = self.sockets.pop(user, "none")
            await self.room.presence.detach(self.room.organisation, person, connection)

        self.run(step())

    def sign_out(self, user: str) -> None:
        self.run(self.room.line.sign_out(self.room.organisation, UserId(user)))

    def booth_is_lost(self, booth: str) -> None:
        async def step() -> None:
            person = booth_person(self.room.booth(booth).booth)
            await self.room.attach(person)
            await self.room.run_out(f"lease:{person}")

        self.run(step())

    def close_booth(self, booth: str) -> None:
        async def step() -> None:
            person = booth_person(self.room.booth(booth).booth)
            connection = await self.room.attach(person)
            await self.room.presence.detach(self.room.organisation, person, connection)

        self.run(step())

    @rule(
        how=st.sampled_from(["leave", "close", "sign_out", "lost", "away"]),
        booth=booths,
        user=consultants,
    )
    def somebody_goes(self, how: str, booth: str, user: str) -> None:
        """One rule for all ways to go, so that most histories get somewhere before."""
        match how:
            case "leave":
                self.leave(booth)
            case "close":
                self.close_workspace(user)
            case "sign_out":
                self.sign_out(user)
            case "away":
                self.close_booth(booth)
            case _:
                self.booth_is_lost(booth)

    @rule(user=consultants)
    def get_on_with_it(self, user: str) -> None:
        """The consultant does what comes next, as most do most of the time."""
        state = self.runner.run(self.busy_state(user))
        match state:
            case State.OFFERED:
                self.answer(user, accepts=True)
            case State.CONNECTING:
                self.media(user, works=True)
            case State.ACTIVE | State.WRAPPING_UP:
                self.consultant_ends(user, Outcome.SERVED)
            case _:
                self.open_workspace(user)
                self.set_status(user, Status.AVAILABLE)

    async def busy_state(self, user: str) -> str:
        return await self.room.fact(await self.busy_with(user), "state")

    @rule(user=consultants, accepts=st.booleans())
    def answer(self, user: str, accepts: bool) -> None:
        async def step() -> None:
            link = await self.room.link(await self.busy_with(user))
            verb = self.room.line.accept if accepts else self.room.line.decline
            await verb(self.room.organisation, UserId(user), link)

        self.run(step())

    @rule(user=consultants, works=st.sampled_from([True, True, False]))
    def media(self, user: str, works: bool) -> None:
        async def step() -> None:
            consultation = await self.busy_with(user)
            link = await self.room.link(consultation)
            booth = await self.room.fact(consultation, "booth")
            verb = self.room.line.media_arrived if works else self.room.line.media_failed
            organisation = self.room.organisation
            await verb(organisation, Side.CONSULTANT, UserId(user), link)
            await verb(organisation, Side.VISITOR, UserId(booth), link)

        self.run(step())

    @rule(booth=booths)
    def visitor_hangs_up(self, booth: str) -> None:
        async def step() -> None:
            await self.room.line.hang_up(
                self.room.organisation,
                Side.VISITOR,
                self.room.booth(booth).booth,
                await self.current(booth),
            )

        self.run(step())

    @rule(user=consultants, outcome=st.sampled_from([Outcome.SERVED, Outcome.NEEDS_VISIT]))
    def consultant_ends(self, user: str, outcome: Outcome) -> None:
        async def step() -> None:
            consultation = await self.busy_with(user)
            organisation, who = self.room.organisation, UserId(user)
            if await self.room.fact(consultation, "state") == State.WRAPPING_UP:
                await self.room.line.finish(organisation, who, consultation, outcome)
            else:
                await self.room.line.hang_up(organisation, Side.CONSULTANT, who, consultation)

        self.run(step())

    @rule(booth=booths, score=st.integers(1, 5))
    def rate(self, booth: str, score: int) -> None:
        async def step() -> None:
            await self.room.line.rate(
                self.room.organisation,
                self.room.booth(booth).booth,
                await self.current(booth),
                score,
            )

        self.run(step())

    @rule(kind=st.sampled_from(["offer", "connect", "wrap_up", "lease"]), number=st.integers(0, 3))
    def time_passes(self, kind: str, number: int) -> None:
        """Some deadline of that kind runs out."""

        async def step() -> None:
            found = await self.room.redis.zrange(keys.deadlines(self.room.organisation), 0, -1)
            due = [str(each) for each in found if str(each).startswith(f"{kind}:")]
            if due:
                await self.room.run_out(due[number % len(due)])

        self.run(step())

    async def _check_booths(self, joined: list[Joined], live: LiveState) -> None:
        """The booth of what is not over for its visitor knows it, for as long as it takes."""
        for each in joined:
            if live.states[each.consultation] not in (State.WRAPPING_UP, State.CLOSED):
                name = keys.booth(self.room.organisation, each.booth)
                assert await self.room.redis.get(name) == each.consultation
                assert await self.room.redis.ttl(name) == -1

    @invariant()
    def holds(self) -> None:
        self.runner.run(self._check())

    async def _check(self) -> None:
        room, redis, organisation = self.room, self.room.redis, self.room.organisation
        events = await room.events()
        live = live_state(events)
        joined = [each for each in events if isinstance(each, Joined)]
        closed = [each for each in events if isinstance(each, Closed)]

        # No ticket twice; one end reason for each closed consultation and none for others.
        assert len({each.ticket for each in joined}) == len(joined)
        ends = Counter(each.consultation for each in closed)
        assert all(count == 1 for count in ends.values())
        assert set(ends) == {who for who, state in live.states.items() if state == State.CLOSED}

        # No ticket lost: all that is not closed is open, each in the state the journal says.
        opened = set(await redis.zrange(keys.open_consultations(organisation), 0, -1))
        assert opened == {who for who, state in live.states.items() if state != State.CLOSED}
        for who, state in live.states.items():
            assert await room.state(who) == state

        await self._check_booths(joined, live)

        # Who waits stands in one line, in the order of joining; nobody else does.
        waiting: list[str] = []
        for line in await redis.smembers(keys.lines(organisation)):
            name = keys.line(organisation, LineId(str(line)))
            members = [str(each) for each in await redis.zrange(name, 0, -1)]
            order = {each.consultation: number for number, each in enumerate(joined)}
            assert members == sorted(members, key=lambda each: order[ConsultationId(each)])
            waiting += members
        assert Counter(waiting) == Counter(
            who for who, state in live.states.items() if state == State.WAITING
        )

        # One consultation for each busy consultant, one consultant for each such consultation.
        for user in DUTIES:
            busy = await self.busy_with(user)
            assert live.serving.get(UserId(user), "none") == busy
            status = await redis.hget(keys.consultant(organisation, UserId(user)), "status")
            assert live.statuses.get(UserId(user), status) == status
        serving = Counter(live.serving.values())
        assert all(count == 1 for count in serving.values())

        # Nobody idles while someone they may serve waits and is there.
        for user, duty in DUTIES.items():
            for line in duty.lines:
                if await redis.zscore(keys.able(organisation, line), user) is not None:
                    assert await self.busy_with(user) == "none"
                    for each in await redis.zrange(keys.line(organisation, line), 0, -1):
                        booth = await room.fact(ConsultationId(str(each)), "booth")
                        person = booth_person(BoothId(booth))
                        assert not await redis.hexists(keys.person(organisation, person), "node")

        # Every offer had its answer before the next of the same consultation.
        offers = Counter(each.consultation for each in events if isinstance(each, Offered))
        for consultation, count in offers.items():
            assert int(await room.fact(consultation, "attempt")) == count


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


def test_generated_histories(redis_url: str, runner: asyncio.Runner) -> None:
    class Here(Line):
        pass

    Here.runner, Here.redis_url = runner, redis_url
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=100,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
