"""Why was this visitor third? Computed from archived facts, told in every language."""

from __future__ import annotations

import itertools
from zoneinfo import ZoneInfo

import pytest

from signaling.ids import ConsultationId, EventId, LinkId
from signaling.model import RETURNED, DeclaredBy, Mode, Outcome, Rule, Source, State, Trigger
from signaling.record import ContactLeg, Offer, QueueLeg, Record, TimelineEntry
from tests.web.samples import ANNA, BOOTH, BORIS, CENTRE, JOINED_AT, MACHINE, ORGANISATION, PASSPORT
from web.i18n import Catalogues
from web.names import Names
from web.order import Before, Cause, Order, Span, order_of
from web.order_page import SHOWN, OrderPage, OrderWords

CATALOGUES = Catalogues()
MINUTE = 60_000
CALLED_AT = JOINED_AT + 20 * MINUTE
_ids = itertools.count()


def waited(
    *,
    joined: float = 0,
    called: float | None = 20,
    **facts: object,
) -> Record:
    """Somebody of one line; minutes after the visitor whose wait is explained came."""
    at = JOINED_AT + round(joined * MINUTE)
    taken = None if called is None else JOINED_AT + round(called * MINUTE)
    identity = ConsultationId(f"01C{next(_ids):023}")
    record = Record(
        id=identity,
        organisation=ORGANISATION.id,
        centre=CENTRE,
        booth=BOOTH,
        ticket=f"B-{next(_ids):03}",
        topic=PASSPORT,
        language="ru",
        mode=Mode.SPEECH,
        joined_at=at,
        state=State.CLOSED,
        outcome=Outcome.SERVED,
        queue_legs=[QueueLeg(entered_at=at, left_at=taken, place=3, waiting=4)],
    )
    if taken is not None:
        call(record, taken)
    for name, value in facts.items():
        setattr(record, name, value)
    return record


def call(record: Record, at: int, result: Trigger = Trigger.ACCEPT, length: int = 0) -> None:
    link = LinkId(f"{record.id}-{len(record.offers) + 1}")
    record.offers.append(
        Offer(
            consultant=ANNA,
            link=link,
            at=at,
            rule=Rule.FIRST_IN_LINE,
            rivals=0,
            answered_at=at + length,
            result=result,
        )
    )
    if result is Trigger.ACCEPT:
        record.contact_legs.append(ContactLeg(consultant=ANNA, link=link, accepted_at=at + length))


def happened(kind: str, minute: float, **facts: str | int | None) -> TimelineEntry:
    at = JOINED_AT + round(minute * MINUTE)
    return TimelineEntry(id=EventId(f"{at}-0"), type=kind, at=at, facts=facts)


def joined(**facts: str | int | None) -> TimelineEntry:
    return happened("consultation.joined", 0, **{"head_start": 0, "scope": "", **facts})


def explain(
    record: Record,
    *others: Record,
    story: list[TimelineEntry] | None = None,
    entries: list[TimelineEntry] | None = None,
) -> Order:
    return order_of(record, [joined()] if story is None else story, others, entries or [])


def causes(order: Order) -> list[Cause]:
    return [each.cause for each in order.before]


def told(record: Record, order: Order, language: str = "en") -> OrderPage:
    texts = CATALOGUES[language]
    words = OrderWords(Names(ORGANISATION, texts), texts, ZoneInfo("Europe/Moscow"))
    return words.page(record, [joined()], order)


def test_who_came_earlier_and_was_called_meanwhile_came_before() -> None:
    visitor, earlier = waited(), waited(joined=-5, called=3)
    assert causes(explain(visitor, earlier)) == [Cause.CAME_EARLIER]


@pytest.mark.parametrize("called", [-1, 20, 25, None])
def test_who_was_called_outside_the_wait_did_not_come_before(called: float | None) -> None:
    assert explain(waited(), waited(joined=-5, called=called)).before == []


