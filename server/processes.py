"""A node as a family of processes: a parent that answers nobody, and workers on one port.

The parent listens before it starts anything and hands the listening sockets down. A taken port is
thus known at once, and when a worker dies the visitors at the door wait for the next one instead
of being turned away. The parent also keeps the node's own Redis and the demo's consultant.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

from server import demo
from server.archive.database import open_database
from server.banner import address, banner
from server.children import Child
from server.embedded_redis import redis_server
from server.listeners import Listeners
from server.metrics import SHARED_DIRECTORY
from server.readiness import Readiness
from server.services import check_redis, migrate_database
from server.settings import PREFIX, SIMULATED_PREFIX, Settings
from server.tls import certificate_files
from signaling.ports import RedisClient
from signaling.store import open_redis

READY_SECONDS = 60.0
"""A worker that does not answer by then never will."""

Say = Callable[[str], None]
"""Prints for the person who started the node."""


class WorkerError(Exception):
    """A worker did not come up; its own log says why."""


async def serve(settings: Settings, *, workers: int, with_demo: bool, say: Say) -> None:
    """Run a node until a signal stops it; nothing of it is left afterwards.

    Args:
        settings: of the node.
        workers: how many processes answer.
        with_demo: whether to fill in the demo and let its consultant answer.
        say: told what a person wants to know.

    Raises:
        WorkerError, server.listeners.PortError, server.tls.CertificateError,
        server.embedded_redis.RedisUnavailableError, server.services.DatabaseUnavailableError,
        server.archive.migrate.SchemaError: it cannot start; the text says why in one line.
    """
    node = _Node(settings, workers=workers, with_demo=with_demo, say=say)
    work = asyncio.create_task(node.run())
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if work.cancelling():  # a second Ctrl-C: whoever it is wants it to end now
            node.kill()
        else:
            say("Stopping…")
            work.cancel()

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, stop)
    with contextlib.suppress(asyncio.CancelledError):
        await work


class _Node:
    """The parent's work, from the first thing it opens to the last it closes."""

    def __init__(self, settings: Settings, *, workers: int, with_demo: bool, say: Say) -> None:
        self._settings = settings
        self._workers = workers
        self._demo = with_demo
        self._say = say
        self._children: list[Child] = []

    async def run(self) -> None:
        """Start everything, and keep it running until cancelled."""
        settings = self._settings
        with (
            contextlib.closing(Listeners(settings)) as listeners,
            contextlib.closing(Readiness()) as readiness,
            tempfile.TemporaryDirectory(prefix="okno-metrics-") as metrics,
            # Not in the data directory, whose path may be too long for a socket.
            tempfile.TemporaryDirectory(prefix="okno-probe-") as sockets,
        ):
            files = certificate_files(settings)
            async with redis_server(settings, exclusive=True) as url:
                async with open_redis(url) as redis:
                    await check_redis(redis, url)
                    await migrate_database(settings)
                    password = await self._fill_demo(redis) if self._demo else None
                env = _environment(url, listeners.port, files) | {SHARED_DIRECTORY: metrics}
                probe = Path(sockets) / "probe" if settings.probe == "own" else None
                if probe is not None:
                    env |= {f"{PREFIX}PROBE": f"unix:{probe}"}
                async with self._kept(listeners):
                    await self._start_workers(listeners, readiness, env)
                    if probe is not None:
                        await self._start_probe(probe)
                    if records_itself(settings, with_demo=self._demo):
                        await self._start_recorder(env)
                    if password is not None:
                        await self._start_simulated(listeners, files, password)
                    self._say(banner(settings, port=listeners.port, demo=self._demo))
                    await self._keep_alive()

    def kill(self) -> None:
        """End the children at once; what they had written is with Redis, which stops properly."""
        for each in self._children:
            each.kill()

    @contextlib.asynccontextmanager
    async def _kept(self, listeners: Listeners) -> AsyncIterator[None]:
        """Whatever happens inside, no child is left after it."""
        seconds = self._settings.drain_seconds + self._settings.stop_seconds
        try:
            yield
        finally:
            # The workers' copies go on; with ours open, who comes after them would hang.
            listeners.close()
            await asyncio.gather(*(each.stop(seconds) for each in self._children))

    async def _start(self, child: Child) -> None:
        self._children.append(child)
        await child.start()

    async def _start_workers(
        self, listeners: Listeners, readiness: Readiness, env: dict[str, str]
    ) -> None:
        """Start them and wait until all of them answer."""
        command = [sys.executable, "-P", "-m", "server.worker"]
        command += [f"--listener={each}" for each in listeners.descriptors]
        command += [f"--ready={readiness.descriptor}"]
        command += ["--demo"] if self._demo else []
        for number in range(1, self._workers + 1):
            worker = Child(
                f"worker {number}",
                command,
                env=env,
                descriptors=[*listeners.descriptors, readiness.descriptor],
                on_death=_forget_gauges(env[SHARED_DIRECTORY]),
            )
            await self._start(worker)
        await self._all_answer(readiness)

    async def _fill_demo(self, redis: RedisClient) -> str:
        database = open_database(self._settings)
        try:
            return await demo.fill(database, redis)
        finally:
            await database.close()

    async def _start_probe(self, socket: Path) -> None:
        """After the workers: nobody needs it before they answer."""
        command = [sys.executable, "-P", "-m", "server", "probe", f"--socket={socket}"]
        # Each call has threads of its own; memory shared by all of them comes back with each call.
        await self._start(Child("probe", command, env=os.environ | {"MALLOC_ARENA_MAX": "2"}))

    async def _start_simulated(
        self, listeners: Listeners, files: tuple[Path, Path] | None, password: str
    ) -> None:
        """The demo's consultant comes in by the front door, as a person does."""
        told = {
            "URL": str(address(self._settings, listeners.port)),
            "EMAIL": demo.SIMULATED,
            "PASSWORD": password,
        }
        if files is not None:
            told["CA"] = str(files[0])
        await self._start(
            Child(
                "simulated consultant",
                [sys.executable, "-P", "-m", "server", "simulate", "consultant"],
                env=os.environ | {SIMULATED_PREFIX + name: value for name, value in told.items()},
            )
        )

    async def _start_recorder(self, env: dict[str, str]) -> None:
        command = [sys.executable, "-P", "-m", "server", "recorder"]
        await self._start(Child("recorder", command, env=env))

    async def _all_answer(self, readiness: Readiness) -> None:
        endings = [asyncio.create_task(each.ended()) for each in self._children]
        answers = asyncio.create_task(readiness.wait(self._workers))
        try:
            done, _ = await asyncio.wait(
                {answers, *endings}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for each in (answers, *endings):
                each.cancel()
        if not done:
            raise WorkerError(f"The workers did not answer within {READY_SECONDS:.0f} s.")
        if answers not in done:
            raise WorkerError("A worker ended before it answered; what it said stands above.")

    async def _keep_alive(self) -> None:
        async with asyncio.TaskGroup() as group:
            for each in self._children:
                group.create_task(each.keep_alive())


def records_itself(settings: Settings, *, with_demo: bool) -> bool:
    """Whether the node brings a recorder of its own: it is alone, and has a key."""
    return settings.recording_key is not None and (with_demo or settings.redis_url is None)


def _environment(url: str, port: int, files: tuple[Path, Path] | None) -> dict[str, str]:
    """What the parent was told, with what it has settled since."""
    settled = {"REDIS_URL": url, "PORT": str(port)}
    if files is not None:
        certificate, key = files
        settled |= {"TLS": "files", "TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)}
    return os.environ | {PREFIX + name: value for name, value in settled.items()}


def _forget_gauges(metrics: str) -> Callable[[int], None]:
    """A dead worker's counts stay in the sums; the sockets it had open are open no more."""
    return lambda pid: mark_process_dead(pid, metrics)  # type: ignore[no-untyped-call]
