"""Nodes as people start them: the okno command in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

START_SECONDS = 30


class RunningNode:
    """``okno serve``, up and answering."""

    def __init__(self, process: asyncio.subprocess.Process, said: list[str]) -> None:
        self.process = process
        self.said = said
        """Lines of standard output so far."""
        (base,) = re.findall(r"Booth +(\S+)/booth", "\n".join(said))
        self.base: str = base

    def family(self) -> dict[int, str]:
        """Every process of the node with its command line, the parent's not included."""
        return descendants(self.process.pid)

    def workers(self) -> list[int]:
        return [pid for pid, command in self.family().items() if "server.worker" in command]

    async def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and wait for the end; the exit status."""
        self.process.send_signal(how)
        return await self.process.wait()


@contextlib.asynccontextmanager
async def running_node(
    data: Path, *arguments: str, env: dict[str, str] | None = None
) -> AsyncIterator[RunningNode]:
    """Start a node on a free port, and end it if the test has not."""
    process = await start(data, "--port=0", *arguments, env=env)
    try:
        async with asyncio.timeout(START_SECONDS):
            said = [line async for line in _until_up(process)]
        yield RunningNode(process, said)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


async def start(
    data: Path, *arguments: str, env: dict[str, str] | None = None
) -> asyncio.subprocess.Process:
    """Start ``okno serve`` and return at once; `errors_of` reads what it says is wrong."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OKNO_")}
    with _errors(data).open("ab") as errors:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "serve", *arguments),
            stdout=subprocess.PIPE,
            stderr=errors,
            env=clean | {"OKNO_DATA_DIR": str(data)} | (env or {}),
        )


def errors_of(data: Path) -> list[str]:
    """Lines of standard error of the nodes that had this data directory."""
    return _errors(data).read_text().splitlines()


def _errors(data: Path) -> Path:
    """Beside the data directory, which is the node's own."""
    return data.with_name(f"{data.name}.errors")


async def _until_up(process: asyncio.subprocess.Process) -> AsyncIterator[str]:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        yield line.rstrip()
        if "Ctrl-C" in line:
            return
    raise AssertionError("the node ended before it was up")


def alive(pid: int) -> bool:
    """Whether it runs; a zombie waiting for its parent does not."""
    return _stat(pid) is not None


def descendants(pid: int) -> dict[int, str]:
    """Children of a process and theirs, with their command lines."""
    parents = {
        int(entry.name): facts[1]
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal() and (facts := _stat(int(entry.name))) is not None
    }
    found: dict[int, str] = {}
    front = [pid]
    while front:
        front = [child for child, parent in parents.items() if parent in front]
        found |= {child: _command(child) for child in front}
    return found


def _stat(pid: int) -> tuple[str, int] | None:
    """State and parent of a living process."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else (state, int(parent))


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
