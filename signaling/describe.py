"""Writes the reference pages from the code they describe: ``python -m signaling.describe``.

``docs/PROTOCOL.md`` and ``docs/protocol.schema.json`` come from the messages, ``docs/JOURNAL.md``
from the events, ``docs/redis.md`` from the table of keys. A test holds them equal.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import msgspec

from signaling import (
    checkup,
    errors,
    events,
    facts,
    issues,
    measures,
    messages,
    model,
    parts,
    showing,
)
from signaling.connection import CloseCode
from signaling.key_table import TABLE
from signaling.tables import member_docs, members, struct_table

_PROTOCOL_HEAD = """# The wire: okno.v1

One WebSocket for each page at `/ws?surface=booth|workspace|desk`, subprotocol `okno.v1`, one JSON
object in each text message, told apart by `type`. Who is there is known from the cookie: a booth's
credential or a staff session. This page is made from `signaling/messages.py` (`make docs`);
the JSON Schema of every message is in [protocol.schema.json](protocol.schema.json).

## A conversation

1. The page opens the socket and says `hello`. The answer is `welcome`, then its state,
   then its views.
2. **Requests** carry an `id`; the one reply repeats it: `ok`, the answer named below, or `error`.
   A request without `id` is answered only when it is refused.
3. **State** (`booth.state`, `consultant.state`) is everything the page has to show, with a growing
   `seq`. Render the last one; a `seq` that is not greater than the last seen is old.
4. **Views** (`place`, `line`, `wall`) have no number; a newer one replaces an older one.
5. **Relayed** messages (`link.*`) are those of the person at the other end of the link, exactly as
   they were sent. They are not stored; after a lost socket the page says `link.ready` again.
6. The page says `ping` every `heartbeat` seconds. Three missed ones end the socket.
7. A page that lost its socket connects again, to any node, and says `hello` with its `resume`
   token and the last `seq`. Within `resume_within` seconds it gets what it missed; after that, or
   when more than 64 messages were missed, a snapshot (`resumed` is false).
8. A newer socket of the same booth or consultant ends the older one (4001). A page
   that comes back says `since`, and is itself sent away (4001) when one that came later is in its
   place. Desks are not limited.

A field that is left out is null, or its default. Times are Redis server time in milliseconds.

Limits: 64 KiB a message, 40 messages a second in the long run and 200 at once, 256 messages in the
outbox of one page.

"""


def protocol() -> str:
    """The text of ``docs/PROTOCOL.md``."""
    text = [_PROTOCOL_HEAD, "## Requests\n\n"]
    relayed = members(messages.Relayed)
    text += [struct_table(each) for each in members(messages.AnyRequest) if each not in relayed]
    text.append("## Relayed\n\nSent by one page, received unchanged by the other.\n\n")
    text += [struct_table(each) for each in relayed]
    text.append("## Replies\n\n")
    text += [struct_table(each) for each in members(messages.AnyReply)]
    text.append("## State and views\n\n")
    text += [struct_table(each) for each in members(messages.AnyPush)]
    text.append("## Parts of messages\n\n")
    for part in (
        parts.LinkInfo,
        parts.BoothConsultation,
        parts.BoothHealth,
        parts.ConsultantConsultation,
        parts.Estimate,
        parts.WaitingVisitor,
        parts.IceServer,
        parts.Description,
        parts.Candidate,
        measures.Sample,
        measures.Way,
        measures.Sound,
        measures.Picture,
        measures.Path,
        facts.Facts,
        facts.CameraFacts,
        facts.MicrophoneFacts,
        facts.SpeakerFacts,
        facts.NetworkFacts,
        facts.TurnFacts,
        checkup.Judgement,
    ):
        text.append(struct_table(part))
    text.append(
        "## Errors\n\nThe code never changes; the text may.\n\n| code | text |\n|---|---|\n"
    )
    text += [f"| `{code.value}` | {words} |\n" for code, words in errors.TEXTS.items()]
    text.append("\n## Close codes\n\n| code | meaning |\n|---|---|\n")
    meanings = member_docs(CloseCode)
    text += [f"| {code.value} | {meanings[code.name]} |\n" for code in CloseCode]
    text.append("\n## Words\n\n")
    for enum in (
        model.State,
        model.Trigger,
        model.Outcome,
        model.Status,
        model.StatusReason,
        issues.Issue,
        showing.Exhibit,
        checkup.Part,
        checkup.Grade,
        checkup.Why,
    ):
        meanings = member_docs(enum)
        text.append(f"### {enum.__name__}\n\n{inspect.getdoc(enum)}\n\n")
        text.append("| value | meaning |\n|---|---|\n")
        text += [f"| `{each.value}` | {meanings[each.name]} |\n" for each in enum]
        text.append("\n")
    return "".join(text).rstrip() + "\n"


def schema() -> str:
    """The text of ``docs/protocol.schema.json``."""
    (requests, outgoing), components = msgspec.json.schema_components(
        (messages.AnyRequest, messages.AnyOutgoing), ref_template="#/$defs/{name}"
    )
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": messages.SUBPROTOCOL,
        "$defs": {**components, "FromPage": requests, "ToPage": outgoing},
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


_JOURNAL_HEAD = """# The journal

One Redis stream for each organisation, append-only. An entry has one field, `e`: an event as JSON,
told apart by `type`; its id is the entry's id. Events carry no name, no address and nothing that
was said. This page is made from `signaling/events.py` (`make docs`).

"""


def journal() -> str:
    """The text of ``docs/JOURNAL.md``."""
    tables = "".join(struct_table(each) for each in members(events.AnyEvent))
    return _JOURNAL_HEAD + tables.rstrip() + "\n"


_REDIS_HEAD = """# Redis keys

This page is made from the table in `signaling/key_table.py` (`make docs`). Keys of one organisation
share a hash tag, so each script is legal in a cluster. Times are Redis server time in milliseconds.

| key | type | written by | lives | holds |
|---|---|---|---|---|
"""

_REDIS_TAIL = """
Channels: `okno:changed` (the id of an organisation whose line or staff changed) and
`okno:node:<node>` (what is meant for the sockets that one node holds).
"""


def redis_keys() -> str:
    """The text of ``docs/redis.md``."""
    rows = "".join(
        f"| `{key.pattern}` | {key.type} | {key.owner} | {key.ttl} | {key.meaning} |\n"
        for key in TABLE
    )
    return _REDIS_HEAD + rows + _REDIS_TAIL


PAGES = {
    "PROTOCOL.md": protocol,
    "protocol.schema.json": schema,
    "JOURNAL.md": journal,
    "redis.md": redis_keys,
}


def main() -> None:
    """Write the pages into `docs`, or the folder named on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, write in PAGES.items():
        (folder / name).write_text(write(), "utf-8")


if __name__ == "__main__":
    main()
