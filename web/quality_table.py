"""What was measured of a talk in numbers: a row for each side and kind. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from babel import numbers

from signaling.events import Measured
from signaling.ids import LinkId
from signaling.measures import SILENCE, Path
from signaling.media_quality import MediaQuality, summary
from signaling.model import Side
from signaling.quality import grade
from web.i18n import Texts
from web.presenters import NONE
from web.quality_words import GRADES, KINDS


class QualityRow(msgspec.Struct, frozen=True, kw_only=True):
    """Sound or picture as it reached one end of a link, over a whole talk."""

    title: str
    kind: str
    mean: str
    low: str
    """Only one span in twenty was worse."""
    loss: str
    round_trip: str
    jitter: str
    special: str
    """What is particular to sound or picture."""
    codec: str
    way: str
    mended: str


def quality_rows(
    measured: Sequence[Measured],
    title: Callable[[tuple[LinkId, Side]], str],
    order: Sequence[tuple[LinkId, Side]],
    texts: Texts,
) -> list[QualityRow]:
    """The rows in the order of the ends, sound before picture."""
    rows = sorted(summary(measured), key=lambda row: order.index((row.link, row.side)))
    return [_row(row, title((row.link, row.side)), texts) for row in rows]


def graded(score: int, texts: Texts) -> str:
    """Such as ``93, excellent``."""
    return f"{score}, {texts.gettext(GRADES[grade(score)])}"


def _row(row: MediaQuality, title: str, texts: Texts) -> QualityRow:
    _ = texts.gettext
    return QualityRow(
        title=title,
        kind=_(KINDS[row.kind]),
        mean=NONE if row.score_mean is None else graded(row.score_mean, texts),
        low=NONE if row.score_p5 is None else graded(row.score_p5, texts),
        loss=_share(row.loss, texts),
        round_trip=_ms(row.rtt_p95, texts),
        jitter=_ms(row.jitter_p95, texts),
        special=_sound(row, texts) if row.kind == "audio" else _picture(row, texts),
        codec=row.codec or NONE,
        way=_way(row.path, texts),
        mended=_mended(row, texts),
    )


def _sound(row: MediaQuality, texts: Texts) -> str:
    _ = texts.gettext
    parts = []
    if row.level is not None:
        silent = _("half of the time silence")
        loud = _("half of the time above -%(level)s dB", level=row.level)
        parts.append(silent if row.level == SILENCE else loud)
    if row.concealed:
        parts.append(_("%(share)s made up", share=_share(row.concealed, texts)))
    return "; ".join(parts) or NONE


def _picture(row: MediaQuality, texts: Texts) -> str:
    _ = texts.gettext
    parts = [_("%(width)s by %(height)s", width=row.width, height=row.height)] if row.width else []
    if row.fps_p5 is not None:
        parts.append(_("%(fps)s pictures a second or more", fps=row.fps_p5))
    if row.freeze_seconds:
        seconds = numbers.format_decimal(row.freeze_seconds, "0.0", locale=texts.locale)
        parts.append(_("stood still for %(seconds)s s", seconds=seconds))
    return "; ".join(parts) or NONE


def _way(path: Path | None, texts: Texts) -> str:
    _ = texts.gettext
    if path is None:
        return NONE
    name = path.protocol.upper()
    if "relay" in (path.local, path.remote):
        return _("through a relay, %(protocol)s", protocol=name)
    return _("direct, %(protocol)s", protocol=name)


def _mended(row: MediaQuality, texts: Texts) -> str:
    """How often the link was mended."""
    _ = texts.gettext
    again, ways = row.connections - 1, row.restarts
    if not again and not ways:
        return _("never")
    parts = []
    if again:
        parts.append(_("connected anew: %(times)s", times=again))
    if ways:
        parts.append(_("another way: %(times)s", times=ways))
    return ", ".join(parts)


def _ms(value: int | None, texts: Texts) -> str:
    return NONE if value is None else texts.gettext("%(ms)s ms", ms=value)


def _share(thousandths: int, texts: Texts) -> str:
    return numbers.format_percent(thousandths / 1000, "0.#%", locale=texts.locale)
