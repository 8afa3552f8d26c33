"""Every pair of colours written on each other, in every theme, by the formula of WCAG 2.2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

THEMES_SHEET = Path(__file__).parents[2] / "web" / "static" / "css" / "themes.css"

AAA = 7.0
"""Text, at the booth and so everywhere: the booth uses the same colours."""
NON_TEXT = 3.0
"""Edges of things that are pressed, and the mark of the focus."""

TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "paper-2"),
    ("ink", "paper-3"),
    ("ink-2", "paper"),
    ("ink-2", "paper-2"),
    ("accent", "paper"),
    ("accent", "paper-2"),
    ("accent-strong", "paper"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("accent-soft-ink", "accent-soft"),
    ("warning", "paper"),
    ("warning-ink", "warning"),
    ("warning-ink", "warning-strong"),
    ("warning-soft-ink", "warning-soft"),
    ("paper", "ink"),
    ("stage-ink", "stage"),
    ("stage-ink", "stage-2"),
]
EDGE_PAIRS = [
    ("edge-strong", "paper"),
    ("edge-strong", "paper-2"),
    ("warning", "warning-soft"),
    ("accent", "accent-soft"),
    ("focus", "focus-gap"),
    ("focus", "paper"),
]

Palette = dict[str, str]


def palettes() -> dict[str, Palette]:
    """Theme -> name of a colour -> its value as ``#rrggbb``."""
    sheet = THEMES_SHEET.read_text(encoding="utf-8")
    usual = _declarations(_block(sheet, ":root {"))
    light, dark = dict(usual), dict(usual)
    for name, value in usual.items():
        if either := re.fullmatch(r"light-dark\((\S+), (\S+)\)", value):
            light[name], dark[name] = either.groups()
    contrast = _declarations(_block(sheet, ':root[data-theme="contrast"] {'))
    return {"light": light, "dark": dark, "contrast": {**dark, **contrast}}


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    low = 0.04045
    red, green, blue = (c / 12.92 if c <= low else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_of(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _block(sheet: str, opening: str) -> str:
    start = sheet.index(opening) + len(opening)
    return sheet[start : sheet.index("}", start)]


def _declarations(block: str) -> Palette:
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


def test_formula_knows_black_and_white() -> None:
    assert contrast_of("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_of("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize(("written", "ground"), TEXT_PAIRS)
def test_text_can_be_read(theme: str, written: str, ground: str) -> None:
    colours = palettes()[theme]
    assert contrast_of(colours[written], colours[ground]) >= AAA


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_can_be_seen(theme: str, edge: str, ground: str) -> None:
    colours = palettes()[theme]
    assert contrast_of(colours[edge], colours[ground]) >= NON_TEXT


def test_high_contrast_is_the_same_by_choice_and_by_device() -> None:
    sheet = THEMES_SHEET.read_text(encoding="utf-8")
    chosen = _declarations(_block(sheet, ':root[data-theme="contrast"] {'))
    device = sheet[sheet.index("@media (prefers-contrast: more)") :]
    assert _declarations(_block(device, ':root[data-theme="auto"] {')) == chosen
