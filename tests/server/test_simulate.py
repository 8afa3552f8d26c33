"""``okno simulate`` as a person or a supervisor of processes runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.nodes import running_node

NOWHERE = "http://127.0.0.1:9"


async def start(*arguments: str, **env: str) -> asyncio.subprocess.Process:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OKNO_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "simulate", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=clean | env,
    )


async def said(*arguments: str, **env: str) -> tuple[int | None, str]:
    """Run to the end; the exit status and what was printed."""
    process = await start(*arguments, **env)
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_a_call_against_a_demo_node(tmp_path: Path) -> None:
    async with running_node(tmp_path, "--demo") as node:
        status, output = await said("call", f"--url={node.base}", "--talk=2")
        assert status == 0, output
        lines = output.splitlines()
        assert "Both see and hear each other." in lines
        assert lines[-1] == "All is well."

        for wrong, why in (
            ("--password=wrong", "wrong_credentials"),
            ("--topic=the moon", "No such topic"),
            ("--booth-code=WRONG", "bad_code"),
            ("--within=5", "Not done within 5 s."),
        ):
            status, output = await said("call", f"--url={node.base}", "--talk=60", wrong)
            assert (status, why in output) == (1, True), output


async def test_a_call_against_nothing() -> None:
    status, output = await said("call", f"--url={NOWHERE}")
    assert status == 1
    assert output == f"Error: The booth at {NOWHERE}: the node does not answer.\n"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_consultant_without_a_node_keeps_trying_and_can_be_stopped(
    how: signal.Signals,
) -> None:
    knocks: asyncio.Queue[None] = asyncio.Queue()

    async def turn_away(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        knocks.put_nowait(None)

    door = await asyncio.start_server(turn_away, "127.0.0.1")
    port = door.sockets[0].getsockname()[1]
    consultant = await start(
        "consultant",
        OKNO_SIMULATED_URL=f"http://127.0.0.1:{port}",
        OKNO_SIMULATED_EMAIL="simulated@demo.example",
        OKNO_SIMULATED_PASSWORD="of no use",
    )
    async with asyncio.timeout(30):
        await knocks.get()
        await knocks.get()

    consultant.send_signal(how)

    async with asyncio.timeout(5):
        assert await consultant.wait() == 0
    door.close()


async def test_a_consultant_must_be_named() -> None:
    status, output = await said("consultant", f"--url={NOWHERE}")
    assert status == 2
    assert "OKNO_SIMULATED_EMAIL" in output
