"""What a page sent, as a message or as the reason why it is none."""

from __future__ import annotations

from typing import get_args

import msgspec

from signaling.errors import Code, OknoError
from signaling.messages import AnyRequest

requests: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
"""Decodes a message; raises one of `FAULTS` for anything the protocol does not know."""
FAULTS = (msgspec.DecodeError, UnicodeDecodeError)
"""The second: what is no text either."""


class Head(msgspec.Struct):
    """What can be read of a message that is not valid."""

    id: int | None = None
    type: str | None = None


_TAGS = {each: str(each.__struct_config__.tag) for each in get_args(AnyRequest)}


def tag(message: AnyRequest) -> str:
    """The message's type on the wire."""
    return _TAGS[type(message)]


def head_of(body: bytes) -> Head:
    """As much of the head as can be read."""
    try:
        return msgspec.json.decode(body, type=Head)
    except FAULTS:
        return Head()


def refusal(fault: msgspec.DecodeError | UnicodeDecodeError, head: Head) -> OknoError:
    """Msgspec ends its texts with the path of the offending field: ``… - at `$.a.b` ``."""
    text = str(fault)
    if "Invalid value '" in text and "`$.type`" in text:
        return OknoError(Code.UNKNOWN_TYPE, field="type")
    _, found, path = text.rpartition(" - at `$.")
    if found:
        return OknoError(Code.BAD_MESSAGE, field=path.rstrip("`"))
    _, found, unknown = text.partition("unknown field `")
    if found:
        return OknoError(Code.BAD_MESSAGE, field=unknown.rstrip("`"))
    _, found, missing = text.partition("required field `")
    if found and head.type is not None:
        return OknoError(Code.BAD_MESSAGE, field=missing.rstrip("`"))
    return OknoError(Code.BAD_MESSAGE)
