from __future__ import annotations

import hashlib
import hmac
from itertools import pairwise
from random import Random

import msgspec
import pytest

from server.webhooks.backoff import FIRST_MS, LONGEST_MS, wait_ms
from server.webhooks.notification import Notification, headers, known_types, new_secret, signature

NOTIFICATION = Notification(
    id="1767225600000-0",
    type="consultation.joined",
    organisation="west",
    at=1767225600000,
    event=msgspec.Raw(b'{"type":"consultation.joined","later":"kept"}'),
)
BODY = msgspec.json.encode(NOTIFICATION)


def test_the_body_holds_the_event_as_it_stands_in_the_journal() -> None:
    assert msgspec.json.decode(BODY) == {
        "id": "1767225600000-0",
        "type": "consultation.joined",
        "organisation": "west",
        "at": 1767225600000,
        "event": {"type": "consultation.joined", "later": "kept"},
    }


def test_the_signature_is_over_the_time_and_the_body() -> None:
    made = signature("a secret", 1767225601, BODY)
    expected = hmac.new(b"a secret", b"1767225601." + BODY, hashlib.sha256).hexdigest()
    assert made == f"t=1767225601,v1={expected}"
    assert headers(NOTIFICATION, "a secret", 1767225601, BODY)["Okno-Signature"] == made


@pytest.mark.parametrize(
    ("secret", "at", "body"),
    [("another", 1, b"{}"), ("a secret", 2, b"{}"), ("a secret", 1, b"{ }")],
)
def test_another_secret_time_or_body_has_another_signature(
    secret: str, at: int, body: bytes
) -> None:
    ours = signature("a secret", 1, b"{}").partition(",")[2]
    assert signature(secret, at, body).partition(",")[2] != ours


def test_secrets_differ_and_fit_their_column() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(40 <= len(secret) <= 64 for secret in made)


def test_types_that_can_be_asked_for_are_those_of_consultations_and_booths() -> None:
    assert {"consultation.closed", "booth.checked"} <= set(known_types())
    assert all(name.startswith(("consultation.", "booth.")) for name in known_types())


def chance(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - the same each time


def test_waits_double_up_to_four_hours_and_differ_by_chance() -> None:
    waits = [wait_ms(attempts, chance(attempts)) for attempts in range(1, 40)]
    for attempts, wait in enumerate(waits, start=1):
        longest = min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS)
        assert longest / 2 <= wait <= longest
    random = chance()
    assert len({wait_ms(5, random) for _ in range(20)}) > 15


def test_a_day_holds_some_fifteen_attempts() -> None:
    random = chance()
    at = [0]
    while at[-1] < 24 * 3_600_000:
        at.append(at[-1] + wait_ms(len(at), random))
    assert 13 <= len(at) - 1 <= 20
    assert all(before < after for before, after in pairwise(at))