def test_other_lines_and_the_visitor_are_no_reason() -> None:
    visitor = waited()
    others = [waited(joined=-5, called=3, **{name: value}) for name, value in OTHER_LINES]
    assert explain(visitor, visitor, *others).before == []


OTHER_LINES = [("topic", "01OTHER"), ("language", "en"), ("mode", Mode.SIGN)]


def test_they_stand_in_the_order_in_which_they_were_called() -> None:
    later, sooner = waited(joined=-2, called=9), waited(joined=-1, called=4)
    order = explain(waited(), later, sooner)
    assert [each.record.id for each in order.before] == [sooner.id, later.id]


def test_a_head_start_lets_ahead_who_came_later() -> None:
    let_in = waited(joined=2, called=5, priority="veteran", head_start=600)
    assert causes(explain(waited(), let_in)) == [Cause.HEAD_START]


def test_a_head_start_that_is_too_short_explains_nothing() -> None:
    assert causes(explain(waited(), waited(joined=2, called=5, head_start=60))) == [Cause.UNKNOWN]


def test_who_comes_back_at_an_agreed_time_is_let_ahead() -> None:
    back = waited(joined=2, called=5, priority="callback", head_start=1800)
    assert causes(explain(waited(), back)) == [Cause.CAME_BACK]


def test_who_was_cut_off_is_let_back_in() -> None:
    cut_off = waited(joined=-9, called=-4, priority=RETURNED, head_start=3600)
    cut_off.queue_legs.append(QueueLeg(entered_at=JOINED_AT + MINUTE))
    call(cut_off, JOINED_AT + 2 * MINUTE)
    assert causes(explain(waited(), cut_off)) == [Cause.CUT_OFF]


def test_the_first_call_of_who_was_cut_off_later_was_not_for_that() -> None:
    cut_off = waited(joined=-9, called=1, priority=RETURNED, head_start=3600)
    assert causes(explain(waited(), cut_off)) == [Cause.CAME_EARLIER]


def test_a_page_that_was_away_is_passed_over() -> None:
    entries = [happened("presence.lost", 1), happened("presence.returned", 8)]
    order = explain(waited(), waited(joined=2, called=5), entries=entries)
    assert causes(order) == [Cause.AWAY]
    assert order.away == [Span(JOINED_AT + MINUTE, JOINED_AT + 8 * MINUTE)]


def test_a_ticket_that_nobody_claimed_yet_is_passed_over() -> None:
    visitor = waited(source=Source.API, claimed_at=JOINED_AT + 10 * MINUTE)
    others = waited(joined=1, called=5), waited(joined=1, called=12)
    assert causes(explain(visitor, *others)) == [Cause.UNCLAIMED, Cause.UNKNOWN]


def test_who_is_being_asked_for_cannot_be_called_by_another() -> None:
    visitor = waited(called=None)
    call(visitor, JOINED_AT + 4 * MINUTE, Trigger.OFFER_TIMED_OUT, length=MINUTE)
    order = explain(visitor, waited(joined=1, called=4.5))
    assert causes(order) == [Cause.BEING_ASKED]
    assert order.before[0].asked == ANNA


def test_two_are_harder_to_get_than_one() -> None:
    order = explain(waited(interpreter="tatar"), waited(joined=1, called=5))
    assert causes(order) == [Cause.INTERPRETER]


def test_who_is_kept_for_some_waits_until_the_line_widens() -> None:
    story = [joined(scope=f"centre:{CENTRE}"), happened("consultation.widened", 6, scope="")]
    others = waited(joined=1, called=5), waited(joined=1, called=7)
    order = explain(waited(), *others, story=story)
    assert causes(order) == [Cause.SCOPE, Cause.UNKNOWN]
    assert order.before[0].scope == f"centre:{CENTRE}"


def test_the_visitors_own_head_start_counts_from_when_it_was_given() -> None:
    given = happened("consultation.prioritised", 5, head_start=600)
    others = waited(joined=-3, called=2), waited(joined=-3, called=8)
    order = explain(waited(), *others, story=[joined(), given])
    assert causes(order) == [Cause.CAME_EARLIER, Cause.UNKNOWN]


