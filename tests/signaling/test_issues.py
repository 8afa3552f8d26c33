"""What pages report of their own devices: written down once for each change, and only in a talk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from signaling.errors import Code
from signaling.events import IssueChanged
from signaling.ids import BoothId, LinkId, UserId
from signaling.issues import Issue
from signaling.model import Side
from signaling.reports import ReportIssue
from signaling.store import open_redis
from tests.signaling.cast import staged
from tests.signaling.room import Room, refused
from tests.signaling.steps import refusal, talking


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


async def told(room: Room) -> list[tuple[Side, Issue, bool, LinkId | None]]:
    events = [each for each in await room.events() if isinstance(each, IssueChanged)]
    return [(each.side, each.issue, each.on, each.link) for each in events]


async def test_an_issue_is_journaled_once_for_each_change(room: Room) -> None:
    visitor = await room.join()
    booth = partial(room.line.report_issue, room.organisation, Side.VISITOR, room.booth().booth)
    await booth(Issue.CAMERA_MISSING, on=False)
    await booth(Issue.CAMERA_MISSING, on=True)
    await booth(Issue.CAMERA_MISSING, on=True)
    anna = await room.available("anna")
    await room.talk(anna)
    link = await room.link(visitor)
    await booth(Issue.CAMERA_MISSING, on=True)
    staff = partial(room.line.report_issue, room.organisation, Side.CONSULTANT, anna)
    await staff(Issue.MICROPHONE_SILENT, on=True)
    await staff(Issue.MICROPHONE_SILENT, on=True, link=link)
    await booth(Issue.CAMERA_MISSING, on=False)
    await booth(Issue.CAMERA_MISSING, on=False)
    assert await told(room) == [
        (Side.VISITOR, Issue.CAMERA_MISSING, True, None),
        (Side.CONSULTANT, Issue.MICROPHONE_SILENT, True, None),
        (Side.CONSULTANT, Issue.MICROPHONE_SILENT, True, link),
        (Side.VISITOR, Issue.CAMERA_MISSING, False, None),
    ]
    await room.finish(anna, visitor)
    assert await refused(booth(Issue.CAMERA_BLACK, on=True)) == Code.WRONG_STATE
    assert await refused(staff(Issue.CAMERA_BLACK, on=True)) == Code.WRONG_STATE


async def test_the_next_consultant_does_not_inherit_the_troubles_of_the_last(room: Room) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    await room.talk(anna)
    link = await room.link(visitor)
    staff = partial(room.line.report_issue, room.organisation, Side.CONSULTANT)
    booth = partial(room.line.report_issue, room.organisation, Side.VISITOR, room.booth().booth)
    await staff(anna, Issue.CAMERA_BLACK, on=True)
    await booth(Issue.CAMERA_MISSING, on=True)
    await booth(Issue.SPEAKER_MISSING, on=True, link=link)
    await room.line.sign_out(room.organisation, anna)
    boris = await room.available("boris")
    await room.talk(boris)
    await staff(boris, Issue.CAMERA_BLACK, on=True)
    await booth(Issue.CAMERA_MISSING, on=True)
    assert (await told(room))[3:] == [(Side.CONSULTANT, Issue.CAMERA_BLACK, True, None)]
    late = staff(anna, Issue.CAMERA_BLACK, on=False, link=link)
    assert await refused(late) == Code.WRONG_STATE


async def test_nobody_reports_for_others_or_for_ever(room: Room) -> None:
    visitor = await room.join()
    await room.talk(await room.available("anna"))
    link = await room.link(visitor)
    report = partial(room.line.report_issue, room.organisation)
    for side, who in ((Side.VISITOR, BoothId("other")), (Side.CONSULTANT, UserId("boris"))):
        for about in (None, link):
            step = report(side, who, Issue.CAMERA_BLACK, on=True, link=about)
            assert await refused(step) == Code.WRONG_STATE
    mine = partial(report, Side.VISITOR, room.booth().booth, Issue.CAMERA_BLACK)
    for _ in range(100):
        await mine(on=True)
        await mine(on=False)
    assert await refused(mine(on=True)) == Code.TOO_FAST


async def test_issues_come_over_the_wire_from_both_sides(redis_url: str) -> None:
    async with staged(redis_url) as stage:
        booth = await stage.client("1", "booth")
        consultant = await stage.client("anna", "workspace")
        report = ReportIssue(issue=Issue.MICROPHONE_LOST, on=True)
        assert (await refusal(booth, report)).code == Code.WRONG_STATE
        link = await talking(booth, consultant)
        await booth.request(report)
        await consultant.request(ReportIssue(link=link, issue=Issue.CAMERA_BUSY, on=True))
        desk = await stage.client("ivan", "desk")
        assert (await refusal(desk, report)).code == Code.WRONG_ROLE
