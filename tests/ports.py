"""Ports for programs that are killed and started again in the same place.

Those that the system gives out by itself may be somebody else's by then, if only for the other end
of a connection; so these are below them, and each worker of a test run has its own. Each run begins
somewhere else, for two on one machine would take each other's nodes for their own.
"""

from __future__ import annotations

import itertools
import os
import socket

_FIRST, _EACH, _WORKERS = 20_000, 1_500, 8
"""Linux gives out 32,768 and more (net.ipv4.ip_local_port_range)."""
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
_begin = os.getpid() % _EACH
_next_ports = itertools.cycle(
    _FIRST + _worker * _EACH + (_begin + step) % _EACH for step in range(_EACH)
)


def free_port() -> int:
    """A port of this machine on which nobody listens; no other for a long time."""
    return next(port for port in itertools.islice(_next_ports, _EACH) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
