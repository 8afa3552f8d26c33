"""The probe's own little server: it answers offers, and ends calls that last too long.

It trusts whoever reaches it: on a Unix socket that is the node beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
import structlog
from aiohttp import web

from server.probe.admission import Admission, Full, Place
from server.probe.words import MOST_BYTES, CallAnswer, CallOffer, Count

if TYPE_CHECKING:
    from signaling.media.probe import ProbeCall

CALL_SECONDS = 15.0
"""The longest call."""
_ANSWER_SECONDS = 8.0
_STOP_SECONDS = 2.0

_log = structlog.stdlib.get_logger(__name__)
_offers: msgspec.json.Decoder[CallOffer] = msgspec.json.Decoder(CallOffer)


class Probe:
    """The calls of this process."""

    def __init__(self, *, most: int, most_waiting: int, seconds: float = CALL_SECONDS) -> None:
        self._admission = Admission(most=most, most_waiting=most_waiting)
        self._seconds = seconds
        self._dice = random.SystemRandom()
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self._served = self._busy = 0

    def app(self) -> web.Application:
        """To be run in a process of its own."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post("/calls", self._offer)
        app.router.add_delete("/calls/{call}", self._end)
        app.router.add_get("/", self._count)
        app.cleanup_ctx.append(self._run)
        return app

    async def _run(self, _: web.Application) -> AsyncIterator[None]:
        yield
        for each in self._ends.values():
            each.set()
        if self._calls:
            await asyncio.wait(self._calls.values(), timeout=_STOP_SECONDS)

    async def _count(self, _: web.Request) -> web.Response:
        now = self._admission
        return _json(
            Count(calls=now.calls, waiting=now.waiting, served=self._served, busy=self._busy)
        )

    async def _end(self, request: web.Request) -> web.Response:
        """Unknown ones are over already, and whoever waited waits no longer."""
        name = request.match_info["call"]
        if name in self._ends:
            self._ends[name].set()
        else:
            self._admission.leave(name)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _offer(self, request: web.Request) -> web.Response:
        try:
            offer = _offers.decode(await request.read())
        except msgspec.MsgspecError:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        if offer.call in self._calls:
            return web.Response(status=HTTPStatus.CONFLICT)
        match self._admission.ask(offer.call, asyncio.get_running_loop().time()):
            case Full():
                self._busy += 1
                return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
            case Place(number):
                return _json(CallAnswer(place=number))
        return await self._begin(offer)

    async def _begin(self, offer: CallOffer) -> web.Response:
        # Half a second and 60 MB, for which a node nobody calls on has no use.
        from signaling.media.probe import OfferError, ProbeCall  # noqa: PLC0415
        from signaling.media.signals import new_code  # noqa: PLC0415

        call = ProbeCall(new_code(self._dice))
        end = self._ends[offer.call] = asyncio.Event()
        self._calls[offer.call] = asyncio.create_task(self._hold(offer.call, call, end))
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                answer = await call.answer(offer.sdp)
        except (OfferError, TimeoutError) as fault:
            _log.info("probe.refused", fault=str(fault))
            end.set()
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        except asyncio.CancelledError:
            end.set()
            raise
        self._served += 1
        code = call.code
        return _json(
            CallAnswer(sdp=answer, picture=code.picture, tone=code.tone, seconds=self._seconds)
        )

    async def _hold(self, name: str, call: ProbeCall, end: asyncio.Event) -> None:
        """Until the page has gone, somebody says so, or its time is up."""
        waits = [asyncio.create_task(each.wait()) for each in (end, call.over)]
        try:
            await asyncio.wait(waits, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            with contextlib.suppress(Exception):
                await call.close()
            del self._calls[name], self._ends[name]
            self._admission.leave(name)
            if not self._calls:
                # Connections are rings of objects that hold megabytes which Python does not count.
                gc.collect()


def _json(answer: msgspec.Struct) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")
