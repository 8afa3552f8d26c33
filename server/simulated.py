"""What ``okno simulate`` does: simulated people come in by the front door, as people do."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from aiohttp import ClientError, ClientSession, ClientSSLError
from yarl import URL

from signaling.client import Client
from signaling.cookies import browser_session, enrol_booth, enrol_demo_booth, sign_in
from signaling.errors import Code, OknoError
from signaling.media.consultant import Habits, SimulatedConsultant
from signaling.media.participant import ClientOutlet, Participant
from signaling.media.rehearsal import Rehearsal, RehearsalError
from signaling.media.studio import Studio
from signaling.pushes import EndedError
from web.assets import STATIC

_FONTS = tuple(STATIC / f"fonts/golos-text-{script}.woff2" for script in ("latin", "cyrillic"))
_PAGE = re.compile(r'id="page">(.*?)</script>', re.DOTALL)


class SimulationError(Exception):
    """It did not go as it should; the text says why, in a line."""


class Wanted(NamedTuple):
    """The consultation that is to be held."""

    url: str
    trust: ssl.SSLContext | None
    email: str
    password: str
    booth_code: str | None
    topic: str | None
    language: str
    talk: float


class _Topic(NamedTuple):
    id: str
    name: str


async def hold_call(wanted: Wanted, *, within: float, say: Callable[[str], None]) -> None:
    """A whole consultation between two simulated people, in so many seconds.

    Raises:
        SimulationError: It did not come about, or not as it should.
    """
    try:
        async with asyncio.timeout(within):
            await _hold(wanted, say)
    except TimeoutError:
        raise SimulationError(f"Not done within {within:g} s.") from None


async def work(
    url: str, trust: ssl.SSLContext | None, *, email: str, password: str, talk: float
) -> None:
    """Take every visitor as this consultant until cancelled.

    Raises:
        SimulationError: They may not sign in, or somebody else works as them now.
    """
    studio = await Studio.prepare("consultant", fonts=_FONTS)
    async with browser_session(trust=trust) as session:
        client = Client(
            session, url, "workspace", sign_in=partial(sign_in, session, url, email, password)
        )
        participant = Participant(ClientOutlet(client), studio)
        worker = SimulatedConsultant(client, participant, Habits(talk_for=talk))
        try:
            await worker.run()
        except* (OknoError, EndedError) as ended:
            raise SimulationError(f"{email}: {ended.exceptions[0]}") from ended
        finally:
            await asyncio.gather(worker.leave(), participant.close())
            await client.close()


async def _hold(wanted: Wanted, say: Callable[[str], None]) -> None:
    studios = (
        await Studio.prepare("visitor", fonts=_FONTS),
        await Studio.prepare("consultant", fonts=_FONTS),
    )
    url, trust = wanted.url, wanted.trust
    async with browser_session(trust=trust) as at_booth, browser_session(trust=trust) as at_work:
        with _telling(f"The booth at {url}"):
            if wanted.booth_code is None:
                await enrol_demo_booth(at_booth, url)
            else:
                await enrol_booth(at_booth, url, wanted.booth_code)
            topic = await _topic(at_booth, wanted)
        with _telling(wanted.email):
            await sign_in(at_work, url, wanted.email, wanted.password)
        say(f"At {url}: {wanted.email} and a visitor for “{topic.name}”.")
        rehearsal = Rehearsal(
            Client(at_booth, url, "booth", language=wanted.language),
            Client(at_work, url, "workspace", language=wanted.language),
            studios=studios,
            say=say,
        )
        with _telling("The consultation"):
            await rehearsal.hold(topic.id, wanted.language, talk_for=wanted.talk)
    say("All is well.")


async def _topic(session: ClientSession, wanted: Wanted) -> _Topic:
    """The topic of that name, or the first, from what the booth's page is given."""
    try:
        async with session.get(URL(wanted.url) / "booth" / wanted.language) as response:
            found = _PAGE.search(await response.text())
    except (ClientError, TimeoutError) as away:
        raise OknoError(Code.UNAVAILABLE) from away
    page = json.loads(found[1]) if found else {}
    topics = [_Topic(each["id"], each["name"]) for each in page.get("topics", ())]
    for topic in topics:
        if wanted.topic in (None, topic.id, topic.name):
            return topic
    offered = ", ".join(topic.name for topic in topics) or "nothing"
    raise SimulationError(f"No such topic in “{wanted.language}”; the booth offers {offered}.")


@contextlib.contextmanager
def _telling(what: str) -> Iterator[None]:
    try:
        yield
    except OknoError as error:
        if isinstance(error.__cause__, ClientSSLError):
            raise SimulationError(
                f"{what}: its certificate is not trusted; --ca names one that is."
            ) from error
        if error.code is Code.UNAVAILABLE:
            raise SimulationError(f"{what}: the node does not answer.") from error
        raise SimulationError(f"{what}: {error}") from error
    except (EndedError, RehearsalError) as error:
        raise SimulationError(f"{what}: {error}") from error
