"""Refusals over HTTP: the one place where codes meet statuses and exceptions meet codes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from aiohttp import web
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError, ResponseError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from signaling.errors import N_, TEXTS, Code, OknoError
from signaling.ports import Translate

STATUSES: dict[Code, HTTPStatus] = {
    Code.BAD_MESSAGE: HTTPStatus.BAD_REQUEST,
    Code.UNKNOWN_TYPE: HTTPStatus.BAD_REQUEST,
    Code.HELLO_FIRST: HTTPStatus.BAD_REQUEST,
    Code.BAD_FIELD: HTTPStatus.BAD_REQUEST,
    Code.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.TOO_FAST: HTTPStatus.TOO_MANY_REQUESTS,
    Code.NOT_SIGNED_IN: HTTPStatus.UNAUTHORIZED,
    Code.WRONG_CREDENTIALS: HTTPStatus.UNAUTHORIZED,
    Code.BAD_CODE: HTTPStatus.BAD_REQUEST,
    Code.BAD_ORIGIN: HTTPStatus.FORBIDDEN,
    Code.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Code.WRONG_ROLE: HTTPStatus.FORBIDDEN,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    Code.NOT_JSON: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Code.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.UNDER_WAY: HTTPStatus.CONFLICT,
    Code.WRONG_STATE: HTTPStatus.CONFLICT,
    Code.ALREADY_WAITING: HTTPStatus.CONFLICT,
    Code.LINE_CLOSED: HTTPStatus.CONFLICT,
    Code.NOT_OFFERED: HTTPStatus.CONFLICT,
    Code.BOOTH_UNFIT: HTTPStatus.CONFLICT,
    Code.NOT_RECORDED: HTTPStatus.CONFLICT,
    Code.RECORDED_BY_TWO: HTTPStatus.CONFLICT,
    Code.TICKET_TAKEN: HTTPStatus.CONFLICT,
    Code.TOO_EARLY: HTTPStatus.CONFLICT,
    Code.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}

TEXTS_FOR_PROGRAMS = TEXTS | {
    Code.BAD_MESSAGE: N_("The body is not the JSON object that is expected here."),
    Code.NOT_SIGNED_IN: N_("A valid token is needed: Authorization: Bearer."),
    Code.NOT_ALLOWED: N_("The token does not allow this."),
    Code.WRONG_ROLE: N_("The token does not allow this."),
}
"""What the REST API says instead: there is no page to reload and no account."""

_OF_STATUS: dict[int, Code] = {
    HTTPStatus.UNAUTHORIZED: Code.NOT_SIGNED_IN,
    HTTPStatus.FORBIDDEN: Code.NOT_ALLOWED,
    HTTPStatus.NOT_FOUND: Code.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: Code.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Code.TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: Code.TOO_FAST,
    HTTPStatus.SERVICE_UNAVAILABLE: Code.UNAVAILABLE,
}
"""What aiohttp itself refuses with."""

_INTERRUPTED = (OSError, PoolTimeoutError, TimeoutError, OperationalError, InterfaceError)
_REDIS_FULL_OR_REPLACED = (OutOfMemoryError, ReadOnlyError)
_RETRY_INTERRUPTED = 5


class Refusal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as programs read it."""

    code: Code
    text: str
    """For people, in their language."""
    field: str | None = None
    retry_after: int | None = None
    """Seconds after which the same request may succeed."""


def as_okno_error(error: Exception) -> OknoError:
    """What went wrong, in our own words; whatever nobody foresaw is `Code.INTERNAL`."""
    if isinstance(error, OknoError):
        return error
    if isinstance(error, web.HTTPException):
        client_fault = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        unknown = Code.BAD_MESSAGE if client_fault else Code.INTERNAL
        return OknoError(_OF_STATUS.get(error.status, unknown))
    if _is_interruption(error):
        return OknoError(Code.UNAVAILABLE, retry_after=_RETRY_INTERRUPTED)
    return OknoError(Code.INTERNAL)


def _is_interruption(error: Exception) -> bool:
    """Whether an engine we rest on is away and a later try may succeed; else it is our fault."""
    if isinstance(error, ResponseError):
        return isinstance(error, _REDIS_FULL_OR_REPLACED)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    # PostgreSQL that shuts down is told apart from wrong SQL only by having no kind of its own.
    return isinstance(error, (RedisError, *_INTERRUPTED)) or type(error) is DBAPIError


def refusal(
    error: OknoError,
    language: str,
    translate: Translate,
    texts: Mapping[Code, str] = TEXTS,
) -> Refusal:
    """The error in the person's language."""
    return Refusal(
        code=error.code,
        text=translate(language, texts[error.code]),
        field=error.field,
        retry_after=None if error.retry_after is None else math.ceil(error.retry_after),
    )
