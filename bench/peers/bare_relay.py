"""Pairs on the bare relay."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from yarl import URL

from bench.peers.process import Ear, server
from bench.talkers import Talker, description
from signaling.load.frames import frame

NAME = "bare aiohttp + uvloop, checks nothing"


@contextlib.asynccontextmanager
async def running(pairs: int, files: Path) -> AsyncIterator[tuple[list[Talker], list[int]]]:
    """Talkers, two by two, and the processes that serve them."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        port = int(listener.getsockname()[1])
        descriptor = listener.fileno()
        command = [sys.executable, "-m", "bench.peers.bare", str(descriptor)]
        log = files / "bare.log"
        async with server(command, port=port, log=log, descriptors=[descriptor]) as process:
            ears: list[Ear] = []
            talkers = []
            for number in range(2 * pairs):
                who = {"me": str(number), "other": str(number ^ 1)}
                ear = await Ear.open(URL(f"http://127.0.0.1:{port}/ws").with_query(who))
                talker = Talker(ear.socket.send, frame(description("01JABCDEFGHJKMNPQRSTVWXYZ0-1")))
                ear.hear = talker.hear
                ears.append(ear)
                talkers.append(talker)
            yield talkers, [process.pid]
            for ear in ears:
                ear.socket.abort()
