"""The load of the relay measurements: pairs who answer each message with one of their own."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from bench.machine import cpu_seconds

_WARM_SECONDS = 1.5
_LINE = (
    "a=candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.7 rport 46154"
)
MESSAGE_BYTES = 2048


class Talker:
    """One end of a pair: says the same again whenever it hears the other."""

    __slots__ = ("heard", "send", "words")

    def __init__(self, send: Callable[[bytes], None], words: bytes) -> None:
        """`words` is a prepared frame."""
        self.send = send
        self.words = words
        self.heard = 0

    def hear(self, _body: bytes) -> None:
        self.heard += 1
        self.send(self.words)


@dataclass(frozen=True)
class Rate:
    """Messages relayed, by the clock and by the server's CPU."""

    per_second: float
    per_cpu_second: float
    cpu: float
    """Share of a core the server used."""


async def rate(talkers: Sequence[Talker], pids: Iterable[int], seconds: float) -> Rate:
    """Let the first of each pair begin, and count after a while of warming up."""
    pids = list(pids)
    for talker in talkers[::2]:
        talker.send(talker.words)
    await asyncio.sleep(_WARM_SECONDS)
    loop = asyncio.get_running_loop()
    begun, cpu = loop.time(), cpu_seconds(pids)
    heard = sum(each.heard for each in talkers)
    await asyncio.sleep(seconds)
    took, worked = loop.time() - begun, cpu_seconds(pids) - cpu
    heard = sum(each.heard for each in talkers) - heard
    if not heard:
        raise RuntimeError("nothing was relayed")
    return Rate(heard / took, heard / worked, worked / took)


def description(link: str, number: int = 1) -> bytes:
    """A message of `MESSAGE_BYTES` as a page sends it: an offer for this link."""

    def body(sdp: str) -> bytes:
        said = {"type": "offer", "sdp": sdp}
        return msgspec.json.encode(
            {"type": "link.description", "link": link, "number": number, "description": said}
        )

    lines = "v=0\r\n"
    while len(body(f"{lines}{_LINE}\r\n")) <= MESSAGE_BYTES:
        lines += f"{_LINE}\r\n"
    return body(lines + "x" * (MESSAGE_BYTES - len(body(lines))))


def median(rates: Sequence[Rate]) -> Rate:
    """Of each figure."""
    return Rate(
        statistics.median(each.per_second for each in rates),
        statistics.median(each.per_cpu_second for each in rates),
        statistics.median(each.cpu for each in rates),
    )
