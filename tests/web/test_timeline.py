"""Every event of a record becomes a sentence in every language."""

from __future__ import annotations

import typing
from zoneinfo import ZoneInfo

import msgspec
import pytest

from signaling.consent import RecordingStep, RemovalReason
from signaling.event_kinds import ConsultationEvent
from signaling.events import AnyEvent, Measured
from signaling.host_events import HostEnd, HostEvent
from signaling.ids import LinkId
from signaling.issues import Issue
from signaling.model import TRANSITIONS, EndedBy, Outcome, Side, State, Trigger
from signaling.record import TimelineEntry
from signaling.showing import Exhibit
from tests.web.samples import (
    ANNA,
    BOOTH,
    BORIS,
    CENTRE,
    JOINED_AT,
    MACHINE,
    ORGANISATION,
    PASSPORT,
    entry,
)
from web.i18n import Catalogues
from web.names import Names
from web.timeline import PLAYED, VIEWED, Narrator
from web.timeline_texts import RECORDING, REMOVED

CATALOGUES = Catalogues()
LINK = LinkId("link")


def narrator(language: str) -> Narrator:
    texts = CATALOGUES[language]
    return Narrator(Names(ORGANISATION, texts), texts, ZoneInfo("Europe/Moscow"))


def told(each: TimelineEntry, language: str = "en") -> str:
    return narrator(language).tell([each])[0].text


def joined(waiting: int = 2) -> TimelineEntry:
    return entry(
        "consultation.joined",
        centre=CENTRE,
        booth=BOOTH,
        ticket="B-042",
        topic=PASSPORT,
        language="ru",
        mode="speech",
        place=waiting,
        waiting=waiting,
    )


def offered(rule: str, rivals: int) -> TimelineEntry:
    return entry("consultation.offered", consultant=ANNA, link=LINK, rule=rule, rivals=rivals)


