"""How sound and picture were: drawn, told and in tables, from the same samples."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from signaling.events import Measured
from signaling.ids import LinkId
from signaling.measures import Path, Picture, Sample, Sound, Way
from signaling.model import Side
from signaling.record import Record
from tests.web.samples import CONSULTATION, record
from web.i18n import Catalogues, Texts
from web.quality_page import TalkQuality, talk_qualities

MAIN = LinkId(f"{CONSULTATION}-1")
ACCEPTED = record().contact_legs[0].accepted_at


def sample(loss: int | None = 0, *, video: bool = True, **facts: object) -> Sample:
    whole = {
        "span": 5000,
        "rtt": 30,
        "path": Path(local="relay", protocol="tls"),
        "received": Way(
            audio=Sound(loss=loss, level=30, jitter=4),
            video=Picture(loss=loss, fps=25, width=1280, height=720) if video else None,
        ),
    }
    return msgspec.convert(msgspec.to_builtins(Sample(**{**whole, **facts})), Sample)  # type: ignore[arg-type]


def measured(
    seconds: int, what: Sample, side: Side = Side.VISITOR, link: LinkId = MAIN
) -> Measured:
    """What that side reported so long after accepting."""
    at = ACCEPTED + seconds * 1000
    return Measured(at=at, consultation=CONSULTATION, side=side, link=link, sample=what)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Catalogues()["en"]


def shown(events: list[Measured], texts: Texts, of: Record | None = None) -> TalkQuality:
    [talk] = talk_qualities(of or record(), events, ZoneInfo("Europe/Moscow"), texts)
    return talk


def test_a_talk_is_drawn_for_each_side_with_gaps_where_nothing_came(texts: Texts) -> None:
    visitor = [measured(at, sample()) for at in (5, 10, 15, 60, 65)]
    consultant = [measured(at, sample(50, video=False), Side.CONSULTANT) for at in (7, 12)]
    talk = shown(visitor + consultant, texts)
    booth, staff = talk.panels
    assert (booth.title, staff.title) == ("At the booth", "With the consultant")
    # Of 300.24 s five are 16.7 in 1,000, and a score of 99 is one below the top.
    assert booth.sound == ["0,1 17,1 17,1 33,1 33,1 50,1", "183,1 200,1 200,1 216,1"]
    assert len(booth.picture) == 2
    assert staff.picture == []
    assert staff.sound == ["0,27 17,27 17,27 33,27"]


def test_the_table_says_what_the_chart_draws(texts: Texts) -> None:
    talk = shown([measured(5, sample()), measured(20, sample(90, video=False))], texts)
    assert talk.columns == ["Time", "At the booth: Sound", "At the booth: Picture"]
    assert [(row.moment.text, row.cells) for row in talk.twin] == [
        ("14:08:20", ["99, excellent", "100, excellent"]),
        ("14:08:35", ["51, good", "—"]),
    ]


def test_one_sentence_tells_how_long_it_was_weak(texts: Texts) -> None:
    events = [measured(at, sample(200 if at == 10 else 0)) for at in (5, 10, 15, 20)]
    events.append(measured(5, sample(), Side.CONSULTANT))
    assert shown(events, texts).summary == (
        "At the booth: weak for 5 s of 20 s measured. "
        "With the consultant: never weak in 5 s measured."
    )


def test_all_that_was_measured_stands_in_a_row_for_each_side_and_kind(texts: Texts) -> None:
    again = sample(20, connections=2, restarts=3)
    sound, picture = shown([measured(5, sample()), measured(10, again)], texts).rows
    assert (sound.kind, sound.mean, sound.low) == ("Sound", "94, excellent", "89, excellent")
    assert (sound.loss, sound.round_trip, sound.jitter) == ("1%", "30 ms", "4 ms")
    assert sound.special == "half of the time above -30 dB"
    assert (picture.codec, picture.way) == ("VP8", "through a relay, TLS")
    assert picture.special == "1280 by 720; 25 pictures a second or more"
    assert picture.mended == "connected anew: 1, another way: 3"


def test_a_microphone_that_gave_nothing_is_seen_in_the_table(texts: Texts) -> None:
    silent = Sample(span=5000, received=Way(audio=Sound(level=127)))
    [row] = shown([measured(5, silent)], texts).rows
    assert row.special == "half of the time silence"


def test_of_three_it_is_said_from_whom(texts: Texts) -> None:
    three = record()
    three.contact_legs[0].interpreter = three.contact_legs[0].consultant
    heard = LinkId(f"{MAIN}-vi")
    talk = shown([measured(5, sample()), measured(5, sample(), link=heard)], texts, three)
    assert [panel.title for panel in talk.panels] == [
        "At the booth, from the consultant",
        "At the booth, from the interpreter",
    ]


def test_a_long_talk_is_drawn_in_longer_spans_by_their_lowest_scores(texts: Texts) -> None:
    events = [measured(at, sample(200 if at == 300 else 0)) for at in range(5, 3600, 5)]
    talk = shown(events, texts)
    assert len(talk.twin) <= 120
    assert "lowest of each 30 s" in talk.formula
    assert sum(row.cells[0] == "0, lost" for row in talk.twin) == 1


def test_every_talk_of_a_record_has_its_own(texts: Texts) -> None:
    assert talk_qualities(record(), [], ZoneInfo("UTC"), texts) == []
    stray = measured(5, sample(), link=LinkId(f"{CONSULTATION}-2"))
    assert talk_qualities(record(), [stray], ZoneInfo("UTC"), texts) == []
