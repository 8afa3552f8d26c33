from __future__ import annotations

from server import demo
from server.archive.database import Database
from server.directory.lookups import SqlDirectory
from server.directory.people import SqlPeople
from signaling.events import OrganisationChanged
from signaling.ids import TopicId, line_id
from signaling.journal import read
from signaling.model import LANGUAGES, Mode, Role
from signaling.ports import RedisClient


async def test_the_demo_is_ready_for_its_people(database: Database, redis: RedisClient) -> None:
    simulated = await demo.fill(database, redis)

    people, directory = SqlPeople(database, demo=True), SqlDirectory(database)
    consultant = await people.sign_in("consultant@demo.example", demo.PASSWORD)
    supervisor = await people.sign_in("supervisor@demo.example", demo.PASSWORD)
    machine = await people.sign_in(demo.SIMULATED, simulated)
    assert consultant is not None
    assert supervisor is not None
    assert machine is not None
    assert supervisor.roles == {Role.SUPERVISOR}
    organisation = await people.organisation(consultant.organisation)
    assert len(organisation.topics) == 8
    assert all(set(topic.names) == set(LANGUAGES) for topic in organisation.topics.values())
    assert all(set(topic.hints) == set(LANGUAGES) for topic in organisation.topics.values())
    policy = organisation.policy
    assert [each.head_start_seconds for each in policy.priorities] == [600, 600, 300, 900]
    assert all(set(each.names) == set(LANGUAGES) for each in policy.priorities)
    assert all(set(names) == set(LANGUAGES) for names in policy.breaks.values())
    assert "lunch" in policy.breaks
    every_line = {
        line_id(TopicId(topic), language, Mode.SPEECH)
        for topic in organisation.topics
        for language in LANGUAGES
    }
    human = await directory.duty(consultant.organisation, consultant.user)
    reserve = await directory.duty(machine.organisation, machine.user)
    assert human is not None
    assert reserve is not None
    [benefits] = [each.id for each in organisation.topics.values() if each.code == "benefits"]
    signed = {line_id(benefits, language, Mode.SIGN) for language in LANGUAGES}
    assert organisation.signed == signed
    assert (set(human.lines), human.reserve) == (every_line | signed, False)
    assert (set(reserve.lines), reserve.reserve) == (every_line, True)
    assert await directory.duty(supervisor.organisation, supervisor.user) is None
    assert await people.sign_in(demo.SIMULATED, demo.PASSWORD) is None


async def test_a_second_start_keeps_sessions_and_only_renews_the_simulated_password(
    sqlite_database: Database, redis: RedisClient
) -> None:
    people = SqlPeople(sqlite_database, demo=True)
    first = await demo.fill(sqlite_database, redis)
    before = await people.sign_in("consultant@demo.example", demo.PASSWORD)
    assert before is not None
    booth = await people.enrol_demo()
    assert booth is not None

    second = await demo.fill(sqlite_database, redis)

    assert await people.staff(before.user) == before
    assert await people.booth(booth) is not None
    assert await people.sign_in(demo.SIMULATED, first) is None
    machine = await people.sign_in(demo.SIMULATED, second)
    assert machine is not None
    changes = [entry.event async for entry in read(redis, before.organisation)]
    assert changes[-1] == OrganisationChanged(
        at=changes[-1].at, user=None, what=f"user's password set: {machine.user}"
    )
    assert sum("password set" in getattr(change, "what", "") for change in changes) == 5
