"""Running somebody else's server on one core, and opening sockets to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

from yarl import URL

from bench.machine import SERVER_CORE, on_core
from signaling.load.socket import LoadSocket, host_and_port, opening

_READY_SECONDS = 20.0
_ANSWER_SECONDS = 10.0
_END_SECONDS = 10.0


class MissingError(Exception):
    """The peer is not installed here; the text says what to do."""


def installed(program: Path) -> str:
    """A program that ``bench/packages.sh`` puts into ``build/``.

    Raises:
        MissingError: it has not.
    """
    if not program.exists():
        raise MissingError("bench/packages.sh installs it")
    return str(program)


@contextlib.asynccontextmanager
async def server(
    command: Sequence[str],
    *,
    port: int,
    log: Path,
    descriptors: Sequence[int] = (),
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A program on the server's core, once it listens; it is ended afterwards."""
    with on_core(SERVER_CORE), log.open("wb") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs meanwhile
            command,
            stdout=output,
            stderr=output,
            pass_fds=descriptors,
            env=os.environ | dict(env or {}),
        )
    # One that crashes when it is ended leaves no picture of its memory behind.
    resource.prlimit(process.pid, resource.RLIMIT_CORE, (0, 0))
    try:
        await _listens(process, port, log)
        yield process
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, _END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait, _END_SECONDS)


async def _listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    async with asyncio.timeout(_READY_SECONDS):
        while process.poll() is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)
    said = log.read_text()[-2000:]  # noqa: ASYNC240 - the end of it
    raise RuntimeError(f"{process.args!r} ended: {said}")


class Ear:
    """A socket that keeps what it hears while a session is set up, and hands it on later."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue(256)
        self.hear: Callable[[bytes], None] = self.heard.put_nowait
        self.socket: LoadSocket

    def _take(self, body: bytes) -> None:
        self.hear(body)

    async def hears(self, sign: bytes) -> bytes:
        """The next message with this in it; those before it are passed over.

        Raises:
            TimeoutError: there was none.
        """
        async with asyncio.timeout(_ANSWER_SECONDS):
            while sign not in (body := await self.heard.get()):
                pass
        return body

    @classmethod
    async def open(cls, url: URL, headers: Mapping[str, str] | None = None) -> Ear:
        """Once the server has switched."""
        ear = cls()
        loop = asyncio.get_running_loop()
        stands: asyncio.Future[None] = loop.create_future()

        def _lost(code: int) -> None:
            if not stands.done():
                stands.set_exception(ConnectionError(f"refused ({code})"))

        ear.socket = LoadSocket(
            opening(url, headers or {}),
            opened=lambda: stands.set_result(None),
            taken=ear._take,
            lost=_lost,
        )
        await loop.create_connection(lambda: ear.socket, *host_and_port(url))
        async with asyncio.timeout(_ANSWER_SECONDS):
            await stands
        return ear
