"""The lines as they are now, and the gates by which staff open and close them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.api.operation import Call
from server.api.places import names_of
from server.api.shapes import Line, Lines, SetGate, TopicLines, TopicPath
from signaling import views
from signaling.hours import standing
from signaling.ids import TopicId
from signaling.messages import Wall
from signaling.model import Gate, Policy, Topic
from signaling.node import NODE
from signaling.ports import DIRECTORY, REDIS

_SHUT = frozenset({Gate.CLOSED, Gate.ENDED})


async def list_lines(call: Call, _: object, __: None) -> Lines:
    """Those of every open topic."""
    topics = await names_of(call).topics()
    at, found = await _lines(call, topics)
    return Lines(at=at, topics=found)


async def get_line(call: Call, which: TopicPath, _: None) -> TopicLines:
    """Those of one topic."""
    _at, found = await _lines(call, [await names_of(call).topic(which.topic)])
    return found[0]


async def set_gate(call: Call, which: TopicPath, wanted: SetGate) -> TopicLines:
    """Open, pause, close or end the lines of a topic."""
    topic = await names_of(call).topic(which.topic)
    await call.app[NODE].waiting_room.gate(
        call.organisation, topic.id, wanted.gate, note=wanted.note, token=call.principal.token
    )
    _at, found = await _lines(call, [topic])
    return found[0]


async def _lines(call: Call, topics: Sequence[Topic]) -> tuple[int, list[TopicLines]]:
    redis = call.app[REDIS]
    policy = await call.app[DIRECTORY].policy(call.organisation)
    gates = await views.gates(redis, call.organisation)
    wall = await views.wall(redis, call.organisation)
    return wall.at, [_topic_lines(each, gates, wall, policy) for each in topics]


def _topic_lines(
    topic: Topic, gates: Mapping[TopicId, Gate], wall: Wall, policy: Policy
) -> TopicLines:
    gate = gates.get(topic.id, Gate.OPEN)
    hours = standing(topic, policy.timezone, wall.at)
    return TopicLines(
        topic=topic.code,
        gate=gate,
        takes_tickets=hours.open and gate not in _SHUT,
        closes_at=hours.closes_at,
        lines=[
            Line(
                language=each.language,
                mode=each.mode,
                waiting=each.waiting,
                longest_wait_seconds=each.longest_wait_seconds,
                available=each.available,
                on_duty=each.on_duty,
            )
            for each in wall.lines
            if each.topic == topic.id
        ],
    )
