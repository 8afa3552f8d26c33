"""What a webhook is sent: a JSON body, and headers that prove who wrote it. Pure."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import get_args

import msgspec

import signaling
from signaling.event_kinds import ConsultationEvent
from signaling.events import AnyEvent, BoothChecked, Measured
from signaling.host_events import HostEvent

EVERY = "consultation.*"
"""Stands for all events of consultations, those of later versions too."""
TEST = "webhook.test"
"""Type of what ``okno webhook test`` sends."""

SIGNATURE = "Okno-Signature"
EVENT_ID = "Okno-Event-Id"
EVENT_TYPE = "Okno-Event-Type"

_SECRET_BYTES = 32


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """The body of one delivery."""

    id: str
    """The event's id in the organisation's journal: the same at each attempt."""
    type: str
    organisation: str
    """Code of the organisation."""
    at: int
    """When it happened, milliseconds since 1970-01-01 UTC."""
    event: msgspec.Raw
    """The event as it stands in the journal."""


def known_types() -> tuple[str, ...]:
    """The events that can be asked for one by one."""
    return tuple(
        str(event.__struct_config__.tag)
        for event in get_args(AnyEvent)
        if issubclass(event, ConsultationEvent | BoothChecked | HostEvent) and event is not Measured
    )


def new_secret() -> str:
    """256 random bits that the receiver shares."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def signature(secret: str, at: int, body: bytes) -> str:
    """What proves that whoever sends the body knows the secret, and when it was sent.

    Args:
        secret: of the webhook; its characters are the key.
        at: when it is sent, Unix time in seconds.
        body: as it is sent.
    """
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def headers(notification: Notification, secret: str, at: int, body: bytes) -> dict[str, str]:
    """Everything a delivery says beside its body."""
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Okno/{signaling.__version__}",
        EVENT_ID: notification.id,
        EVENT_TYPE: notification.type,
        SIGNATURE: signature(secret, at, body),
    }
