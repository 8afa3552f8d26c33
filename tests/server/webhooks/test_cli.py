"""``okno webhook``, as an administrator types it, and the words that explain it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from server.archive import tables
from server.archive.database import Database
from server.archive.store import store
from server.cli import main
from server.webhooks.notification import signature
from server.webhooks.queue import Queue
from signaling.events import OrganisationChanged
from signaling.journal import read
from signaling.store import open_redis
from tests.histories import History
from tests.server.archive.watching import delivered
from tests.server.directory.cast import organisation_id
from tests.server.webhooks.receiver import Receiver

Okno = Callable[..., Result]
DOCUMENT = (Path(__file__).parents[3] / "docs" / "WEBHOOKS.md").read_text("utf-8")


@pytest.fixture
def okno(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Okno:
    """Types a command in a region, and expects it to end well unless told otherwise."""
    monkeypatch.setenv("OKNO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OKNO_REDIS_URL", redis_url)

    def run(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    run("organisation", "add", "west", "--name", "West", "--timezone", "UTC")
    return run


async def give_up(directory: Path) -> list[str]:
    """A consultation happens, and none of it can be told; ids of its events."""
    database = Database(f"sqlite+aiosqlite:///{directory / 'okno.sqlite'}")
    west = await organisation_id(database, "west")
    entries = delivered(History(organisation=west).served())
    await store(database, west, entries)
    now = round(time.time() * 1000)
    await Queue(database).give_up(queued_before=now + 1000, now=now, keep=1000)
    async with database.write() as connection:
        await connection.execute(update(tables.webhook_delivery).values(error="answered 500"))
    await database.close()
    return [entry.id for entry in entries]


def test_webhooks_are_managed_in_a_terminal(okno: Okno, tmp_path: Path, redis_url: str) -> None:
    assert okno("webhook", "list").output == "No webhook yet.\n"
    shown = okno("webhook", "add", "crm", "https://crm.example/okno?key=hidden").output
    (secret,) = re.findall(r"Secret: (\S+)", shown)
    okno("webhook", "add", "mail", "https://mail.example/", "--event", "consultation.closed")
    assert "already" in okno("webhook", "add", "crm", "https://x.example/", code=2).stderr

    okno("webhook", "pause", "mail")
    listed = okno("webhook", "list").output
    assert secret not in listed
    assert re.search(r"crm +https://crm.example/okno\S+ +consultation\.\* +active +0 +0 +0", listed)
    assert re.search(r"mail +https://mail.example/ +consultation.closed +paused", listed)
    okno("webhook", "resume", "mail")
    okno("webhook", "remove", "mail")
    assert "mail" not in okno("webhook", "list").output

    traces = asyncio.run(journaled(tmp_path, redis_url))
    assert traces == [
        "webhook added: crm",
        "webhook added: mail",
        "webhook paused: mail",
        "webhook resumed: mail",
        "webhook removed: mail",
    ]


async def journaled(directory: Path, redis_url: str) -> list[str]:
    database = Database(f"sqlite+aiosqlite:///{directory / 'okno.sqlite'}")
    west = await organisation_id(database, "west")
    await database.close()
    async with open_redis(redis_url) as redis:
        return [
            entry.event.what
            async for entry in read(redis, west)
            if isinstance(entry.event, OrganisationChanged) and "webhook" in entry.event.what
        ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("crm", "http://crm.example/"),
        ("crm", "https://127.0.0.1/"),
        ("crm", "nowhere"),
        ("CRM 1", "https://crm.example/"),
        ("crm", "https://crm.example/", "--event", "consultation.unheard_of"),
        ("crm", "https://crm.example/", "--event", "staff.record_viewed"),
    ],
)
def test_a_webhook_that_makes_no_sense_is_not_added(okno: Okno, arguments: tuple[str, ...]) -> None:
    okno("webhook", "add", *arguments, code=2)


@pytest.mark.parametrize("verb", ["remove", "pause", "resume", "test", "dead", "retry"])
def test_a_webhook_that_is_not_there_is_said_to_be(okno: Okno, verb: str) -> None:
    assert "There is no webhook 'crm'" in okno("webhook", verb, "crm", code=2).stderr


def test_what_was_given_up_is_shown_and_retried(okno: Okno, tmp_path: Path) -> None:
    okno("webhook", "add", "crm", "https://crm.example/")
    assert okno("webhook", "dead", "crm").output == "Nothing.\n"
    events = asyncio.run(give_up(tmp_path))

    shown = okno("webhook", "dead", "crm").output.splitlines()
    assert [line.split()[0] for line in shown[1:]] == events[::-1]
    assert all("answered 500" in line for line in shown[1:])

    said = okno("webhook", "retry", "crm", events[0]).output
    assert said == "webhook's dead events queued again (1): crm\n"
    assert "not on the" in okno("webhook", "retry", "crm", events[0], code=2).stderr
    assert "such as 1-0" in okno("webhook", "retry", "crm", "first", code=2).stderr
    okno("webhook", "retry", "crm")
    assert okno("webhook", "dead", "crm").output == "Nothing.\n"
    assert re.search(rf"active +{len(events)} +0 +0", okno("webhook", "list").output)


async def test_a_receiver_is_tried_out(
    okno: Okno, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def type_(*arguments: str, code: int = 0) -> Any:
        # The command runs an event loop of its own, and the receiver lives in ours.
        return asyncio.to_thread(okno, "webhook", *arguments, code=code)

    monkeypatch.setenv("OKNO_WEBHOOK_PRIVATE", "true")
    (secret,) = re.findall(r"Secret: (\S+)", (await type_("add", "crm", receiver.url)).output)
    assert (await type_("test", "crm")).output == "Delivered.\n"
    (told,) = receiver.accepted
    assert told.type == "webhook.test"
    assert documented()(secret, told.headers["Okno-Signature"], told.body)

    receiver.status = 404
    assert "It was not delivered: answered 404." in (await type_("test", "crm", code=1)).stderr


def documented() -> Callable[[str, str, bytes], bool]:
    """The example in the document that verifies a delivery."""
    (source,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - our own document
    verify: Callable[[str, str, bytes], bool] = names["is_okno"]
    return verify


def test_the_documented_example_knows_right_from_wrong() -> None:
    now = int(time.time())
    right = signature("secret", now, b"{}")
    assert documented()("secret", right, b"{}")
    assert not documented()("secret", right, b"{ }")
    assert not documented()("another", right, b"{}")
    assert not documented()("secret", signature("secret", now - 301, b"{}"), b"{}")