SENTENCES = [
    (
        joined(),
        (
            "The visitor took ticket B-042 at Booth 2, Main centre: Passport, Russian. "
            "Place 2 in the line, 2 people waiting."
        ),
    ),
    (
        entry("consultation.promised", low_minutes=2, high_minutes=5, method="measured", samples=9),
        "The visitor was told to expect a wait of 2 to 5 minutes.",
    ),
    (
        entry("consultation.promised", low_minutes=1, high_minutes=1, method="measured", samples=9),
        "The visitor was told to expect a wait of about 1 minute.",
    ),
    (offered("longest_available", 0), "Anna was asked: nobody else as skilled was available."),
    (
        offered("longest_available", 2),
        "Anna was asked: available for longer than the 2 other consultants.",
    ),
    (
        entry(
            "consultation.joined",
            centre=CENTRE,
            booth=None,
            ticket="B-043",
            topic=PASSPORT,
            language="en",
            mode="sign",
            place=1,
            waiting=1,
            priority="veteran",
            declared_by="staff",
            head_start=600,
            interpreter="tatar",
            scope=f"centre:{CENTRE}",
            source="api",
            external="T-9",
        ),
        (
            "Ticket T-9 was taken outside Okno for Main centre: Passport, English. "
            "Place 1 in the line, 1 person waiting. How they talk: Sign language. "
            "To be interpreted: Tatar. Head start of 10 min: Veteran, declared by staff. "
            "At first only for consultants of Main centre."
        ),
    ),
    (entry("consultation.claimed", booth=BOOTH), "The visitor came to Booth 2 with the ticket."),
    (
        entry("consultation.widened", scope="region:north"),
        "From now on consultants of the region north may be asked.",
    ),
    (
        entry("consultation.widened", scope=""),
        "From now on every consultant of the line may be asked.",
    ),
    (
        entry(
            "consultation.prioritised", priority="cut_off", declared_by="system", head_start=3600
        ),
        "The conversation was cut off, so the visitor was let ahead by up to 1 h.",
    ),
    (
        entry(
            "consultation.prioritised",
            priority="veteran",
            declared_by="staff",
            head_start=600,
            user=BORIS,
        ),
        "Staff gave the visitor a head start of 10 min (Boris): Veteran.",
    ),
    (
        entry("consultation.prioritised", priority="", declared_by="staff", head_start=0),
        "Staff took the head start back (the administrator of the server).",
    ),
    (
        entry(
            "consultation.prioritised",
            priority="",
            declared_by="staff",
            head_start=0,
            token=MACHINE,
        ),
        "Staff took the head start back (the program ticket-machine).",
    ),
    (
        entry(
            "consultation.moved", topic=PASSPORT, language="en", mode="text", token="of nobody here"
        ),
        (
            "Staff moved the visitor to another line (a program with an API token): "
            "Passport, English, Writing. The time of coming counts on."
        ),
    ),
    (
        entry("consultation.moved", topic=PASSPORT, language="en", mode="text", user=BORIS),
        (
            "Staff moved the visitor to another line (Boris): Passport, English, Writing. "
            "The time of coming counts on."
        ),
    ),
    (
        entry(
            "consultation.called_back",
            return_at=JOINED_AT + 3_600_000,
            until=JOINED_AT + 7_200_000,
        ),
        (
            "The visitor agreed to come back: 23 November 2026, 15:05. "
            "The ticket is good until 16:05."
        ),
    ),
    (
        entry(
            "consultation.promised",
            low_minutes=5,
            high_minutes=10,
            method="measured",
            samples=9,
            reason="priority",
        ),
        (
            "The visitor was told to expect a wait of 5 to 10 minutes. "
            "It became longer: others with a head start came."
        ),
    ),
    (
        entry("consultation.agreed", user=ANNA),
        "Anna accepted. The other who was asked had still to answer.",
    ),
    (
        offered("first_in_line", 0),
        "Anna came free and was asked: the visitor was the first of those who could be called.",
    ),
    (
        entry(
            "consultation.offered",
            consultant=ANNA,
            link=LINK,
            rule="interpreter_came",
            rivals=0,
            interpreter=BORIS,
        ),
        "Anna was asked: Boris had come free to interpret.",
    ),
    (
        entry(
            "consultation.offered",
            consultant=ANNA,
            link=LINK,
            rule="longest_available",
            rivals=1,
            level=2,
            scope=f"user:{ANNA}",
            interpreter=BORIS,
            passed_over=3,
        ),
        (
            "Anna was asked: available for longer than the 1 other consultant. "
            "Skill level 2: nobody of a better one was free. At that time only for Anna. "
            "Asked together to interpret: Boris. "
            "Before the visitor stood 3 who could not be called at that moment."
        ),
    ),
    (offered("reserve", 0), "Anna was asked, as the reserve: nobody else was available."),
    (entry("consultation.accepted", consultant=ANNA, link=LINK), "Anna accepted."),
    (
        entry("consultation.media_arrived", side=Side.VISITOR, link=LINK),
        "The visitor saw or heard the consultant.",
    ),
    (
        entry("consultation.media_arrived", side=Side.CONSULTANT, link=LINK),
        "The consultant saw or heard the visitor.",
    ),
    (
        entry("consultation.connected", link=LINK),
        "The conversation began: each saw or heard the other.",
    ),
    (
        entry("consultation.issue", side=Side.VISITOR, issue=Issue.CAMERA_LOST, on=True, link=None),
        "At the booth: the camera was unplugged or switched off.",
    ),
    (
        entry("consultation.issue", side=Side.CONSULTANT, issue=Issue.MICROPHONE_SILENT, on=False),
        "With the consultant, over now: the microphone was on and gave no sound at all.",
    ),
    (
        entry("booth.host_called", booth=BOOTH, issues="", failed="microphone"),
        "The visitor called a person of the centre to the booth.",
    ),
    (
        entry("booth.host_called", booth=BOOTH, issues="camera_missing speaker_missing"),
        (
            "The visitor called a person of the centre to the booth: no camera was connected, "
            "no loudspeaker was connected."
        ),
    ),
    (entry("booth.host_coming", booth=BOOTH, user=BORIS), "Somebody went to the booth (Boris)."),
    (
        entry("booth.host_released", booth=BOOTH, reason="done", user=BORIS),
        "Staff said that the booth needs nobody any more (Boris).",
    ),
    (
        entry("consultation.shown", side=Side.VISITOR, what=Exhibit.DOCUMENT, on=True, kib=0),
        "The visitor began to show a document.",
    ),
    (
        entry("consultation.shown", side=Side.CONSULTANT, what=Exhibit.SCREEN, on=False, kib=0),
        "The consultant stopped showing the window.",
    ),
    (
        entry("consultation.shown", side=Side.VISITOR, what=Exhibit.PHOTO, on=True, kib=340),
        "The visitor sent a photo to the consultant (340 KB). It was not kept.",
    ),
    (
        entry("consultation.text", side=Side.VISITOR, link=LINK, delay=None),
        "The visitor began to write. What was written was not kept.",
    ),
    (
        entry("consultation.talk_ended", by="visitor", reason="hang_up", was="active"),
        "The visitor finished the conversation.",
    ),
    (
        entry("consultation.talk_ended", by="consultant", reason="hang_up", was="connecting"),
        "The consultant finished before sound and picture were there.",
    ),
    (
        entry("consultation.closed", outcome="served", reason="finish", was="wrapping_up"),
        "The consultant wrote down the outcome: Served.",
    ),
    (entry("consultation.rated", score=4), "The visitor rated the conversation 4 out of 5."),
    (
        entry("consultation.recording", what="asked", by="consultant", take=0),
        "The consultant asked whether the conversation may be recorded.",
    ),
    (
        entry("consultation.recording", what="stopped", by="visitor", take=1),
        "The visitor stopped the recording.",
    ),
    *(
        (entry("consultation.recording", what=step, by=None, take=1), RECORDING[step])
        for step in RecordingStep
    ),
    (
        entry("consultation.recorded", side="visitor", take=1, segments=3, milliseconds=15_000),
        "15 s of the visitor was recorded.",
    ),
    *(
        (
            entry("consultation.recording_removed", reason=why, user=ANNA),
            REMOVED[why] % {"who": "Anna"},
        )
        for why in RemovalReason
    ),
]


