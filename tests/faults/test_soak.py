"""Many people at random, and a random fault every few seconds.

``SOAK_SECONDS`` and ``SOAK_SEED`` in the environment make it run longer, or again as it went.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random

from tests.faults.checks import archived, settled
from tests.faults.installation import installation
from tests.faults.soak import Soak

SECONDS = 20.0
SEED = 3
NODES, BOOTHS, CONSULTANTS = 3, 30, 12
SETTINGS = {
    "offer_seconds": 3,
    "connect_seconds": 3,
    "wrap_up_seconds": 3,
    "heartbeat_seconds": 2,
    "grace_seconds": 20,
    "resume_seconds": 20,
}


async def test_a_line_under_random_faults_stays_true(tmp_path: Path) -> None:
    seconds = float(os.environ.get("SOAK_SECONDS", SECONDS))
    rng = Random(int(os.environ.get("SOAK_SEED", SEED)))  # noqa: S311 - no secret comes of it
    async with installation(
        tmp_path, nodes=NODES, booths=BOOTHS, consultants=CONSULTANTS, settings=SETTINGS
    ) as here:
        soak = Soak(here, rng)
        await soak.seat(BOOTHS, CONSULTANTS)
        await soak.run(seconds)
        events = await settled(here, soak.pages)
        await archived(here)
        assert "Nothing is wrong." in await here.nodes[0].okno("doctor")
        sys.stdout.write(f"{soak.report(events)}\n")
