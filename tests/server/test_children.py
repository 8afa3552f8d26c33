"""Programs beside a node: started again when they die, and ended whatever they want."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from server import children
from server.children import Child
from tests.server.nodes import alive
from tests.waiting import until

APPEND_PID = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()} ')"
STUBBORN = f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); {APPEND_PID}"
PATIENT = f"{APPEND_PID}; import time; time.sleep(600)"


def python(program: str, notes: Path) -> Child:
    return Child("a program", [sys.executable, "-c", program, notes], env=dict(os.environ))


def pids(notes: Path) -> list[int]:
    """Process ids the programs have noted, oldest first."""
    return [int(each) for each in notes.read_text().split()] if notes.exists() else []


async def test_what_dies_is_started_again_and_its_death_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "LONGEST_PAUSE", 0.0)
    notes, dead = tmp_path / "notes", list[int]()
    command = [sys.executable, "-c", PATIENT, str(notes)]
    child = Child("a program", command, env=dict(os.environ), on_death=dead.append)
    await child.start()
    keeper = asyncio.create_task(child.keep_alive())
    await until(lambda: len(pids(notes)) == 1)
    (first,) = pids(notes)
    os.kill(first, signal.SIGKILL)
    await until(lambda: len(pids(notes)) == 2)
    assert dead == [first]
    assert child.running
    keeper.cancel()
    await asyncio.wait([keeper])
    await child.stop(5)
    assert not any(alive(pid) for pid in pids(notes))


async def test_what_will_not_start_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(children, "LONGEST_PAUSE", 0.0)
    program, notes = tmp_path / "program", tmp_path / "notes"
    program.write_text(f"#!/bin/sh\necho $$ >> {notes}\n")
    program.chmod(0o755)
    child = Child("a program", [program], env=dict(os.environ))
    await child.start()
    await child.ended()
    program.rename(tmp_path / "away")
    keeper = asyncio.create_task(child.keep_alive())
    await until(lambda: "process.not_started" in capsys.readouterr().out)
    (tmp_path / "away").rename(program)
    await until(lambda: len(pids(notes)) >= 2)
    keeper.cancel()
    await asyncio.wait([keeper])
    await child.stop(5)


async def test_what_does_not_want_to_end_is_killed(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    child = python(f"{STUBBORN}; time.sleep(600)", notes)
    await child.start()
    await until(lambda: len(pids(notes)) == 1)
    await child.stop(0.1)
    assert await child.ended() == -signal.SIGKILL


async def test_stopping_what_never_ran_is_nothing(tmp_path: Path) -> None:
    child = python(PATIENT, tmp_path / "notes")
    await child.stop(1)
    child.kill()
    with pytest.raises(RuntimeError, match="never started"):
        await child.ended()


async def test_ctrl_c_in_the_terminal_does_not_reach_it(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    child = python(PATIENT, notes)
    await child.start()
    await until(lambda: len(pids(notes)) == 1)
    assert os.getsid(pids(notes)[0]) != os.getsid(0)
    await child.stop(5)
