"""From a request to an operation and back: who asks, what for, whether again, and the answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from server.api.decoding import body_of, idempotency_key, parameters_of
from server.api.idempotency import Answered, Repeats, errand, fingerprint
from server.api.operation import ROOT, AnyOperation, Call
from server.api.rates import Rates
from server.directory.tokens import API_TOKENS, ApiPrincipal, Scope
from server.front import FRONT
from signaling.errors import Code, OknoError
from signaling.ports import REDIS

API_LIMIT: web.AppKey[int] = web.AppKey("api_limit", int)
"""Requests that one token may make in a minute."""

REPEATED = "Idempotency-Replayed"
"""Header of an answer that was given before."""


def handler_of(operation: AnyOperation) -> Handler:
    """What answers the operation's requests."""
    decoder = None if operation.body is None else msgspec.json.Decoder(operation.body)

    async def handle(request: web.Request) -> web.Response:
        principal = await _let_in(request, operation.scope)
        parameters = parameters_of(request, operation.parameters)
        body = None if decoder is None else await body_of(request, decoder)
        key = idempotency_key(request) if operation.changes else None
        this = None
        if key is not None:
            told = fingerprint(request.method, request.path_qs, await request.read())
            this = errand(principal, key, told)
        call = Call(app=request.app, principal=principal, method=request.method, errand=this)

        async def work() -> Answered:
            return _answered(operation, await operation.handler(call, parameters, body))

        if this is None:
            return _response(await work())
        answered, again = await Repeats(request.app[REDIS]).once(call.organisation, this, work)
        response = _response(answered)
        if again:
            response.headers[REPEATED] = "true"
        return response

    return handle


async def _let_in(request: web.Request, scope: Scope | None) -> ApiPrincipal:
    """Whose token it is. Cookies mean nothing here, so no page can make a browser call for it."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer":
        raise OknoError(Code.NOT_SIGNED_IN)
    address = request.app[FRONT].address(request)
    principal = await request.app[API_TOKENS].check(token.strip(), address)
    if principal is None:
        raise OknoError(Code.NOT_SIGNED_IN)
    await Rates(request.app[REDIS], limit=request.app[API_LIMIT]).count(principal)
    if scope is not None and scope not in principal.scopes:
        raise OknoError(Code.NOT_ALLOWED)
    return principal


def _answered(operation: AnyOperation, answer: Any) -> Answered:
    if operation.status == HTTPStatus.NO_CONTENT:
        return Answered(status=operation.status, body="")
    facts = msgspec.structs.asdict(answer)
    return Answered(
        status=operation.status,
        body=msgspec.json.encode(answer).decode(),
        location=f"{ROOT}{operation.location.format(**facts)}" if operation.location else "",
    )


def _response(answered: Answered) -> web.Response:
    response = web.Response(status=answered.status)
    if answered.body:
        response.content_type = "application/json"
        response.text = answered.body
    if answered.location:
        response.headers[hdrs.LOCATION] = answered.location
    return response
