"""The real server, run as an administrator runs it: by its commands."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp

import server
from server.directory.tokens import Scope
from tests.ports import free_port
from tests.server.nodes import descendants

ORGANISATION = Path(server.__file__).parent / "demo.toml"
"""The demo's, without what `--demo` adds to it: no consultant that is a program answers."""
CONSULTANT_EMAIL = "consultant@demo.example"
SUPERVISOR_EMAIL = "supervisor@demo.example"
PASSWORD = "a password of the tests"

_START_SECONDS = 60
_STOP_SECONDS = 15
_OKNO = (sys.executable, "-P", "-m", "server")


class Node:
    """``okno serve`` with data of its own, on a port that stays the same over restarts."""

    def __init__(
        self,
        data: Path,
        *,
        demo: bool = False,
        settings: Mapping[str, object] | None = None,
        surroundings: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare.

        Args:
            data: Its data directory.
            demo: Whether it fills in the demo.
            settings: Names as in `server.settings`.
            surroundings: What its environment has beside them.
        """
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.data = data
        self._demo = demo
        self._log = data.with_suffix(".log")
        own = {"data_dir": data, "port": self.port, "check_minutes": 0} | dict(settings or {})
        clean = {name: value for name, value in os.environ.items() if not name.startswith("OKNO_")}
        self._env = clean | {f"OKNO_{name.upper()}": str(value) for name, value in own.items()}
        self._env |= surroundings or {}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Of the process that began it; the others are its descendants."""
        assert self._process is not None
        return self._process.pid

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Node]:
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    async def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(*_OKNO, "serve", *(["--demo"] if self._demo else [])),
                env=self._env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        await self._answers(self._process)

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    def pause(self) -> None:
        """Stop all its processes in their tracks, as a host does with a virtual machine."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    async def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it in good order, as Ctrl-C does."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(how)
        async with asyncio.timeout(_STOP_SECONDS):
            await self._process.wait()

    async def okno(self, *arguments: str, typed: str = "") -> str:
        """What one of its other commands prints."""
        process = await asyncio.create_subprocess_exec(
            *(*_OKNO, *arguments),
            env=self._env,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate(f"{typed}\n".encode())
        assert process.returncode == 0, said.decode()
        return said.decode()

    async def fill(self) -> None:
        """Put the organisation and the passwords of its people in place."""
        await self.okno("apply", str(ORGANISATION))
        for email in (CONSULTANT_EMAIL, SUPERVISOR_EMAIL):
            await self.okno("user", "password", email, "--password-stdin", typed=PASSWORD)

    async def booth_code(self, number: int = 1) -> str:
        """A new one-time code that makes a browser this booth."""
        said = await self.okno("booth", "enroll", f"leninsky/{number}")
        found = re.search(r"^Code: (\S+)$", said, re.MULTILINE)
        assert found, said
        return found[1]

    async def token(self) -> str:
        """A new token with which a program may use everything of the REST API."""
        scopes = [word for scope in Scope for word in ("--scope", scope)]
        said = await self.okno("token", "create", "machine", *scopes)
        found = re.search(r"^Token: (\S+)$", said, re.MULTILINE)
        assert found, said
        return found[1]

    def _send(self, what: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            for each in (self._process.pid, *descendants(self._process.pid)):
                os.kill(each, what)

    async def _answers(self, process: asyncio.subprocess.Process) -> None:
        async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as session:
            while True:
                assert process.returncode is None, self._log.read_text()
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.base}/readyz") as answer:
                        if answer.ok:
                            return
                await asyncio.sleep(0.1)
