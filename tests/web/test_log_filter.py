from __future__ import annotations

import pytest

from signaling.errors import Code, OknoError
from signaling.model import Outcome
from tests.web.samples import ANNA, CENTRE, OLD_TOPIC, ORGANISATION
from web.log_filter import filter_query, filter_values, parse_cursor, parse_filter
from web.ports import LogFilter

WHOLE = {
    "day_from": "2026-11-01",
    "day_to": "2026-11-23",
    "centre": CENTRE,
    "topic": OLD_TOPIC,
    "consultant": ANNA,
    "outcome": "served",
}


def test_an_empty_address_does_not_narrow() -> None:
    assert parse_filter({}, ORGANISATION) == LogFilter()
    assert parse_filter(dict.fromkeys(WHOLE, ""), ORGANISATION) == LogFilter()
    assert filter_query(LogFilter()) == ""


def test_every_filter_can_stand_in_the_address_and_comes_back() -> None:
    where = parse_filter(WHOLE, ORGANISATION)
    assert where.outcome is Outcome.SERVED
    assert filter_values(where) == WHOLE
    assert parse_filter(filter_values(where), ORGANISATION) == where


def test_the_cursor_joins_the_filters() -> None:
    assert filter_query(LogFilter(centre=CENTRE), before="a b") == f"?centre={CENTRE}&before=a+b"


def test_days_in_the_wrong_order_are_put_right() -> None:
    where = parse_filter({"day_from": "2026-11-23", "day_to": "2026-11-01"}, ORGANISATION)
    assert (where.day_from, where.day_to) == ("2026-11-01", "2026-11-23")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day_from", "yesterday"),
        ("day_from", "2026-02-30"),
        ("day_from", "2026-1-2"),
        ("day_to", "20261123"),
        ("day_to", "2026-11-23T00:00"),
        ("day_to", "\0"),
        ("centre", "01NAPAR000000000000000000A"),
        ("centre", "' OR 1=1 --"),
        ("topic", "passport"),
        ("consultant", "Anna"),
        ("outcome", "SERVED"),
        ("outcome", "🙂"),
    ],
)
def test_garbage_is_refused_by_the_name_of_its_field(name: str, value: str) -> None:
    with pytest.raises(OknoError) as refused:
        parse_filter({name: value}, ORGANISATION)
    assert (refused.value.code, refused.value.field) == (Code.BAD_FIELD, name)


def test_an_endless_cursor_is_refused() -> None:
    assert parse_cursor({}) is None
    assert parse_cursor({"before": "abc"}) == "abc"
    with pytest.raises(OknoError):
        parse_cursor({"before": "x" * 1000})
