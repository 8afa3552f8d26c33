"""The line run forward: what must come out where the answer is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from signaling.forecast import (
    ANSWER_SECONDS,
    FEWEST_RUNS,
    RUNS,
    SIMULATED,
    Forecast,
    Hand,
    Scene,
    Talks,
    Visitor,
    forecast,
    remaining,
    runs_for,
)
from signaling.ids import LineId, TopicId

PASSPORT, PENSION = TopicId("passport"), TopicId("pension")
HERE, THERE = LineId("passport:ru:speech"), LineId("pension:ru:speech")
TOPICS = {HERE: PASSPORT, THERE: PENSION}
STEADY = Talks((100.0,) * 20, 300.0)
"""Every talk takes 100 s; with the answer a consultant is busy for 105."""
CYCLE = 100.0 + ANSWER_SECONDS


def run(
    lines: Sequence[LineId],
    hands: Sequence[Hand],
    talks: Talks = STEADY,
    *,
    interpreters: Sequence[str] = (),
    waiting: Counter[LineId] | None = None,
) -> Forecast:
    """The forecast for visitors of these lines in their order."""
    needs = [*interpreters, *[""] * len(lines)]
    visitors = [Visitor(line, TOPICS[line], needs[at]) for at, line in enumerate(lines)]
    scene = Scene(
        visitors=visitors,
        hands=hands,
        talks={PASSPORT: talks, PENSION: talks},
        lines=TOPICS,
        waiting=waiting or Counter(lines),
    )
    return forecast(scene, np.random.default_rng(1))


def waits(found: Forecast) -> list[float | None]:
    """Median seconds until each is called."""
    return [None if each is None else each.median - ANSWER_SECONDS for each in found.waits]


def busy(*lines: LineId, spent: float = 0, interprets: Sequence[str] = ()) -> Hand:
    return Hand(frozenset(lines), PASSPORT, spent, interprets=frozenset(interprets))


def test_one_consultant_calls_one_after_the_other() -> None:
    assert waits(run([HERE] * 3, [busy(HERE, spent=40)])) == [60, 60 + CYCLE, 60 + 2 * CYCLE]


def test_an_idle_consultant_calls_at_once() -> None:
    assert waits(run([HERE] * 2, [Hand(frozenset({HERE}))])) == [0, CYCLE]


def test_two_consultants_share_the_line() -> None:
    hands = [busy(HERE, spent=90), busy(HERE, spent=50)]
    assert waits(run([HERE] * 4, hands)) == [10, 50, 10 + CYCLE, 50 + CYCLE]


def test_a_consultant_takes_the_first_of_their_lines() -> None:
    hands = [busy(HERE, spent=90), busy(HERE, THERE, spent=80)]
    # The first is called by the first to come free; whoever may serve the second comes later.
    assert waits(run([HERE, THERE, HERE], hands)) == [10, 20, 10 + CYCLE]


def test_nobody_is_promised_what_nobody_on_duty_can_do() -> None:
    found = run([THERE, HERE], [busy(HERE, spent=90)])
    assert waits(found) == [None, 10]
    assert found.curves[THERE].wait(0) is None
    assert run([HERE], []).waits == [None]


def test_the_end_of_a_wrap_up_is_known() -> None:
    hand = Hand(frozenset({HERE}), PASSPORT, 10, at_most=20)
    assert waits(run([HERE], [hand])) == [20]


def test_time_already_spent_counts() -> None:
    talks = Talks((60.0, 60.0, 60.0, 600.0, 600.0, 600.0), 300.0)
    left = remaining(talks, np.array([0.0, 100.0]), 1000, np.random.default_rng(1))
    assert set(left[:, 0]) == {60.0, 600.0}
    assert set(left[:, 1]) == {500.0}  # it is one of the long ones


def test_a_talk_longer_than_any_before_goes_on_for_half_a_usual_one() -> None:
    left = remaining(STEADY, np.array([500.0]), 4000, np.random.default_rng(1))
    assert left.mean() == pytest.approx(50, rel=0.1)


def test_without_experience_the_configured_time_is_used_and_marked() -> None:
    found = run([HERE], [busy(HERE, spent=250)], Talks((10.0,) * 4, 300.0)).waits[0]
    assert found is not None
    assert (found.method, found.samples) == ("configured", 4)
    # Memoryless, whatever was spent: the median of an exponential distribution.
    assert found.median == pytest.approx(300 * np.log(2) + ANSWER_SECONDS, rel=0.15)


def test_experience_is_marked_too() -> None:
    found = run([HERE], [busy(HERE)]).waits[0]
    assert found is not None
    assert (found.method, found.samples) == ("measured", 20)


def test_who_needs_an_interpreter_waits_for_the_later_of_the_two() -> None:
    hands = [busy(HERE, spent=90), busy(spent=30, interprets=["sign"])]
    assert waits(run([HERE, HERE], hands, interpreters=["sign"]))[0] == 70
    assert waits(run([HERE], hands[:1], interpreters=["sign"])) == [None]


def test_who_joins_next_reads_their_wait_from_the_curve() -> None:
    found = run([HERE] * 3, [busy(HERE, spent=40)])
    curve = found.curves[HERE]
    assert curve.ranks == [0, 1, 2, 3]
    ahead = [curve.wait(rank) for rank in (1, 3, 7)]
    medians = [round(each.median - ANSWER_SECONDS) for each in ahead if each is not None]
    assert medians[:2] == [60 + CYCLE, 60 + 3 * CYCLE]
    assert medians[2] == pytest.approx(60 + 7 * CYCLE, rel=0.1)
    assert (curve.base.hands, curve.base.handling) == (1, 100)


def test_behind_those_who_are_followed_the_line_moves_on_as_before() -> None:
    everyone = 5 * SIMULATED
    hands = [busy(HERE, spent=10.0 * each) for each in range(10)]
    found = run([HERE] * SIMULATED, hands, waiting=Counter({HERE: everyone}))
    last = found.curves[HERE].wait(everyone)
    assert last is not None
    assert last.median == pytest.approx(everyone / 10 * CYCLE, rel=0.1)


def test_large_lines_are_run_less_often_and_small_ones_often_enough() -> None:
    assert runs_for(50, 20) == RUNS
    assert FEWEST_RUNS <= runs_for(SIMULATED, 1500) < RUNS
    assert run([HERE], [busy(HERE)]).runs == RUNS


def test_equal_dice_make_equal_forecasts() -> None:
    talks = Talks(tuple(float(each) for each in range(60, 600, 20)), 300.0)
    lines, hands = [HERE, THERE] * 5, [busy(HERE, THERE, spent=30), busy(HERE, spent=200)]
    assert run(lines, hands, talks).waits == run(lines, hands, talks).waits
