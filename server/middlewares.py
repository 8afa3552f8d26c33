"""What every request passes (a number, an own origin, a bounded body) and every answer gets."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from server.errors_http import STATUSES, TEXTS_FOR_PROGRAMS, Refusal, as_okno_error, refusal
from server.front import FRONT, for_programs
from signaling.errors import TEXTS, Code, OknoError
from signaling.ids import new_ulid
from signaling.ports import ALLOWED_ORIGIN, TRANSLATE
from web.access import wants_html
from web.preferences import preferences_of
from web.rendering import render

MAX_BODY = 64 * 1024
"""Bytes of a request's body; our forms are far smaller."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_STARTED = web.RequestKey("started", bool)
"""The answer's headers are out: nothing else can be said any more."""
_REQUEST_ID = web.RequestKey("request_id", str)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), "
    "geolocation=(), payment=(), usb=()",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_STRICT_TRANSPORT = "max-age=31536000"


def install(app: web.Application) -> None:
    """Add the middlewares, outermost first, and the headers of every answer.

    Comes before `server.auth.install`, whose sessions then run inside.
    """
    app.middlewares.extend([number_requests, secure_cookies, answer_errors, check_request])
    app.on_response_prepare.append(add_headers)


@web.middleware
async def number_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request a number that its answer and every log line of it carry."""
    request[_REQUEST_ID] = new_ulid()
    with structlog.contextvars.bound_contextvars(request_id=request[_REQUEST_ID]):
        return await handler(request)


@web.middleware
async def secure_cookies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Under https no cookie of ours ever goes over plain http."""
    response = await handler(request)
    if not response.prepared and request.app[FRONT].secure(request):
        for cookie in response.cookies.values():
            cookie["secure"] = True
    return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a coded answer: JSON for programs, a page for people."""
    try:
        return await handler(request)
    except web.HTTPRedirection:
        raise
    except Exception as error:
        # Whatever it is, the person gets a coded answer; `_answer` logs what is our fault.
        if _STARTED in request:
            raise  # a socket or a stream breaks off; aiohttp logs it and closes the connection
        allowed = error.headers.get(hdrs.ALLOW) if isinstance(error, web.HTTPException) else None
        response = _answer(request, error)
        if allowed is not None:
            response.headers[hdrs.ALLOW] = allowed
        return response


@web.middleware
async def check_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what comes from other sites or is too large, before anything reads it."""
    if (request.content_length or 0) > MAX_BODY:
        raise OknoError(Code.TOO_LARGE)
    # Without a cookie that counts there is nothing another site could abuse.
    guarded = request.method not in _SAFE_METHODS and not for_programs(request)
    if guarded and not request.app[ALLOWED_ORIGIN](request):
        raise OknoError(Code.BAD_ORIGIN)
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Headers of every answer, sockets and streams included."""
    request[_STARTED] = True
    response.headers.update(_HEADERS)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    if _REQUEST_ID in request:
        response.headers["X-Request-Id"] = request[_REQUEST_ID]
    if request.app[FRONT].secure(request):
        response.headers["Strict-Transport-Security"] = _STRICT_TRANSPORT


def _answer(request: web.Request, error: Exception) -> web.Response:
    known = as_okno_error(error)
    status = STATUSES[known.code]
    log = structlog.get_logger(__name__)
    facts = {"method": request.method, "path": request.path, "code": known.code}
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request.broken", exc_info=error, **facts)
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        log.warning("request.interrupted", cause=repr(error), **facts)
    programs = for_programs(request)
    texts = TEXTS_FOR_PROGRAMS if programs else TEXTS
    told = refusal(known, preferences_of(request).language, request.app[TRANSLATE], texts)
    page = wants_html(request) and not programs
    response = _page(request, told, status) if page else _json(told, status)
    if status == HTTPStatus.UNAUTHORIZED and programs:
        response.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    if told.retry_after is not None:
        response.headers[hdrs.RETRY_AFTER] = str(told.retry_after)
    return response


def _json(told: Refusal, status: HTTPStatus) -> web.Response:
    body = msgspec.json.encode(told)
    return web.Response(body=body, status=status, content_type="application/json")


def _page(request: web.Request, told: Refusal, status: HTTPStatus) -> web.Response:
    return render(
        request,
        "errors.html",
        surface="site",
        status=status,
        refusal=told,
        request_id=request[_REQUEST_ID],
    )
