"""Pairs on Janus: its WebSockets, its sessions and handles, and a plugin that passes bodies on.

None of Janus' own plugins says to one what another has said without a peer connection, so the
plugin is a few lines for its own Lua plugin (``janus_relay.lua``), which check nothing.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from yarl import URL

from bench.peers.process import Ear, MissingError, server
from bench.talkers import Talker, description
from signaling.load.frames import frame
from tests.ports import free_port

NAME = "janus"
_PROGRAM = "janus"
_RELAY = Path(__file__).with_name("janus_relay.lua")
_EVENT = b'{"janus":"event"'
_CONFIGURATIONS = {
    "janus.jcfg": """\
general: {{ debug_level = 2 debug_colors = false event_loops = 1 task_pool_size = 1 }}
nat: {{ ice_lite = true }}
plugins: {{ disable = "{other_plugins}" }}
transports: {{ disable = "{other_transports}" }}
""",
    "janus.transport.websockets.jcfg": """\
general: {{ json = "compact" ws = true ws_ip = "127.0.0.1" ws_port = {port} wss = false }}
""",
    "janus.plugin.lua.jcfg": """\
general: {{ script = "{relay}" }}
""",
}


@contextlib.asynccontextmanager
async def running(pairs: int, files: Path) -> AsyncIterator[tuple[list[Talker], list[int]]]:
    """Talkers, two by two, and the processes that serve them."""
    program = shutil.which(_PROGRAM)
    if program is None:
        raise MissingError("apt install janus")
    port = free_port()
    _configure(files, port)
    command = [program, f"--configs-folder={files}"]
    async with server(command, port=port, log=files / "janus.log") as process:
        url = URL(f"http://127.0.0.1:{port}/")
        ears, talkers = [], []
        for number in range(2 * pairs):
            ear = await Ear.open(url, {"Sec-WebSocket-Protocol": "janus-protocol"})
            talker = await _come_in(ear, number)
            ears.append(ear)
            talkers.append(talker)
        yield talkers, [process.pid]
        for ear in ears:
            ear.socket.abort()


def _configure(files: Path, port: int) -> None:
    """Only what is measured runs: no other way in, no other plugin."""
    facts = {
        "port": port,
        "relay": _RELAY,
        "other_plugins": _others("plugins", "libjanus_lua.so"),
        "other_transports": _others("transports", "libjanus_websockets.so"),
    }
    for name, text in _CONFIGURATIONS.items():
        (files / name).write_text(text.format_map(facts))


def _others(folder: str, wanted: str) -> str:
    """Every module of that folder but one, as Janus wants them named."""
    return ",".join(
        each.name for each in Path("/usr/lib").glob(f"*/janus/{folder}/*.so") if each.name != wanted
    )


async def _come_in(ear: Ear, number: int) -> Talker:
    """Somebody with a session and a handle, whom the plugin knows."""
    session = (await _ask(ear, {"janus": "create"}))["data"]["id"]
    about: dict[str, Any] = {"session_id": session}
    attach = {"janus": "attach", "plugin": "janus.plugin.lua"}
    about["handle_id"] = (await _ask(ear, about | attach))["data"]["id"]
    about["janus"] = "message"
    await _ask(ear, about | {"body": {"me": str(number), "other": str(number ^ 1)}})
    body = msgspec.Raw(description("01JABCDEFGHJKMNPQRSTVWXYZ0-1"))
    words = msgspec.json.encode(about | {"transaction": "said", "body": body})
    talker = Talker(ear.socket.send, frame(words))

    def hear(heard: bytes) -> None:
        # Each message is also acknowledged to its sender.
        if heard.startswith(_EVENT):
            talker.hear(heard)

    ear.hear = hear
    return talker


async def _ask(ear: Ear, request: dict[str, Any]) -> dict[str, Any]:
    ear.socket.send(frame(msgspec.json.encode(request | {"transaction": "asked"})))
    answer: dict[str, Any] = msgspec.json.decode(await ear.hears(b'"janus":"success"'))
    return answer
