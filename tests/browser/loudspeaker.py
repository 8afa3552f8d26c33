"""A loudspeaker that plays to nobody, for browsers that are silent without any (Firefox)."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

_START_SECONDS = 20.0
_STOP_SECONDS = 5.0


@contextlib.asynccontextmanager
async def loudspeaker() -> AsyncIterator[str]:
    """A PulseAudio of its own with nothing behind it; yields its address for ``PULSE_SERVER``."""
    program = shutil.which("pulseaudio")
    if program is None:
        raise RuntimeError("No PulseAudio: install it with 'apt-get install pulseaudio'.")
    # Not below pytest's directories: the path of a socket has 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="okno-") as home:
        socket = Path(home, "native")
        process = await asyncio.create_subprocess_exec(
            program,
            "-n",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--log-level=error",
            "--load=module-null-sink",
            f"--load=module-native-protocol-unix socket={socket} auth-anonymous=1",
            env={"HOME": home, "XDG_RUNTIME_DIR": home, "PATH": "/usr/bin:/bin"},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await _listens(socket, process)
            yield f"unix:{socket}"
        finally:
            await stop(process)


async def stop(process: asyncio.subprocess.Process) -> None:
    """Ask the process to end, and end it when it does not."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _listens(socket: Path, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"PulseAudio ended with {process.returncode}")
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_unix_connection(socket)
                writer.close()
                return
            await asyncio.sleep(0.05)
