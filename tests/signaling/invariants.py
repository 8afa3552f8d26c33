"""What must hold for an organisation's line at any moment, whatever has happened."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from signaling.events import AnyEvent, Closed, Joined, Offered
from signaling.fold import LiveState
from signaling.ids import ConsultationId, UserId
from signaling.model import Gate, State
from signaling.ports import RedisClient

Everything = dict[str, Any]
"""Every key of the organisation without its prefix, and what it holds."""


async def read_everything(redis: RedisClient, prefix: str) -> Everything:
    """All keys below the prefix, in three round trips."""
    names = [str(each) async for each in redis.scan_iter(f"{prefix}*", count=10_000)]
    async with redis.pipeline(transaction=True) as pipe:
        for name in names:
            pipe.type(name)
        types = await pipe.execute()
        kept = [each for each in zip(names, types, strict=True) if each[1] in _READERS]
        for name, kind in kept:
            _READERS[kind](pipe, name)
            pipe.pttl(name)
        found = await pipe.execute()
    everything: Everything = {}
    for number, (name, _) in enumerate(kept):
        everything[name.removeprefix(prefix)] = found[2 * number]
        everything[f"{name.removeprefix(prefix)} ttl"] = found[2 * number + 1]
    return everything


_READERS: dict[str, Any] = {
    "hash": lambda pipe, name: pipe.hgetall(name),
    "zset": lambda pipe, name: pipe.zrange(name, 0, -1, withscores=True),
    "set": lambda pipe, name: pipe.smembers(name),
    "string": lambda pipe, name: pipe.get(name),
}


def check_tickets(events: Sequence[AnyEvent], live: LiveState, now: Everything) -> None:
    """No ticket lost or twice, and each in the state that the journal says."""
    joined = [each for each in events if isinstance(each, Joined)]
    fresh = [each for each in joined if each.previous is None]
    assert len({each.ticket for each in fresh}) == len(fresh)
    ends = Counter(each.consultation for each in events if isinstance(each, Closed))
    assert all(count == 1 for count in ends.values())
    assert set(ends) == {who for who, state in live.states.items() if state == State.CLOSED}
    opened = {who for who, _ in now.get("open", [])}
    assert opened == {who for who, state in live.states.items() if state != State.CLOSED}
    for who, state in live.states.items():
        facts = now[f"consultation:{who}"]
        assert facts["state"] == state
        assert (now[f"consultation:{who} ttl"] == -1) == (state != State.CLOSED)
        assert bool(facts.get("outcome")) == (state == State.CLOSED)
    # Every offer had its answer before the next of the same consultation.
    offers = Counter(each.consultation for each in events if isinstance(each, Offered))
    for consultation, count in offers.items():
        assert int(now[f"consultation:{consultation}"]["attempt"]) == count


def check_booths(live: LiveState, now: Everything) -> None:
    """The booth of what is not over for its visitor knows it, for as long as it takes."""
    for consultation, state in live.states.items():
        booth = now[f"consultation:{consultation}"]["booth"]
        if booth and state not in (State.WRAPPING_UP, State.CLOSED):
            assert now[f"booth:{booth}"] == consultation
            assert now[f"booth:{booth} ttl"] == -1


def check_lines(live: LiveState, now: Everything) -> None:
    """Who waits stands in one line, in the order of effective time; nobody else does.

    The queues that pairing looks at hold just those of them who can be called, at the same times.
    """
    waiting: list[str] = []
    for line in now.get("lines", ()):
        members = now[f"line:{line}"]
        waiting += [who for who, _ in members]
        times = [int(at) for _, at in members]
        assert len(set(times)) == len(times)
        for who, at in members:
            facts = now[f"consultation:{who}"]
            assert (facts["line"], int(facts["effective_at"])) == (line, int(at))
    lines = {name for name in now if name.startswith("line:") and not name.endswith(" ttl")}
    assert lines == {f"line:{line}" for line in now.get("lines", ())}
    assert Counter(waiting) == Counter(
        who for who, state in live.states.items() if state == State.WAITING
    )
    expected = Counter(
        (_queue(facts), facts["id"], float(facts["effective_at"])) for facts in _callable(now)
    )
    ready = [name for name in now if name.startswith("ready:") and not name.endswith(" ttl")]
    assert expected == Counter((name, who, at) for name in ready for who, at in now[name])
    wanted = {facts["interpreter"] for facts in _callable(now) if facts["interpreter"]}
    assert set(now.get("wanted", ())) == wanted


def check_busy(live: LiveState, now: Everything) -> None:
    """Each consultant and interpreter has at most one consultation, and it has them.

    A visitor who needs both has both or neither.
    """
    for user, facts in _staff(now).items():
        who = UserId(user)
        assert not (who in live.serving and who in live.interpreting)
        expected = live.serving.get(who) or live.interpreting.get(who) or ""
        assert facts.get("consultation", "") == expected
        assert live.statuses.get(who, facts.get("status")) == facts.get("status")
    for busy in (live.serving, live.interpreting):
        assert all(count == 1 for count in Counter(busy.values()).values())
    for consultation, state in live.states.items():
        if state in (State.OFFERED, State.CONNECTING, State.ACTIVE):
            needed = bool(now[f"consultation:{consultation}"]["interpreter"])
            assert ConsultationId(consultation) in live.serving.values()
            assert (ConsultationId(consultation) in live.interpreting.values()) == needed


def check_idle(now: Everything) -> None:
    """Nobody idles while someone they may serve waits and is there."""
    able = {user: facts for user, facts in _staff(now).items() if facts.get("able") == "1"}
    for user, facts in _staff(now).items():
        free = facts.get("status") == "available" and not facts["consultation"]
        here = "node" in now.get(f"person:consultant:{user}", {})
        assert (user in able) == (free and here)
    for visitor in _callable(now):
        if now.get("gates", {}).get(visitor["topic"]) == Gate.PAUSED:
            continue
        servers = {user for user, facts in able.items() if _serves(facts, visitor)}
        if visitor["interpreter"]:
            helpers = {
                user
                for user, facts in able.items()
                if visitor["interpreter"] in _list(facts, "interprets")
            }
            assert not any(one != other for one in servers for other in helpers)
        else:
            assert not servers


def _callable(now: Everything) -> list[dict[str, str]]:
    """Who waits and has a page open."""
    return [
        facts
        for name, facts in now.items()
        if name.startswith("consultation:")
        and not name.endswith(" ttl")
        and facts["state"] == State.WAITING
        and "node" in now.get(f"person:booth:{facts['booth']}", {})
    ]


def _staff(now: Everything) -> dict[str, dict[str, str]]:
    return {
        name.removeprefix("consultant:"): facts
        for name, facts in now.items()
        if name.startswith("consultant:") and not name.endswith(" ttl")
    }


def _queue(facts: dict[str, str]) -> str:
    scope = f"@{facts['scope']}" if facts["scope"] else ""
    kind = f"+{facts['interpreter']}" if facts["interpreter"] else ""
    return f"ready:{facts['line']}{scope}{kind}"


def _serves(facts: dict[str, str], visitor: dict[str, str]) -> bool:
    scope = visitor["scope"]
    return visitor["line"] in _list(facts, "lines") and (not scope or scope in _list(facts, "tags"))


def _list(facts: dict[str, str], field: str) -> list[str]:
    return list(json.loads(facts.get(field) or "[]"))
