"""Pairs on Nextcloud's signalling server, Debian's ``nextcloud-spreed-signaling``.

Its clients are "internal" ones, who prove themselves by a shared secret, so that no Nextcloud has
to be asked; the messages they send take the same way through the server as everyone's.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from yarl import URL

from bench.peers.process import Ear, MissingError, server
from bench.talkers import Talker, description
from signaling.load.frames import frame
from tests.ports import free_port

NAME = "nextcloud-spreed-signaling"
_PROGRAM = "nextcloud-spreed-signaling-server"
_SECRET = "only-for-measuring"
_CONFIGURATION = """\
[http]
listen = 127.0.0.1:{port}
[app]
debug = false
[sessions]
hashkey = 0123456789abcdef0123456789abcdef
blockkey = 0123456789abcdef
[clients]
internalsecret = {secret}
[backend]
allowall = true
secret = {secret}
[nats]
url = :loopback:
[turn]
[mcu]
[geoip]
url =
[stats]
"""


@contextlib.asynccontextmanager
async def running(pairs: int, files: Path) -> AsyncIterator[tuple[list[Talker], list[int]]]:
    """Talkers, two by two, and the processes that serve them."""
    program = shutil.which(_PROGRAM)
    if program is None:
        raise MissingError("apt install nextcloud-spreed-signaling")
    port = free_port()
    configuration = files / "server.conf"
    configuration.write_text(_CONFIGURATION.format(port=port, secret=_SECRET))
    command = [program, "-config", str(configuration)]
    async with server(command, port=port, log=files / "spreed.log") as process:
        url = URL(f"http://127.0.0.1:{port}/spreed")
        seats = [await _come_in(url) for _ in range(2 * pairs)]
        talkers = []
        for number, (ear, _) in enumerate(seats):
            talkers.append(Talker(ear.socket.send, frame(_words(seats[number ^ 1][1]))))
            ear.hear = talkers[-1].hear
        yield talkers, [process.pid]
        for ear, _ in seats:
            ear.socket.abort()


async def _come_in(url: URL) -> tuple[Ear, str]:
    """A client the server has greeted, and the name of its session."""
    ear = await Ear.open(url)
    random = secrets.token_hex(32)
    token = hmac.new(_SECRET.encode(), random.encode(), hashlib.sha256).hexdigest()
    params = {"random": random, "token": token, "backend": "http://127.0.0.1/"}
    hello = {"version": "1.0", "auth": {"type": "internal", "params": params}}
    ear.socket.send(frame(msgspec.json.encode({"id": "1", "type": "hello", "hello": hello})))
    async with asyncio.timeout(10):
        while True:
            answer: dict[str, Any] = msgspec.json.decode(await ear.heard.get())
            if answer["type"] == "hello":
                return ear, str(answer["hello"]["sessionid"])
            if answer["type"] == "error":
                raise ConnectionError(str(answer))


def _words(session: str) -> bytes:
    """The same description as everyone's, in this server's envelope."""
    recipient = {"type": "session", "sessionid": session}
    data = msgspec.Raw(description("01JABCDEFGHJKMNPQRSTVWXYZ0-1"))
    message = {"recipient": recipient, "data": data}
    return msgspec.json.encode({"type": "message", "message": message})
