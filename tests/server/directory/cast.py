"""The standing cast of the directory's tests: a region with a little of everything, and another."""

from __future__ import annotations

from sqlalchemy import select

from server.archive import tables
from server.archive.database import Database
from server.directory.changes import changing
from server.directory.plan import apply_plan, read_plan
from server.directory.secrets import Passwords
from signaling.ids import OrganisationId
from signaling.ports import RedisClient

PASSWORD = "a password of ten"

REGION = """
version = 1

[organisation]
code = "{code}"
name = "Region"
timezone = "Europe/Samara"

[[centres]]
code = "north"
name = "North centre"
booths = [{{ code = "1", name = "Booth 1" }}, {{ code = "2", name = "Booth 2" }}]

[[centres]]
code = "south"
name = "South centre"
timezone = "Asia/Yekaterinburg"

[[topics]]
code = "passport"
names = {{ ru = "Паспорт", en = "Passport" }}

[[topics]]
code = "taxes"
names = {{ ru = "Налоги" }}
handling_seconds = 300

[[users]]
email = "anna@{code}.example"
name = "Anna"
roles = ["consultant"]

[[users]]
email = "boris@{code}.example"
name = "Boris"
roles = ["consultant", "supervisor"]
reserve = true
skills = [{{ topics = ["taxes"], languages = ["ru"] }}]

[[users]]
email = "vera@{code}.example"
name = "Vera"
roles = ["administrator"]
"""


async def add_region(database: Database, redis: RedisClient, code: str) -> OrganisationId:
    """A region whose consultant Anna has `PASSWORD`."""
    plan = read_plan(REGION.format(code=code), "region.toml")
    stored = await Passwords().hash(PASSWORD)
    async with changing(database, redis, code) as changes:
        await apply_plan(plan, changes)
        await changes.set_password(f"anna@{code}.example", stored)
    return await organisation_id(database, code)


async def organisation_id(database: Database, code: str) -> OrganisationId:
    async with database.read() as connection:
        query = select(tables.organisation.c.id).where(tables.organisation.c.code == code)
        return OrganisationId((await connection.execute(query)).scalar_one())
