"""``okno line``: the lines as they are now, and staff's hand on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import click
from sqlalchemy import select

from server.archive import tables
from server.cli.support import ORGANISATION, Refused, chosen, engines, run, say_table
from server.directory.people import read_organisation
from server.services import timings
from server.settings import load_settings
from signaling import views
from signaling.hours import standing
from signaling.ids import OrganisationId, line_id
from signaling.journal import now_ms
from signaling.lookup import Found, find_ticket
from signaling.messages import Wall
from signaling.model import Gate, Mode, PriorityClass, Topic
from signaling.ports import RedisClient
from signaling.scripts import Scripts
from signaling.waiting_room import WaitingRoom
from web.ports import Organisation

_NOTHING = "-"
_NO_CLASS = "none"
_LINE = ("TOPIC", "LANGUAGE", "MODE", "GATE", "WAITING", "LONGEST", "FREE", "ON DUTY")
_VISITOR = ("PLACE", "TICKET", "WAITS", "CENTRE", "LANGUAGE", "MODE", "CLASS", "CAN BE CALLED")
_SAID = {
    Gate.OPEN: "open",
    Gate.PAUSED: "paused: tickets are taken, nobody is called",
    Gate.CLOSED: "closed: who waits is served, no new tickets",
    Gate.ENDED: "ended: who waited was sent home",
}


@dataclass(frozen=True)
class _Hall:
    """What acting on one organisation's lines takes."""

    redis: RedisClient
    room: WaitingRoom
    organisation: Organisation

    def topic(self, code: str) -> Topic:
        """The topic of that code; closed ones too, while people wait for them."""
        known = (*self.organisation.topics.values(), *self.organisation.closed_topics.values())
        found = next((each for each in known if each.code == code), None)
        if found is None:
            codes = ", ".join(sorted(each.code for each in known))
            raise Refused(f"There is no topic {code!r}. There are: {codes}.")
        return found

    def priority(self, code: str) -> PriorityClass | None:
        if code == _NO_CLASS:
            return None
        found = self.organisation.policy.priority(code)
        if found is None:
            codes = [each.code for each in self.organisation.policy.priorities]
            raise Refused(
                f"There is no priority class {code!r}. There are: {', '.join([*codes, _NO_CLASS])}."
            )
        return found

    async def ticket(self, number: str) -> Found:
        """Whose ticket it is, among those not served yet."""
        found = await find_ticket(self.redis, self.organisation.id, number)
        if not found:
            raise Refused(f"Nobody waits with ticket {number}.")
        if len(found) > 1:
            ids = ", ".join(each.id for each in found)
            raise Refused(f"Several wait with ticket {number}; say which by its id: {ids}.")
        return found[0]


@click.group()
def line() -> None:
    """Who waits now; pause, close and open a topic's lines; help a visitor."""


@line.command()
@click.argument("topic", required=False)
@ORGANISATION
def show(topic: str | None, organisation: str | None) -> None:
    """Show every line, or those who wait for one topic, next first."""

    async def work() -> None:
        async with _hall(organisation) as hall:
            if topic is None:
                _say_lines(await views.wall(hall.redis, hall.organisation.id), hall)
            else:
                await _say_visitors(hall.topic(topic), hall)

    run(work())


def _gate_command(name: str, gate: Gate, text: str) -> None:
    @line.command(name, help=text)
    @click.argument("topic")
    @click.option("--note", default="", help="Why; written into the journal.")
    @ORGANISATION
    def command(topic: str, note: str, organisation: str | None) -> None:
        async def work() -> None:
            async with _hall(organisation) as hall:
                chosen_topic = hall.topic(topic)
                await hall.room.gate(hall.organisation.id, chosen_topic.id, gate, note=note)
            click.echo(f"{topic} is {_SAID[gate]}.")

        run(work())


_gate_command("open", Gate.OPEN, "Open a topic's lines; opening hours still hold.")
_gate_command("pause", Gate.PAUSED, "Take tickets and keep places, but call nobody.")
_gate_command("close", Gate.CLOSED, "Take no new tickets; who waits is still served.")
_gate_command("end", Gate.ENDED, "Take no new tickets, and send home who waits.")


