"""The Redis a node starts for itself: kept data, one owner, no orphan."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis

from server import embedded_redis
from server.embedded_redis import RedisUnavailableError, find_binary, redis_server, socket_path
from server.settings import Settings
from tests.server.nodes import alive
from tests.waiting import until

HOLD_A_SERVER = """
import asyncio, sys
from server.embedded_redis import redis_server
from server.settings import Settings

async def main():
    async with redis_server(Settings(data_dir=sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def settings_in(directory: Path) -> Settings:
    return Settings(data_dir=directory)


async def server_pid(url: str) -> int:
    async with Redis.from_url(url, decode_responses=True) as client:
        return int((await client.info("server"))["process_id"])


async def test_data_is_found_again_at_the_next_start(tmp_path: Path) -> None:
    async with redis_server(settings_in(tmp_path)) as url, Redis.from_url(url) as client:
        await client.set("kept", "yes")
    async with redis_server(settings_in(tmp_path)) as url, Redis.from_url(url) as client:
        assert await client.get("kept") == b"yes"


async def test_nothing_runs_after_the_context(tmp_path: Path) -> None:
    async with redis_server(settings_in(tmp_path)) as url:
        pid = await server_pid(url)
        assert alive(pid)
    assert not alive(pid)


async def test_it_listens_for_this_user_only_and_on_no_port(tmp_path: Path) -> None:
    async with redis_server(settings_in(tmp_path)) as url, Redis.from_url(url) as client:
        assert (await client.config_get("port"))["port"] == "0"
        assert (await client.config_get("appendonly"))["appendonly"] == "yes"
        assert stat.S_IMODE(socket_path(tmp_path).stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "redis").stat().st_mode) == 0o700


async def test_a_given_address_is_used_and_nothing_is_started(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, redis_url="redis://elsewhere:6379/0")
    async with redis_server(settings) as url:
        assert url == "redis://elsewhere:6379/0"
    assert not socket_path(tmp_path).exists()


async def test_a_second_user_shares_the_server_that_runs(tmp_path: Path) -> None:
    async with redis_server(settings_in(tmp_path)) as url:
        async with redis_server(settings_in(tmp_path)) as shared:
            assert await server_pid(shared) == await server_pid(url)
        assert alive(await server_pid(url))


async def test_a_second_node_in_one_data_directory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_redis, "LOCK_SECONDS", 0.1)
    async with redis_server(settings_in(tmp_path)):
        with pytest.raises(RedisUnavailableError, match=f"in use .*process {os.getpid()}"):
            async with redis_server(settings_in(tmp_path), exclusive=True):
                pytest.fail("two nodes in one data directory")


async def test_a_deep_data_directory_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    async with redis_server(settings_in(deep)) as url, Redis.from_url(url) as client:
        assert await client.ping()
        assert len(os.fsencode(socket_path(deep))) <= embedded_redis.SOCKET_PATH_LIMIT
        assert (deep / "redis" / "appendonlydir").is_dir()
    socket_path(deep).parent.rmdir()


async def test_a_server_that_dies_comes_back_with_its_data(tmp_path: Path) -> None:
    async with redis_server(settings_in(tmp_path)) as url, Redis.from_url(url) as client:
        await client.config_set("appendfsync", "always")
        await client.set("kept", "yes")
        first = await server_pid(url)
        os.kill(first, signal.SIGKILL)

        async def another_answers() -> bool:
            return await embedded_redis._answers(url) and await server_pid(url) != first

        await until(another_answers)
        assert await client.get("kept") == b"yes"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_it_does_not_outlive_the_process_that_started_it(
    tmp_path: Path, how: signal.Signals
) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD_A_SERVER, tmp_path, stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    url = (await owner.stdout.readline()).decode().strip()
    pid = await server_pid(url)
    owner.send_signal(how)
    await owner.wait()
    await until(lambda: not alive(pid))
    async with redis_server(settings_in(tmp_path), exclusive=True) as again:
        assert await server_pid(again) != pid


async def test_a_server_whose_owner_is_gone_is_replaced(tmp_path: Path) -> None:
    socket_path(tmp_path).parent.mkdir(mode=0o700)
    forgotten = await asyncio.create_subprocess_exec(
        find_binary(),
        *("--port", "0", "--unixsocket", socket_path(tmp_path)),
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    await until(lambda: embedded_redis._answers(f"unix://{socket_path(tmp_path)}"))
    async with redis_server(settings_in(tmp_path), exclusive=True) as url:
        assert await server_pid(url) != forgotten.pid
        assert await forgotten.wait() == 0


def test_no_binary_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_redis, "_candidates", lambda: iter(()))
    with pytest.raises(RedisUnavailableError, match=r"7\.0 or newer and found none.*OKNO_REDIS"):
        find_binary()


def test_old_and_broken_binaries_are_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old, broken = tmp_path / "old", tmp_path / "broken"
    old.write_text("#!/bin/sh\necho 'Redis server v=6.2.14 sha=00000000:0'\n")
    old.chmod(0o755)
    broken.write_text("not a program")
    broken.chmod(0o755)
    monkeypatch.setattr(embedded_redis, "_candidates", lambda: iter((old, broken)))
    with pytest.raises(RedisUnavailableError, match=r"old is 6\.2; .*broken does not run"):
        find_binary()


async def test_a_server_that_cannot_read_its_data_says_why(tmp_path: Path) -> None:
    async with redis_server(settings_in(tmp_path)) as url, Redis.from_url(url) as client:
        await client.set("kept", "yes")
    for part in (tmp_path / "redis" / "appendonlydir").glob("*.manifest"):
        part.write_text("garbage")
    with pytest.raises(RedisUnavailableError, match=r"did not come up: .*manifest"):
        async with redis_server(settings_in(tmp_path)):
            pytest.fail("it started on garbage")


def test_a_data_directory_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    async def start() -> None:
        async with redis_server(settings_in(tmp_path / "file")):
            pytest.fail("it started in a file")

    with pytest.raises(RedisUnavailableError, match="Cannot write to"):
        asyncio.run(start())
