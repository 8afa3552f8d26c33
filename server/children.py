"""Programs a node runs beside itself, none of which outlives it."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

PR_SET_PDEATHSIG = 1
"""``prctl``: the signal the kernel sends a process when its parent dies (linux/prctl.h)."""
SHORTEST_LIFE = 2.0
"""Seconds; what dies sooner than this is started again more and more slowly."""
LONGEST_PAUSE = 5.0

_log = structlog.stdlib.get_logger(__name__)


class Child:
    """One program: started, watched, stopped.

    It has a session of its own, so that Ctrl-C in a terminal reaches only its parent, which then
    stops its children in the right order. On Linux the kernel ends it when the parent is killed.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        descriptors: Sequence[int] = (),
        quiet: bool = False,
        on_death: Callable[[int], None] | None = None,
        orphaned: signal.Signals = signal.SIGKILL,
    ) -> None:
        self.name = name
        self._command = tuple(command)
        self._env = dict(env)
        self._descriptors = tuple(descriptors)
        """Open files it inherits, by the numbers they have here."""
        self._output = subprocess.DEVNULL if quiet else None
        self._orphaned = orphaned
        """What the kernel sends it when we are killed."""
        self._on_death = on_death
        """Told the process id when `keep_alive` finds it dead."""
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; says nothing about when it is ready.

        Raises:
            OSError: the program cannot be run.
        """
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            env=self._env,
            pass_fds=self._descriptors,
            preexec_fn=_dies_with_parent(self._orphaned),
            start_new_session=True,
        )

    async def ended(self) -> int:
        """Wait until it is over; its exit status, negative when a signal ended it."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return await self._process.wait()

    async def keep_alive(self) -> None:
        """Start it again whenever it dies; never returns."""
        loop = asyncio.get_running_loop()
        pause = 0.0
        while True:
            begun = loop.time()
            status = await self.ended()
            early = loop.time() - begun < SHORTEST_LIFE
            pause = min(pause * 2 or 0.5, LONGEST_PAUSE) if early else 0.0
            _log.error("process.died", process=self.name, status=status, again_in=pause)
            if self._on_death is not None and self._process is not None:
                self._on_death(self._process.pid)
            await asyncio.sleep(pause)
            try:
                await self.start()
            except OSError as fault:  # too many processes, no memory: it may pass
                _log.error("process.not_started", process=self.name, fault=str(fault))

    async def stop(self, seconds: float) -> None:
        """Ask it to end, and kill it if it has not after so many seconds."""
        process = self._process
        if process is None or not self.running:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            _log.warning("process.killed", process=self.name, after_seconds=seconds)
            self.kill()
            await process.wait()

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None and self.running:
            self._process.kill()


def _dies_with_parent(orphaned: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes its program. Only Linux can promise this."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, orphaned)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask_the_kernel
