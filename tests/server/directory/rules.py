"""A region that uses every rule of the line."""

from __future__ import annotations

from server.archive.database import Database
from server.directory.changes import changing
from server.directory.plan import apply_plan, read_plan
from signaling.ports import RedisClient

RULES = """
version = 1

[organisation]
code = "west"
name = "West"
timezone = "Europe/Samara"
cut_off_seconds = 900
callback_seconds = 600
callbacks = false
claim_seconds = 1800

[[priorities]]
code = "disability"
names.en = "People with disabilities"
head_start_seconds = 600

[[priorities]]
code = "appointment"
names.en = "By appointment"
head_start_seconds = 900
at_booth = false

[[breaks]]
code = "lunch"
names = { ru = "Обед", en = "Lunch" }

[[interpreters]]
code = "rsl"
names.en = "Russian sign language"

[[centres]]
code = "north"
name = "North"
region = "river"
booths = [{ code = "1", name = "Booth 1" }]

[[topics]]
code = "passport"
names.en = "Passport"
service_level_seconds = 120
prefer = [{ scope = "consultant", seconds = 60 }, { scope = "centre", seconds = 30 }]
overflow_at = 12
hours = ["mon-fri 08:00-20:00", "sat 09:00-14:00"]
last_ticket_minutes = 15

[[topics]]
code = "taxes"
names.en = "Taxes"

[[users]]
email = "anna@west.example"
name = "Anna"
roles = ["consultant"]
centre = "north"
interprets = ["rsl"]

[[users.skills]]
topics = ["*"]
languages = ["ru"]
level = 3

[[users.skills]]
topics = ["passport"]
languages = ["ru"]
modes = ["speech", "sign"]
level = 1

[[users]]
email = "boris@west.example"
name = "Boris"
roles = ["supervisor"]
centre = "north"
interprets = ["rsl"]
"""


async def applied(database: Database, redis: RedisClient, text: str) -> list[str]:
    """What was done to bring the region into the state of the file."""
    plan = read_plan(text, "region.toml")
    async with changing(database, redis, plan.organisation.code) as changes:
        await apply_plan(plan, changes)
    return [change.text for change in changes.done]
