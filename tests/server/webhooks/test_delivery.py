"""What becomes of events on their way to real receivers that fail, hang and die."""

from __future__ import annotations

import time

import msgspec
import pytest
from sqlalchemy import update

from server.archive import tables
from server.webhooks.changes import pause_webhook, remove_webhook, retry_dead
from server.webhooks.dispatcher import DEAD_KEPT, EACH
from server.webhooks.notification import Notification, known_types, signature
from server.webhooks.queue import Backlog
from tests.histories import History
from tests.server.webhooks.receiver import Receiver
from tests.server.webhooks.scene import Scene
from tests.waiting import until


def order(receiver: Receiver, history: History) -> list[str]:
    """Ids of what was accepted of one consultation, in the order of arrival."""
    return [told.event for told in receiver.accepted if history.consultation.encode() in told.body]


async def test_every_event_is_told_in_order_and_signed(
    any_scene: Scene, receiver: Receiver
) -> None:
    organisation = await any_scene.organisation()
    secret = await any_scene.webhook(organisation, receiver.url)
    history = History(organisation=organisation).served()
    events = await any_scene.happened(organisation, history)

    async with any_scene.node() as deliveries:
        await until(any_scene.done)

    assert receiver.events == events
    assert (deliveries.delivered, deliveries.failed) == (len(events), 0)
    for told, event in zip(receiver.accepted, history.events, strict=True):
        at = int(told.headers["Okno-Signature"].partition(",")[0].removeprefix("t="))
        assert told.headers["Okno-Signature"] == signature(secret, at, told.body)
        notification = msgspec.json.decode(told.body, type=Notification)
        assert notification.organisation == organisation
        assert msgspec.json.decode(notification.event) == msgspec.to_builtins(event)


async def test_only_what_is_asked_for_is_told(scene: Scene, receiver: Receiver) -> None:
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url, "consultation.joined", "consultation.closed")
    await scene.happened(organisation, History(organisation=organisation).served())

    async with scene.node():
        await until(scene.done)

    assert [told.type for told in receiver.accepted] == [
        "consultation.joined",
        "consultation.closed",
    ]


async def test_what_is_no_consultations_is_not_told(scene: Scene, receiver: Receiver) -> None:
    organisation = await scene.organisation()
    # Adding the webhook is itself journaled.
    await scene.webhook(organisation, receiver.url)
    await scene.happened(organisation, History(organisation=organisation).served())
    assert {row.consultation for row in await scene.waiting()} != {None}
    async with scene.node():
        await until(scene.done)
    assert {told.type for told in receiver.accepted} <= set(known_types())


async def test_organisations_hear_only_of_themselves(
    scene: Scene, receiver: Receiver, other_receiver: Receiver
) -> None:
    west, east = [await scene.organisation() for _ in range(2)]
    await scene.webhook(west, receiver.url)
    await scene.webhook(east, other_receiver.url)
    western = await scene.happened(west, History(organisation=west).served())
    eastern = await scene.happened(east, History(organisation=east).served())

    async with scene.node():
        await until(scene.done)

    assert receiver.events == western
    assert other_receiver.events == eastern
    assert all(west.encode() in told.body for told in receiver.accepted)


async def test_a_receiver_that_fails_is_told_again_later_and_in_order(
    any_scene: Scene, receiver: Receiver
) -> None:
    organisation = await any_scene.organisation()
    await any_scene.webhook(organisation, receiver.url)
    receiver.script = [500]
    events = await any_scene.happened(organisation, History(organisation=organisation).served())

    async with any_scene.node() as deliveries:
        await until(lambda: deliveries.failed == 1)
        await until(lambda: _all_postponed(any_scene, len(events)))
        assert receiver.accepted == []
        any_scene.clock.forward(seconds=4)
        await any_scene.looked()
        assert len(receiver.told) == 1
        any_scene.clock.forward(seconds=6)
        await until(any_scene.done)

    assert receiver.events == events
    assert deliveries.failed == 1


