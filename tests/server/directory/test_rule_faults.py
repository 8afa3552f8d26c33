"""Rules of the line that cannot be, refused in plain words and by their names."""

from __future__ import annotations

import pytest

from server.archive.database import Database
from server.directory.plan import PlanError, read_plan
from signaling.ports import RedisClient
from tests.server.directory.rules import RULES, applied


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        (
            "cut_off_seconds = 900",
            "cut_off_seconds = 86401",
            "organisation.cut_off_seconds: input should be less than or equal to 86400",
        ),
        (
            "callbacks = false",
            'callbacks = "no"',
            "organisation.callbacks: input should be a valid boolean",
        ),
        (
            "head_start_seconds = 600",
            "head_start_seconds = -1",
            "priorities[1].head_start_seconds: input should be greater than or equal to 0",
        ),
        (
            'code = "disability"',
            'code = "callback"',
            "priorities[1].code: must not be callback, which Okno gives by itself",
        ),
        (
            'code = "appointment"',
            'code = "disability"',
            "priorities[2].code: disability is already used above",
        ),
        ('region = "river"', 'region = "The River"', "centres[1].region: must be lower-case Latin"),
        (
            "sat 09:00-14:00",
            "sat 14:00-09:00",
            "topics[1].hours[2]: must close after it opens, by midnight (24:00)",
        ),
        (
            "last_ticket_minutes = 15",
            "last_ticket_minutes = 300",
            "topics[1].last_ticket_minutes: must be less than the line is open",
        ),
        (
            'scope = "centre", seconds = 30',
            'scope = "consultant", seconds = 30',
            "topics[1].prefer: must name each scope only once",
        ),
        (
            'scope = "centre", seconds = 30',
            'scope = "city", seconds = 30',
            "topics[1].prefer[2].scope: input should be 'consultant', 'centre' or 'region'",
        ),
        ("level = 3", "level = 10", "users[1].skills[1].level: input should be less than"),
        (
            'modes = ["speech", "sign"]',
            'modes = ["telepathy"]',
            "users[1].skills[2].modes[1]: input should be 'speech', 'sign' or 'text'",
        ),
        ("overflow_at = 12", "overflow_at = 0", "topics[1].overflow_at: input should be greater"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_its_name(right: str, wrong: str, fault: str) -> None:
    assert right in RULES
    with pytest.raises(PlanError) as refusal:
        read_plan(RULES.replace(right, wrong, 1), "region.toml")
    (only,) = refusal.value.faults
    line, _, text = only.removeprefix("region.toml:").partition(": ")
    assert text.startswith(fault)
    assert wrong.partition(" ")[0] in RULES.replace(right, wrong, 1).splitlines()[int(line) - 1]


async def test_a_file_cannot_name_a_centre_or_interpreting_that_is_not_there(
    sqlite_database: Database, redis: RedisClient
) -> None:
    text = RULES.replace('centre = "north"', 'centre = "moon"', 1)
    text = text.replace('roles = ["supervisor"]\ncentre = "north"\ninterprets = ["rsl"]', "{boris}")
    text = text.replace("{boris}", 'roles = ["supervisor"]\ninterprets = ["latin"]')
    with pytest.raises(PlanError) as refusal:
        await applied(sqlite_database, redis, text)
    assert refusal.value.faults == [
        "There is no centre 'moon' in this organisation.",
        "There is no interpreter 'latin' in this organisation.",
    ]
