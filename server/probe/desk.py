"""Where pages ask to call the probe: who they are is checked here, and how often they ask.

Beside this process or on another machine the probe does the rest; without it a page is told so and
draws no conclusion.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp
import msgspec
from aiohttp import web
from yarl import URL

from server.probe.words import CallOffer
from server.settings import Settings
from server.throttle import Throttle, account_subject
from signaling.errors import Code, NotFoundError, OknoError, WrongStateError
from signaling.model import BoothPrincipal, Principal
from signaling.ports import AUTHENTICATE, REDIS

CALLS_IN_WINDOW = 150
"""Offers of one booth or person in five minutes; who waits for a place offers every two seconds."""
_SURFACES = ("booth", "workspace")
_BUSY_SECONDS = 30
_AWAY_SECONDS = 10
_PATIENCE = aiohttp.ClientTimeout(total=12)
_AWAY = (aiohttp.ClientError, OSError, TimeoutError)
_offers: msgspec.json.Decoder[CallOffer] = msgspec.json.Decoder(CallOffer)


def install(app: web.Application, settings: Settings) -> None:
    """Add the routes. Without a probe they answer ``not_found``."""
    desk = Desk(settings.probe)
    app.cleanup_ctx.append(desk.open)
    app.router.add_post("/probe/calls", desk.begin)
    app.router.add_delete("/probe/calls/{call}", desk.end)


class Desk:
    """Passes offers on to the probe under names that only their pages can know."""

    def __init__(self, probe: str) -> None:
        self._path = probe.removeprefix("unix:") if probe.startswith("unix:") else None
        self._base = URL(probe if probe.startswith("http") else "http://probe")
        self._has_probe = probe.startswith(("unix:", "http"))
        self._session: aiohttp.ClientSession | None = None

    async def open(self, _: web.Application) -> AsyncIterator[None]:
        """For as long as the app runs."""
        connector = aiohttp.UnixConnector(self._path) if self._path else None
        async with aiohttp.ClientSession(connector=connector, timeout=_PATIENCE) as self._session:
            yield

    async def begin(self, request: web.Request) -> web.Response:
        """Answer a page's offer, or tell it its place; `busy` when too many wait."""
        principal = await _principal(request)
        try:
            offer = _offers.decode(await request.read())
        except msgspec.ValidationError as fault:
            raise OknoError(Code.BAD_FIELD, field=str(fault).rpartition("$.")[2][:40]) from fault
        except msgspec.MsgspecError as fault:
            raise OknoError(Code.BAD_MESSAGE) from fault
        throttle = Throttle(request.app[REDIS])
        subject = account_subject("probe", _name(principal))
        await throttle.refuse_if_used_up({subject: CALLS_IN_WINDOW})
        await throttle.count([subject])
        named = msgspec.structs.replace(offer, call=_call(principal, offer.call))
        status, body = await self._ask("POST", "/calls", msgspec.json.encode(named))
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise OknoError(Code.BUSY, retry_after=_BUSY_SECONDS)
        if status == HTTPStatus.CONFLICT:
            raise WrongStateError
        if status != HTTPStatus.OK:
            raise OknoError(Code.BAD_FIELD, field="sdp")
        return web.Response(body=body, content_type="application/json")

    async def end(self, request: web.Request) -> web.Response:
        """The page has done with its call, or does not want to wait for it."""
        principal = await _principal(request)
        call = _call(principal, request.match_info["call"])
        await self._ask("DELETE", f"/calls/{call}")
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        if not self._has_probe or self._session is None:
            raise NotFoundError
        try:
            async with self._session.request(method, self._base / path[1:], data=body) as answer:
                return answer.status, await answer.read()
        except asyncio.CancelledError:
            raise
        except _AWAY as fault:
            raise OknoError(Code.UNAVAILABLE, retry_after=_AWAY_SECONDS) from fault


async def _principal(request: web.Request) -> Principal:
    surface = request.query.get("surface", "")
    if surface not in _SURFACES:
        raise OknoError(Code.BAD_FIELD, field="surface")
    principal = await request.app[AUTHENTICATE](request, surface)
    if principal is None:
        raise OknoError(Code.NOT_SIGNED_IN)
    return principal


def _name(principal: Principal) -> str:
    if isinstance(principal, BoothPrincipal):
        return f"booth:{principal.booth}"
    return f"staff:{principal.user}"


def _call(principal: Principal, call: str) -> str:
    """Nobody ends another's call, even knowing its name."""
    return hashlib.sha256(f"{_name(principal)}:{call}".encode()).hexdigest()[:32]
