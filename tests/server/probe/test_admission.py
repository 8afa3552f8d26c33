"""Who is let in, who waits where, who is refused."""

from __future__ import annotations

from server.probe.admission import LONGEST_WAIT, Admission, Full, Place


def test_so_many_are_let_in_and_the_next_wait_in_order() -> None:
    desk = Admission(most=2, most_waiting=2)
    assert [desk.ask(name, 0) for name in "abcde"] == [None, None, Place(1), Place(2), Full.FULL]
    assert (desk.calls, desk.waiting) == (2, 2)


def test_who_waits_keeps_the_place_and_is_let_in_when_a_call_ends() -> None:
    desk = Admission(most=1, most_waiting=5)
    for name in "abc":
        desk.ask(name, 0)
    assert desk.ask("c", 1) == Place(2)
    desk.leave("a")
    assert desk.ask("c", 2) == Place(2), "the one ahead has not come back yet"
    assert desk.ask("newcomer", 2) == Place(3)
    assert desk.ask("b", 3) is None
    desk.leave("b")
    assert desk.ask("c", 4) is None


def test_who_does_not_ask_again_holds_nobody_up() -> None:
    desk = Admission(most=1, most_waiting=5)
    for name in "abc":
        desk.ask(name, 0)
    desk.leave("a")
    desk.ask("c", LONGEST_WAIT)
    assert desk.ask("c", LONGEST_WAIT + 1) is None


def test_who_is_in_stays_in_when_asking_again() -> None:
    desk = Admission(most=1, most_waiting=0)
    assert desk.ask("a", 0) is None
    assert desk.ask("a", 1) is None
    assert desk.calls == 1


def test_without_room_to_wait_the_second_is_refused() -> None:
    desk = Admission(most=1, most_waiting=0)
    desk.ask("a", 0)
    assert desk.ask("b", 0) is Full.FULL
    desk.leave("a")
    assert desk.ask("b", 0) is None
