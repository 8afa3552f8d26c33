"""A ticket's number is the same however it was typed."""

from __future__ import annotations

import pytest

from signaling.tickets import ticket_number

CYRILLIC_A = "\u0410"


@pytest.mark.parametrize(
    "typed", ["A-042", " a-042", "A - 042", f"{CYRILLIC_A}-042", f"{CYRILLIC_A.lower()}-042"]
)
def test_number_is_compared_as_people_read_it(typed: str) -> None:
    assert ticket_number(typed) == "A-042"


def test_letters_that_look_like_no_other_stay() -> None:
    assert ticket_number("п-105/ж") == "П-105/Ж"