@line.command()
@click.argument("ticket")
@click.argument("topic")
@click.option("--language", help="Stays as it is when not given.")
@click.option("--mode", type=click.Choice([each.value for each in Mode]))
@ORGANISATION
def move(
    ticket: str, topic: str, language: str | None, mode: str | None, organisation: str | None
) -> None:
    """Put a waiting visitor into another line; the time they joined at stays."""

    async def act(hall: _Hall, visitor: Found) -> None:
        spoken = language or visitor.language
        wanted = hall.topic(topic)
        if spoken not in wanted.names:
            raise Refused(f"{topic} is not offered in {spoken!r}.")
        await hall.room.move(
            hall.organisation.id,
            visitor.id,
            wanted,
            spoken,
            Mode(mode) if mode else visitor.mode,
            timezone=hall.organisation.policy.timezone,
        )
        click.echo(f"{visitor.ticket} waits for {topic} now.")

    run(_help(organisation, ticket, act))


@line.command()
@click.argument("ticket")
@click.argument("code", metavar="CLASS")
@ORGANISATION
def priority(ticket: str, code: str, organisation: str | None) -> None:
    """Give a waiting visitor the head start of a priority class, or "none"."""

    async def act(hall: _Hall, visitor: Found) -> None:
        wanted = hall.priority(code)
        await hall.room.prioritise(hall.organisation.id, visitor.id, wanted)
        minutes = wanted.head_start_seconds / 60 if wanted else 0
        click.echo(f"{visitor.ticket} has a head start of {minutes:g} minutes now.")

    run(_help(organisation, ticket, act))


@line.command()
@click.argument("ticket")
@ORGANISATION
def remove(ticket: str, organisation: str | None) -> None:
    """Take a visitor out of the line; the booth says so."""

    async def act(hall: _Hall, visitor: Found) -> None:
        await hall.room.remove(hall.organisation.id, visitor.id)
        click.echo(f"{visitor.ticket} is out of the line.")

    run(_help(organisation, ticket, act))


async def _help(
    organisation: str | None,
    ticket: str,
    act: Callable[[_Hall, Found], Awaitable[None]],
) -> None:
    async with _hall(organisation) as hall:
        await act(hall, await hall.ticket(ticket))


@asynccontextmanager
async def _hall(code: str | None) -> AsyncIterator[_Hall]:
    async with engines() as services:
        mine = tables.organisation.c.code == await chosen(services.database, code)
        async with services.database.read() as connection:
            found = await connection.scalar(select(tables.organisation.c.id).where(mine))
            organisation = await read_organisation(connection, OrganisationId(str(found)))
        room = WaitingRoom(services.redis, Scripts(services.redis), timings(load_settings()))
        yield _Hall(redis=services.redis, room=room, organisation=organisation)


def _say_lines(wall: Wall, hall: _Hall) -> None:
    topics = {**hall.organisation.closed_topics, **hall.organisation.topics}
    rows = [
        (
            topics[each.topic].code if each.topic in topics else each.topic,
            each.language,
            each.mode.value,
            _gate(topics.get(each.topic), each.gate, hall, wall.at),
            each.waiting,
            _minutes(each.longest_wait_seconds) if each.waiting else _NOTHING,
            each.available,
            each.on_duty,
        )
        for each in wall.lines
    ]
    say_table(_LINE, rows, "Nobody waits and nobody is on duty.")


def _gate(topic: Topic | None, gate: Gate, hall: _Hall, at: int) -> str:
    if gate is not Gate.OPEN or topic is None:
        return gate.value
    return "open" if standing(topic, hall.organisation.policy.timezone, at).open else "out of hours"


async def _say_visitors(topic: Topic, hall: _Hall) -> None:
    lines = tuple(line_id(topic.id, language, mode) for language in topic.names for mode in Mode)
    found = (await views.line_views(hall.redis, hall.organisation.id, [lines]))[lines]
    now = await now_ms(hall.redis)
    rows = [
        (
            number,
            each.ticket,
            _minutes((now - each.joined_at) // 1000),
            each.centre,
            each.language,
            each.mode.value,
            each.priority or _NOTHING,
            "yes" if each.here else "not now",
        )
        for number, each in enumerate(found.visitors, 1)
    ]
    say_table(_VISITOR, rows, "Nobody waits.")
    if found.total > len(rows):
        click.echo(f"The first {len(rows)} of {found.total}.")


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
