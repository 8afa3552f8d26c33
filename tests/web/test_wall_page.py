"""What the wall shows of the organisation now."""

from __future__ import annotations

import msgspec
import pytest

from signaling.ids import ConsultationId, TopicId
from signaling.messages import Wall
from signaling.model import Gate, Mode, Opening, Side
from signaling.parts import Today, WaitingLine, WeakTalk
from tests.web.samples import JOINED_AT, ORGANISATION, PASSPORT
from web.gate_page import CHOICES, gate_page
from web.i18n import Catalogues
from web.names import Names
from web.presenters import NONE
from web.wall_page import LineRow, line_rows, share, staff_figures, wall_figures, weak_rows

RU = Catalogues()["ru"]
EN = Catalogues()["en"]

QUIET = Wall(
    at=JOINED_AT,
    waiting=0,
    longest_wait_seconds=0,
    available=1,
    in_conversation=0,
    on_break=0,
    lines=[],
    today=Today(),
)


def wall(**facts: object) -> Wall:
    return msgspec.structs.replace(QUIET, **facts)


def line(**facts: object) -> WaitingLine:
    usual = WaitingLine(
        topic=PASSPORT,
        language="ru",
        mode=Mode.SPEECH,
        waiting=1,
        longest_wait_seconds=30,
        available=0,
        on_duty=2,
        gate=Gate.OPEN,
    )
    return msgspec.structs.replace(usual, **facts)


def rows(*lines: WaitingLine, gates: dict[TopicId, Gate] | None = None) -> list[LineRow]:
    return line_rows(wall(lines=list(lines)), gates or {}, ORGANISATION, EN)


def values(**figures: int) -> dict[str, str]:
    return {each.key: each.value for each in wall_figures(wall(today=Today(**figures)), EN)}


def test_the_wall_shows_numbers_with_formulas() -> None:
    busy = wall(waiting=3, longest_wait_seconds=200, available=1, in_conversation=2, on_break=4)
    assert [each.value for each in wall_figures(busy, RU)][:2] == ["3", "3 мин 20 с"]
    assert [each.value for each in staff_figures(busy, RU)] == ["1", "2", "4", "0"]
    assert all(each.formula.endswith(".") for each in wall_figures(busy, EN))


def test_nobody_waiting_means_no_longest_wait() -> None:
    assert wall_figures(QUIET, EN)[1].value == NONE


def test_a_day_without_visitors_has_no_shares() -> None:
    today = values()
    assert {today[key] for key in ("service_level", "promise_kept", "abandoned")} == {NONE}


def test_the_shares_of_the_day_follow_their_formulas() -> None:
    today = values(
        answered=50, in_time=41, abandoned=3, abandoned_soon=1, promised=40, promise_kept=36
    )
    assert today["service_level"] == "79%"  # 41 of 50 + 3 - 1
    assert today["abandoned"] == "4%"  # 3 - 1 of 52
    assert today["promise_kept"] == "90%"


def test_a_formula_is_shown_with_its_numbers() -> None:
    today = Today(answered=50, in_time=41, abandoned=3, abandoned_soon=1)
    formula = {each.key: each.formula for each in wall_figures(wall(today=today), EN)}
    assert formula["service_level"].endswith("Today: 41 ÷ (50 + 3 - 1).")
    off = Today(promised=4, promise_kept=3, promise_error_seconds=360)
    formula = {each.key: each.formula for each in wall_figures(wall(today=off), EN)}
    assert "On average the wait was 1 min 30 s from the middle" in formula["promise_kept"]


def test_what_is_wrong_is_said_in_a_word() -> None:
    alone = {each.key: each.warning for each in wall_figures(wall(waiting=2, available=0), EN)}
    assert alone["waiting"] == "nobody at work"
    late = wall(today=Today(answered=10, in_time=7))
    assert {each.key: each.warning for each in wall_figures(late, EN)}["service_level"] == "low"
    assert {each.warning for each in wall_figures(QUIET, EN)} == {""}


def test_nothing_has_no_share() -> None:
    assert (share(1, 3, EN), share(0, 0, EN), share(5, 5, EN)) == ("33%", NONE, "100%")


def test_the_longest_wait_stands_first() -> None:
    found = rows(line(longest_wait_seconds=5), line(language="en", longest_wait_seconds=50))
    assert [row.language for row in found] == ["English", "Russian"]


@pytest.mark.parametrize(("waited", "text"), [(60, "1 min"), (61, "1 min 1 s, too long")])
def test_a_wait_beyond_the_topics_time_is_marked(waited: int, text: str) -> None:
    [row] = rows(line(longest_wait_seconds=waited))
    assert row.longest.text == text
    assert row.longest.kind == ("warning" if waited > 60 else "")


def test_a_line_that_nobody_serves_is_marked() -> None:
    [row] = rows(line(on_duty=0))
    assert (row.on_duty.text, row.on_duty.kind) == ("nobody", "warning")
    [row] = rows(line(on_duty=0, waiting=0))
    assert (row.on_duty.text, row.longest.text) == ("0", NONE)


def test_a_topic_without_anyone_can_still_be_opened_and_closed() -> None:
    [row] = rows(gates={PASSPORT: Gate.CLOSED})
    assert (row.name, row.waiting, row.gate.text) == ("Passport", 0, "No new tickets")
    assert row.gate.kind == "warning"


def test_a_line_outside_its_hours_says_so() -> None:
    monday_morning = Opening(days=(0,), opens=540, closes=600)
    topic = msgspec.structs.replace(ORGANISATION.topics[PASSPORT], hours=(monday_morning,))
    organisation = msgspec.structs.replace(ORGANISATION, topics={PASSPORT: topic})
    [row] = line_rows(QUIET, {}, organisation, EN)
    assert row.gate.text == "Outside its hours"


def test_a_gate_says_what_each_choice_means() -> None:
    now = wall(lines=[line(waiting=2), line(language="en", waiting=1), line(topic="other")])
    page = gate_page(PASSPORT, Gate.PAUSED, now, Names(ORGANISATION, EN), EN)
    assert (page.name, page.now, page.waiting) == ("Passport", "Paused", "3 visitors wait.")
    assert [each.gate for each in page.choices] == list(Gate) == list(CHOICES)
    assert all(each.meaning.endswith(".") for each in page.choices)


def test_weak_connections_are_counted_and_listed_with_where_it_is_bad() -> None:
    def talk(booth: str, side: Side, score: int) -> WeakTalk:
        consultation = ConsultationId(f"of {booth}")
        return WeakTalk(
            consultation=consultation, centre="Main centre", booth=booth, side=side, score=score
        )

    weak = wall(weak=[talk("Booth 2", Side.CONSULTANT, 12), talk("Booth 1", Side.VISITOR, 33)])
    figure = staff_figures(weak, EN)[-1]
    assert (figure.key, figure.value, figure.warning) == ("weak", "2", "hardly audible: 1")
    assert "score of 40 of 100 or less" in figure.formula
    assert [(row.booth, row.where, row.how.text) for row in weak_rows(weak, EN)] == [
        ("Booth 2", "With the consultant", "lost"),
        ("Booth 1", "At the booth", "weak"),
    ]
    assert staff_figures(QUIET, EN)[-1].warning == ""
    assert weak_rows(QUIET, EN) == []
