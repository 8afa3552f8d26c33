"""A node as its operator sees it: it starts, shares its port, survives, and leaves nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import ssl
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from yarl import URL

from server.embedded_redis import socket_path
from signaling.store import open_redis
from tests.server.nodes import RunningNode, alive, errors_of, running_node, start
from tests.waiting import until


async def get(url: str, *, trust: ssl.SSLContext | None = None) -> tuple[int, str]:
    """Ask once, on a connection of its own: any worker may answer."""
    connector = TCPConnector(force_close=True, ssl=trust or True)
    async with (
        ClientSession(connector=connector, timeout=ClientTimeout(total=10)) as client,
        client.get(url) as answer,
    ):
        return answer.status, await answer.text()


async def all_gone(pids: list[int]) -> None:
    await until(lambda: not any(alive(pid) for pid in pids), seconds=5)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_all_of_it_within_five_seconds(
    tmp_path: Path, how: signal.Signals
) -> None:
    async with running_node(tmp_path, "--workers=2") as node:
        family = list(node.family())
        assert len(family) == 4, "two workers, a probe and a Redis"
        async with asyncio.timeout(5):
            assert await node.stop(how) == 0
        assert [pid for pid in family if alive(pid)] == []


async def test_a_killed_parent_leaves_nothing_behind(tmp_path: Path) -> None:
    async with running_node(tmp_path, "--workers=2") as node:
        family = list(node.family())
        await node.stop(signal.SIGKILL)
        await all_gone(family)


async def test_a_killed_parent_frees_its_port_at_once(tmp_path: Path) -> None:
    async with running_node(tmp_path, env={"OKNO_DRAIN_SECONDS": "300"}) as node:
        await node.stop(signal.SIGKILL)
        async with running_node(tmp_path, f"--port={URL(node.base).port}") as again:
            assert again.base == node.base


async def test_a_second_start_finds_the_data(tmp_path: Path) -> None:
    url = f"unix://{socket_path(tmp_path)}"
    async with running_node(tmp_path), open_redis(url) as redis:
        await redis.set("kept", "yes")
    async with running_node(tmp_path) as node, open_redis(url) as redis:
        assert await redis.get("kept") == "yes"
        assert (await get(f"{node.base}/readyz"))[0] == 200


async def test_what_it_keeps_is_for_its_user_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with running_node(data, "--tls=auto"):
        assert open_to_others(data) == []


def open_to_others(root: Path) -> list[Path]:
    return [each for each in (root, *root.rglob("*")) if each.stat().st_mode & 0o077]


async def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = await start(tmp_path, f"--port={port}")
        assert await process.wait() == 1
    (line,) = errors_of(tmp_path)
    assert line.startswith(f"Error: Port {port} of 127.0.0.1 is taken")
    assert not socket_path(tmp_path).exists(), "a Redis was begun"


async def test_a_host_that_is_not_ours_is_said_in_one_line(tmp_path: Path) -> None:
    process = await start(tmp_path, "--host=192.0.2.1", "--port=0")
    assert await process.wait() == 1
    (line,) = errors_of(tmp_path)
    assert line == "Error: OKNO_HOST: 192.0.2.1 is not an address of this machine."


async def test_each_worker_answers_on_the_one_port(tmp_path: Path) -> None:
    async with running_node(tmp_path, "--workers=2") as node:
        first, second = node.workers()
        for silent in (first, second):
            os.kill(silent, signal.SIGSTOP)
            try:
                assert (await get(f"{node.base}/healthz"))[0] == 200
            finally:
                os.kill(silent, signal.SIGCONT)


async def test_a_killed_worker_comes_back_and_nobody_is_turned_away(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        (only,) = node.workers()
        os.kill(only, signal.SIGKILL)
        # It is the only one: this waits at the door until the next one answers.
        assert (await get(f"{node.base}/readyz"))[0] == 200
        (next_one,) = node.workers()
        assert next_one != only


async def test_a_killed_redis_comes_back_and_the_node_is_ready_again(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        (redis,) = [pid for pid, command in node.family().items() if "redis.sock" in command]
        os.kill(redis, signal.SIGKILL)

        async def ready() -> bool:
            return (await get(f"{node.base}/readyz"))[0] == 200

        await until(lambda: not alive(redis))
        await until(ready)


async def test_metrics_are_those_of_all_workers(tmp_path: Path) -> None:
    async with running_node(tmp_path, "--workers=2") as node:
        first, second = node.workers()
        for silent in (first, second):  # so that each of them has counted some
            os.kill(silent, signal.SIGSTOP)
            try:
                for _ in range(3):
                    await get(f"{node.base}/healthz")
            finally:
                os.kill(silent, signal.SIGCONT)
        _, text = await get(f"{node.base}/metrics")
        count = 'okno_http_request_seconds_count{method="GET",route="/healthz",status="200"} 6.0'
        assert count in text.splitlines()


async def test_https_with_a_certificate_of_our_own(tmp_path: Path) -> None:
    async with running_node(tmp_path, "--tls=auto") as node:
        assert node.base.startswith("https://")
        trust = ssl.create_default_context(cafile=str(tmp_path / "tls" / "certificate.pem"))
        assert (await get(f"{node.base}/healthz", trust=trust))[0] == 200


async def test_a_draining_node_says_so_before_it_goes(tmp_path: Path) -> None:
    async with running_node(tmp_path, env={"OKNO_DRAIN_SECONDS": "3"}) as node:
        node.process.send_signal(signal.SIGTERM)

        async def turned_away() -> bool:
            return (await get(f"{node.base}/readyz"))[0] == 503

        await until(turned_away, seconds=3)
        assert await node.process.wait() == 0


async def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    async with running_node(tmp_path, env={"OKNO_DRAIN_SECONDS": "300"}) as node:
        family = list(node.family())
        node.process.send_signal(signal.SIGINT)
        await until(lambda: _stopping(node))
        async with asyncio.timeout(5):
            await node.stop(signal.SIGINT)
        assert [pid for pid in family if alive(pid)] == []


async def _stopping(node: RunningNode) -> bool:
    with contextlib.suppress(ClientError):
        return (await get(f"{node.base}/readyz"))[0] == 503
    return False


async def test_two_nodes_do_not_share_a_data_directory(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        second = await start(tmp_path, "--port=0")
        assert await second.wait() == 1
        said = errors_of(tmp_path)[-1]
        assert f"in use by another okno (process {node.process.pid})" in said
        assert (await get(f"{node.base}/readyz"))[0] == 200


async def test_a_redis_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    env = {"OKNO_REDIS_URL": "redis://user:secret@127.0.0.1:1/0"}
    process = await start(tmp_path, "--port=0", env=env)
    assert await process.wait() == 1
    (line,) = errors_of(tmp_path)
    assert line.startswith("Error: Redis at redis://127.0.0.1:1/0 does not answer")
    assert "secret" not in line


async def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    env = {"OKNO_DATABASE_URL": "postgresql+asyncpg://okno:secret@127.0.0.1:1/okno"}
    process = await start(tmp_path, "--port=0", env=env)
    assert await process.wait() == 1
    (line,) = errors_of(tmp_path)
    assert line.startswith("Error: The database cannot be used")
    assert "secret" not in line


async def test_the_demo_has_a_consultant_who_is_there_and_goes_with_it(tmp_path: Path) -> None:
    async with running_node(tmp_path, "--demo") as node:
        family = node.family()
        assert any("simulate consultant" in command for command in family.values())
        assert not any("PASSWORD" in command for command in family.values())

        async def available() -> bool:
            _, text = await get(f"{node.base}/metrics")
            return bool(re.search(r"^okno_available\{.*\} 1\.0$", text, re.MULTILINE))

        await until(available, seconds=30)
        async with asyncio.timeout(5):
            assert await node.stop() == 0
        assert [pid for pid in family if alive(pid)] == []
