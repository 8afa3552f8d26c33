"""A server that says exactly what a test tells it to, for the modules in ``web/static/js/core``."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from signaling.messages import SUBPROTOCOL
from signaling.tap import TappedSocket

ROOT = Path(__file__).parents[2]
SCRIPTS = "/web/static/js"
"""Where the page finds them: as in the checkout, so that scripts of the tests can import them."""
PATIENCE = 10
"""Seconds until something that a test waits for is taken for not coming."""

_TEXTS = {
    "Welcome, {name}": "Добро пожаловать, {name}",
    "{n} person": {"one": "{n} человек", "few": "{n} человека", "many": "{n} человек"},
}
_PAGE = f"""<!doctype html><title>core</title>
<script type="application/json" id="page">
{json.dumps({"surface": "booth", "language": "ru", "ws": "/ws?surface=booth", "texts": _TEXTS})}
</script>"""


class Socket:
    """One WebSocket of the page, seen from the server."""

    def __init__(self, response: TappedSocket) -> None:
        self._response = response
        self.closing: asyncio.Task[bool] | None = None
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(self, **message: Any) -> None:
        await self._response.send_json(message)

    async def close(self, code: int) -> None:
        """Say goodbye, and wait until the page has said the same."""
        self.closing = asyncio.create_task(self._response.close(code=code))
        await self.closing

    async def hear(self, kind: str) -> dict[str, Any]:
        """The page's next message, which must be of that type."""
        async with asyncio.timeout(PATIENCE):
            message = await self.said.get()
        assert message["type"] == kind, message
        return message

    async def welcome(self, *, heartbeat: float = 60, **facts: Any) -> dict[str, Any]:
        """Greet the page; what it said in its hello."""
        hello = await self.hear("hello")
        await self.send(
            **{"type": "welcome", "id": hello["id"], "token": "token-1", "resumed": False}
            | {"seq": 0, "since": 1_000_000, "at": 1_000_000}
            | {"heartbeat": heartbeat, "resume_within": 120}
            | facts
        )
        return hello


class ScriptedServer:
    """Serves one empty page, the scripts and whatever the test says on its sockets."""

    def __init__(self) -> None:
        self._sockets: asyncio.Queue[Socket] = asyncio.Queue()
        self.base = ""
        """Address of the page, once the server runs."""

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/ws", self._serve),
                web.static(SCRIPTS, ROOT / "web" / "static" / "js"),
                web.static("/tests/browser", ROOT / "tests" / "browser"),
            ]
        )
        return app

    async def socket(self) -> Socket:
        """The next one the page opens."""
        async with asyncio.timeout(PATIENCE):
            return await self._sockets.get()

    @property
    def has_new_socket(self) -> bool:
        """Whether the page has opened one that no test has taken."""
        return not self._sockets.empty()

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    async def _serve(self, request: web.Request) -> TappedSocket:
        response = TappedSocket(protocol=SUBPROTOCOL, max_message_bytes=1 << 20, close_seconds=2)
        await response.prepare(request)
        socket = Socket(response)
        await self._sockets.put(socket)
        async for message in response:
            if message.type is WSMsgType.TEXT:
                socket.said.put_nowait(json.loads(message.data))
        if socket.closing is not None:
            await socket.closing
        return response
