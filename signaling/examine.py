"""Whether what Redis holds of an organisation agrees with itself and with the journal.

Pure once everything is read. The tests of the line hold every generated history to these checks,
and ``okno doctor`` holds a live system to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, cast

import msgspec

from signaling import keys
from signaling.consent import RecordingState
from signaling.fold import LiveState
from signaling.ids import ConsultationId, OrganisationId, UserId
from signaling.model import Gate, State, Status
from signaling.ports import RedisClient

_TIMED = {State.OFFERED: "offer", State.CONNECTING: "connect", State.WRAPPING_UP: "wrap_up"}
"""The deadline that ends a state which must not last."""
_TOGETHER = frozenset({State.OFFERED, State.CONNECTING, State.ACTIVE})
"""States in which somebody has been found for the visitor."""
_RECORDED = frozenset({RecordingState.AGREED, RecordingState.RUNNING})
_BATCH = 1000
_NO_TTL = -1
_LATE_MS = 10_000
"""Nodes look for deadlines four times a second; so late means that none does."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something that must not be."""

    what: str
    """The rule that is broken, in a word."""
    subject: str
    """Whom or what it is about."""
    text: str


class Holdings(msgspec.Struct, kw_only=True):
    """Every key of an organisation, without what all their names begin with."""

    hashes: dict[str, dict[str, str]] = {}
    orders: dict[str, dict[str, float]] = {}
    """Sorted sets: member to score."""
    sets: dict[str, set[str]] = {}
    texts: dict[str, str] = {}
    lasting: set[str] = set()
    """Names of keys that never run out."""

    def some(self, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The hashes ``kind:…`` by the rest of their names."""
        for name, facts in self.hashes.items():
            if name.startswith(f"{kind}:"):
                yield name.removeprefix(f"{kind}:"), facts

    def order(self, name: str) -> Mapping[str, float]:
        return self.orders.get(name, {})

    def is_here(self, person: str) -> bool:
        """Whether a socket of the person is open."""
        return "node" in self.hashes.get(f"person:{person}", {})


async def read_holdings(redis: RedisClient, organisation: OrganisationId) -> Holdings:
    """All keys of the organisation, a thousand at once; not one moment, if it is at work."""
    prefix = keys.prefix(organisation)
    holdings = Holdings()
    names = sorted({str(each) async for each in keys_below(redis, prefix)})
    for start in range(0, len(names), _BATCH):
        batch = names[start : start + _BATCH]
        async with redis.pipeline(transaction=False) as pipe:
            for name in batch:
                pipe.type(name)
            kinds = await pipe.execute()
            kept = [each for each in zip(batch, kinds, strict=True) if each[1] in _READERS]
            for name, kind in kept:
                _READERS[kind][0](pipe, name)
                pipe.pttl(name)
            found = await pipe.execute()
        for number, (name, kind) in enumerate(kept):
            short = name.removeprefix(prefix)
            _READERS[kind][1](holdings, short, found[2 * number])
            if found[2 * number + 1] == _NO_TTL:
                holdings.lasting.add(short)
    return holdings


async def keys_below(redis: RedisClient, prefix: str) -> Any:
    """Names of keys that begin so."""
    async for name in redis.scan_iter(f"{prefix}*", count=_BATCH):
        yield name


def _keep_hash(holdings: Holdings, name: str, found: dict[str, str]) -> None:
    holdings.hashes[name] = found


def _keep_order(holdings: Holdings, name: str, found: list[tuple[str, float]]) -> None:
    holdings.orders[name] = dict(found)


def _keep_set(holdings: Holdings, name: str, found: set[str]) -> None:
    holdings.sets[name] = set(found)


def _keep_text(holdings: Holdings, name: str, found: str | None) -> None:
    if found is not None:
        holdings.texts[name] = found


_READERS: dict[str, tuple[Callable[[Any, str], Awaitable[Any]], Callable[..., None]]] = {
    "hash": (lambda pipe, name: pipe.hgetall(name), _keep_hash),
    "zset": (lambda pipe, name: pipe.zrange(name, 0, -1, withscores=True), _keep_order),
    "set": (lambda pipe, name: pipe.smembers(name), _keep_set),
    "string": (lambda pipe, name: pipe.get(name), _keep_text),
}


def examine(now: Holdings, live: LiveState) -> list[Problem]:
    """Everything that is wrong, sorted.

    Args:
        now: what Redis holds.
        live: what the journal says, at least of every consultation that is not closed.
    """
    checks = (_states, _booths, _lines, _queues, _busy, _idle, _deadlines)
    return sorted(problem for check in checks for problem in check(now, live))


def overdue(now: Holdings, at: int) -> list[Problem]:
    """Deadlines that ran out long ago and on which no node has acted; `at` is the time (ms)."""
    return [
        Problem(what="overdue", subject=member, text=f"ran out at {due:.0f} ms, nobody acts")
        for member, due in now.order("deadlines").items()
        if at - due > _LATE_MS
    ]


def _states(now: Holdings, live: LiveState) -> Iterator[Problem]:
    """No consultation is lost, and each is in the state that the journal says."""
    opened = set(now.order("open"))
    expected = {who for who, state in live.states.items() if state != State.CLOSED}
    for who in opened - expected:
        yield Problem(what="open", subject=who, text="is open, but not by the journal")
    for who in expected - opened:
        yield Problem(what="open", subject=who, text="is open by the journal only")
    for who, facts in now.some("consultation"):
        state = live.states.get(ConsultationId(who))
        if state is not None and facts.get("state") != state:
            text = f"is {facts.get('state')}, the journal says {state}"
            yield Problem(what="state", subject=who, text=text)
        closed = facts.get("state") == State.CLOSED
        if closed == (f"consultation:{who}" in now.lasting):
            text = "is kept for ever" if closed else "will be forgotten while it is open"
            yield Problem(what="lifetime", subject=who, text=text)
        if closed != bool(facts.get("outcome")):
            yield Problem(what="outcome", subject=who, text="has an end without outcome or before")


def _booths(now: Holdings, live: LiveState) -> Iterator[Problem]:
    """The booth of what is not over for its visitor knows it."""
    del live
    for who, facts in now.some("consultation"):
        booth = facts.get("booth")
        over = facts.get("state") in (State.WRAPPING_UP, State.CLOSED)
        if booth and not over and now.texts.get(f"booth:{booth}") != who:
            yield Problem(what="booth", subject=who, text="is unknown to its booth")


def _lines(now: Holdings, live: LiveState) -> Iterator[Problem]:
    """Who waits stands in one line, at their own time; nobody else does."""
    standing: Counter[str] = Counter()
    lines = {name for name in now.orders if name.startswith("line:")}
    if lines != {f"line:{each}" for each in now.sets.get("lines", set())}:
        yield Problem(what="lines", subject="lines", text="are not those in which anyone waits")
    for name in lines:
        for who, at in now.orders[name].items():
            standing[who] += 1
            facts = now.hashes.get(f"consultation:{who}", {})
            if f"line:{facts.get('line')}" != name or facts.get("effective_at") != f"{at:.0f}":
                yield Problem(what="place", subject=who, text=f"stands wrongly in {name}")
    for who, state in live.states.items():
        if standing[who] != (state == State.WAITING):
            text = f"is {state} and stands in {standing[who]} lines"
            yield Problem(what="place", subject=who, text=text)


def _queues(now: Holdings, live: LiveState) -> Iterator[Problem]:
    """The queues that pairing looks at hold just those who can be called, at their own times."""
    del live
    expected = {(_queue(facts), who, float(facts["effective_at"])) for who, facts in _callable(now)}
    held = {
        (name, who, at)
        for name, members in now.orders.items()
        if name.startswith("ready:")
        for who, at in members.items()
    }
    for name, who, _ in expected - held:
        yield Problem(what="queue", subject=who, text=f"can be called and is not in {name}")
    for name, who, _ in held - expected:
        yield Problem(what="queue", subject=who, text=f"cannot be called and is in {name}")
    wanted = {facts["interpreter"] for _, facts in _callable(now) if facts.get("interpreter")}
    if now.sets.get("wanted", set()) != wanted:
        yield Problem(what="queue", subject="wanted", text="is not what must be interpreted")


def _busy(now: Holdings, live: LiveState) -> Iterator[Problem]:
    """Each consultant and interpreter has at most one consultation, and it has them.

    A visitor who needs both has both or neither.
    """
    for user, facts in now.some("consultant"):
        who = UserId(user)
        if who in live.serving and who in live.interpreting:
            yield Problem(what="busy", subject=user, text="is in two consultations")
        expected = live.serving.get(who) or live.interpreting.get(who) or ""
        if facts.get("consultation", "") != expected:
            text = f"is busy with {facts.get('consultation') or 'nothing'}"
            yield Problem(what="busy", subject=user, text=f"{text}, by the journal {expected}")
        status = live.statuses.get(who)
        if status is not None and facts.get("status") != status:
            text = f"is {facts.get('status')}, the journal says {status}"
            yield Problem(what="status", subject=user, text=text)
    for busy in (live.serving, live.interpreting):
        for consultation, count in Counter(busy.values()).items():
            if count > 1:
                yield Problem(what="busy", subject=consultation, text=f"has {count} at once")
    serving, interpreting = set(live.serving.values()), set(live.interpreting.values())
    for consultation, state in live.states.items():
        facts = now.hashes.get(f"consultation:{consultation}", {})
        both = consultation in interpreting or not facts.get("interpreter")
        if state in _TOGETHER and not (consultation in serving and both):
            yield Problem(what="both", subject=consultation, text=f"is {state} without all of them")


def _idle(now: Holdings, live: LiveState) -> Iterator[Problem]:
    """Nobody idles while someone they may serve waits and is there."""
    del live
    able: dict[str, dict[str, Any]] = {}
    for user, facts in now.some("consultant"):
        free = facts.get("status") == Status.AVAILABLE and not facts.get("consultation")
        is_able = facts.get("able") == "1"
        if is_able != (free and now.is_here(f"consultant:{user}")):
            text = "is noted as able, wrongly" if is_able else "is free and not noted as able"
            yield Problem(what="able", subject=user, text=text)
        if is_able:
            able[user] = facts
    gates = now.hashes.get("gates", {})
    for who, visitor in _callable(now):
        if gates.get(visitor["topic"]) == Gate.PAUSED:
            continue
        servers = {user for user, facts in able.items() if _serves(facts, visitor)}
        kind = visitor.get("interpreter")
        if kind:
            helpers = {user for user, facts in able.items() if kind in _list(facts, "interprets")}
            servers = {user for user in servers if helpers - {user}}
        for user in servers:
            yield Problem(what="idle", subject=user, text=f"is free while {who} waits")


def _deadlines(now: Holdings, live: LiveState) -> Iterator[Problem]:
    """What must not last for ever has its deadline."""
    del live
    due = now.order("deadlines")
    for who, facts in now.some("consultation"):
        state = facts.get("state")
        kind = _TIMED.get(State(state)) if state else None
        if kind is not None and f"{kind}:{who}" not in due:
            yield Problem(what="deadline", subject=who, text=f"is {state} without a deadline")
        if state == State.WAITING and not facts.get("booth") and f"claim:{who}" not in due:
            yield Problem(what="deadline", subject=who, text="may wait unclaimed for ever")
        if state == State.WAITING and facts.get("scope") and f"widen:{who}" not in due:
            yield Problem(what="deadline", subject=who, text="may wait for a few only for ever")
        if facts.get("recording") in _RECORDED and f"recording:{who}" not in due:
            yield Problem(what="deadline", subject=who, text="is recorded without a lease")
    for person, facts in now.some("person"):
        # A recorder is no page: what is known of it runs out by itself.
        is_recorder = person.startswith("recorder:") and f"person:{person}" not in now.lasting
        if "node" in facts and f"lease:{person}" not in due and not is_recorder:
            yield Problem(what="deadline", subject=person, text="is here without a lease")


def _callable(now: Holdings) -> list[tuple[str, dict[str, str]]]:
    """Who waits and has a page open."""
    return [
        (who, facts)
        for who, facts in now.some("consultation")
        if facts.get("state") == State.WAITING and now.is_here(f"booth:{facts.get('booth')}")
    ]


def _queue(facts: Mapping[str, str]) -> str:
    scope = f"@{facts['scope']}" if facts.get("scope") else ""
    kind = f"+{facts['interpreter']}" if facts.get("interpreter") else ""
    return f"ready:{facts['line']}{scope}{kind}"


def _serves(facts: Mapping[str, str], visitor: Mapping[str, str]) -> bool:
    scope = visitor.get("scope")
    return visitor["line"] in _list(facts, "lines") and (not scope or scope in _list(facts, "tags"))


def _list(facts: Mapping[str, str], field: str) -> list[str]:
    return cast("list[str]", msgspec.json.decode(facts.get(field) or "[]"))
