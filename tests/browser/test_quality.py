"""How a real call is: reported by both sides, shown while it goes on, and on record afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.people import Consultant, Supervisor, Visitor

pytestmark = pytest.mark.browser

_PATIENCE_MS = 40_000
"""Reports come every five seconds, and an alarm once something has lasted for ten."""


async def test_a_call_is_measured_on_both_sides_and_a_silent_microphone_is_told_of(
    visitor: Visitor, consultant: Consultant, supervisor: Supervisor
) -> None:
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.hears_person(consultant)
    await consultant.hears_person(visitor)

    # The workspace says how it is in both directions, in a word.
    for way in ("received", "sent"):
        word = consultant.page.locator(f'[data-way="{way}"] [data-word]')
        await expect(word).to_have_text(re.compile("excellent|good"), timeout=_PATIENCE_MS)

    line = consultant.page.locator("[data-talk-line]")
    await visitor.page.evaluate("probe.hush(true)")
    await expect(line).to_contain_text("The visitor cannot be heard", timeout=_PATIENCE_MS)
    await visitor.page.evaluate("probe.hush(false)")
    await expect(line).not_to_contain_text("The visitor cannot be heard", timeout=_PATIENCE_MS)

    await visitor.finish_talk()
    await consultant.wrap_up()
    record = await supervisor.record(ticket)
    [leg] = record["contact_legs"]
    rows = {(row["side"], row["kind"]): row for row in leg["quality"]}
    assert rows.keys() == {
        (side, kind) for side in ("visitor", "consultant") for kind in ("audio", "video")
    }
    for (_, kind), row in rows.items():
        _is_of_a_local_call(kind, row)
    assert [(each["side"], each["issue"]) for each in record["issues"]] == [
        ("consultant", "other_silent")
    ], record["issues"]
    assert record["issues"][0]["ended_at"] < leg["ended_at"]

    await supervisor.open(f"/desk/log/{record['id']}")
    chart = supervisor.page.locator(".record-quality")
    assert await chart.locator("polyline.quality-sound").count() == 2
    assert await chart.locator("polyline.quality-picture").count() == 2
    await expect(chart).to_contain_text(rows["visitor", "video"]["codec"])


def _is_of_a_local_call(kind: str, row: dict[str, Any]) -> None:
    assert row["samples"] >= 2, row
    assert row["score_mean"] > 60, row
    assert row["path"] is not None, row
    assert (row["connections"], row["restarts"]) == (1, 0), row
    if kind == "audio":
        assert row["codec"] in {"opus", "red"}, row
        assert 0 <= row["level"] < 60, "a tone is played"
    else:
        assert row["codec"] in {"VP8", "H264"}, row
        assert row["fps_p5"] >= 5, row
        assert row["width"] >= 320, row
