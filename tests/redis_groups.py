"""Real groups of Redis servers for tests: a cluster, and a master watched by Sentinel.

They listen on loopback, keep nothing, and any of their servers can be killed or frozen.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import RedisError
from redis.retry import Retry

from tests.ports import free_port

HOST = "127.0.0.1"
GROUP = "okno"
_SILENT_MS = 1000
"""After so long without an answer a server counts as dead."""


class Server:
    """One server process and a client that tries once."""

    def __init__(self, program: Path, directory: Path, *options: str, port: int) -> None:
        directory.mkdir()
        self.port = port
        command = [str(program), *options, "--port", str(port), "--bind", HOST]
        with (directory / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=directory, stdout=log, stderr=log
            )
        self.client = Redis(
            host=HOST,
            port=port,
            decode_responses=True,
            socket_timeout=1,
            retry=Retry(NoBackoff(), 0),
        )

    def ask(self, *command: str | int) -> Any:
        """The server's answer."""
        return self.client.execute_command(*command)  # type: ignore[no-untyped-call] # redis-py's

    def facts(self, section: str) -> dict[str, Any]:
        """What ``INFO`` says; nothing while it does not answer."""
        try:
            return dict(self.client.info(section))
        except RedisError:
            return {}

    def answers(self) -> bool:
        return bool(self.facts("server"))

    def freeze(self) -> None:
        """It stops in its tracks; its sockets stay open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.client.close()
        self._process.kill()
        self._process.wait()


class Starter:
    """Starts servers of one program, each in a directory of its own, and ends all of them."""

    def __init__(self, program: Path, directory: Path) -> None:
        self.directory = directory
        self._program = program
        self._started: list[Server] = []

    def start(self, *options: str, port: int) -> Server:
        server = Server(self._program, self.directory / str(port), *options, port=port)
        self._started.append(server)
        return server

    def end(self) -> None:
        for server in self._started:
            server.kill()


class SentinelGroup:
    """A master, its replica, and a Sentinel that puts the one in place of the other."""

    def __init__(self, starter: Starter) -> None:
        master, replica, watch = free_port(), free_port(), free_port()
        kept = ("--save", "", "--repl-diskless-sync-delay", "0")
        self.master = starter.start(*kept, port=master)
        self.replica = starter.start(*kept, "--replicaof", HOST, str(master), port=replica)
        until(self.replicated, "the replica does not follow")
        settings = starter.directory / "sentinel.conf"
        settings.write_text(
            f"sentinel monitor {GROUP} {HOST} {master} 1\n"
            f"sentinel down-after-milliseconds {GROUP} {_SILENT_MS}\n"
            f"sentinel failover-timeout {GROUP} 4000\n"
        )
        self.sentinel = starter.start(str(settings), "--sentinel", port=watch)
        until(lambda: self._sentinel_says("num-slaves") == 1, "the Sentinel knows no replica")
        self.url = f"redis+sentinel://{HOST}:{watch}/{GROUP}"

    def replicated(self) -> bool:
        """Whether the replica has all that the master has."""
        ours, its = self.master.facts("replication"), self.replica.facts("replication")
        return (
            its.get("master_link_status") == "up"
            and its["slave_repl_offset"] == ours["master_repl_offset"]
        )

    def promoted(self) -> bool:
        """Whether the replica has been put in the master's place, and Sentinel says so."""
        return (
            self.replica.facts("replication").get("role") == "master"
            and self._sentinel_says("port") == self.replica.port
        )

    def _sentinel_says(self, fact: str) -> object:
        try:
            return self.sentinel.ask("SENTINEL MASTER", GROUP)[fact]
        except (RedisError, KeyError):
            return None


class Cluster:
    """Masters that share the slots evenly; the first has a replica when that is asked for."""

    def __init__(self, starter: Starter, *, replica: bool) -> None:
        masters = 3
        count = masters + replica
        ports = [free_port() for _ in range(2 * count)]
        self.servers = [
            starter.start(
                *("--cluster-enabled", "yes", "--cluster-port", str(bus), "--save", ""),
                *(
                    "--cluster-node-timeout",
                    str(_SILENT_MS),
                    "--cluster-require-full-coverage",
                    "no",
                    "--repl-diskless-sync-delay",
                    "0",
                ),
                port=port,
            )
            for port, bus in zip(ports[:count], ports[count:], strict=True)
        ]
        self.masters = self.servers[:masters]
        self.replica = self.servers[-1] if replica else None
        for server in self.servers:
            until(server.answers, "a server of the cluster does not answer")
        self._join(ports[count])
        seeds = ",".join(f"{HOST}:{server.port}" for server in self.masters)
        self.url = f"redis+cluster://{seeds}"

    def _join(self, bus: int) -> None:
        share = REDIS_CLUSTER_HASH_SLOTS / len(self.masters)
        for number, server in enumerate(self.servers):
            # Different from the start: the servers need not find out first who is right.
            server.ask("CLUSTER SET-CONFIG-EPOCH", number + 1)
            server.ask("CLUSTER MEET", HOST, self.servers[0].port, bus)
        for number, server in enumerate(self.masters):
            first, last = round(number * share), round((number + 1) * share) - 1
            server.ask("CLUSTER ADDSLOTSRANGE", first, last)
        if self.replica is not None:
            replica, master = self.replica, str(self.masters[0].ask("CLUSTER MYID"))
            until(lambda: master in str(replica.ask("CLUSTER NODES")), "the servers do not meet")
            replica.ask("CLUSTER REPLICATE", master)
            until(self.replicated, "the replica does not follow")
        until(lambda: all(map(self._complete, self.servers)), "the cluster does not stand")

    def _complete(self, server: Server) -> bool:
        facts: dict[str, str] = server.ask("CLUSTER INFO")
        known = int(facts["cluster_known_nodes"])
        return facts["cluster_state"] == "ok" and known == len(self.servers)

    def shard(self, key: str) -> int:
        """Which of the masters holds the key."""
        return key_slot(key.encode()) * len(self.masters) // REDIS_CLUSTER_HASH_SLOTS

    def replicated(self) -> bool:
        """Whether the replica has all that the first master has."""
        assert self.replica is not None
        ours, its = self.masters[0].facts("replication"), self.replica.facts("replication")
        return (
            its.get("master_link_status") == "up"
            and its["slave_repl_offset"] == ours["master_repl_offset"]
        )

    def promoted(self) -> bool:
        """Whether the replica has been put in the first master's place, and all is well again."""
        assert self.replica is not None
        role = self.replica.facts("replication").get("role")
        return role == "master" and bool(self.replica.ask("CLUSTER INFO")["cluster_state"] == "ok")


@contextlib.contextmanager
def sentinel_group(program: Path) -> Iterator[SentinelGroup]:
    with _starter(program) as starter:
        yield SentinelGroup(starter)


@contextlib.contextmanager
def redis_cluster(program: Path, *, replica: bool = False) -> Iterator[Cluster]:
    with _starter(program) as starter:
        yield Cluster(starter, replica=replica)


def until(condition: Callable[[], bool], complaint: str, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            raise TimeoutError(complaint)
        time.sleep(0.02)


@contextlib.contextmanager
def _starter(program: Path) -> Iterator[Starter]:
    with tempfile.TemporaryDirectory(prefix="okno") as directory:
        starter = Starter(program, Path(directory))
        try:
            yield starter
        finally:
            starter.end()
