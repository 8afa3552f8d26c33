"""What a page is told in the moment it arrives."""

from __future__ import annotations

import asyncio

import pytest

from signaling.messages import BoothState, Welcome
from signaling.model import State
from signaling.node import NODE
from tests.signaling.cast import staged
from tests.signaling.steps import AVAILABLE, JOIN, accept, in_state


async def test_what_happens_while_a_page_arrives_is_told_after_its_snapshot(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when Redis is late: a state that comes first would be taken back by an older one."""
    async with staged(redis_url) as here, staged(redis_url, cast=here.cast) as there:
        booth, consultant = await here.client("1", "booth"), await there.client("anna", "workspace")
        await booth.request(JOIN)
        await booth.cut()
        redis = here.server.app[NODE].redis
        was_asked, may_answer = asyncio.Event(), asyncio.Event()
        really = redis.time

        async def late() -> tuple[int, int]:
            was_asked.set()
            await may_answer.wait()
            return await really()

        monkeypatch.setattr(redis, "time", late)
        told = booth.pushes()
        again = asyncio.create_task(booth.open())
        await was_asked.wait()
        await consultant.request(AVAILABLE)
        await accept(consultant)
        await in_state(consultant, State.CONNECTING)
        may_answer.set()
        await again
        assert isinstance(await told.next(), Welcome)
        await booth.until(BoothState, lambda state: _state(state) == State.CONNECTING)
        seen = [await told.wait_for(BoothState) for _ in range(2)]
        assert [state.seq for state in seen] == sorted(state.seq for state in seen)


def _state(state: BoothState) -> State | None:
    return state.consultation.state if state.consultation else None
