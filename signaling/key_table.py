"""Every Redis key of Okno: its name, what it holds, who writes it and when it goes.

``docs/redis.md`` is made from ``TABLE``.
"""

from __future__ import annotations

import msgspec


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table of keys."""

    pattern: str
    type: str
    owner: str
    ttl: str
    meaning: str


TABLE: tuple[Key, ...] = (
    Key(
        pattern="okno:{<organisation>}:journal",
        type="stream",
        owner="every script",
        ttl="none; trimmed past what is archived",
        meaning="Everything that happened. Field `e` holds one event as JSON.",
    ),
    Key(
        pattern="okno:{<organisation>}:consultation:<consultation>",
        type="hash",
        owner="waiting_room",
        ttl="none while open; one day after closing",
        meaning="A consultation as it is now.",
    ),
    Key(
        pattern="okno:{<organisation>}:open",
        type="sorted set",
        owner="waiting_room",
        ttl="none; a member leaves at closing",
        meaning="Consultations that are not closed, by the time they joined.",
    ),
    Key(
        pattern="okno:{<organisation>}:line:<topic>:<language>:<mode>",
        type="sorted set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Who waits, by effective time (microseconds): when they joined less the head "
        "start. The lowest is next.",
    ),
    Key(
        pattern="okno:{<organisation>}:ready:<topic>:<language>:<mode>[@<scope>][+<interpreter>]",
        type="sorted set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Who of the line can be called now, by effective time: all (no scope), or only by "
        "consultants of a centre, a region, or by one; `+` what must be interpreted.",
    ),
    Key(
        pattern="okno:{<organisation>}:wanted",
        type="set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="What must be interpreted for anybody who can be called now.",
    ),
    Key(
        pattern="okno:{<organisation>}:want:<interpreter>",
        type="set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Lines (with scopes) in which somebody who can be called needs that interpreter.",
    ),
    Key(
        pattern="okno:{<organisation>}:gates",
        type="hash",
        owner="waiting_room",
        ttl="none; a field leaves when its lines are opened",
        meaning="Topic to `paused`, `closed` or `ended` by staff.",
    ),
    Key(
        pattern="okno:{<organisation>}:closing",
        type="hash",
        owner="waiting_room",
        ttl="none; a field leaves when its topic has no closing hour any more",
        meaning="Topic to when its lines close (ms), as last known.",
    ),
    Key(
        pattern="okno:{<organisation>}:hours_seen",
        type="string",
        owner="closing",
        ttl="20 seconds",
        meaning="The node that has looked whether the opening hours were changed.",
    ),
    Key(
        pattern="okno:{<organisation>}:claim:<centre>:<ticket>",
        type="hash",
        owner="waiting_room",
        ttl="a day after a ticket taken elsewhere runs out; the end of the agreed time",
        meaning="What a visitor may come to a booth with: a ticket taken elsewhere or an agreed "
        "time to come back.",
    ),
    Key(
        pattern="okno:{<organisation>}:today:<day>:<topic>:<language>:<mode>",
        type="hash",
        owner="waiting_room",
        ttl="three days",
        meaning="The day's figures of a line: answered, in time, abandoned, promises kept.",
    ),
    Key(
        pattern="okno:{<organisation>}:node:<node>",
        type="set",
        owner="presence",
        ttl="the resume time, renewed by each heartbeat; sooner with the last socket, or when the "
        "node is found dead",
        meaning="People whose sockets the node holds.",
    ),
    Key(
        pattern="okno:{<organisation>}:lines",
        type="set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Lines in which anyone waits.",
    ),
    Key(
        pattern="okno:{<organisation>}:able:<topic>:<language>:<mode>[@<scope>] or +<interpreter>",
        type="sorted set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Consultants who could take the next visitor of the line, by rank: the time (ms) "
        "since when they are idle, behind for each level of skill, and far behind for the reserve.",
    ),
    Key(
        pattern="okno:{<organisation>}:duty:<topic>:<language>:<mode>[@<scope>]",
        type="set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Consultants whose status is available, idle or not.",
    ),
    Key(
        pattern="okno:{<organisation>}:consultant:<user>",
        type="hash",
        owner="waiting_room",
        ttl="none while on duty; one day after going offline",
        meaning="Status, reason, lines served, and the consultation the consultant is busy with.",
    ),
    Key(
        pattern="okno:{<organisation>}:staff",
        type="hash",
        owner="waiting_room",
        ttl="none; a field leaves when its consultant goes offline",
        meaning="Consultant to `available`, `offered`, `busy` or `break`, for the wall.",
    ),
    Key(
        pattern="okno:{<organisation>}:booth:<booth>",
        type="string",
        owner="waiting_room",
        ttl="none while the consultation is open; ten minutes after the talk",
        meaning="The booth's consultation.",
    ),
    Key(
        pattern="okno:{<organisation>}:health",
        type="hash",
        owner="checks",
        ttl="none; a field a booth",
        meaning="Booth to what its checks of itself have found, as JSON: each part with its grade, "
        "the reason, since when and how often in a row it was bad; and what the booth cannot do.",
    ),
    Key(
        pattern="okno:{<organisation>}:hosts",
        type="hash",
        owner="hosts",
        ttl="none; a field leaves when its call is over, which its deadline sees to",
        meaning="Booth to its open call for a person of the centre, as JSON: since when, from "
        "which consultation, what was wrong, who goes since when, whether the visitor has left.",
    ),
    Key(
        pattern="okno:{<organisation>}:number:<centre>:<day>",
        type="string",
        owner="waiting_room",
        ttl="two days",
        meaning="The last ticket number of the centre's day.",
    ),
    Key(
        pattern="okno:{<organisation>}:shown:<centre>",
        type="sorted set",
        owner="waiting_room",
        ttl="a month after the last ticket; a member leaves two days after its time",
        meaning="Ticket numbers, Okno's and others, by the time (ms) until which they are "
        "somebody's. Nobody else gets one before the day after.",
    ),
    Key(
        pattern="okno:{<organisation>}:durations:<topic>",
        type="list",
        owner="waiting_room",
        ttl="none; the last 100",
        meaning="How long consultants were busy with past consultations (ms), newest first.",
    ),
    Key(
        pattern="okno:{<organisation>}:today:<day>",
        type="hash",
        owner="waiting_room",
        ttl="three days",
        meaning="The day's figures of all lines together.",
    ),
    Key(
        pattern="okno:{<organisation>}:totals",
        type="hash",
        owner="waiting_room",
        ttl="none; one hash an organisation",
        meaning="The same figures since ever, for the metrics.",
    ),
    Key(
        pattern="okno:{<organisation>}:served",
        type="set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Lines with a consultant whose status is available.",
    ),
    Key(
        pattern="okno:{<organisation>}:weak",
        type="hash",
        owner="waiting_room",
        ttl="none; a field leaves when the connection is good again or the talk is over",
        meaning="`<link>:<side>` to when that side reported last (ms) and the smoothed score of "
        "what it gets, while that is weak. What is half a minute old is not believed.",
    ),
    Key(
        pattern="okno:{<organisation>}:forecast",
        type="hash",
        owner="promises",
        ttl="one minute",
        meaning="Line to the wait by the number of people before you in it; `at` when it was made, "
        "`waiting` for how many.",
    ),
    Key(
        pattern="okno:{<organisation>}:forecaster",
        type="string",
        owner="promises",
        ttl="a second, or longer when a forecast takes long",
        meaning="The node that makes the forecast now.",
    ),
    Key(
        pattern="okno:{<organisation>}:deadlines",
        type="sorted set",
        owner="waiting_room, presence",
        ttl="none; gone when empty",
        meaning="`offer:`, `connect:`, `wrap_up:`, `widen:`, `claim:`, `recording:<consultation>`, "
        "`lease:<person>`, `host:<booth>` and `hours:<topic>`, by the time (ms) they run out.",
    ),
    Key(
        pattern="okno:{<organisation>}:recordings",
        type="sorted set",
        owner="recordings",
        ttl="none; gone when empty",
        meaning="Consultations that wait for a recorder, by since when (ms).",
    ),
    Key(
        pattern="okno:{<organisation>}:viewing:<user>:<consultation>",
        type="string",
        owner="web.views.recording",
        ttl="four hours",
        meaning="A member of staff has opened the recording, which is journaled, and may play it.",
    ),
    Key(
        pattern="okno:{<organisation>}:person:recorder:<consultation>",
        type="hash",
        owner="recordings",
        ttl="six seconds, renewed by the recorder",
        meaning="The recorder at work at a conversation, as the node that its links lead to.",
    ),
    Key(
        pattern="okno:{<organisation>}:person:<person>",
        type="hash",
        owner="presence",
        ttl="the resume time, renewed by the heartbeat",
        meaning="Node and connection that hold the person's socket, when its page first did "
        "(`since`), resume token, last `seq`.",
    ),
    Key(
        pattern="okno:{<organisation>}:mail:<person>",
        type="stream",
        owner="every script that pushes state",
        ttl="the resume time, renewed by the heartbeat",
        meaning="The last 64 numbered messages; the entry's id is `<seq>-0`.",
    ),
    Key(
        pattern="okno:{<organisation>}:external:<centre>:<number>",
        type="string",
        owner="waiting_room",
        ttl="two days",
        meaning="The consultation of the last ticket with that number outside Okno.",
    ),
    Key(
        pattern="okno:{<organisation>}:errand:<token>:<hash>",
        type="hash",
        owner="waiting_room",
        ttl="a day",
        meaning="The consultation that joined for a request of the REST API, and which `request`: "
        "sent again, it takes no second ticket.",
    ),
    Key(
        pattern="okno:{<organisation>}:idempotency:<token>:<hash>",
        type="string",
        owner="server.api",
        ttl="a day; a minute while the request is under way",
        meaning="What a request of the REST API was, and how it was answered.",
    ),
    Key(
        pattern="okno:{<organisation>}:calls:<token>",
        type="string",
        owner="server.api",
        ttl="a minute",
        meaning="Requests of one API token.",
    ),
    Key(
        pattern="okno:nodes",
        type="sorted set",
        owner="node",
        ttl="none; a member leaves when its node stops or has been silent for a minute",
        meaning="Running nodes by their last beat (ms).",
    ),
    Key(
        pattern="okno:organisations",
        type="set",
        owner="endpoint, server.api",
        ttl="none; one member an organisation",
        meaning="Organisations that ever had a page open or a ticket from a machine; timers visit "
        "each.",
    ),
    Key(
        pattern="okno:session:<session>",
        type="string",
        owner="server.auth",
        ttl="the session's hours",
        meaning="A staff session.",
    ),
    Key(
        pattern="okno:throttle:<kind>:<hash>",
        type="string",
        owner="server.auth",
        ttl="five minutes",
        meaning="Wrong sign-ins, codes or API tokens of one account or address (hashed).",
    ),
)
