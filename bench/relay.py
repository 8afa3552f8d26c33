"""Relay of a 2 KB message between two people on one node, beside others that do part of it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import ModuleType

from bench.talkers import Rate, rate


async def measure_one(peer: ModuleType, pairs: int, seconds: float) -> Rate:
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as files:
        async with peer.running(pairs, Path(files)) as (talkers, pids):
            return await rate(talkers, pids, seconds)
