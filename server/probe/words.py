"""What the probe is asked by a node, and what it answers. JSON, the same for the pages."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

MOST_BYTES = 64 * 1024
"""Of one request."""


class CallOffer(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A page wants to call; sent again as it stands for as long as it waits."""

    call: Annotated[str, Meta(pattern="^[0-9A-Za-z_-]{16,64}$")]
    """Made up by the page; nobody can guess it."""
    sdp: Annotated[str, Meta(min_length=1, max_length=48 * 1024)]
    """The offer, whole with its candidates."""


class CallAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Either the answer and what the page is going to see and hear, or a place to wait at."""

    place: int = 0
    """1: the next. 0: let in."""
    sdp: str = ""
    picture: int = 0
    """`signaling.media.signals.Code`."""
    tone: list[int] = []
    seconds: float = 0.0
    """After which the probe ends the call."""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How busy the probe is."""

    calls: int
    waiting: int
    served: int
    """Calls since it was started."""
    busy: int
    """Refusals since then, because too many waited."""
