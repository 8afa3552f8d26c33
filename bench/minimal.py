"""The pages that Okno's are measured against, and the relay between them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import WSMsgType, web

PAGES = Path(__file__).parent / "pages"
_ROLES = ("visitor", "consultant")


class MinimalServer:
    """Passes on what one page says to the other; "accept" lets both begin."""

    def __init__(self) -> None:
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self.port = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[MinimalServer]:
        app = web.Application()
        app.add_routes(
            [
                *(web.get(f"/{role}", self._page) for role in _ROLES),
                web.get("/relay/{role}", self._relay),
                web.static("/pages", PAGES),
            ]
        )
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _page(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGES / "minimal.html")

    async def _relay(self, request: web.Request) -> web.WebSocketResponse:
        role = request.match_info["role"]
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            if "ready" in said:
                self._sockets[role] = socket
                if len(self._sockets) == len(_ROLES):
                    await self._tell_all({"begin": True})
            elif "accept" in said:
                await self._tell_all({"carry": True})
            else:
                await self._sockets[_other(role)].send_str(message.data)
        self._sockets.pop(role, None)
        return socket

    async def _tell_all(self, message: dict[str, bool]) -> None:
        for socket in self._sockets.values():
            await socket.send_json(message)


def _other(role: str) -> str:
    return _ROLES[1 - _ROLES.index(role)]
