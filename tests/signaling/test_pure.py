"""Arithmetic and queues without any I/O."""

from __future__ import annotations

import base64
import hashlib
import hmac

from signaling.connection import OUTBOX_LIMIT, Bucket, CloseCode, Connection
from signaling.ice import ice_servers
from signaling.ids import OrganisationId, PersonId, is_ulid, new_ulid
from signaling.messages import GoingAway, Ok, Wall
from signaling.parts import Today
from signaling.ports import IceSettings
from signaling.presence import Mail


def test_turn_credentials_are_those_coturn_expects() -> None:
    settings = IceSettings(
        stun_urls=("stun:stun.example",),
        turn_urls=("turn:turn.example",),
        turn_secret="secret",
        turn_ttl=600,
        relay_only=True,
    )
    ice = ice_servers(settings, request=7, now=1_000_000_000, who="anna")
    turn = ice.servers[1]
    assert turn.username == "1000600:anna"
    digest = hmac.new(b"secret", b"1000600:anna", hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(digest).decode()
    assert (ice.expires_at, ice.relay_only, ice.id) == (1_000_600_000, True, 7)


def test_no_servers_when_none_are_set() -> None:
    ice = ice_servers(IceSettings(), request=1, now=0, who="anna")
    assert (ice.servers, ice.expires_at) == ([], None)


def test_bucket_gives_a_burst_and_then_a_rate() -> None:
    bucket = Bucket(rate=2, burst=3)
    assert [bucket.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(10.5)
    assert not bucket.take(10.5)


def connection() -> Connection:
    return Connection(
        name="socket",
        organisation=OrganisationId("org"),
        person=PersonId("booth:1"),
        surface="booth",
    )


def mail(seq: int) -> Mail:
    return Mail(seq=seq, body=f"state {seq}", link=f"link-{seq}", other="consultant:anna")


async def test_state_goes_out_in_order_and_once() -> None:
    page = connection()
    assert page.deliver(mail(5))  # before it is attached: kept
    early = page.start(4, "", "")
    assert [page.deliver(each) for each in early] == [True]
    assert page.deliver(mail(5))  # again: dropped
    assert not page.deliver(mail(7))  # six is missing
    assert page.deliver(mail(6))
    assert [await page.next(), await page.next()] == [b"state 5", b"state 6"]
    assert (page.seq, dict(page.links)) == (6, {"link-6": "consultant:anna"})


async def test_a_newer_view_replaces_an_older_one() -> None:
    page = connection()
    for waiting in (1, 2, 3):
        page.show(
            Wall(
                at=0,
                waiting=waiting,
                longest_wait_seconds=0,
                available=0,
                in_conversation=0,
                on_break=0,
                lines=[],
                today=Today(),
            )
        )
    page.send(Ok(id=1))
    first, second = await page.next(), await page.next()
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    assert b'"ok"' in first
    assert b'"waiting":3' in second


async def test_what_is_queued_goes_out_before_the_close() -> None:
    page = connection()
    page.send(GoingAway(retry_after=1))
    page.close(CloseCode.GOING_AWAY, "bye")
    page.close(CloseCode.REPLACED, "too late")
    assert isinstance(await page.next(), bytes)
    assert await page.next() == (CloseCode.GOING_AWAY, "bye")


async def test_full_outbox_cuts_the_page() -> None:
    page = connection()
    for _ in range(OUTBOX_LIMIT + 1):
        page.send(Ok(id=1))
    assert not page.unhurried.is_set()
    assert await page.next() == (CloseCode.TOO_SLOW, "too slow")


def test_ulids_look_like_ulids() -> None:
    assert is_ulid(new_ulid())
    assert not is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAU!")
    assert not is_ulid("'; DROP TABLE record; --     ")
