"""Lines over a growing size, as an SVG that needs nothing to be looked at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

_COLOURS = ("#0b6e99", "#b3541e", "#5a7d2a", "#7a3e9d", "#a8324a")
_WIDTH, _HEIGHT = 460, 250
_LEFT, _TOP, _RIGHT, _BOTTOM = 48, 34, 14, 34
_COLUMNS = 2
_LEGEND = 20
_STEP = 50


class Panel(NamedTuple):
    """One picture: what grows, and by name the height at each size."""

    name: str
    lines: Mapping[str, Mapping[int, float]]


def draw(panels: Sequence[Panel]) -> str:
    """All of them with the same height, and one legend for all."""
    names = list(panels[0].lines)
    rows = math.ceil(len(panels) / _COLUMNS)
    tallest = max(max(by_size.values()) for panel in panels for by_size in panel.lines.values())
    top = math.ceil(tallest / _STEP) * _STEP
    width, height = _COLUMNS * _WIDTH, rows * _HEIGHT + len(names) * _LEGEND + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        '<g font-family="sans-serif" font-size="12">',
        "<title>Redis time of each step, in microseconds</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, panel in enumerate(panels):
        row, column = divmod(number, _COLUMNS)
        parts.append(f'<g transform="translate({column * _WIDTH} {row * _HEIGHT})">')
        parts += _panel(panel, names, top)
        parts.append("</g>")
    for number, name in enumerate(names):
        y, colour = rows * _HEIGHT + 16 + number * _LEGEND, _COLOURS[number]
        parts.append(f'<path d="M{_LEFT} {y}h24" stroke="{colour}" stroke-width="3"/>')
        parts.append(f'<text x="{_LEFT + 32}" y="{y + 4}">{escape(name)}</text>')
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _panel(panel: Panel, names: Sequence[str], top: int) -> Iterator[str]:
    sizes = list(panel.lines[names[0]])
    inner, bottom = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _BOTTOM
    yield f'<text x="{_LEFT}" y="20" font-weight="bold">µs by {escape(panel.name)}</text>'
    for value in range(0, top + 1, _STEP):
        y = bottom - (bottom - _TOP) * value / top
        yield f'<path d="M{_LEFT} {y:.1f}h{inner}" stroke="#dddddd"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>'
    across = {size: _LEFT + inner * at / max(1, len(sizes) - 1) for at, size in enumerate(sizes)}
    for size, x in across.items():
        yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>'
    for number, name in enumerate(names):
        points = " ".join(
            f"{across[size]:.1f},{bottom - (bottom - _TOP) * value / top:.1f}"
            for size, value in panel.lines[name].items()
        )
        colour = _COLOURS[number]
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
