"""One organisation and one consultation, for what is shown of them."""

from __future__ import annotations

from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    EventId,
    LinkId,
    OrganisationId,
    TopicId,
    UserId,
)
from signaling.model import (
    EndedBy,
    Mode,
    Outcome,
    Policy,
    PriorityClass,
    Role,
    Rule,
    State,
    Topic,
    Trigger,
)
from signaling.record import (
    ContactLeg,
    Offer,
    Promise,
    QueueLeg,
    Rating,
    Record,
    TimelineEntry,
    WrapUp,
)
from web.ports import NamedCentre, NamedUser, Organisation

CENTRE = CentreId("01CENTRE00000000000000000A")
BOOTH = BoothId("01B00TH000000000000000000A")
PASSPORT = TopicId("01T0P1C000000000000000000A")
OLD_TOPIC = TopicId("01T0P1C000000000000000000B")
ANNA = UserId("01ANNA0000000000000000000A")
BORIS = UserId("01B0R1S000000000000000000A")
MACHINE = "01MACHINE00000000000000000"
"""Id of an API token."""
CONSULTATION = ConsultationId("01C0NSVTAT10N000000000000A")

JOINED_AT = 1_795_431_900_000
"""23 November 2026, 14:05 in Moscow."""


def topic(topic_id: TopicId, russian: str, english: str) -> Topic:
    return Topic(
        id=topic_id,
        code=english.lower(),
        names={"ru": russian, "en": english},
        hints={},
        handling_seconds=300,
    )


ORGANISATION = Organisation(
    id=OrganisationId("01ORG000000000000000000000"),
    code="region",
    name="Region",
    timezone="Europe/Moscow",
    policy=Policy(
        timezone="Europe/Moscow",
        priorities=(
            PriorityClass(
                code="veteran",
                names={"ru": "Ветеран", "en": "Veteran"},
                head_start_seconds=600,
            ),
        ),
        breaks={"lunch": {"ru": "Обед", "en": "Lunch"}},
        interpreters={"tatar": {"ru": "Татарский", "en": "Tatar"}},
    ),
    centres={CENTRE: NamedCentre(id=CENTRE, code="main", name="Main centre", timezone="Asia/Omsk")},
    booths={BOOTH: "Booth 2"},
    topics={PASSPORT: topic(PASSPORT, "Паспорт", "Passport")},
    closed_topics={OLD_TOPIC: topic(OLD_TOPIC, "Старое", "Old")},
    users={
        ANNA: NamedUser(id=ANNA, name="Anna", roles=frozenset({Role.CONSULTANT})),
        BORIS: NamedUser(id=BORIS, name="Boris", roles=frozenset({Role.SUPERVISOR})),
    },
    tokens={MACHINE: "ticket-machine"},
)


def record() -> Record:
    """A visitor waited 3 min 20 s, talked for 5 min and rated it; the wrap-up took 12 s."""
    link = LinkId(f"{CONSULTATION}-1")
    accepted = JOINED_AT + 200_000
    connected = accepted + 240
    ended = connected + 300_000
    return Record(
        id=CONSULTATION,
        organisation=ORGANISATION.id,
        centre=CENTRE,
        booth=BOOTH,
        ticket="B-042",
        topic=PASSPORT,
        language="ru",
        mode=Mode.SPEECH,
        joined_at=JOINED_AT,
        state=State.CLOSED,
        outcome=Outcome.SERVED,
        closed_at=ended + 12_000,
        queue_legs=[
            QueueLeg(
                entered_at=JOINED_AT,
                left_at=accepted,
                reason_out=Trigger.ACCEPT,
                place=2,
                waiting=2,
                promises=[
                    Promise(
                        at=JOINED_AT, low_minutes=2, high_minutes=5, method="measured", samples=9
                    )
                ],
            )
        ],
        offers=[
            Offer(
                consultant=ANNA,
                link=link,
                at=accepted - 3_000,
                rule=Rule.LONGEST_AVAILABLE,
                rivals=1,
                answered_at=accepted,
                result=Trigger.ACCEPT,
            )
        ],
        contact_legs=[
            ContactLeg(
                consultant=ANNA,
                link=link,
                accepted_at=accepted,
                media_at_visitor=accepted + 180,
                media_at_consultant=connected,
                connected_at=connected,
                ended_at=ended,
                ended_by=EndedBy.VISITOR,
                reason=Trigger.HANG_UP,
            )
        ],
        wrap_up=WrapUp(started_at=ended, ended_at=ended + 12_000, reason=Trigger.FINISH),
        rating=Rating(at=ended + 4_000, score=5),
        events=9,
        last_event=EventId("9-0"),
    )


def waiting_record() -> Record:
    """The same visitor a moment after taking the ticket."""
    whole = record()
    whole.state = State.WAITING
    whole.outcome = whole.closed_at = whole.wrap_up = whole.rating = None
    whole.offers, whole.contact_legs = [], []
    whole.queue_legs = [QueueLeg(entered_at=JOINED_AT, place=2, waiting=2)]
    return whole


def entry(kind: str, **facts: str | int | None) -> TimelineEntry:
    return TimelineEntry(id=EventId("1-0"), type=kind, at=JOINED_AT, facts=facts)
