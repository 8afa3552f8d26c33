"""What the samples of a talk add up to: one row for each end of a link and kind of media. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from signaling.events import Measured
from signaling.ids import LinkId
from signaling.measures import Kind, Path, Picture, Sample, Sound
from signaling.model import Side
from signaling.quality import score

_Value = TypeVar("_Value")
_KINDS: tuple[Kind, ...] = ("audio", "video")


class MediaQuality(msgspec.Struct, kw_only=True):
    """How sound or picture reached one side over a link, over a whole talk.

    It follows from the samples alone, and is computed anew with the record.
    """

    link: LinkId
    side: Side
    """Who heard or saw it so."""
    kind: Kind
    samples: int
    """Spans of about five seconds in which it came."""
    score_p5: int | None = None
    """Only one span in twenty was worse. Scores are from 0 to 100, `signaling.quality` says how."""
    score_mean: int | None = None
    loss: int = 0
    """Packets lost, thousandths."""
    rtt_p95: int | None = None
    """There and back, ms; only one span in twenty took longer."""
    jitter_p95: int | None = None
    """ms."""
    codec: str = ""
    """The one used longest, and so below."""
    path: Path | None = None
    connections: int = 1
    """That the link had."""
    restarts: int = 0
    """Other ways found by ICE restarts."""
    level: int | None = None
    """Sound: how loud half of the time at least, in dB under the loudest possible; 127: silence."""
    concealed: int | None = None
    """Sound: made up for what did not come in time, thousandths."""
    freeze_seconds: float | None = None
    """Picture: stood still longer than it should, in all."""
    fps_p5: int | None = None
    """Picture: only one span in twenty had fewer pictures a second."""
    width: int | None = None
    """Picture: pixels."""
    height: int | None = None


def summary(events: Iterable[Measured]) -> list[MediaQuality]:
    """The rows of one talk: by link, side, sound before picture."""
    ends: dict[tuple[LinkId, Side], list[Sample]] = {}
    for each in events:
        ends.setdefault((each.link, each.side), []).append(each.sample)
    rows = [
        _row(link, side, kind, samples)
        for (link, side), samples in sorted(ends.items())
        for kind in _KINDS
    ]
    return [row for row in rows if row is not None]


def talk_of(link: LinkId) -> LinkId:
    """The main link of the talk that this link is part of."""
    return LinkId("-".join(link.split("-")[:2]))


def percentile(values: Iterable[int | None], share: float) -> int | None:
    """The value that this share of them does not exceed (nearest rank); None if there are none."""
    known = sorted(value for value in values if value is not None)
    return known[max(0, math.ceil(share * len(known)) - 1)] if known else None


def _row(link: LinkId, side: Side, kind: Kind, samples: Sequence[Sample]) -> MediaQuality | None:
    came = [(each, flow) for each in samples if (flow := getattr(each.received, kind)) is not None]
    if not came:
        return None
    scores = [score(flow, each.rtt) for each, flow in came]
    known = [each for each in scores if each is not None]
    flows = [flow for _, flow in came]
    row = MediaQuality(
        link=link,
        side=side,
        kind=kind,
        samples=len(came),
        score_p5=percentile(scores, 0.05),
        score_mean=_mean(known) if known else None,
        loss=_mean([flow.loss or 0 for flow in flows]),
        rtt_p95=percentile((each.rtt for each, _ in came), 0.95),
        jitter_p95=percentile((flow.jitter for flow in flows), 0.95),
        codec=_usual(flow.codec for flow in flows) or "",
        path=_usual(each.path for each, _ in came),
        connections=max(each.connections for each in samples),
        restarts=max(each.restarts for each in samples),
    )
    _add_sound(row, [flow for flow in flows if isinstance(flow, Sound)])
    _add_picture(row, [flow for flow in flows if isinstance(flow, Picture)])
    return row


def _add_sound(row: MediaQuality, flows: Sequence[Sound]) -> None:
    if flows:
        row.level = percentile((flow.level for flow in flows), 0.5)
        row.concealed = _mean([flow.concealed for flow in flows])


def _add_picture(row: MediaQuality, flows: Sequence[Picture]) -> None:
    if flows:
        row.freeze_seconds = round(sum(flow.freeze for flow in flows) / 1000, 1)
        row.fps_p5 = percentile((flow.fps for flow in flows), 0.05)
        row.width, row.height = _usual((flow.width, flow.height) for flow in flows) or (0, 0)


def _mean(values: Sequence[int]) -> int:
    return math.floor(sum(values) / len(values) + 0.5)


def _usual(values: Iterable[_Value]) -> _Value | None:
    """The one that occurs most, the earliest of several such."""
    found = Counter(values).most_common(1)
    return found[0][0] if found else None
