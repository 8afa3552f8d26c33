"""How real-time text is coded and kept: the pages' own pure parts, asked by node."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.test_screens import call, call_each, evaluate

ERASE, NEW_LINE, MISSING = "\b", "\u2028", "\ufffd"


async def taken(*blocks: str) -> dict[str, Any]:
    """What is known of somebody's writing once these blocks of T.140 have come."""
    transcript: dict[str, Any] = await evaluate(
        "core/t140.js",
        """import { Transcript } from %s;
        const transcript = new Transcript();
        for (const block of BLOCKS) transcript.take(block);
        const { open, finished } = transcript;
        const shown = { open, finished: finished.map(({ text }) => text) }""",
        BLOCKS=blocks,
    )
    return transcript


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ("", "Здрав", "Здрав"),
        ("Здрав", "Здравствуйте", "ствуйте"),
        ("Здравствуйт", "Здравствуй", ERASE),
        ("паспорт сына", "паспорт дочери", ERASE * 4 + "дочери"),
        ("нет", "", ERASE * 3),
        ("👍🏽", "👍", ERASE),
        ("то же", "то же", ""),
    ],
)
async def test_what_changes_in_a_line_is_sent_as_letters_and_erasures(
    before: str, after: str, sent: str
) -> None:
    assert await call("core/t140.js", "edits", before, after) == sent
    arrived = await taken(before, sent)
    assert arrived == {"open": after, "finished": []}


async def test_lines_end_and_erasing_goes_back_over_their_end() -> None:
    assert await taken("один", NEW_LINE, "два") == {"open": "два", "finished": ["один"]}
    assert await taken("один", NEW_LINE, ERASE, ERASE) == {"open": "оди", "finished": []}
    assert await taken(ERASE * 3, "a\r\nb\nc") == {"open": "c", "finished": ["a", "b"]}


async def test_what_arrives_is_plain_text_without_controls() -> None:
    nasty = "a\u0000\u0007\u001b[31m\u202eb\u2066c\ufeff\ud800<b>&amp;</b>\u200dd"
    assert (await taken(nasty))["open"] == "a[31mbc<b>&amp;</b>\u200dd"
    assert (await taken(f"до{MISSING}после"))["open"] == f"до{MISSING}после"


async def test_what_arrives_is_bounded() -> None:
    arrived = await taken("x" * 1_201)
    assert (len(arrived["finished"]), len(arrived["open"])) == (2, 201)
    arrived = await taken(f"x{NEW_LINE}" * 1_000 + "last")
    assert (len(arrived["finished"]), arrived["open"]) == (200, "last")


async def test_what_is_typed_or_pasted_becomes_part_of_one_line() -> None:
    rows = [["a\tb\nc"], ["a\u202eb\u0007"], ["как есть — 👩‍👧"]]
    assert await call_each("core/t140.js", "plain", rows) == ["a b c", "ab", "как есть — 👩‍👧"]


async def test_delays_are_summed_up_in_steps_of_ten_milliseconds() -> None:
    summed = await evaluate(
        "core/delays.js",
        """import { Delays } from %s;
        const delays = new Delays();
        const none = delays.percentile(0.95);
        for (let delay = 1; delay <= 100; delay += 1) delays.add(delay * 3);
        const usual = delays.percentile(0.95);
        for (let each = 0; each < 100; each += 1) delays.add(60_000);
        const shown = [none, usual, delays.percentile(0.95)]""",
    )
    assert summed == [None, 290, 10_000]


async def test_an_allowance_is_used_up_and_grows_back() -> None:
    granted = await evaluate(
        "core/allowance.js",
        """import { Allowance } from %s;
        const allowance = new Allowance({ most: 10, perSecond: 5 });
        const shown = [[4, 0], [8, 0], [3, 0], [3, 400], [20, 60_000]]
          .map(([wanted, now]) => allowance.take(wanted, now))""",
    )
    assert granted == [4, 6, 0, 2, 10]
