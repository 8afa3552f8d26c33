"""A program outside Okno that uses its REST API, such as a ticket machine."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession


class Program:
    """Someone with a token; every request must be granted."""

    def __init__(self, base: str, token: str) -> None:
        self._session = ClientSession(base, headers={"Authorization": f"Bearer {token}"})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def take_ticket(self, **facts: object) -> Any:
        """A ticket of the first centre for the first topic."""
        wanted = {"centre": "leninsky", "topic": "passport", "language": "ru", **facts}
        return await self._ask("POST", "/tickets", json=wanted)

    async def remove(self, ticket: str) -> None:
        """Take that ticket (id) out of the line."""
        await self._ask("DELETE", f"/tickets/{ticket}")

    async def set_gate(self, gate: str) -> None:
        """Open, pause, close or end the lines of the first topic."""
        await self._ask("PUT", "/lines/passport/gate", json={"gate": gate})

    async def records(self) -> list[dict[str, Any]]:
        """The consultations that have reached the log, newest first."""
        answer = await self._ask("GET", "/consultations")
        found: list[dict[str, Any]] = answer["consultations"]
        return found

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        async with self._session.request(method, f"/api/v1{path}", **options) as answer:
            assert answer.ok, await answer.text()
            return await answer.json() if answer.content_type == "application/json" else None
