from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from signaling.events import AnyEvent, Closed, Rated, StatusChanged
from signaling.fold import fold, live_state
from signaling.host_events import HostCalled, HostComing, HostEnd, HostReleased
from signaling.ids import UserId
from signaling.issues import Issue
from signaling.measures import Path, Picture, Sample, Sound, Way
from signaling.model import EndedBy, Outcome, Side, State, Status, StatusReason, Trigger
from signaling.record import Record, last_consultant, talk_ms, wait_ms, wrap_up_ms
from signaling.showing import Exhibit
from tests.histories import START, History, histories


def record_of(history: History) -> Record:
    record = fold(history.entries())
    assert record is not None
    return record


def test_a_consultation_without_incident() -> None:
    history = History().promise(2, 5).offer("anna").accept().connect().end_talk().close().rate(4)

    record = record_of(history)

    assert record.state is State.CLOSED
    assert record.outcome is Outcome.SERVED
    assert (record.ticket, record.language, record.joined_at) == ("B-042", "ru", START)
    [leg] = record.queue_legs
    assert (leg.place, leg.waiting, leg.reason_out) == (3, 5, Trigger.ACCEPT)
    assert [(promise.low_minutes, promise.high_minutes) for promise in leg.promises] == [(2, 5)]
    [offer] = record.offers
    assert (offer.consultant, offer.result) == ("anna", Trigger.ACCEPT)
    [contact] = record.contact_legs
    assert contact.ended_by is EndedBy.CONSULTANT
    assert contact.media_at_visitor == contact.accepted_at + 1000
    assert contact.connected_at == contact.media_at_consultant
    assert record.wrap_up is not None
    assert record.wrap_up.reason is Trigger.FINISH
    assert record.rating is not None
    assert record.rating.score == 4
    assert (wait_ms(record), talk_ms(record), wrap_up_ms(record)) == (3000, 1000, 1000)
    assert last_consultant(record) == "anna"


def test_offers_that_come_to_nothing_keep_the_one_stay_in_the_line() -> None:
    history = History().offer("anna").back(Trigger.DECLINE)
    history.offer("boris").back(Trigger.OFFER_TIMED_OUT)
    history.offer("vera").back(Trigger.CONSULTANT_LOST)

    record = record_of(history)

    assert [offer.result for offer in record.offers] == [
        Trigger.DECLINE,
        Trigger.OFFER_TIMED_OUT,
        Trigger.CONSULTANT_LOST,
    ]
    assert len(record.queue_legs) == 1
    assert record.queue_legs[0].left_at is None
    assert wait_ms(record) is None


def test_the_quality_of_a_talk_is_told_for_each_side_and_kind_once_it_is_over() -> None:
    path = Path(local="relay", protocol="tls")
    history = History().offer("anna").accept().connect()
    for number in range(20):
        lost = 200 if number == 7 else 0
        got = Way(
            audio=Sound(loss=lost, level=30, jitter=5),
            video=Picture(fps=25 - number, width=1280, height=720, freeze=100),
        )
        history.measure(
            Side.VISITOR, Sample(span=5000, rtt=40 + number, path=path, restarts=1, received=got)
        )
    history.measure(Side.CONSULTANT, Sample(span=5000, received=Way(audio=Sound(level=127))))
    assert record_of(history).contact_legs[0].quality == [], "while it goes on nobody asks"

    staff, sound, picture = record_of(history.end_talk().close()).contact_legs[0].quality

    assert (staff.side, staff.kind, staff.samples, staff.level) == ("consultant", "audio", 1, 127)
    assert (sound.side, sound.kind, sound.samples) == ("visitor", "audio", 20)
    assert (sound.score_p5, sound.score_mean, sound.loss, sound.level) == (0, 94, 10, 30)
    assert (sound.codec, sound.path, sound.restarts) == ("opus", path, 1)
    assert (picture.rtt_p95, picture.fps_p5, picture.freeze_seconds) == (58, 6, 2.0)
    assert (picture.codec, picture.width, picture.height) == ("VP8", 1280, 720)
    assert picture.level is None


def test_each_talk_has_its_own_quality() -> None:
    history = History().offer("anna").accept().connect()
    history.measure(Side.VISITOR, Sample(span=5000, received=Way(audio=Sound(loss=1000))))
    history.back(Trigger.MEDIA_FAILED).offer("boris").accept().connect()
    history.measure(Side.VISITOR, Sample(span=5000, received=Way(audio=Sound()))).end_talk()

    first, second = record_of(history).contact_legs

    assert [each.score_mean for each in first.quality] == [0]
    assert [each.score_mean for each in second.quality] == [100]


