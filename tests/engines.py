"""Real engines for tests: Redis servers that can be killed, and a PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from server.embedded_redis import find_binary


def _program(name: str, package: str) -> Path:
    """A program of a Debian package; `make test` installs it or says how to."""
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is missing (Debian: {package}); `make test` looks after it")
    return Path(found)


def oldest_redis() -> Path:
    """Redis 7.0, the oldest that is supported, as Debian 12 has it."""
    return _program("redis-server", "redis-server")


class RedisProcess:
    """A Redis on a Unix socket that keeps its data over a kill, as a node's own does."""

    def __init__(self, directory: Path, program: Path) -> None:
        self._directory = directory
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{directory}/redis.sock"

    def start(self) -> None:
        """Run it, unless it does already."""
        if self._process is not None:
            return
        command = [str(self._program), "--port", "0", "--unixsocket", "redis.sock"]
        command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
        socket = self._directory / "redis.sock"
        socket.unlink(missing_ok=True)
        with (self._directory / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=self._directory, stdout=log, stderr=log
            )
        _wait(self._answers, "Redis does not answer")

    def _answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It stops in its tracks; its sockets stay open."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)


@contextmanager
def redis_process(program: Path | None = None) -> Iterator[RedisProcess]:
    """A running server: that program, or the one a node starts by itself."""
    # A directory of its own: pytest's are too deep for the path of a socket.
    with tempfile.TemporaryDirectory(prefix="okno") as directory:
        process = RedisProcess(Path(directory), program or find_binary())
        process.start()
        try:
            yield process
        finally:
            process.kill()


def _postgresql_programs() -> Path:
    """Where `initdb` and `postgres` are. Debian keeps them out of the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return (debian[-1] if debian else _program("initdb", "postgresql")).resolve().parent


class PostgresqlProcess:
    """A server that makes an empty database for each test that asks."""

    def __init__(self, directory: Path, programs: Path) -> None:
        self._directory = directory
        self._programs = programs
        self._made = 0
        # The server refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None

    def database(self) -> str:
        """The SQLAlchemy address of a new, empty database."""
        self._made += 1
        name = f"test{self._made}"
        self._run("createdb", "--host", str(self._directory), "--username", "postgres", name)
        return f"postgresql+asyncpg://postgres@/{name}?host={self._directory}"

    @contextmanager
    def running(self) -> Iterator[PostgresqlProcess]:
        data = self._directory / "data"
        self._run("initdb", "--pgdata", str(data), "--username", "postgres", "--no-sync")
        command = [str(self._programs / "postgres"), "-D", str(data), "-k", str(self._directory)]
        command += ["-c", "listen_addresses=", "-c", "fsync=off"]
        with (self._directory / "log").open("wb") as log:
            server = subprocess.Popen(  # noqa: S603 - our own command
                command, user=self._user, stdout=log, stderr=log
            )
        try:
            self._run("pg_isready", "--host", str(self._directory), again=10)
            yield self
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(10)

    def _run(self, program: str, *arguments: str, again: float = 0) -> None:
        def done() -> bool:
            run = subprocess.run(  # noqa: S603 - our own command
                [self._programs / program, *arguments],
                user=self._user,
                cwd=self._directory,
                capture_output=True,
                timeout=60,
                check=not again,
            )
            return run.returncode == 0

        _wait(done, f"{program} fails", seconds=again)


@contextmanager
def postgresql_process() -> Iterator[PostgresqlProcess]:
    programs = _postgresql_programs()
    with tempfile.TemporaryDirectory(prefix="okno") as directory:
        if os.geteuid() == 0:
            shutil.chown(directory, "postgres")
        with PostgresqlProcess(Path(directory), programs).running() as process:
            yield process


def _wait(condition: Callable[[], bool], complaint: str, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            raise TimeoutError(complaint)
        time.sleep(0.02)
