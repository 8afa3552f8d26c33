from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from signaling.ids import ConsultationId
from signaling.model import DeclaredBy, Mode, Outcome, Side, Source, State, Trigger
from signaling.record import Promise, Record, Showing, Wrote
from signaling.showing import Exhibit
from tests.web.samples import (
    BORIS,
    JOINED_AT,
    ORGANISATION,
    PASSPORT,
    entry,
    record,
    waiting_record,
)
from web.i18n import Catalogues
from web.names import Names
from web.ports import COUNT_LIMIT, LogFilter, LogPage
from web.presenters import (
    NONE,
    counted,
    filter_fields,
    rows,
)
from web.record_page import record_page, viewings
from web.timeline import VIEWED, Narrator

RU = Catalogues()["ru"]
EN = Catalogues()["en"]


def row_of(each: Record) -> dict[str, object]:
    page = LogPage(records=[each], total=1, older=None)
    (row,) = rows(page, ORGANISATION, EN)
    return {name: getattr(row, name) for name in row.__struct_fields__}


def figures_of(each: Record) -> dict[str, str]:
    return {figure.key: figure.value for figure in record_page(each, ORGANISATION, EN).figures}


def facts_of(each: Record) -> dict[str, str]:
    return {fact.label: fact.value for fact in record_page(each, ORGANISATION, EN).facts}


def test_a_row_says_who_waited_how_long_and_how_it_ended() -> None:
    row = row_of(record())
    assert row["ticket"] == "B-042"
    assert (row["centre"], row["topic"]) == ("Main centre", "Passport")
    assert (row["consultant"], row["wait"], row["talk"]) == ("Anna", "3 min 20 s", "5 min")
    assert row["rating"] == "5"


def test_a_row_of_someone_still_waiting_has_no_numbers_yet() -> None:
    row = row_of(waiting_record())
    assert (row["consultant"], row["wait"], row["talk"], row["rating"]) == (NONE, NONE, NONE, NONE)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.SERVED, ""),
        (Outcome.NO_SHOW, ""),
        (Outcome.CALLBACK, ""),
        (Outcome.ABANDONED, "warning"),
        (Outcome.REMOVED_BY_STAFF, "warning"),
        (Outcome.TECHNICAL_NETWORK, "warning"),
    ],
)
def test_what_went_wrong_stands_out(outcome: Outcome, kind: str) -> None:
    each = record()
    each.outcome = outcome
    badge = record_page(each, ORGANISATION, EN).outcome
    assert badge.kind == kind


def test_an_open_consultation_shows_its_state() -> None:
    each = waiting_record()
    each.state = State.ACTIVE
    assert record_page(each, ORGANISATION, EN).outcome.text == "In conversation"


def test_the_record_shows_facts_with_names() -> None:
    facts = facts_of(record())
    assert facts["Booth"] == "Booth 2"
    assert facts["Ticket taken"] == "23 November 2026, 14:05"
    assert facts["Consultant"] == "Anna"
    assert facts["Rating"] == "5 out of 5"


def test_a_consultant_who_talked_twice_is_named_once() -> None:
    each = record()
    each.contact_legs = each.contact_legs * 2
    facts = facts_of(each)
    assert facts["Consultant"] == "Anna"


def test_what_was_shown_is_summed_up() -> None:
    each = record()
    assert "Shown" not in facts_of(each)
    for what, side, seconds in (
        (Exhibit.DOCUMENT, Side.VISITOR, 50),
        (Exhibit.PHOTO, Side.VISITOR, 0),
        (Exhibit.DOCUMENT, Side.VISITOR, 10),
        (Exhibit.SCREEN, Side.CONSULTANT, 90),
    ):
        ended_at = JOINED_AT + seconds * 1000
        each.contact_legs[0].shown.append(
            Showing(what=what, side=side, began_at=JOINED_AT, ended_at=ended_at)
        )
    shown = facts_of(each)["Shown"]
    assert shown == "document for 1 min, window of the consultant for 1 min 30 s, 1 photo"


def test_who_wrote_is_said_and_how_soon_it_left() -> None:
    each = record()
    assert "Wrote" not in facts_of(each)
    for side, delay in (
        (Side.VISITOR, 120),
        (Side.VISITOR, 300),
        (Side.VISITOR, None),
        (Side.CONSULTANT, None),
    ):
        each.contact_legs[0].wrote.append(Wrote(side=side, at=JOINED_AT, delay=delay))
    assert facts_of(each)["Wrote"] == "visitor (95 % left within 300 ms), consultant"
    told = Narrator(Names(ORGANISATION, EN), EN, ZoneInfo("UTC")).tell(
        [entry("consultation.text", side=Side.CONSULTANT, delay=120)]
    )
    assert [each.text for each in told] == [
        "Of what the consultant wrote, 95 % left within 120 ms."
    ]


def test_derived_figures_are_computed_and_carry_their_formulas() -> None:
    page = record_page(record(), ORGANISATION, EN)
    assert figures_of(record()) == {
        "wait": "3 min 20 s",
        "talk": "5 min",
        "wrap_up": "12 s",
        "first_picture": "0.2 s",
        "promise": "2 to 5 min",
        "promise_kept": "kept",
    }
    assert all(figure.formula.endswith(".") for figure in page.figures)