def test_what_happened_in_the_line_before_moving_is_another_lines_story() -> None:
    moved = happened("consultation.moved", 6, topic=PASSPORT, language="ru", mode="speech")
    others = waited(joined=-1, called=5), waited(joined=-1, called=7)
    order = explain(waited(), *others, story=[joined(), moved])
    assert [each.record.id for each in order.before] == [others[1].id]


def test_staff_who_held_the_line_are_named() -> None:
    entries = [
        happened("line.gate", -60, gate="paused", topic=PASSPORT),
        happened("line.gate", -50, gate="open", topic=PASSPORT),
        happened("line.gate", 2, gate="paused", topic=PASSPORT, user=BORIS, note="fire drill"),
        happened("line.gate", 6, gate="open", topic=PASSPORT),
        happened("line.gate", 7, gate="paused", topic=PASSPORT, token=MACHINE),
        happened("line.gate", 8, gate="open", topic=PASSPORT),
    ]
    visitor = waited()
    order = explain(visitor, entries=entries)
    assert [(hold.user, hold.token) for hold in order.holds] == [(BORIS, ""), (None, MACHINE)]
    assert [each.text for each in told(visitor, order).holds] == [
        "Staff paused the line until 14:11:00 (Boris). They wrote: fire drill",
        "Staff paused the line until 14:13:00 (the program ticket-machine).",
    ]
    assert "They" not in told(visitor, order, "ru").holds[0].text


def before(cause: Cause) -> Order:
    """Somebody was called before for that cause."""
    other = waited(joined=-1, called=5, priority="veteran", head_start=600)
    if cause is Cause.CAME_BACK:
        other.priority, other.declared_by = "callback", DeclaredBy.SYSTEM
    each = Before(
        record=other, at=other.offers[0].at, cause=cause, asked=ANNA, scope=f"centre:{CENTRE}"
    )
    return Order(before=[each], away=[], holds=[])


SENTENCES = {
    Cause.CAME_EARLIER: "Came earlier: at 14:04:00.",
    Cause.CUT_OFF: "Was let back in after being cut off in a conversation.",
    Cause.CAME_BACK: (
        "Came later, with a head start of 10 min: came back at the agreed time, given by Okno."
    ),
    Cause.HEAD_START: (
        "Came later, with a head start of 10 min: Veteran, declared by the visitor."
    ),
    Cause.AWAY: "Just then the page of this visitor was away.",
    Cause.UNCLAIMED: "Nobody had come to a booth with this visitor's ticket yet.",
    Cause.BEING_ASKED: "Just then a consultant was asked for this visitor: Anna.",
    Cause.INTERPRETER: "This visitor had to wait for an interpreter too.",
    Cause.SCOPE: "Until then this visitor was kept for consultants of Main centre.",
    Cause.UNKNOWN: "Nothing that is written down says why.",
}


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_is_told_in_every_language(cause: Cause) -> None:
    visitor, order = waited(), before(cause)
    assert [each.text for each in told(visitor, order).before] == [SENTENCES[cause]]
    (russian,) = (each.text for each in told(visitor, order, "ru").before)
    assert russian != SENTENCES[cause]
    assert "%(" not in russian


def test_a_summary_says_how_many_came_before() -> None:
    visitor = waited()
    order = explain(visitor, waited(joined=-5, called=3), waited(joined=-4, called=6))
    assert told(visitor, order).summary == (
        "On coming: place 3 of 4. 2 visitors of this line were called before. The wait took 20 min."
    )
    nobody = told(visitor, explain(visitor)).summary
    assert "Nobody of this line was called before the visitor." in nobody


def test_of_very_many_the_first_are_told_and_the_others_counted() -> None:
    visitor = waited()
    others = [waited(joined=-5, called=1 + each / 10) for each in range(SHOWN + 4)]
    page = told(visitor, explain(visitor, *others))
    assert (len(page.before), page.more) == (SHOWN, "And 4 more.")
