"""What the visit page knows of opening hours, of priority classes and of interpreters."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec

from signaling.hours import parse_opening
from signaling.ids import BoothId, CentreId, OrganisationId, TopicId, UserId, line_id
from signaling.model import BoothPrincipal, Mode, Policy, PriorityClass, Role, Topic
from web.booth_page import (
    PriorityChoice,
    TopicTile,
    interpreter_choices,
    priority_choices,
    visit_page,
)
from web.ports import NamedUser, Organisation

PASSPORT = TopicId("passport")
BOOTH = BoothPrincipal(
    organisation=OrganisationId("O"),
    centre=CentreId("C"),
    booth=BoothId("B"),
    name="Booth 1",
    centre_name="Centre",
    ticket_prefix="A",
    timezone="Europe/Samara",
)


def person(name: str, role: Role, *interprets: str) -> NamedUser:
    return NamedUser(
        id=UserId(name), name=name, roles=frozenset({role}), interprets=tuple(interprets)
    )


def organisation(
    *hours: str,
    priorities: tuple[PriorityClass, ...] = (),
    interpreters: dict[str, dict[str, str]] | None = None,
    users: tuple[NamedUser, ...] = (),
) -> Organisation:
    topic = Topic(
        id=PASSPORT,
        code="passport",
        names={"en": "Passport"},
        hints={},
        handling_seconds=300,
        hours=tuple(parse_opening(each) for each in hours),
        last_ticket_minutes=15,
    )
    return Organisation(
        id=BOOTH.organisation,
        code="o",
        name="O",
        timezone="Europe/Moscow",
        policy=Policy(
            timezone="Europe/Moscow", priorities=priorities, interpreters=interpreters or {}
        ),
        centres={},
        booths={},
        topics={topic.id: topic},
        closed_topics={},
        users={each.id: each for each in users},
    )


def moment(day: int, hour: int, minute: int = 0) -> int:
    """Of the week of Monday, 23 November 2026, in Moscow (ms)."""
    there = dt.datetime(2026, 11, 23 + day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow"))
    return round(there.timestamp() * 1000)


def tile(now_ms: int, *hours: str) -> TopicTile:
    page = visit_page(organisation(*hours), BOOTH, language="en", gates={}, now_ms=now_ms)
    return page.topics[0]


def test_open_topic_knows_when_it_opens_again_after_it_closes() -> None:
    shown = tile(moment(4, 12), "mon-fri 09:00-18:00")
    assert (shown.is_open, shown.opens_at) == (True, moment(7, 9))


def test_topic_whose_last_ticket_is_given_says_when_to_come() -> None:
    shown = tile(moment(0, 17, 50), "mon-fri 09:00-18:00")
    assert (shown.is_open, shown.opens_at) == (False, moment(1, 9))


def test_topic_without_hours_is_open_and_never_opens() -> None:
    shown = tile(moment(0, 3))
    assert (shown.is_open, shown.opens_at) == (True, None)


def test_topic_is_signed_in_the_languages_in_which_a_consultant_signs_for_it() -> None:
    here = msgspec.structs.replace(
        organisation(), signed=frozenset({line_id(PASSPORT, "ru", Mode.SIGN)})
    )
    for language, is_signed in (("ru", True), ("en", False)):
        page = visit_page(here, BOOTH, language=language, gates={}, now_ms=moment(0, 12))
        assert [each.is_signed for each in page.topics] == [is_signed]


def test_times_are_those_of_the_centre_and_not_of_the_organisation() -> None:
    page = visit_page(organisation(), BOOTH, language="en", gates={}, now_ms=moment(0, 12))
    assert page.timezone == "Europe/Samara"


def test_head_start_is_told_in_minutes_and_only_of_classes_for_the_booth() -> None:
    veteran = PriorityClass(code="veteran", names={"ru": "Ветераны"}, head_start_seconds=600)
    booked = PriorityClass(code="booked", names={}, head_start_seconds=900, at_booth=False)
    assert priority_choices(organisation(priorities=(veteran, booked)), "en") == [
        PriorityChoice(code="veteran", name="Ветераны", minutes=10)
    ]


def test_only_what_a_consultant_interprets_is_offered() -> None:
    names = {"rsl": {"ru": "Жестовый", "en": "Sign"}, "tatar": {"ru": "Татарский"}, "mari": {}}
    dora = person("dora", Role.CONSULTANT, "tatar", "rsl", "given-up")
    boris = person("boris", Role.SUPERVISOR, "mari")
    here = organisation(interpreters=names, users=(dora, boris, person("anna", Role.CONSULTANT)))
    assert interpreter_choices(here, "en") == {"rsl": "Sign", "tatar": "Татарский"}
    assert interpreter_choices(organisation(interpreters=names, users=(boris,)), "en") == {}


def test_page_knows_the_name_of_all_that_may_be_interpreted() -> None:
    here = organisation(interpreters={"rsl": {"ru": "Жестовый", "en": "Sign"}})
    page = visit_page(here, BOOTH, language="ru", gates={}, now_ms=moment(0, 12))
    assert page.interpreters == {"rsl": "Жестовый"}
