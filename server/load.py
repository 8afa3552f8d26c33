"""What ``okno simulate load`` does: scripted people by the thousand, without media.

They belong to an organisation that is there for nothing else, unless the operator insists. What
they need is written where the server looks for it, because enrolling and signing in by the front
door is throttled; from then on everything goes over the real wire. Afterwards nobody can use
their credentials any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

import msgspec
from sqlalchemy import update
from yarl import URL

from server.archive import tables
from server.directory.changes import Changes, changing
from server.directory.secrets import digest, new_credential
from server.directory.specs import (
    BoothSpec,
    CentreSpec,
    OrganisationSpec,
    SkillSpec,
    TopicSpec,
    UserSpec,
)
from server.services import Services
from server.sessions import COOKIE, session_key
from signaling.cookies import BOOTH_COOKIE
from signaling.ids import TopicId
from signaling.load.people import Crowd, Page
from signaling.load.socket import host_and_port
from signaling.load.traffic import (
    Guest,
    Habits,
    Tally,
    Visit,
    Worker,
    open_all,
    send_visitors,
)
from signaling.messages import TakeTicket
from signaling.model import Role

MARK = "load"
"""The code of an organisation made for load, or the beginning of it: ``load``, ``load-north``."""
_LANGUAGE = "en"
_ALIVE_SECONDS = 5.0
_COME_IN_SECONDS = 120.0
_LAST_SECONDS = 60.0
"""How long after the last arrival those who wait or talk are given, beyond one talk."""
_SESSION_SECONDS = 24 * 3600
_PERCENTILES = (50, 95, 99)

Headers = dict[str, str]


class Wanted(NamedTuple):
    """The load that is to be made."""

    url: str
    trust: ssl.SSLContext | None
    organisation: str
    booths: int
    consultants: int
    rate: float
    """Visitors a second."""
    seconds: float
    talk: float
    """Mean length of a talk, in seconds; their lengths are exponential."""


class People(NamedTuple):
    """What proves who they are, as headers of their requests; and what visitors come for."""

    booths: Sequence[Headers]
    consultants: Sequence[Headers]
    topic: TopicId


class LoadError(Exception):
    """There can be no such load, or it did not come about; the text says why."""


def is_marked(organisation: str) -> bool:
    """Whether an organisation of this code is there for load."""
    return organisation == MARK or organisation.startswith(f"{MARK}-")


async def make_load(services: Services, wanted: Wanted, say: Callable[[str], None]) -> None:
    """Let everyone come in, send visitors, wait for the last of them, and say what happened.

    Raises:
        LoadError: the server does not answer or does not let them in, or nobody met anybody.
        ChangeError: something of another kind has the name of what is needed.
    """
    await _check_alive(wanted.url)
    rng = Random()  # noqa: S311 - for crowds
    async with (
        people(services, wanted.organisation, wanted.booths, wanted.consultants) as who,
        Crowd(URL(wanted.url), rng=rng, trust=wanted.trust) as crowd,
    ):
        tally = Tally()
        habits = Habits(talk=lambda _topic: rng.expovariate(1 / wanted.talk))
        consultants = [Worker(crowd, each, habits=habits, tally=tally) for each in who.consultants]
        booths = [Guest(crowd, each, habits=habits, tally=tally) for each in who.booths]
        try:
            await open_all([*consultants, *booths], within=_COME_IN_SECONDS)
        except TimeoutError:
            told = ", ".join(f"{code}: {count}" for code, count in crowd.errors.items())
            raise LoadError(
                f"Of {len(consultants) + len(booths)} pages only {crowd.up} came in at "
                f"{wanted.url}{f' ({told})' if told else ''}."
            ) from None
        say(f"{crowd.up} pages are in; {wanted.rate:g} visitors a second for {wanted.seconds:g} s.")
        ticket = TakeTicket(topic=who.topic, language=_LANGUAGE)
        await send_visitors(_visits(rng, wanted, ticket), booths, tally)
        await _until_quiet(booths, wanted.talk)
        await _leave(crowd, [*booths, *consultants])
    for line in report(tally):
        say(line)
    if not tally.paired:
        raise LoadError("Nobody was brought together with anybody.")


def report(tally: Tally) -> Iterator[str]:
    """What happened, in lines."""
    yield f"Visitors with a ticket: {tally.tickets}; no booth was free for: {tally.turned_away}."
    for how, count in sorted(tally.ended.items()):
        yield f"  {how}: {count}"
    for what, seconds in (
        ("From asking for a ticket to the place in the line", tally.joined),
        ("From asking for a ticket to both pages being told", tally.paired),
    ):
        if len(seconds) > 1:
            cuts = statistics.quantiles(seconds, n=100)
            shown = ", ".join(f"p{each} {1000 * cuts[each - 1]:.0f}" for each in _PERCENTILES)
            yield f"{what}, ms: {shown}, longest {1000 * max(seconds):.0f}."
    for what, count in sorted(tally.refused.items()):
        yield f"Refused {what}: {count}"


@contextlib.asynccontextmanager
async def people(
    services: Services, organisation: str, booths: int, consultants: int
) -> AsyncIterator[People]:
    """Booths and consultants who may come in until the block ends."""
    tokens: list[str] = []
    async with changing(services.database, services.redis, organisation) as changes:
        if changes.rows.id is None:
            spec = OrganisationSpec(code=organisation, name="Load", timezone="UTC")
            await changes.put_organisation(spec)
        names = {_LANGUAGE: "Load", "ru": "Load"}
        await changes.put_topic(TopicSpec(code=MARK, names=names, closed=False))
        await changes.put_centre(CentreSpec(code=MARK, name="Load"))
        credentials = [await _booth(changes, number) for number in range(booths)]
        users = [await _consultant(changes, organisation, number) for number in range(consultants)]
        topic = TopicId((await changes.topic(MARK)).id)
    try:
        for session in users:
            token = secrets.token_urlsafe(32)
            tokens.append(token)
            body = msgspec.json.encode({"created": int(time.time()), "session": session})
            await services.redis.set(session_key(token), body, ex=_SESSION_SECONDS)
        yield People(
            [{"Cookie": f"{BOOTH_COOKIE}={each}"} for each in credentials],
            [{"Cookie": f"{COOKIE}={each}"} for each in tokens],
            topic,
        )
    finally:
        for token in tokens:
            await services.redis.delete(session_key(token))
        async with changing(services.database, services.redis, organisation) as changes:
            await changes.close_topic(MARK)
            for number in range(booths):
                await changes.revoke(MARK, _called(number))


def _called(number: int) -> str:
    return f"{MARK}-{number + 1}"


async def _booth(changes: Changes, number: int) -> str:
    """Its credential."""
    await changes.put_booth(MARK, BoothSpec(code=_called(number), name=f"Load {number + 1}"))
    row = await changes.booth(MARK, _called(number))
    credential = new_credential()
    await changes.rows.connection.execute(
        update(tables.booth)
        .where(tables.booth.c.id == row.id)
        .values(
            credential_hash=digest(credential),
            enrolled_at=round(time.time() * 1000),
            revoked_at=None,
        )
    )
    return credential


async def _consultant(changes: Changes, organisation: str, number: int) -> Mapping[str, str]:
    """What a session of theirs holds."""
    email = f"{_called(number)}@{organisation}.invalid"
    skill = SkillSpec(topics=[MARK], languages=[_LANGUAGE])
    await changes.put_user(
        UserSpec(email=email, name=f"Load {number + 1}", roles=[Role.CONSULTANT], skills=[skill])
    )
    row = await changes.user(email)
    return {"user": row.id, "password_mark": str(row.password_set_at)}


def _visits(rng: Random, wanted: Wanted, ticket: TakeTicket) -> Iterator[Visit]:
    """People who do not know of each other."""
    at = 0.0
    while (at := at + rng.expovariate(wanted.rate)) < wanted.seconds:
        yield Visit(at, ticket)


async def _check_alive(url: str) -> None:
    """Before anybody is written anywhere."""
    try:
        async with asyncio.timeout(_ALIVE_SECONDS):
            _, writer = await asyncio.open_connection(*host_and_port(URL(url)))
    except (OSError, ValueError, TimeoutError) as fault:
        raise LoadError(f"The node at {url} does not answer.") from fault
    writer.close()


async def _until_quiet(booths: Sequence[Guest], talk: float) -> None:
    """Until nobody waits or talks any more; those who still do after a while are left."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(talk + _LAST_SECONDS):
            while not all(each.free for each in booths):  # noqa: ASYNC110 - of many sockets
                await asyncio.sleep(0.2)


async def _leave(crowd: Crowd, pages: Sequence[Page]) -> None:
    for page in pages:
        page.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LAST_SECONDS):
            while crowd.up:  # noqa: ASYNC110 - of many sockets
                await asyncio.sleep(0.05)