async def _all_postponed(scene: Scene, count: int) -> bool:
    rows = await scene.waiting()
    now = await scene.clock()
    return len(rows) == count and all(row.due_at > now for row in rows)


async def test_one_consultation_that_fails_does_not_delay_another(
    scene: Scene, receiver: Receiver
) -> None:
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url)
    stuck, fine = [History(organisation=organisation).served() for _ in range(2)]
    await scene.happened(organisation, stuck)
    receiver.script = [500]
    async with scene.node() as deliveries:
        await until(lambda: deliveries.failed == 1)
        events = await scene.happened(organisation, fine)
        await until(lambda: len(receiver.accepted) == len(events))
        assert order(receiver, fine) == events
        assert order(receiver, stuck) == []


async def test_a_receiver_that_hangs_or_died_delays_no_other(
    scene: Scene, receiver: Receiver, other_receiver: Receiver
) -> None:
    organisation = await scene.organisation()
    dead = Receiver()
    async with dead:
        address = dead.url
    receiver.hanging = True
    await scene.webhook(organisation, receiver.url, name="hangs")
    await scene.webhook(organisation, address, name="dead")
    await scene.webhook(organisation, other_receiver.url, name="fine")
    histories = [History(organisation=organisation).served() for _ in range(30)]
    events = await scene.happened(organisation, *histories)

    async with scene.node():
        await until(lambda: len(other_receiver.accepted) == len(events))
        assert receiver.accepted == []
        assert receiver.most_at_once == EACH
        assert all(
            order(other_receiver, each) == sorted_ids(each, events, other_receiver)
            for each in histories
        )
    assert sorted(other_receiver.events) == sorted(events)


def sorted_ids(history: History, events: list[str], receiver: Receiver) -> list[str]:
    mine = set(order(receiver, history))
    return [event for event in events if event in mine]


async def test_a_receiver_that_goes_on_failing_gets_one_attempt_at_a_time(
    scene: Scene, receiver: Receiver
) -> None:
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url)
    receiver.status = 503
    await scene.happened(
        organisation, *[History(organisation=organisation).served() for _ in range(5)]
    )
    async with scene.node() as deliveries:
        await until(lambda: deliveries.failed == 5)
        receiver.most_at_once = 0
        receiver.hanging = True
        scene.clock.forward(seconds=15)
        await until(lambda: receiver.at_once == 1)
        await scene.looked()
        assert receiver.most_at_once == 1

        receiver.status = 200
        receiver.release()
        await until(lambda: len(receiver.accepted) > 5)


async def test_what_cannot_be_told_in_a_day_is_put_aside_and_can_be_retried(
    any_scene: Scene, receiver: Receiver
) -> None:
    organisation = await any_scene.organisation()
    await any_scene.webhook(organisation, receiver.url)
    receiver.status = 500
    events = await any_scene.happened(organisation, History(organisation=organisation).served())

    async with any_scene.node() as deliveries:
        await until(lambda: deliveries.failed == 1)
        any_scene.clock.forward(hours=25)
        await until(lambda: deliveries.given_up == len(events))
        rows = await any_scene.waiting()
        assert rows[0].error == "answered 500"
        assert all(row.due_at is None and row.dead_at is not None for row in rows)
        assert await any_scene.queue.backlog() == Backlog(0, len(events))

        receiver.status = 200
        async with any_scene.changes(organisation) as changes:
            now = await any_scene.clock()
            await retry_dead(changes.rows, "crm", None, now=now)
        await until(any_scene.done)
    assert receiver.events == events


