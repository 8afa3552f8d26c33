"""What all messages of the wire have in common."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Identifier = Annotated[str, Meta(min_length=1, max_length=64)]
Seconds = Annotated[float, Meta(ge=0)]


class Request(
    msgspec.Struct,
    tag_field="type",
    forbid_unknown_fields=True,
    omit_defaults=True,
    frozen=True,
    kw_only=True,
):
    """Anything a page sends."""

    id: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    """Repeated in the reply. Without it only an error is answered."""


class Push(msgspec.Struct, tag_field="type", frozen=True, kw_only=True):
    """Anything the server sends."""


class Reply(msgspec.Struct, tag_field="type", frozen=True, kw_only=True):
    """The answer to one request."""

    id: int | None
