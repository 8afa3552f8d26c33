"""What is measured from outside a process: its CPU time, its memory, and the cores it may use."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")

_FIRST = -15

SERVER_CORE, LOAD_CORE = 0, 1


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started inside runs on that core only, if the machine has it."""
    before = os.sched_getaffinity(0)
    stay_on(core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def stay_on(core: int) -> None:
    """Keep this process on that core, if the machine has it."""
    if core < (os.cpu_count() or 1):
        os.sched_setaffinity(0, {core})


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time these processes have taken so far."""
    total = 0
    for pid in pids:
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(facts[11]) + int(facts[12])
    return total / _TICKS


def resident_bytes(pid: int) -> int:
    """Memory of the process that is in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def proportional_bytes(pid: int) -> int:
    """Memory of the process that is in RAM; what it shares counts in parts."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    (pss,) = (line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(pss) * 1024


def machine() -> str:
    """One line about where the figures come from."""
    busy = os.getloadavg()[0]
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load {busy:.1f} at the start"
    )


def go_first(pids: Iterable[int]) -> None:
    """Let these processes' sessions go before what else the machine does, where we may say so.

    Linux shares a core among sessions, whatever the nice values of the processes in them.
    """
    for pid in pids:
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/autogroup").write_text(str(_FIRST))
