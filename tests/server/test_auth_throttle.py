from __future__ import annotations

import asyncio

import pytest

from server.throttle import WINDOW, Throttle, account_subject, address_subject
from signaling.errors import Code, OknoError
from signaling.ids import new_ulid
from signaling.ports import RedisClient


@pytest.fixture
def account() -> str:
    return account_subject("sign-in", f"{new_ulid()}@example.org")


@pytest.fixture
def throttle(redis: RedisClient) -> Throttle:
    return Throttle(redis, attempts=3)


async def refused(throttle: Throttle, *subjects: str) -> float | None:
    """None: it may go on. Else the seconds to wait."""
    try:
        await throttle.take(*subjects)
    except OknoError as error:
        return error.retry_after
    return None


async def test_after_so_many_wrong_attempts_one_waits(throttle: Throttle, account: str) -> None:
    assert [await refused(throttle, account) for _ in range(3)] == [None] * 3
    wait = await refused(throttle, account)
    assert wait is not None
    assert 0 < wait <= WINDOW
    with pytest.raises(OknoError) as error:
        await throttle.take(account)
    assert error.value.code is Code.TOO_FAST


async def test_a_right_attempt_does_not_count(throttle: Throttle, account: str) -> None:
    for _ in range(10):
        assert await refused(throttle, account) is None
        await throttle.give_back(account)


async def test_one_refused_subject_is_enough(throttle: Throttle, account: str) -> None:
    address = address_subject("sign-in", f"host-{new_ulid()}")
    for _ in range(3):
        await throttle.take(account)
    assert await refused(throttle, account, address) is not None
    assert await refused(throttle, address) is None


async def test_many_at_once_do_not_slip_through(throttle: Throttle, account: str) -> None:
    answers = await asyncio.gather(*(refused(throttle, account) for _ in range(20)))
    assert sum(answer is None for answer in answers) == 3


async def test_every_counter_ends(throttle: Throttle, redis: RedisClient, account: str) -> None:
    await throttle.take(account)
    assert 0 < await redis.ttl(account) <= WINDOW
    await redis.delete(account)
    await throttle.give_back(account)
    assert 0 < await redis.ttl(account) <= WINDOW


def test_an_account_is_the_same_however_it_is_spelled() -> None:
    assert account_subject("sign-in", " Anna@Example.org ") == account_subject(
        "sign-in", "anna@example.org"
    )


def test_one_site_of_ipv6_counts_as_one_address() -> None:
    first = address_subject("enrol", "2001:db8::1")
    assert first == address_subject("enrol", "2001:db8::ffff")
    assert first != address_subject("enrol", "2001:db8:0:1::1")
    assert address_subject("enrol", "192.0.2.1") != address_subject("enrol", "192.0.2.2")


def test_nothing_personal_stands_in_a_key() -> None:
    for key in (account_subject("sign-in", "anna@example.org"), address_subject("x", "192.0.2.1")):
        assert "anna" not in key
        assert "192" not in key.removeprefix("okno:throttle:x-address:")[:7]
