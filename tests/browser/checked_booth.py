"""A booth whose checks of itself are seen by the test."""

from __future__ import annotations

import json
from typing import Any

from tests.browser.people import Visitor
from tests.waiting import until


class CheckedBooth(Visitor):
    """A booth, and what it tells its node of its checks."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.found: list[dict[str, Any]] = []
        """The facts of each check, the oldest first."""
        self.page.on("websocket", lambda socket: socket.on("framesent", self._note))

    async def checks(self, wanted: int) -> None:
        """Wait until it has told of so many checks."""
        await until(lambda: len(self.found) >= wanted, seconds=60)

    def _note(self, text: str | bytes) -> None:
        said = json.loads(text)
        if said["type"] == "booth.checked":
            self.found.append(said["facts"])
