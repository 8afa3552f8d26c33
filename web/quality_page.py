"""How sound and picture were along a talk: a chart, the same as tables, and a summary. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from signaling.events import Measured
from signaling.ids import LinkId
from signaling.measures import Kind
from signaling.media_quality import talk_of
from signaling.model import Side
from signaling.quality import WEAK, points, worst
from signaling.record import ContactLeg, Record
from web.i18n import Texts
from web.presenters import NONE
from web.quality_table import QualityRow, graded, quality_rows
from web.quality_words import FROM, KINDS, WHERE
from web.words import Moment, duration, time_of_day

_WIDTHS_MS = tuple(seconds * 1000 for seconds in (5, 10, 15, 30, 60, 120, 300, 600))
_MOST_SPANS = 120
"""Of the chart; what is longer is drawn in longer spans."""
_LONG = 1000
_HIGH = 100
"""Units of the drawing: time from left to right, a score from below."""

End = tuple[LinkId, Side]


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One end of a link: what reached it."""

    title: str
    sound: list[str]
    """Lines of the drawing, as `points` of SVG; between two of them nothing is known."""
    picture: list[str]


class TwinRow(msgspec.Struct, frozen=True, kw_only=True):
    """One span of the chart in words: for each panel its sound and its picture."""

    moment: Moment
    cells: list[str]


class TalkQuality(msgspec.Struct, frozen=True, kw_only=True):
    """One talk."""

    key: str
    """Keeps ids apart where a record has several talks."""
    summary: str
    formula: str
    panels: list[Panel]
    begins: Moment
    ends: Moment
    columns: list[str]
    """Heads of the twin: the time, then sound and picture of each panel."""
    twin: list[TwinRow]
    rows: list[QualityRow]


def talk_qualities(
    record: Record, measured: Sequence[Measured], zone: ZoneInfo, texts: Texts
) -> list[TalkQuality]:
    """Every talk of the record of which anything was measured, in their order."""
    talks: dict[LinkId, list[Measured]] = defaultdict(list)
    for each in measured:
        talks[talk_of(each.link)].append(each)
    return [
        _talk(leg, talks[leg.link], zone, texts) for leg in record.contact_legs if talks[leg.link]
    ]


def _talk(
    leg: ContactLeg, measured: Sequence[Measured], zone: ZoneInfo, texts: Texts
) -> TalkQuality:
    begins = min(leg.accepted_at, *(each.at - each.sample.span for each in measured))
    ends = max(leg.ended_at or 0, *(each.at for each in measured))
    width = next((each for each in _WIDTHS_MS if (ends - begins) / each <= _MOST_SPANS), 0)
    spans = _Spans(begins, ends, width or _WIDTHS_MS[-1])
    ways = sorted({(each.link, each.side) for each in measured}, key=lambda end: (end[0], end[1]))
    ways.sort(key=lambda end: end[1] is not Side.VISITOR)
    lows = {(end, kind): spans.lows(end, kind, measured) for end in ways for kind in KINDS}
    return TalkQuality(
        key=leg.link,
        summary=_summary(ways, measured, texts),
        formula=_formula(spans.width, texts),
        panels=[
            Panel(
                title=_title(end, leg, texts),
                sound=spans.lines(lows[end, "audio"]),
                picture=spans.lines(lows[end, "video"]),
            )
            for end in ways
        ],
        begins=time_of_day(begins, zone, texts),
        ends=time_of_day(ends, zone, texts),
        columns=[texts.gettext("Time"), *(_head(end, kind, leg, texts) for end, kind in lows)],
        twin=[
            TwinRow(
                moment=time_of_day(spans.begin(index), zone, texts),
                cells=[_cell(scores.get(index), texts) for scores in lows.values()],
            )
            for index in sorted({index for scores in lows.values() for index in scores})
        ],
        rows=quality_rows(measured, lambda end: _title(end, leg, texts), ways, texts),
    )


class _Spans:
    """A talk cut into spans of equal width."""

    def __init__(self, begins: int, ends: int, width: int) -> None:
        self.begins = begins
        self.length = max(1, ends - begins)
        self.width = width

    def begin(self, index: int) -> int:
        """When the span began (ms)."""
        return self.begins + index * self.width

    def lows(self, end: End, kind: Kind, measured: Iterable[Measured]) -> dict[int, int]:
        """The lowest score of each span in which anything is known."""
        found: dict[int, int] = {}
        for each in measured:
            score = points(each.sample.received, each.sample.rtt).get(kind)
            if (each.link, each.side) == end and score is not None:
                index = max(0, each.at - each.sample.span - self.begins) // self.width
                found[index] = min(found.get(index, _HIGH), score)
        return found

    def lines(self, lows: dict[int, int]) -> list[str]:
        """Steps, broken where nothing is known.

        One span that was missed is bridged: reports do not come to the millisecond.
        """
        lines: list[list[str]] = []
        last: int | None = None
        for index in sorted(lows):
            if last is None or index - last > 2:  # noqa: PLR2004 - one between
                lines.append([])
            y = _HIGH - lows[index]
            lines[-1] += [f"{self._x(index)},{y}", f"{self._x(index + 1)},{y}"]
            last = index
        return [" ".join(line) for line in lines]

    def _x(self, index: int) -> int:
        return min(_LONG, round(index * self.width * _LONG / self.length))


def _title(end: End, leg: ContactLeg, texts: Texts) -> str:
    """Where it was received, and of three people from whom."""
    link, side = end
    where = texts.gettext(WHERE[side])
    if leg.interpreter is None:
        return where
    other = next(pair - {side} for suffix, pair in _PAIRS.items() if link == leg.link + suffix)
    return f"{where}, {texts.gettext(FROM[next(iter(other))])}"


def _head(end: End, kind: Kind, leg: ContactLeg, texts: Texts) -> str:
    return f"{_title(end, leg, texts)}: {texts.gettext(KINDS[kind])}"


_PAIRS = {
    "": {Side.VISITOR, Side.CONSULTANT},
    "-vi": {Side.VISITOR, Side.INTERPRETER},
    "-ci": {Side.CONSULTANT, Side.INTERPRETER},
}


def _summary(ways: Sequence[End], measured: Sequence[Measured], texts: Texts) -> str:
    """How long it was weak for each side, all of their links together."""
    _ = texts.gettext
    sentences = []
    for side in dict.fromkeys(side for _link, side in ways):
        own = [each.sample for each in measured if each.side is side]
        whole = sum(each.span for each in own)
        weak = sum(each.span for each in own if (low := worst(each)) is not None and low <= WEAK)
        facts = {
            "where": _(WHERE[side]),
            "time": duration(weak, texts),
            "whole": duration(whole, texts),
        }
        if weak:
            sentences.append(_("%(where)s: weak for %(time)s of %(whole)s measured.", **facts))
        else:
            sentences.append(_("%(where)s: never weak in %(whole)s measured.", **facts))
    return " ".join(sentences)


def _formula(width: int, texts: Texts) -> str:
    return texts.gettext(
        "Score of five seconds: 100 - delay - loss. The delay d is half the time there and back "
        "and twice its variation, in ms; it costs d ÷ 40 points, above 160 ms (d - 120) ÷ 10. Each "
        "percent of lost packets costs 10 points of a picture, 8 of sound, 5.3 of sound with error "
        "correction, 4 of sound that is sent twice. Above 80 is excellent, above 40 good, above 20 "
        "weak; below, they hardly understand each other. Drawn is the lowest of each %(width)s.",
        width=duration(width, texts),
    )


def _cell(score: int | None, texts: Texts) -> str:
    return NONE if score is None else graded(score, texts)
