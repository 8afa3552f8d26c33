"""Firefox, driven over WebDriver BiDi by its own WebSocket, with the camera it makes up.

Playwright cannot drive the Firefox that people have. Of BiDi (https://www.w3.org/TR/webdriver-bidi/)
only what a person does is here: open a page, look at it, press, type.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.browser.chromium import PROBE, has_network
from tests.browser.loudspeaker import stop
from tests.browser.waiting import until

FREQUENCY = 1000
"""Hertz of the tone that Firefox's made-up microphone gives."""

_NAMES = ("firefox-esr", "firefox")
_START_SECONDS = 60.0
_LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
_PREFERENCES: dict[str, bool | int] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.navigator.audio.fake_frequency": FREQUENCY,
    # Names of mDNS in place of addresses cannot be resolved where nothing answers for them.
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.gmp-manager.updateEnabled": False,
    "app.normandy.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.server_owner": False,
}


class Firefox:
    """One page in a Firefox of its own."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Take over the socket; `launch` makes one."""
        self._socket = socket
        self._number = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._context = ""
        self._reader = asyncio.create_task(self._read())

    async def begin(self) -> None:
        """Open a page that can be asked what `probe.js` knows."""
        await self._ask("session.new", capabilities={})
        tree = await self._ask("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]
        await self._ask(
            "script.addPreloadScript", functionDeclaration=f"() => {{{PROBE.read_text()}}}"
        )

    async def close(self) -> None:
        """Let go of the socket; the process is `launch`'s."""
        await self._socket.close()
        await self._reader

    async def goto(self, url: str) -> None:
        await self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, expression: str, arg: object = None) -> Any:
        """The value of an expression, or of a function given `arg`; promises are awaited."""
        code = f"""async () => {{
          const value = ({expression});
          const result = typeof value === 'function' ? value({json.dumps(arg)}) : value;
          return JSON.stringify((await result) ?? null);
        }}"""
        answer = await self._ask(
            "script.callFunction",
            functionDeclaration=code,
            target={"context": self._context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer.get("exceptionDetails")
        return json.loads(answer["result"]["value"])

    async def click(self, selector: str) -> None:
        """Press the middle of the first such element that can be seen, once there is one."""
        find = f"""(() => {{
          const found = [...document.querySelectorAll({json.dumps(selector)})];
          const seen = found.find((each) => each.checkVisibility() && !each.disabled);
          if (!seen) return null;
          seen.scrollIntoView({{ block: 'center' }});
          const {{ x, y, width, height }} = seen.getBoundingClientRect();
          return [Math.round(x + width / 2), Math.round(y + height / 2)];
        }})()"""
        x, y = await until(self, find)
        press = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self._perform({"type": "pointer", "id": "pointer", "actions": press})

    async def type(self, selector: str, text: str) -> None:
        """Press the field and type."""
        await self.click(selector)
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        await self._perform({"type": "key", "id": "keys", "actions": keys})

    async def _perform(self, source: dict[str, object]) -> None:
        await self._ask("input.performActions", context=self._context, actions=[source])

    async def _ask(self, method: str, **parameters: object) -> Any:
        self._number += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        async with asyncio.timeout(_START_SECONDS):
            reply = await answer
        assert reply["type"] == "success", f"{method}: {reply}"
        return reply["result"]

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = message.json()
            if (answer := self._answers.pop(said.get("id") or 0, None)) and not answer.done():
                answer.set_result(said)


def executable() -> str:
    """Where Firefox is; `RuntimeError` says what to install when it is nowhere."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("No Firefox: install it with 'apt-get install firefox-esr'.")


@contextlib.asynccontextmanager
async def launch(profile: Path, speaker: str) -> AsyncIterator[Firefox]:
    """A Firefox open at an empty page.

    Args:
        profile: An empty directory for its profile.
        speaker: What it plays to; see `loudspeaker`. Its sound stands still without any.
    """
    preferences = dict(_PREFERENCES, **{"media.peerconnection.ice.loopback": not has_network()})
    (profile / "user.js").write_text(
        "".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in preferences.items())
    )
    process = await asyncio.create_subprocess_exec(
        executable(),
        "--headless",
        "--no-remote",
        "--profile",
        profile,
        "--remote-debugging-port",
        "0",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={"HOME": str(profile), "PATH": "/usr/bin:/bin", "PULSE_SERVER": speaker},
    )
    assert process.stderr is not None
    drain: asyncio.Task[None] | None = None
    try:
        address = await _address(process.stderr)
        # What it goes on to say must be read, or it stops at a full pipe.
        drain = asyncio.create_task(_drain(process.stderr))
        async with ClientSession() as session:
            socket = await session.ws_connect(f"{address}/session", max_msg_size=0)
            firefox = Firefox(socket)
            await firefox.begin()
            yield firefox
            await firefox.close()
    finally:
        await stop(process)
        if drain is not None:
            await drain


async def _address(errors: asyncio.StreamReader) -> str:
    said = b""
    async with asyncio.timeout(_START_SECONDS):
        while line := await errors.readline():
            said += line
            if found := _LISTENING.search(line):
                return found[1].decode()
    raise RuntimeError(f"Firefox did not start: {said.decode(errors='replace')}")


async def _drain(errors: asyncio.StreamReader) -> None:
    while await errors.read(4096):
        pass
