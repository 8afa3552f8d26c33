"""A program that is told what happens: a real server that can fail, hang and die."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import NamedTuple, Self

from aiohttp import web
from aiohttp.test_utils import TestServer


class Told(NamedTuple):
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> str:
        return self.headers["Okno-Event-Id"]

    @property
    def type(self) -> str:
        return self.headers["Okno-Event-Type"]


class Receiver:
    """Answers 200 unless told otherwise."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        """Everything that came, answered well or not."""
        self.accepted: list[Told] = []
        """What was answered with 2xx."""
        self.script: list[int] = []
        """Statuses of the next answers."""
        self.status = 200
        """Of the answers after those."""
        self.hanging = False
        self.at_once = 0
        self.most_at_once = 0
        self._released = asyncio.Event()
        app = web.Application()
        app.router.add_post("/{path:.*}", self._answer)
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        await self._server.start_server(shutdown_timeout=0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.die()

    @property
    def url(self) -> str:
        return str(self._server.make_url("/okno"))

    @property
    def events(self) -> list[str]:
        """Ids of what was accepted."""
        return [each.event for each in self.accepted]

    async def die(self) -> None:
        self.release()
        await self._server.close()

    def release(self) -> None:
        """Answer those who hang."""
        self.hanging = False
        self._released.set()

    def forget_those_who_hang(self) -> None:
        """They are never answered; whoever comes now is."""
        self.hanging = False

    async def _answer(self, request: web.Request) -> web.Response:
        told = Told(dict(request.headers), await request.read())
        self.told.append(told)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hanging:
                await self._released.wait()
        finally:
            self.at_once -= 1
        status = self.script.pop(0) if self.script else self.status
        if status in range(200, 300):
            self.accepted.append(told)
        # A redirect leads back here, and would be seen.
        return web.Response(status=status, headers={"Location": self.url})
