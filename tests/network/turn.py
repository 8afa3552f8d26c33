"""A real coturn at a place of the network, run with the configuration that we give away."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from server import tls
from tests.network.places import Place

RELAY = "203.0.113.200"
"""Where it is."""
SECRET = "shared by coturn and the node of a test"
_CONFIGURATION = Path(__file__).parents[2] / "deploy" / "turnserver.conf"
_PATIENCE = 10.0


class Turn:
    """coturn, that can be killed and started again."""

    def __init__(self, place: Place, files: Path) -> None:
        """Prepare.

        Args:
            place: Where it runs.
            files: An empty directory.
        """
        self._place = place
        self._files = files
        self._process: asyncio.subprocess.Process | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Turn]:
        await self.start()
        try:
            yield self
        finally:
            await self.kill()

    async def start(self) -> None:
        """Start it and wait until it answers."""
        address = self._place.address
        certificate, key = tls._own_certificate(self._files, frozenset({address}))
        own = {
            "static-auth-secret": SECRET,
            "realm": "okno.test",
            "listening-ip": address,
            "relay-ip": address,
            "cert": certificate,
            "pkey": key,
            "pidfile": self._files / "pid",
            "userdb": self._files / "users",
            "log-file": self._files / "log",
        }
        self._process = await asyncio.create_subprocess_exec(
            *self._place.command("turnserver", "-c", str(_CONFIGURATION)),
            *(f"--{name}={value}" for name, value in own.items()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(_PATIENCE):
            while not await self._answers():
                assert self._process.returncode is None, "turnserver has ended"
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _answers(self) -> bool:
        with self._place.socket(socket.SOCK_STREAM) as probe:
            try:
                await asyncio.get_running_loop().sock_connect(probe, (self._place.address, 3478))
            except OSError:
                return False
        return True