def test_a_talk_that_broke_returns_to_the_line_and_its_wait_is_counted_from_joining() -> None:
    history = History().offer("anna").accept().connect().back(Trigger.MEDIA_FAILED)
    history.served("boris")

    record = record_of(history)

    first, second = record.contact_legs
    assert (first.ended_by, first.reason) == (EndedBy.SYSTEM, Trigger.MEDIA_FAILED)
    assert second.reason is Trigger.HANG_UP
    assert [leg.place for leg in record.queue_legs] == [3, None]
    assert record.queue_legs[1].entered_at == first.ended_at
    assert wait_ms(record) == second.accepted_at - START
    assert talk_ms(record) == 2000
    assert last_consultant(record) == "boris"


def test_media_of_an_earlier_link_never_lands_on_a_later_talk() -> None:
    history = History().offer("anna").accept()
    late = History(consultation=history.consultation)
    late.offers = 1
    late.media(Side.VISITOR)
    history.back(Trigger.MEDIA_FAILED).offer("boris").accept()
    history.events.append(late.events[-1])

    record = record_of(history)

    assert record.contact_legs[0].media_at_visitor is not None
    assert record.contact_legs[1].media_at_visitor is None


def test_troubles_begin_once_and_end_at_the_latest_with_the_talk() -> None:
    history = History().offer("anna").accept()
    history.issue(Side.VISITOR, Issue.CAMERA_MISSING).issue(Side.VISITOR, Issue.CAMERA_MISSING)
    history.issue(Side.CONSULTANT, Issue.MICROPHONE_LOST, link=True)
    history.issue(Side.VISITOR, Issue.CAMERA_BLACK, on=False)
    history.back(Trigger.CONSULTANT_LOST).offer("boris").accept().connect()
    history.issue(Side.VISITOR, Issue.CAMERA_MISSING, on=False)
    history.issue(Side.VISITOR, Issue.MICROPHONE_SILENT).end_talk()

    camera, lost, silent = record_of(history).issues

    assert (camera.issue, camera.side, camera.link) == (Issue.CAMERA_MISSING, Side.VISITOR, None)
    returned = record_of(history).contact_legs[0].ended_at
    assert returned is not None
    assert camera.ended_at is not None
    assert camera.ended_at > returned, "the booth's camera is still missing in the next talk"
    assert (lost.side, lost.ended_at) == (Side.CONSULTANT, returned)
    assert silent.ended_at == record_of(history).contact_legs[-1].ended_at


def test_what_is_shown_ends_at_the_latest_with_its_talk() -> None:
    history = History().offer("anna").accept().connect()
    history.shown(Exhibit.DOCUMENT).shown(Exhibit.DOCUMENT).shown(Exhibit.PHOTO, kib=340)
    history.back(Trigger.CONSULTANT_LOST).offer("boris").accept().connect()
    history.shown(Exhibit.DOCUMENT, on=False)
    history.shown(Exhibit.SCREEN).shown(Exhibit.SCREEN, on=False).end_talk()

    first, second = record_of(history).contact_legs

    document, photo = first.shown
    assert (document.what, document.side) == (Exhibit.DOCUMENT, Side.VISITOR)
    assert document.ended_at == first.ended_at
    assert (photo.kib, photo.ended_at) == (340, photo.began_at)
    [screen] = second.shown
    assert (screen.what, screen.side) == (Exhibit.SCREEN, Side.CONSULTANT)
    assert screen.ended_at is not None
    assert second.ended_at is not None
    assert screen.began_at < screen.ended_at < second.ended_at


def test_who_wrote_is_known_of_each_talk_and_how_fast_it_was() -> None:
    history = History().offer("anna").accept().connect().write(Side.VISITOR)
    history.back(Trigger.CONSULTANT_LOST).offer("boris").accept().connect()
    history.write(Side.CONSULTANT).write(Side.VISITOR).end_talk()
    history.write(Side.VISITOR, 120).write(Side.VISITOR, 700).write(Side.INTERPRETER, 90)

    first, second = record_of(history).contact_legs

    assert [(each.side, each.delay) for each in first.wrote] == [(Side.VISITOR, None)]
    assert [(each.side, each.delay) for each in second.wrote] == [
        (Side.CONSULTANT, None),
        (Side.VISITOR, 120),
        (Side.INTERPRETER, 90),
    ]


