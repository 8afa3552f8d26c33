"""What is wrong with a link is said once it has lasted: a pure class of the pages."""

from __future__ import annotations

from typing import Any

from tests.web.test_screens import evaluate

_RUN = """
import { Alarms } from %s;
const alarms = new Alarms();
const shown = [];
for (const { second, audio, video, rtt, theirs, isPlayed = true, reports = [] } of STEPS) {
  const given = { microphone: true, camera: true, holds: 'nothing', ...theirs };
  alarms.look({ received: { audio, video } }, { theirs: given, isPlayed }, second * 1000);
  for (const report of reports) alarms.rate(report, second * 1000);
  shown.push(alarms.all);
}
"""

Step = dict[str, Any]

HEARD = {"level": 40}
SILENT = {"level": 127}
SEEN = {"fps": 25}


async def run(steps: list[Step]) -> list[list[str]]:
    """What is wrong after each second."""
    shown: list[list[str]] = await evaluate("core/alarms.js", _RUN, STEPS=steps)
    return shown


def seconds(first: int, last: int, **facts: Any) -> list[Step]:
    return [{"second": at, "audio": HEARD, "video": SEEN, **facts} for at in range(first, last)]


async def test_who_cannot_be_heard_is_told_of_after_ten_seconds_and_heard_again_at_once() -> None:
    shown = await run(
        [
            *seconds(0, 5),
            *seconds(5, 14, audio=SILENT),
            *seconds(14, 15),
            *seconds(15, 28, audio=SILENT),
            *seconds(28, 30),
        ]
    )
    on = [second for second, alarms in enumerate(shown) if "other_silent" in alarms]
    assert on == [25, 26, 27], "nine seconds of silence are a pause"


async def test_no_sound_at_all_is_silence_too() -> None:
    shown = await run(seconds(0, 12, audio=None))
    assert shown[9] == []
    assert shown[10] == ["other_silent"]


async def test_silence_that_has_a_reason_is_no_alarm() -> None:
    muted = {"microphone": False}
    saving = {"holds": "size"}
    for facts in ({"theirs": muted}, {"theirs": saving}, {"isPlayed": False}):
        shown = await run(seconds(0, 20, audio=SILENT, **facts))
        assert not any(shown), facts


async def test_a_picture_that_stands_still_is_told_of_unless_the_camera_is_off_or_paused() -> None:
    shown = await run([*seconds(0, 8, video={"fps": 0}), *seconds(8, 12)])
    assert [bool(alarms) for alarms in shown] == [False] * 5 + [True] * 5 + [False] * 2
    for theirs in ({"camera": False}, {"holds": "picture"}):
        assert not any(await run(seconds(0, 20, video=None, theirs=theirs))), theirs


def report(loss: int) -> Step:
    flow = {"codec": "opus", "fec": True, "loss": loss, "jitter": 0}
    good = {**flow, "loss": 0}
    return {
        "rtt": 0,
        "received": {"audio": flow, "video": None},
        "sent": {"audio": good, "video": None},
    }


async def test_a_connection_is_weak_when_two_reports_say_so_and_good_when_it_stays_so() -> None:
    losses = [0, 150, 0, 0, 150, 150, 150, 80, 80, 0, 0, 0, 0, 0]
    shown = await run(
        [
            {"second": 5 * index, "audio": HEARD, "video": SEEN, "reports": [report(loss)]}
            for index, loss in enumerate(losses)
        ]
    )
    on = [index for index, alarms in enumerate(shown) if alarms == ["weak_receiving"]]
    # The first bad one alone is nothing; afterwards it must be clearly better, and stay so.
    assert on == [5, 6, 7, 8, 9, 10], shown
