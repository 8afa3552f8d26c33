"""When a link is tried again and when it is given up."""

from __future__ import annotations

from signaling.media.patience import (
    ATTEMPT_SECONDS,
    BROKEN_SECONDS,
    GIVE_UP_SECONDS,
    SILENCE_SECONDS,
    UNDER_WAY_SECONDS,
    Patience,
)


def test_an_attempt_has_its_time_from_when_we_have_described_ourselves() -> None:
    patience = Patience(now=0)
    patience.described(5, offer=True)
    assert patience.attempt_due == 5 + ATTEMPT_SECONDS


def test_a_broken_connection_is_left_alone_for_a_moment_only() -> None:
    patience = Patience(now=0)
    patience.stands_not(1, broken=True)
    patience.stands_not(1.5, broken=True)
    assert patience.attempt_due == 1 + BROKEN_SECONDS


def test_nobody_gives_up_while_it_rings() -> None:
    patience = Patience(now=0)
    patience.stands_not(0, broken=False)
    assert not patience.gives_up(10 * GIVE_UP_SECONDS)


def test_it_is_given_up_after_a_while_and_said_at_intervals() -> None:
    patience = Patience(now=0)
    patience.carries(True, 0)
    assert not patience.gives_up(GIVE_UP_SECONDS - 1)
    assert patience.gives_up(GIVE_UP_SECONDS)
    assert not patience.gives_up(GIVE_UP_SECONDS + 1)
    assert patience.gives_up(2 * GIVE_UP_SECONDS)


def test_time_without_a_socket_does_not_count() -> None:
    patience = Patience(now=0)
    patience.carries(True, 0)
    patience.waited(60)
    assert not patience.gives_up(60 + GIVE_UP_SECONDS - 1)
    assert patience.gives_up(60 + GIVE_UP_SECONDS)


def test_a_link_that_stood_gets_all_the_time_again() -> None:
    patience = Patience(now=0)
    patience.carries(True, 0)
    patience.stands()
    patience.stands_not(100, broken=True)
    assert not patience.gives_up(100 + GIVE_UP_SECONDS - 1)
    assert patience.gives_up(100 + GIVE_UP_SECONDS)


def test_an_offer_is_under_way_for_a_moment() -> None:
    patience = Patience(now=0)
    assert not patience.is_offer_under_way(0)
    patience.described(10, offer=True)
    assert patience.is_offer_under_way(10 + UNDER_WAY_SECONDS / 2)
    assert not patience.is_offer_under_way(10 + UNDER_WAY_SECONDS)
    patience.described(20, offer=True)
    patience.forgets_offer()
    assert not patience.is_offer_under_way(20)


def test_silence_counts_only_where_something_should_be_heard() -> None:
    patience = Patience(now=0)
    assert not patience.is_silent(100, last_at=0)
    patience.carries(True, 100)
    assert not patience.is_silent(100 + SILENCE_SECONDS / 2, last_at=0)
    assert patience.is_silent(100 + SILENCE_SECONDS, last_at=0)
    assert not patience.is_silent(200, last_at=199)