def test_a_person_called_to_the_booth_is_noted_also_when_it_ends_after_the_consultation() -> None:
    history = History().offer("anna").accept()
    history.host(HostCalled).host(HostComing, user=UserId("ivan"))
    history.host(HostReleased, reason=HostEnd.NOT_NEEDED)
    history.connect().host(HostCalled).end_talk().close()
    history.host(HostReleased, reason=HostEnd.RUN_OUT)

    record = record_of(history)

    answered, forgotten = record.host_calls
    assert answered.coming_at is not None
    assert answered.ended_at is not None
    assert answered.called_at < answered.coming_at < answered.ended_at
    assert (answered.reason, forgotten.reason) == (HostEnd.NOT_NEEDED, HostEnd.RUN_OUT)
    assert forgotten.coming_at is None
    assert record.state is State.CLOSED


def test_without_the_entry_that_says_who_joined_there_is_no_record() -> None:
    assert fold(History().served().entries()[1:]) is None
    assert fold([]) is None


@given(histories(closed=True))
def test_every_closed_consultation_has_exactly_one_outcome_and_nothing_open(
    history: History,
) -> None:
    record = record_of(history)

    [closed] = [event for event in history.events if isinstance(event, Closed)]
    assert record.state is State.CLOSED
    assert record.outcome is closed.outcome
    assert record.closed_at == closed.at
    assert all(leg.left_at is not None and leg.reason_out for leg in record.queue_legs)
    assert all(offer.answered_at is not None and offer.result for offer in record.offers)
    assert all(leg.ended_at is not None and leg.reason for leg in record.contact_legs)
    assert record.wrap_up is None or record.wrap_up.ended_at is not None
    assert all(each.ended_at is not None for each in record.issues)
    shown = [each for leg in record.contact_legs for each in leg.shown]
    assert all(each.ended_at is not None for each in shown)
    rated = any(isinstance(event, Rated) for event in history.events)
    assert (record.rating is not None) == rated
    assert (record.events, record.last_event) == (len(history.events), history.entries()[-1].id)


@given(histories())
def test_the_times_of_a_record_are_in_order(history: History) -> None:
    record = record_of(history)

    assert_ascending([time for leg in record.queue_legs for time in (leg.entered_at, leg.left_at)])
    assert_ascending([time for leg in record.offers for time in (leg.at, leg.answered_at)])
    talks = [
        time
        for leg in record.contact_legs
        for time in (leg.accepted_at, leg.connected_at, leg.ended_at)
    ]
    assert_ascending(talks)
    wrap_up = record.wrap_up
    ends = (wrap_up.started_at, wrap_up.ended_at) if wrap_up else ()
    assert_ascending([*talks, *ends, record.closed_at])
    assert len(record.contact_legs) == [offer.result for offer in record.offers].count(
        Trigger.ACCEPT
    )


@given(histories())
def test_the_record_and_the_live_state_agree_with_the_walk(history: History) -> None:
    record = record_of(history)
    live = live_state(history.events)

    assert record.state is history.state
    assert live.states == {history.consultation: history.state}
    busy = history.state not in (State.WAITING, State.CLOSED)
    assert live.serving == ({history.consultant: history.consultation} if busy else {})
    assert (record.outcome is not None) == (history.state is State.CLOSED)


@given(histories(), st.data())
def test_no_hole_in_the_history_makes_the_fold_fail(history: History, data: st.DataObject) -> None:
    entries = history.entries()
    kept = data.draw(st.lists(st.booleans(), min_size=len(entries), max_size=len(entries)))

    record = fold(entry for entry, keep in zip(entries, kept, strict=True) if keep)

    assert (record is not None) == kept[0]


def test_live_state_tells_the_last_status_of_each_consultant() -> None:
    def status(at: int, user: str, status: Status, reason: StatusReason) -> AnyEvent:
        return StatusChanged(at=at, consultant=UserId(user), status=status, reason=reason)

    live = live_state(
        [
            status(1, "anna", Status.AVAILABLE, StatusReason.CHOSEN),
            status(2, "boris", Status.AVAILABLE, StatusReason.CHOSEN),
            status(3, "anna", Status.BREAK, StatusReason.OFFER_MISSED),
        ]
    )

    assert live.statuses == {"anna": Status.BREAK, "boris": Status.AVAILABLE}


def assert_ascending(times: Sequence[int | None]) -> None:
    known = [time for time in times if time is not None]
    assert known == sorted(known)