def test_a_promise_is_not_kept_when_the_wait_was_longer() -> None:
    each = record()
    each.queue_legs[0].promises[0].low_minutes = 1
    each.queue_legs[0].promises[0].high_minutes = 1
    figures = figures_of(each)
    assert (figures["promise"], figures["promise_kept"]) == ("1 min", "not kept")


def test_every_promise_stands_with_what_came_of_it() -> None:
    each = record()
    each.queue_legs[0].promises.append(
        Promise(at=JOINED_AT + 60_000, low_minutes=1, high_minutes=2, method="measured", samples=9)
    )
    first, second = record_page(each, ORGANISATION, EN).promises
    assert (first.told, first.took, first.kept.text) == ("2 to 5 min", "3 min 20 s", "kept")
    assert (second.moment.text, second.took) == ("14:06:00", "2 min 20 s")
    assert (second.kept.text, second.kept.kind) == ("not kept", "warning")


def test_who_left_was_not_answered_so_no_promise_was_kept_or_broken() -> None:
    each = record()
    each.contact_legs, each.queue_legs[0].reason_out = [], Trigger.LEAVE
    assert "promise_kept" not in figures_of(each)
    assert record_page(each, ORGANISATION, EN).promises[0].kept.text == NONE


def test_what_sets_a_visitor_apart_stands_among_the_facts() -> None:
    each = record()
    each.priority, each.declared_by, each.head_start = "veteran", DeclaredBy.STAFF, 600
    each.interpreter, each.mode, each.source = "tatar", Mode.TEXT, Source.API
    each.external, each.claimed_at = "T-9", JOINED_AT + 60_000
    each.return_at, each.contact_legs[0].interpreter = JOINED_AT + 3_600_000, BORIS
    facts = facts_of(each)
    assert facts["Priority"] == "Veteran (declared by staff), up to 10 min ahead"
    assert (facts["To be interpreted"], facts["How they talk"]) == ("Tatar", "Writing")
    assert (facts["Where it was taken"], facts["Number outside Okno"]) == ("Outside Okno", "T-9")
    assert facts["Came to the booth"] == "23 November 2026, 14:06"
    assert facts["Agreed to come back"] == "23 November 2026, 15:05"
    assert facts["Interpreter"] == "Boris"


def test_a_later_visit_leads_to_the_earlier_one() -> None:
    each = record()
    each.previous = ConsultationId("01EARLIER")
    facts = record_page(each, ORGANISATION, EN).facts
    assert [fact.href for fact in facts if fact.href] == ["/desk/log/01EARLIER"]


def test_a_ticket_that_nobody_brought_has_no_booth() -> None:
    each = waiting_record()
    each.booth = None
    assert facts_of(each)["Booth"] == "no booth"


def test_a_record_without_talk_has_no_first_picture() -> None:
    each = waiting_record()
    each.queue_legs[0].left_at = each.joined_at + 1_000
    each.queue_legs[0].reason_out = Trigger.LEAVE
    figures = figures_of(each)
    assert "first_picture" not in figures
    assert figures["wait"] == "1 s"


def test_what_is_still_going_on_is_said_so() -> None:
    each = record()
    assert each.wrap_up is not None
    each.wrap_up.ended_at = None
    assert figures_of(each)["wrap_up"] == "going on"
    each.wrap_up = None
    each.contact_legs[0].ended_at = None
    assert figures_of(each)["talk"] == "going on"
    assert "wrap_up" not in figures_of(each)


def test_a_record_says_who_looked_at_it() -> None:
    entries = [entry(VIEWED, user=BORIS), entry("consultation.rated", score=5)]
    entries.append(entry(VIEWED, user=None))
    looked = viewings(entries, ORGANISATION, EN)
    assert [each.name for each in looked] == ["Boris", "the administrator of the server"]
    assert looked[0].moment.text == "23 November 2026, 14:05"


@pytest.mark.parametrize(
    ("total", "english", "russian"),
    [
        (0, "0 consultations", "0 консультаций"),
        (1, "1 consultation", "1 консультация"),
        (1234, "1,234 consultations", "1\xa0234 консультации"),
        (COUNT_LIMIT, "100,000 consultations or more", "100\xa0000 консультаций или больше"),
    ],
)
def test_a_count_is_said_in_words(total: int, english: str, russian: str) -> None:
    assert counted(total, EN) == english
    assert counted(total, RU) == russian


def test_the_filter_form_remembers_what_is_chosen() -> None:
    fields = {
        field.name: field for field in filter_fields(LogFilter(topic=PASSPORT), ORGANISATION, EN)
    }
    assert fields["topic"].selected == PASSPORT
    assert fields["centre"].selected == ""
    assert [text for _, text in fields["topic"].options] == ["All topics", "Passport", "Old"]
    assert [text for _, text in fields["consultant"].options] == ["All consultants", "Anna"]
    assert len(fields["outcome"].options) == len(Outcome) + 1
