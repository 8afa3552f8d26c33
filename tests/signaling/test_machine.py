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
from signaling.examine import examine, read_holdings
from signaling.fold import live_state
from signaling.ids import (
    ConsultationId,
    LinkId,
    NodeId,
    UserId,
    booth_person,
    consultant_person,
)
from signaling.model import (
    Gate,
    Outcome,
    PriorityClass,
    Side,
    State,
    Status,
    Topic,
)
from signaling.store import open_redis
from signaling.tickets import Wish
from tests.signaling.room import NODE, PASSPORT, Room
from tests.signaling.town import BOOTHS, CLASSES, DUTIES, ENDS, TOPICS

booths = st.sampled_from(BOOTHS)
consultants = st.sampled_from(sorted(DUTIES))
topics = st.sampled_from(TOPICS)
classes = st.sampled_from(CLASSES)
interpreters = st.sampled_from(["", "", "", "rsl"])


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

    @rule(booth=booths, topic=topics, priority=classes, interpreter=interpreters)
    def join(
        self,
        booth: str,
        topic: Topic,
        priority: PriorityClass | None = None,
        interpreter: str = "",
    ) -> None:
        self.run(self.room.join(booth, topic, priority=priority, interpreter=interpreter))

    @rule(topic=topics, number=st.sampled_from(["", "К-1", "К-2"]))
    def take_elsewhere(self, topic: Topic, number: str) -> None:
        self.run(self.room.elsewhere(topic, external=number))

    @rule(booth=booths, number=st.sampled_from(["К-1", "К-2", "B-001", "B-002"]))
    def bring_ticket(self, booth: str, number: str) -> None:
        async def step() -> None:
            agreed = await self.room.line.agreed(self.room.booth(booth), number)
            await self.room.open(booth)
            if agreed.kind == "ticket":
                await self.room.line.claim(self.room.booth(booth), number)
            else:
                wish = Wish(topic=PASSPORT, language="ru", priority=CLASSES[-1])
                await self.room.line.join(self.room.booth(booth), wish, redeem=number)

        self.run(step())

    @rule(booth=booths)
    def agree_to_come_back(self, booth: str) -> None:
        async def step() -> None:
            now = int((await self.room.redis.time())[0]) * 1000
            await self.room.line.call_back(
                self.room.organisation,
                self.room.booth(booth).booth,
                await self.current(booth),
                now,
            )

        self.run(step())

    @rule(topic=topics, gate=st.sampled_from([*Gate, Gate.OPEN, Gate.OPEN]))
    def gate(self, topic: Topic, gate: Gate) -> None:
        self.run(self.room.line.gate(self.room.organisation, topic.id, gate))

    @rule(
        what=st.sampled_from(["move", "prioritise", "prioritise", "remove"]),
        topic=topics,
        priority=classes,
        number=st.integers(0, 5),
    )
    def staff_act(
        self, what: str, topic: Topic, priority: PriorityClass | None, number: int
    ) -> None:
        """Staff do something about somebody who is not served yet."""

        async def step() -> None:
            organisation, line = self.room.organisation, self.room.line
            found = await self.room.redis.zrange(keys.open_consultations(organisation), 0, -1)
            if not found:
                return
            consultation = ConsultationId(str(found[number % len(found)]))
            if what == "move":
                await self.room.move(consultation, topic)
            elif what == "prioritise":
                await line.prioritise(organisation, consultation, priority)
            else:
                await line.remove(organisation, consultation)

        self.run(step())

    @rule()
    def node_dies(self) -> None:
        """Everyone's socket is gone at once; those who come back find another node."""

        async def step() -> None:
            await self.room.redis.sadd(keys.ORGANISATIONS, self.room.organisation)
            await self.room.presence.leave(NodeId(NODE))
            self.sockets.clear()

        self.run(step())

    @initialize(present=st.sets(consultants, min_size=1), first=st.lists(topics))
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
            verb = self.room.line.media_arrived if works else self.room.line.media_failed
            for suffix, side, field in ENDS:
                who = UserId(await self.room.fact(consultation, field))
                if who:
                    one = LinkId(link + suffix)
                    await verb(self.room.organisation, side, who, one)

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

    @rule(
        kind=st.sampled_from(
            ["offer", "connect", "wrap_up", "lease", "widen", "widen", "claim", "hours"]
        ),
        number=st.integers(0, 3),
    )
    def time_passes(self, kind: str, number: int) -> None:
        """Some deadline of that kind runs out."""

        async def step() -> None:
            found = await self.room.redis.zrange(keys.deadlines(self.room.organisation), 0, -1)
            due = [str(each) for each in found if str(each).startswith(f"{kind}:")]
            if due:
                await self.room.run_out(due[number % len(due)])

        self.run(step())

    @invariant()
    def holds(self) -> None:
        self.runner.run(self._check())

    async def _check(self) -> None:
        events = await self.room.events()
        live = live_state(events)
        now = await read_holdings(self.room.redis, self.room.organisation)
        assert examine(now, live) == []
        joined = [each for each in events if isinstance(each, Joined)]
        fresh = [each.ticket for each in joined if each.previous is None]
        assert len(set(fresh)) == len(fresh)
        ends = Counter(each.consultation for each in events if isinstance(each, Closed))
        assert all(count == 1 for count in ends.values())
        for name, members in now.orders.items():
            if name.startswith("line:"):  # nobody shares a place
                assert len(set(members.values())) == len(members)
        # Every offer had its answer before the next of the same consultation.
        offers = Counter(each.consultation for each in events if isinstance(each, Offered))
        for consultation, count in offers.items():
            assert int(now.hashes[f"consultation:{consultation}"]["attempt"]) == count


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
