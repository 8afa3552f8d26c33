"""Pairs on Django Channels with its Redis layer, served by Daphne."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from yarl import URL

from bench.machine import SERVER_CORE, on_core
from bench.node import redis_process
from bench.peers.process import Ear, installed, server
from bench.talkers import Talker, description
from server.embedded_redis import redis_server
from server.settings import Settings
from signaling.load.frames import frame
from tests.ports import free_port

NAME = "Django Channels + Redis"
_DAPHNE = Path("build/peers/channels/bin/daphne")
_APPLICATION = "bench.peers.channels_relay:application"


@contextlib.asynccontextmanager
async def running(pairs: int, files: Path) -> AsyncIterator[tuple[list[Talker], list[int]]]:
    """Talkers, two by two, and the processes that serve them: each message goes through Redis."""
    daphne, port = installed(_DAPHNE), free_port()
    command = [daphne, "--bind=127.0.0.1", f"--port={port}", "--verbosity=0", _APPLICATION]
    async with contextlib.AsyncExitStack() as stack:
        with on_core(SERVER_CORE):
            redis = await stack.enter_async_context(redis_server(Settings(data_dir=files)))
        env = {"RELAY_REDIS": redis}
        process = await stack.enter_async_context(
            server(command, port=port, log=files / "daphne.log", env=env)
        )
        ears, talkers = [], []
        for number in range(2 * pairs):
            who = {"me": str(number), "other": str(number ^ 1)}
            ear = await Ear.open(URL(f"http://127.0.0.1:{port}/ws").with_query(who))
            talker = Talker(ear.socket.send, frame(description("01JABCDEFGHJKMNPQRSTVWXYZ0-1")))
            ear.hear = talker.hear
            ears.append(ear)
            talkers.append(talker)
        yield talkers, [process.pid, await redis_process(redis)]
        for ear in ears:
            ear.socket.abort()
