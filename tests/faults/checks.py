"""What must hold after every fault: of the journal, of what Redis holds, of every page."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError
from sqlalchemy import select

from server.archive import tables
from signaling import keys
from signaling.events import (
    AnyEvent,
    Closed,
    Entry,
    Joined,
    Returned,
    StatusChanged,
    consultation_of,
    decode_event,
)
from signaling.examine import Problem, examine, overdue, read_holdings
from signaling.fold import live_state, state_after
from signaling.ids import ConsultationId, EventId
from signaling.journal import now_ms, read
from signaling.model import TRANSITIONS, State, StatusReason, Trigger
from tests.faults.installation import TIMEZONE, Installation
from tests.faults.page import Page
from tests.waiting import until

USABLE_SECONDS = 5.0
"""What is promised to every page after the end of a fault."""
_SETTLED_SECONDS = 10.0
_STEPS = {(was, becomes) for (was, _), becomes in TRANSITIONS.items()}


async def usable(here: Installation, pages: Iterable[Page], *, since: float) -> float:
    """Wait until every page is answered and its socket is known to Redis.

    Args:
        here: where.
        pages: of whom.
        since: when the fault ended, by the event loop's clock.

    Returns:
        Seconds after which the last of them was; never more than was promised.
    """
    clock = asyncio.get_running_loop().time
    waiting = set(pages)

    async def is_done(page: Page) -> bool:
        return await page.answers() and await _is_here(here, page)

    async def all_done() -> bool:
        asked = list(waiting)
        answers = await asyncio.gather(*map(is_done, asked))
        waiting.difference_update(page for page, done in zip(asked, answers, strict=True) if done)
        return not waiting

    try:
        await until(all_done, seconds=since + USABLE_SECONDS - clock())
    except TimeoutError:
        raise AssertionError(f"not usable: {sorted(page.person for page in waiting)}") from None
    return clock() - since


async def _is_here(here: Installation, page: Page) -> bool:
    try:
        return bool(await here.redis.hexists(keys.person(here.organisation, page.person), "node"))
    except (RedisError, OSError):
        return False


async def settled(here: Installation, pages: Sequence[Page] = ()) -> list[AnyEvent]:
    """Wait until Redis agrees with the journal, then check the journal.

    Args:
        here: where.
        pages: whose tickets must all be in it.

    Returns:
        The whole journal.
    """
    problems: list[Problem] = []
    before = await _archive(here)

    async def agrees() -> bool:
        events = [entry.event for entry in await _journal_after(here, before)]
        now = await read_holdings(here.redis, here.organisation)
        at = await now_ms(here.redis)
        problems[:] = [*examine(now, live_state(events)), *overdue(now, at)]
        return not problems

    try:
        await until(agrees, seconds=_SETTLED_SECONDS)
    except TimeoutError:
        raise AssertionError("\n".join(map(str, problems))) from None
    events = [entry.event for entry in await journal(here)]
    check_tickets(events, pages)
    check_steps(events)
    return events


async def archived(here: Installation) -> None:
    """Wait until all that is journaled is in SQL."""
    wanted = {entry.id for entry in await journal(here)}

    async def is_done() -> bool:
        return wanted <= (await _archive(here)).keys()

    # What a killed node was about to archive is taken over by another after 15 seconds.
    await until(is_done, seconds=40)


async def journal(here: Installation) -> list[Entry]:
    """Everything that was ever journaled, oldest first: archived, or still in Redis only."""
    return await _journal_after(here, await _archive(here))


async def _journal_after(here: Installation, before: Mapping[EventId, Entry]) -> list[Entry]:
    """The journal, as far as it stands in Redis now or was read from the archive before."""
    found = dict(before)
    async for entry in read(here.redis, here.organisation):
        assert found.setdefault(entry.id, entry) == entry, "the archive says something else"
    return sorted(found.values(), key=lambda entry: tuple(map(int, entry.id.split("-"))))


async def _archive(here: Installation) -> dict[EventId, Entry]:
    event = tables.event
    query = select(event.c.ms, event.c.seq, event.c.body).where(
        event.c.organisation == here.organisation
    )
    async with here.database.read() as connection:
        rows = list(await connection.execute(query))
    return {
        (name := EventId(f"{row.ms}-{row.seq}")): Entry(
            organisation=here.organisation, id=name, event=decode_event(row.body)
        )
        for row in rows
    }


def check_tickets(events: Sequence[AnyEvent], pages: Iterable[Page]) -> None:
    """No ticket is lost or doubled."""
    joined = [event for event in events if isinstance(event, Joined)]
    tickets = {event.consultation: event.ticket for event in joined}
    assert len(tickets) == len(joined), "one consultation joined twice"
    numbers = {(event.ticket, _day(event)) for event in joined}
    assert len(numbers) == len(joined), "two have one ticket"
    for page in pages:
        lost = page.tickets.items() - tickets.items()
        assert not lost, f"{page.person} was shown what the journal does not know: {lost}"


def _day(event: AnyEvent) -> date:
    """Numbers begin anew at midnight of the centre."""
    return datetime.fromtimestamp(event.at / 1000, ZoneInfo(TIMEZONE)).date()


def check_steps(events: Iterable[AnyEvent]) -> None:
    """Every consultation went by the transition table, one step after the other, to one end."""
    states: dict[ConsultationId, State] = {}
    for event in events:
        who, becomes = consultation_of(event), state_after(event)
        if who is None or becomes is None:
            continue
        was = states.get(who)
        legal = was is None if isinstance(event, Joined) else (was, becomes) in _STEPS
        assert legal, f"{event} while {was}"
        states[who] = becomes


def acted_on(events: Iterable[AnyEvent]) -> Counter[str]:
    """How often deadlines of each kind were acted on."""
    counts: Counter[str] = Counter()
    for event in events:
        match event:
            case Returned(reason=Trigger.OFFER_TIMED_OUT):
                counts["offer"] += 1
            case StatusChanged(reason=StatusReason.OFFER_MISSED):
                counts["missed"] += 1
            case StatusChanged(reason=StatusReason.CONNECTION_LOST):
                counts["consultant lost"] += 1
            case Closed(reason=Trigger.WRAP_UP_OVER):
                counts["wrap_up"] += 1
            case Closed(reason=Trigger.VISITOR_LOST):
                counts["visitor lost"] += 1
    return counts
