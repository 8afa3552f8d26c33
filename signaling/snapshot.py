"""Reads the line of one organisation at one moment, for the forecast. Nothing here changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

import msgspec

from signaling import keys
from signaling.estimate import Shown
from signaling.forecast import Hand, Talks
from signaling.ids import ConsultationId, LineId, OrganisationId, TopicId, UserId, topic_of
from signaling.journal import now_ms
from signaling.model import Gate, State, Status
from signaling.ports import RedisClient
from signaling.reading import hashes, number, of_each

FOLLOWED = 1000
"""Waiting visitors of an organisation whose promises are looked at again; those behind them keep
what they were shown when they joined until they come closer."""
_FEWEST_OF_LINE = 20
_WAITING = (
    "line",
    "topic",
    "booth",
    "joined_at",
    "advanced_at",
    "offered_at",
    "interpreter",
    "handling",
    "promise",
)
_TALKING = frozenset({State.ACTIVE, State.WRAPPING_UP})

_shown = msgspec.json.Decoder(Shown)
_names: msgspec.json.Decoder[list[str]] = msgspec.json.Decoder(list[str])


class Waiting(NamedTuple):
    """One who waits."""

    id: ConsultationId
    line: LineId
    topic: TopicId
    interpreter: str
    raw: str
    """What is stored of the last promise, as it stands there."""
    here: bool = True
    """False: a ticket taken elsewhere that no booth has claimed yet; nobody can be called."""
    advanced_at: int = 0
    """When they came to stand where they stand: by joining, or moved by staff, or at last here."""
    offered_at: int = 0
    """When they were called the last time; 0: never yet."""
    handling: float = 0
    """Configured length of a consultation of the topic, seconds."""

    @property
    def shown(self) -> Shown | None:
        """What they were shown last."""
        return _shown.decode(self.raw) if self.raw else None


class Snapshot(NamedTuple):
    """The line of an organisation."""

    at: int
    """Server time, ms."""
    visitors: list[Waiting]
    """By effective time, the first `FOLLOWED` of them."""
    waiting: dict[LineId, int]
    """How many people are in each line."""
    hands: list[Hand]
    talks: dict[TopicId, Talks]
    paused: frozenset[TopicId]


class _Busy(NamedTuple):
    topic: TopicId
    spent: float
    at_most: float
    handling: float


async def read(
    redis: RedisClient, organisation: OrganisationId, configured: Mapping[TopicId, float]
) -> Snapshot:
    """The line now. `configured` are lengths of consultations (s) of topics nobody waits for."""
    at = await now_ms(redis)
    async with redis.pipeline(transaction=False) as pipe:
        pipe.smembers(keys.lines(organisation))
        pipe.hgetall(keys.staff(organisation))
        pipe.hgetall(keys.gates(organisation))
        lines, staff, gates = await pipe.execute()
    if not lines:
        return Snapshot(at, [], {}, [], {}, frozenset())
    waiting, heads = await _heads(redis, organisation, sorted(lines))
    visitors = await _visitors(redis, organisation, heads)
    at_work = [UserId(user) for user, word in staff.items() if word != Status.BREAK]
    hands, busy = await _hands(redis, organisation, at_work, at)
    handling = {
        **configured,
        **{each.topic: each.handling for each in busy},
        **{each.topic: each.handling for each in visitors},
    }
    topics = {topic_of(line) for line in served(hands)} | {*handling}
    return Snapshot(
        at=at,
        visitors=visitors,
        waiting=waiting,
        hands=hands,
        talks=await _talks(redis, organisation, sorted(topics), handling),
        paused=frozenset(topic for topic, gate in gates.items() if gate == Gate.PAUSED),
    )


def served(hands: Iterable[Hand]) -> set[LineId]:
    """The lines that any of them serves."""
    # Hundreds serve the same: each set of lines is looked at once.
    return {line for lines in {hand.lines for hand in hands} for line in lines}


async def _heads(
    redis: RedisClient, organisation: OrganisationId, lines: Sequence[LineId]
) -> tuple[dict[LineId, int], list[ConsultationId]]:
    """How many wait in each line, and the first of all by effective time."""
    share = max(_FEWEST_OF_LINE, 2 * FOLLOWED // max(1, len(lines)))
    names = [keys.line(organisation, line) for line in lines]
    counts = await of_each(redis, names, lambda pipe, name: pipe.zcard(name))
    parts = await of_each(
        redis, names, lambda pipe, name: pipe.zrange(name, 0, share - 1, withscores=True)
    )
    # Behind the last that was read of any line, others might stand who were not.
    horizon = min(
        (part[-1][1] for part, count in zip(parts, counts, strict=True) if count > len(part) > 0),
        default=float("inf"),
    )
    first = sorted((score, ConsultationId(member)) for part in parts for member, score in part)
    followed = [member for score, member in first if score <= horizon][:FOLLOWED]
    return dict(zip(lines, counts, strict=True)), followed


async def _visitors(
    redis: RedisClient, organisation: OrganisationId, ids: Sequence[ConsultationId]
) -> list[Waiting]:
    rows = await hashes(
        redis,
        [keys.consultation(organisation, each) for each in ids],
        _WAITING,
    )
    return [
        Waiting(
            id=consultation,
            line=LineId(line),
            topic=TopicId(topic or ""),
            here=bool(booth),
            advanced_at=number(advanced or joined),
            offered_at=number(offered),
            interpreter=interpreter or "",
            handling=number(handling) / 1000,
            raw=promise or "",
        )
        for consultation, row in zip(ids, rows, strict=True)
        for line, topic, booth, joined, advanced, offered, interpreter, handling, promise in [row]
        if line is not None
    ]


async def _hands(
    redis: RedisClient, organisation: OrganisationId, users: Sequence[UserId], at: int
) -> tuple[list[Hand], list[_Busy]]:
    """Those who take a visitor now or after the one they have."""
    rows = await hashes(
        redis,
        [keys.consultant(organisation, user) for user in users],
        ("status", "lines", "interprets", "consultation", "able"),
    )
    # Idle and not able: their page is away.
    serving = [row for row in rows if row[0] == Status.AVAILABLE and (row[3] or row[4])]
    held = {row[3] for row in serving if row[3]}
    busy = await _busy(redis, organisation, sorted(ConsultationId(each) for each in held), at)
    # Hundreds serve the same lines: the text is read once.
    sets = {text: frozenset(_names.decode(text)) for row in serving for text in row[1:3] if text}
    nothing: frozenset[str] = frozenset()
    hands = []
    for _, lines, interprets, consultation, _ in serving:
        with_whom = busy.get(ConsultationId(consultation or ""))
        hand = Hand(
            lines=cast("frozenset[LineId]", sets.get(lines or "", nothing)),
            interprets=sets.get(interprets or "", nothing),
        )
        if with_whom is not None:
            hand = hand._replace(
                topic=with_whom.topic, spent=with_whom.spent, at_most=with_whom.at_most
            )
        hands.append(hand)
    return hands, list(busy.values())


async def _busy(
    redis: RedisClient, organisation: OrganisationId, ids: Sequence[ConsultationId], at: int
) -> dict[ConsultationId, _Busy]:
    rows = await hashes(
        redis,
        [keys.consultation(organisation, each) for each in ids],
        ("topic", "state", "connected_at", "deadline", "handling"),
    )
    found = {}
    for consultation, (topic, state, connected, deadline, handling) in zip(ids, rows, strict=True):
        if topic is None:
            continue
        spent = (at - number(connected)) / 1000 if state in _TALKING and connected else 0.0
        wrapping_up = state == State.WRAPPING_UP and deadline
        found[consultation] = _Busy(
            topic=TopicId(topic),
            spent=max(0.0, spent),
            at_most=max(0.0, (number(deadline) - at) / 1000) if wrapping_up else float("inf"),
            handling=number(handling) / 1000,
        )
    return found


async def _talks(
    redis: RedisClient,
    organisation: OrganisationId,
    topics: Sequence[TopicId],
    handling: Mapping[TopicId, float],
) -> dict[TopicId, Talks]:
    """Of topics of which anything is known."""
    past = await of_each(
        redis,
        [keys.durations(organisation, topic) for topic in topics],
        lambda pipe, name: pipe.lrange(name, 0, -1),
    )
    talks = {
        topic: Talks(tuple(int(each) / 1000 for each in some), handling.get(topic, 0.0))
        for topic, some in zip(topics, past, strict=True)
    }
    return {topic: each for topic, each in talks.items() if each.measured or topic in handling}
