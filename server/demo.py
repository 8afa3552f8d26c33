"""What ``--demo`` fills in: an organisation to try everything with, and its people."""

from __future__ import annotations

import secrets
from importlib.resources import files

from server.archive.database import Database
from server.directory.changes import changing
from server.directory.people import DEMO_ORGANISATION
from server.directory.plan import apply_plan, read_plan
from server.directory.secrets import Passwords
from signaling.ports import RedisClient

PASSWORD = "okno-demo"  # noqa: S105 - made known on purpose: the demo is for everyone
PEOPLE = ("consultant@demo.example", "supervisor@demo.example", "administrator@demo.example")
"""Who signs in with `PASSWORD`."""
SIMULATED = "simulated@demo.example"
"""The consultant who is a program."""


async def fill(database: Database, redis: RedisClient) -> str:
    """Put the demo in place. One that is there keeps its sessions, booths and passwords.

    Returns:
        A new password of the simulated consultant, good until the next start.
    """
    source = files("server") / "demo.toml"
    plan = read_plan(source.read_text("utf-8"), source.name)
    passwords = Passwords()
    simulated = secrets.token_urlsafe()
    known, unknown = await passwords.hash(PASSWORD), await passwords.hash(simulated)
    async with changing(database, redis, DEMO_ORGANISATION) as changes:
        await apply_plan(plan, changes)
        for email in PEOPLE:
            if (await changes.user(email)).password_hash is None:
                await changes.set_password(email, known)
        await changes.set_password(SIMULATED, unknown)
    return simulated
