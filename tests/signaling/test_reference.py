"""The reference pages say what the code does."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import msgspec
import pytest

from signaling import errors, events, keys, messages
from signaling.connection import CloseCode
from signaling.describe import PAGES
from signaling.errors import Code
from signaling.handlers import HANDLERS
from signaling.handlers.talk import RELAYED
from signaling.ids import booth_person, consultant_person
from signaling.key_table import TABLE
from signaling.ports import RedisClient
from signaling.scripts import Verb
from signaling.tables import member_docs, members
from tests.signaling.room import PASSPORT, Room, serves

DOCS = Path(__file__).parents[2] / "docs"
LUA = Path(__file__).parents[2] / "signaling" / "lua"


@pytest.mark.parametrize("name", PAGES)
def test_page_is_as_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_every_request_has_a_handler() -> None:
    own = {messages.Hello, messages.Ping, *RELAYED}
    assert set(members(messages.AnyRequest)) == own | set(HANDLERS)


def test_every_code_has_its_words() -> None:
    assert set(errors.TEXTS) == set(Code)
    assert set(member_docs(CloseCode)) == {each.name for each in CloseCode}


def test_every_script_says_what_it_does() -> None:
    for verb in Verb:
        text = (LUA / f"{verb}.lua").read_text("utf-8")
        assert text.count("\n-- args ") == 1
        assert text.count("\n-- returns ") == 1


async def test_what_is_sent_is_what_the_schema_says(redis: RedisClient) -> None:
    """The scripts write their messages themselves; the schema made from the structs holds them."""
    schema = msgspec.json.decode((DOCS / "protocol.schema.json").read_bytes())
    validator = jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/ToPage"})
    room = Room(redis)
    anna = await room.available("anna")
    consultation = await room.join("1")
    await room.talk(anna)
    await room.finish(anna, consultation)
    booth = booth_person(room.booth("1").booth)
    bodies = [
        each.body
        for person in (booth, consultant_person(anna))
        for each in await room.presence.mail_after(room.organisation, person, 0)
    ]
    assert len(bodies) > 8
    for body in bodies:
        validator.validate(msgspec.json.decode(body))


async def test_every_key_stands_in_the_table_and_goes_when_it_should(redis: RedisClient) -> None:
    room = Room(redis)
    anna = await room.available("anna", serves(PASSPORT))
    booth = booth_person(room.booth("1").booth)
    connection = await room.attach(booth)
    consultation = await room.join("1")
    waiting = await room.join("2")
    await room.talk(anna)
    await room.finish(anna, consultation)
    await room.line.leave(room.organisation, room.booth("2").booth, waiting)
    await room.presence.detach(room.organisation, booth, connection)
    await room.line.sign_out(room.organisation, anna)
    prefix = keys.prefix(room.organisation)
    lasting = {"journal", "durations", "deadlines", "totals"}
    found = [str(each) async for each in redis.scan_iter(match=f"{prefix}*")]
    kinds = {each.removeprefix(prefix).partition(":")[0] for each in found}
    table = {each.pattern.partition("}:")[2].partition(":")[0] for each in TABLE}
    assert kinds <= table
    for name in found:
        kind = name.removeprefix(prefix).partition(":")[0]
        assert kind in lasting or await redis.pttl(name) > 0, f"{name} would stay for ever"


def test_events_of_the_journal_are_told_apart_by_type() -> None:
    tags = [each.__struct_config__.tag for each in members(events.AnyEvent)]
    assert len(set(tags)) == len(tags)
