"""Network namespaces of Linux: made, entered, and swept away when their maker died.

Each maker holds a numbered lock as long as it lives, and its namespaces carry the number. So names
never collide, and what carries a number that nobody holds was left behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import re
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, TypeVar

T = TypeVar("T")

MOST = 200
"""Makers at a time."""
_WHERE = Path("/run/netns")
_TUN = Path("/dev/net/tun")
_NAME = re.compile(r"okno-(\d+)-")
_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000


def why_not() -> str:
    """Why this machine cannot have namespaces; empty when it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    return "" if _TUN.exists() else f"there is no {_TUN}"


def run_ip(*arguments: str) -> str:
    """What one `ip` command prints; raises `RuntimeError` with what it said."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["ip", *arguments],  # noqa: S607 - Debian: iproute2; `make test` looks after it
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


@contextlib.contextmanager
def number() -> Iterator[int]:
    """A number that nobody else has meanwhile; its namespaces are gone before and after."""
    for each in range(MOST):
        with _lock(each) as mine:
            if mine is None:
                continue
            _delete(each)
            sweep()
            try:
                yield each
            finally:
                _delete(each)
            return
    raise RuntimeError(f"{MOST} test networks are up already")


def sweep() -> None:
    """Delete the namespaces whose makers have died."""
    found = {int(ours[1]) for name in names() if (ours := _NAME.match(name))}
    for each in found:
        with _lock(each) as mine:
            if mine is not None:
                _delete(each)


def names() -> list[str]:
    """Of the namespaces that there are, whoever made them."""
    return [path.name for path in _WHERE.iterdir()] if _WHERE.exists() else []


def make(name: str) -> None:
    """A namespace with nothing in it but loopback, which speaks IPv4."""
    run_ip("netns", "add", name)
    run_ip("-n", name, "link", "set", "lo", "up")
    speaks_6 = Path("/proc/sys/net/ipv6/conf/all/disable_ipv6")
    if speaks_6.exists():
        inside(name, lambda: speaks_6.write_text("1"))


def inside(name: str, make: Callable[[], T]) -> T:
    """What `make` gives when it runs in that namespace; a socket made there belongs there."""

    def enter() -> T:
        with (_WHERE / name).open() as namespace:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(namespace.fileno(), _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), f"setns {name}")
        return make()

    # Only this thread goes there, and it ends with the work.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(enter).result()


def open_tun(device: str) -> int:
    """A new network device in the present namespace, and the descriptor of its other end."""
    descriptor = os.open(_TUN, os.O_RDWR | os.O_NONBLOCK)
    request = struct.pack("16sH14x", device.encode(), _IFF_TUN | _IFF_NO_PI)
    fcntl.ioctl(descriptor, _TUNSETIFF, request)
    return descriptor


@contextlib.contextmanager
def _lock(of: int) -> Iterator[IO[str] | None]:
    """Held while the context lasts or the process lives; None when another has it."""
    path = Path(tempfile.gettempdir()) / f"okno-network-{of}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file


def _delete(of: int) -> None:
    for name in names():
        if name.startswith(f"okno-{of}-"):
            run_ip("netns", "delete", name)
