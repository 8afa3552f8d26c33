"""Pages are reloaded, a laptop sleeps, a second window takes over: it is the same conversation."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.browser.far.coming_back import back, now, show, talk
from tests.browser.people import Consultant, Person, Visitor
from tests.network import Place

pytestmark = pytest.mark.browser

_SOON = 3.0
_ASLEEP = 25


async def test_reloaded_pages_a_second_window_and_sleep(
    desk_at: Place, visitor: Visitor, consultant: Consultant
) -> None:
    await visitor.take_ticket("en")
    await consultant.become_available()
    await consultant.accept()
    await talk(visitor, consultant)
    people: list[Person] = [visitor, consultant]

    took = {}
    for person, name in ((visitor, "booth"), (consultant, "workspace")):
        began = now()
        await person.page.reload()
        took[f"the page of the {name} reloaded"] = await back(began, *people)
        await talk(visitor, consultant)

    for process in desk_at.processes():
        os.kill(process, signal.SIGSTOP)
    await asyncio.sleep(_ASLEEP)
    for process in desk_at.processes():
        os.kill(process, signal.SIGCONT)
    took[f"the consultant's laptop asleep for {_ASLEEP} s"] = await back(now(), *people)
    await talk(visitor, consultant)

    second = Consultant(await consultant.page.context.new_page(), consultant.base)
    second.appearance = consultant.appearance
    began = now()
    await second.open("/workspace")
    await consultant.sees("evicted")
    took["a second window of the consultant"] = await back(began, visitor, second)
    await talk(visitor, second)
    show(took)
    assert max(took.values()) <= _SOON
    assert second.faults == []
