from __future__ import annotations

import asyncio

import pytest

from server.throttle import WINDOW, Throttle, account_subject, address_subject
from signaling.errors import Code, OknoError
from signaling.ids import new_ulid
from signaling.ports import RedisClient
from tests.waiting import until


@pytest.fixture
def account() -> str:
    return account_subject("sign-in", f"{new_ulid()}@example.org")


@pytest.fixture
def throttle(redis: RedisClient) -> Throttle:
    return Throttle(redis)


async def try_wrong(throttle: Throttle, *subjects: str) -> OknoError:
    """What a wrong attempt is told."""
    with pytest.raises(OknoError) as told:
        async with throttle.attempt(dict.fromkeys(subjects, 3)):
            raise OknoError(Code.WRONG_CREDENTIALS)
    return told.value


async def test_after_so_many_wrong_attempts_one_waits(throttle: Throttle, account: str) -> None:
    for _ in range(3):
        assert (await try_wrong(throttle, account)).code is Code.WRONG_CREDENTIALS
    told = await try_wrong(throttle, account)
    assert told.code is Code.TOO_FAST
    assert told.retry_after is not None
    assert 0 < told.retry_after <= WINDOW


async def test_then_even_a_right_attempt_waits(throttle: Throttle, account: str) -> None:
    for _ in range(3):
        await try_wrong(throttle, account)
    with pytest.raises(OknoError) as told:
        async with throttle.attempt({account: 3}):
            pytest.fail("it was let through")
    assert told.value.code is Code.TOO_FAST


async def test_a_right_attempt_does_not_count(throttle: Throttle, account: str) -> None:
    for _ in range(10):
        async with throttle.attempt({account: 3}):
            pass


@pytest.mark.parametrize("fault", [ConnectionError(), OknoError(Code.UNAVAILABLE)])
async def test_an_attempt_that_could_not_be_checked_does_not_count(
    throttle: Throttle, account: str, fault: Exception
) -> None:
    for _ in range(10):
        with pytest.raises(type(fault)):
            async with throttle.attempt({account: 3}):
                raise fault


async def test_one_refused_subject_is_enough(throttle: Throttle, account: str) -> None:
    address = address_subject("sign-in", f"host-{new_ulid()}")
    for _ in range(3):
        await try_wrong(throttle, account)
    assert (await try_wrong(throttle, account, address)).code is Code.TOO_FAST
    assert (await try_wrong(throttle, address)).code is Code.WRONG_CREDENTIALS


async def test_many_at_once_do_not_slip_through(throttle: Throttle, account: str) -> None:
    told = await asyncio.gather(*(try_wrong(throttle, account) for _ in range(20)))
    assert sum(each.code is Code.WRONG_CREDENTIALS for each in told) == 3


async def test_right_attempts_at_once_lock_nobody_out(throttle: Throttle, account: str) -> None:
    async def try_right() -> bool:
        try:
            async with throttle.attempt({account: 3}):
                await everybody_is_here.wait()
        except OknoError:
            return False
        return True

    everybody_is_here = asyncio.Event()
    tries = [asyncio.create_task(try_right()) for _ in range(10)]
    await until(lambda: sum(each.done() for each in tries) == 7)
    everybody_is_here.set()
    assert sum(await asyncio.gather(*tries)) == 3
    for _ in range(3):
        assert (await try_wrong(throttle, account)).code is Code.WRONG_CREDENTIALS


async def test_each_subject_has_its_own_limit(throttle: Throttle, account: str) -> None:
    office = address_subject("sign-in", f"host-{new_ulid()}")
    for _ in range(3):
        await try_wrong(throttle, account, office)
    async with throttle.attempt({f"{account}-colleague": 3, office: 4}):
        pass


async def test_every_counter_ends(throttle: Throttle, redis: RedisClient, account: str) -> None:
    await try_wrong(throttle, account)
    assert 0 < await redis.ttl(account) <= WINDOW
    async with throttle.attempt({account: 3}):
        await redis.delete(account)  # the window ends while the attempt is checked
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
