"""What a program sent, as structs or as the reason why it is none, naming the field."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from aiohttp import web

from server.api.idempotency import LONGEST_KEY
from signaling.decoding import Head
from signaling.decoding import refusal as refusal_of
from signaling.errors import Code, NotFoundError, OknoError

T = TypeVar("T")
Struct = TypeVar("Struct", bound=msgspec.Struct)

_JSON = "application/json"
_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")


def parameters_of(request: web.Request, expected: type[Struct]) -> Struct:
    """The parameters in the path and in the query.

    Raises:
        NotFoundError: what the path names cannot exist.
        OknoError: ``bad_field``: not a value of that parameter, one that is missing, unknown or
            there twice.
    """
    in_path = dict(request.match_info)
    for name in request.query:
        if name in in_path or len(request.query.getall(name)) > 1:
            raise OknoError(Code.BAD_FIELD, field=name)
    try:
        return msgspec.convert({**request.query, **in_path}, expected, strict=False)
    except msgspec.ValidationError as fault:
        field = _field(fault)
        if field in in_path:
            raise NotFoundError(field) from fault
        raise OknoError(Code.BAD_FIELD, field=field) from fault


async def body_of(request: web.Request, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as a struct.

    Raises:
        OknoError: ``not_json``: it says that it is something else; ``bad_message``: it is no JSON
            object; ``bad_field``: one of its fields is wrong, missing or unknown.
    """
    if request.content_type != _JSON:
        raise OknoError(Code.NOT_JSON, field="Content-Type")
    try:
        return decoder.decode(await request.read())
    except msgspec.ValidationError as fault:
        field = _field(fault)
        code = Code.BAD_MESSAGE if field is None else Code.BAD_FIELD
        raise OknoError(code, field=field) from fault
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise OknoError(Code.BAD_MESSAGE) from fault


def idempotency_key(request: web.Request) -> str | None:
    """The key under which a program may send the request again.

    Raises:
        OknoError: ``bad_field``: too long, empty, or not of visible ASCII characters.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise OknoError(Code.BAD_FIELD, field="Idempotency-Key")
    return key


def _field(fault: msgspec.ValidationError) -> str | None:
    """The path of the offending field. It is found in the same texts as on the wire."""
    return refusal_of(fault, Head(type="")).field