@pytest.mark.parametrize(("each", "sentence"), SENTENCES)
def test_an_event_is_told_as_a_sentence(each: TimelineEntry, sentence: str) -> None:
    assert told(each) == sentence
    assert told(each, "ru") != sentence
    assert "%(" not in told(each, "ru")


def test_the_time_stands_beside_it() -> None:
    moment = narrator("ru").tell([joined()])[0].moment
    assert (moment.text, moment.iso) == ("14:05:00", "2026-11-23T14:05:00+03:00")


@pytest.mark.parametrize("issue", list(Issue))
def test_every_issue_has_its_words(issue: Issue) -> None:
    for side in Side:
        each = entry("consultation.issue", side=side, issue=issue, on=True)
        assert told(each) != told(each, "ru")


@pytest.mark.parametrize(("state", "trigger"), list(TRANSITIONS))
def test_every_transition_has_a_sentence(state: State, trigger: Trigger) -> None:
    after = TRANSITIONS[state, trigger]
    facts: dict[str, str | int | None] = {"reason": trigger, "was": state, "consultant": ANNA}
    if after is State.CLOSED:
        each = entry("consultation.closed", **facts, outcome=Outcome.ABANDONED)
    elif after is State.WAITING:
        each = entry("consultation.returned", **facts)
    elif after is State.WRAPPING_UP:
        each = entry("consultation.talk_ended", **facts, by=EndedBy.SYSTEM)
    else:
        return
    for language in ("en", "ru"):
        assert told(each, language).endswith(".")


def test_every_event_of_a_record_has_a_sentence() -> None:
    unknown = told(entry("future.event"))
    assert unknown == "Something newer than this page happened: future.event."
    known = {each.type for each, _ in SENTENCES} | {"consultation.returned"}
    types = {
        msgspec.inspect.type_info(event).tag  # type: ignore[attr-defined] # a struct, so it has one
        for event in typing.get_args(AnyEvent)
        if issubclass(event, ConsultationEvent | HostEvent) and event is not Measured
    }
    assert types <= known


@pytest.mark.parametrize("reason", list(HostEnd))
def test_every_end_of_a_call_to_the_booth_has_its_words(reason: HostEnd) -> None:
    each = entry("booth.host_released", booth=BOOTH, reason=reason, user=BORIS)
    for language in ("en", "ru"):
        assert told(each, language).endswith(".")


def test_looking_at_a_record_is_no_part_of_its_story() -> None:
    looks = [entry(VIEWED, user=None), entry(PLAYED, user=ANNA)]
    assert narrator("en").tell(looks) == []


def test_what_is_gone_is_said_to_be_gone() -> None:
    gone = "01G0NE00000000000000000000"
    each = entry(
        "consultation.joined",
        centre=gone,
        booth=gone,
        ticket="B-1",
        topic=gone,
        language="ru",
        mode="speech",
        place=1,
        waiting=1,
    )
    assert gone not in told(each)
    assert "someone who has left" in told(entry("consultation.accepted", consultant=gone, link="x"))