async def test_one_dead_event_can_be_retried_alone(scene: Scene, receiver: Receiver) -> None:
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url)
    events = await scene.happened(organisation, History(organisation=organisation).served())
    now = await scene.clock()
    assert await scene.queue.give_up(queued_before=now + 60_000, now=now, keep=5) == len(events)

    ms, _, seq = events[-1].partition("-")
    async with scene.changes(organisation) as changes:
        await retry_dead(changes.rows, "crm", (int(ms), int(seq)), now=now)
    async with scene.node():
        await until(lambda: bool(receiver.accepted))
        await until(lambda: _dead(scene, 4))
    assert receiver.events == events[-1:]


async def _dead(scene: Scene, count: int) -> bool:
    return await scene.queue.backlog() == Backlog(0, count)


async def test_a_dead_letter_list_keeps_the_newest(any_scene: Scene, receiver: Receiver) -> None:
    organisation = await any_scene.organisation()
    await any_scene.webhook(organisation, receiver.url)
    events = await any_scene.happened(organisation, History(organisation=organisation).served())
    now = await any_scene.clock()

    await any_scene.queue.give_up(queued_before=now + 60_000, now=now, keep=3)

    assert [f"{row.ms}-{row.seq}" for row in await any_scene.waiting()] == events[-3:]
    assert DEAD_KEPT == 1000


async def test_a_paused_webhook_is_told_when_it_goes_on(scene: Scene, receiver: Receiver) -> None:
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url)
    async with scene.changes(organisation) as changes:
        await pause_webhook(changes.rows, "crm", paused=True, now=1)
    events = await scene.happened(organisation, History(organisation=organisation).served())

    async with scene.node():
        await scene.looked()
        assert receiver.told == []
        async with scene.changes(organisation) as changes:
            await pause_webhook(changes.rows, "crm", paused=False, now=2)
        await until(scene.done)
    assert receiver.events == events


async def test_a_removed_webhook_is_told_nothing_and_leaves_nothing(
    scene: Scene, receiver: Receiver
) -> None:
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url)
    await scene.happened(organisation, History(organisation=organisation).served())
    async with scene.changes(organisation) as changes:
        await remove_webhook(changes.rows, "crm")
    assert await scene.done()
    await scene.happened(organisation, History(organisation=organisation).served())
    assert await scene.done()


async def test_an_event_archived_before_an_earlier_one_waits_for_it(
    scene: Scene, receiver: Receiver
) -> None:
    """Another node has read the first events, and is slow to archive them."""
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url)
    events = await scene.happened(organisation, History(organisation=organisation).served())
    async with scene.database.write() as connection:
        table = tables.webhook_delivery
        await connection.execute(update(table).values(due_at=0))
    ms, _, seq = events[2].partition("-")
    taken = await scene.queue.take(
        (await scene.waiting())[0].webhook,
        now=await scene.clock(),
        until=0,
        before=(int(ms), int(seq)),
        limit=10,
    )
    assert [each.place for each in taken] == [tuple(map(int, events[0].split("-")))]


@pytest.mark.parametrize("status", [200, 500])
async def test_a_node_that_comes_too_late_changes_nothing(
    scene: Scene, receiver: Receiver, status: int
) -> None:
    """It was taken for dead, and another node is at the delivery."""
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url)
    await scene.happened(organisation, History(organisation=organisation).served())
    webhook = (await scene.waiting())[0].webhook
    now = await scene.clock()
    far = (now + 60_000, 0)
    (first,) = await scene.queue.take(webhook, now=now, until=now + 5, before=far, limit=10)
    (second,) = await scene.queue.take(webhook, now=now + 5, until=now + 10, before=far, limit=10)
    assert first.place == second.place
    before = await scene.waiting()

    if status == 200:
        await scene.queue.delivered(first)
    else:
        await scene.queue.failed(first, "answered 500", due_at=now)

    assert await scene.waiting() == before


async def test_all_nodes_share_the_clock_of_the_queue(any_scene: Scene) -> None:
    before = time.time() * 1000 - 1
    now = await any_scene.queue.now()
    assert before <= now <= time.time() * 1000 + 1
