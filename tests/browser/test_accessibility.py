"""axe-core finds nothing, on any state of any page, in any colours."""

from __future__ import annotations

import pytest

from signaling.vault import new_key
from tests.browser import breakdown, exhibits, unfit, weak
from tests.browser.axe import Audit
from tests.browser.conftest import Prepared
from tests.browser.exhibits import PAPER
from tests.browser.node import SUPERVISOR_EMAIL, Node
from tests.browser.people import Consultant, Supervisor, Visitor
from tests.browser.program import Program
from tests.browser.proxy import Proxy
from tests.browser.tour import Tour
from tests.browser.weak import WEATHER

pytestmark = pytest.mark.browser


@pytest.mark.settings(offer_seconds=120, recording_key=new_key("tour"))
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_axe_finds_nothing_anywhere(  # noqa: PLR0917 - pytest gives them by name
    node: Node,
    prepared: Prepared,
    newcomer: Visitor,
    colleague: Consultant,
    stranger: Supervisor,
    machine: Program,
    language: str,
) -> None:
    audit = Audit(*(("dark", "contrast") if language == "ru" else ()))
    await node.okno("topic", "edit", "passport", "--recording", "ask")
    await node.okno("user", "edit", SUPERVISOR_EMAIL, "--role", "administrator")
    tour = Tour(newcomer, colleague, stranger, machine, language=language, look=audit.look)
    await tour.walk(prepared.codes[0])
    audit.ends(newcomer, colleague, stranger)


async def test_axe_finds_nothing_while_devices_fail(
    node: Node, visitor: Visitor, colleague: Consultant
) -> None:
    await node.okno("booth", "edit", "leninsky/1", "--handset", "1")
    audit = Audit("contrast")
    await breakdown.walk(visitor, colleague, audit.look, language="ru")
    audit.ends(visitor, colleague)


async def test_axe_finds_nothing_while_things_are_shown(
    visitor: Visitor, colleague: Consultant
) -> None:
    for person in (visitor, colleague):
        await person.page.context.add_init_script(path=PAPER)
    audit = Audit("contrast")
    await exhibits.walk(visitor, colleague, audit.look, language="ru")
    audit.ends(visitor, colleague)


async def test_axe_finds_nothing_over_a_weak_network(
    entrance: Proxy, visitor: Visitor, colleague: Consultant, stranger: Supervisor
) -> None:
    for person in (visitor, colleague):
        await person.page.context.add_init_script(path=WEATHER)
    audit = Audit("contrast")
    await weak.walk(visitor, colleague, stranger, entrance, audit.look, language="en")
    audit.ends(visitor, colleague, stranger)


async def test_axe_finds_nothing_at_broken_booths(visitor: Visitor, stranger: Supervisor) -> None:
    audit = Audit("contrast")
    await unfit.walk(visitor, stranger, audit.look, language="ru")
    audit.ends(visitor, stranger)
