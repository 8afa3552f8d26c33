"""From what a page has measured to what the booth is fit for."""

from __future__ import annotations

import msgspec
import pytest

from signaling.checkup import NEEDS, Grade, Part, Why, judge
from signaling.facts import (
    CameraFacts,
    Facts,
    MicrophoneFacts,
    NetworkFacts,
    SpeakerFacts,
    TurnFacts,
)
from signaling.model import Mode

CAMERA = CameraFacts(pictures=15, changed=14, brightness=90, width=1280, height=720, rate=30)
MICROPHONE = MicrophoneFacts(loudest=-40)
SPEAKER = SpeakerFacts(played=True, heard=1, returned=1)
NETWORK = NetworkFacts(outcome="connected", rtt=40, up=2500, down=2500, picture=True)


def camera(**facts: object) -> Facts:
    return Facts(camera=msgspec.structs.replace(CAMERA, **facts))


def microphone(**facts: object) -> Facts:
    return Facts(microphone=msgspec.structs.replace(MICROPHONE, **facts))


def speaker(own: MicrophoneFacts | None = MICROPHONE, **facts: object) -> Facts:
    return Facts(speaker=msgspec.structs.replace(SPEAKER, **facts), microphone=own)


def network(**facts: object) -> Facts:
    return Facts(network=msgspec.structs.replace(NETWORK, **facts))


CASES: list[tuple[Part, Facts, Grade, Why | None]] = [
    (Part.CAMERA, Facts(), Grade.UNKNOWN, Why.NOT_TESTED),
    (Part.CAMERA, camera(), Grade.GOOD, None),
    (Part.CAMERA, camera(missing="missing"), Grade.FAILED, Why.MISSING),
    (Part.CAMERA, camera(missing="denied"), Grade.FAILED, Why.DENIED),
    (Part.CAMERA, camera(missing="busy"), Grade.FAILED, Why.BUSY),
    (Part.CAMERA, camera(missing="insecure"), Grade.FAILED, Why.INSECURE),
    (Part.CAMERA, camera(missing="failed"), Grade.FAILED, Why.BROKEN),
    (Part.CAMERA, camera(missing="unwanted"), Grade.UNKNOWN, Why.NOT_TESTED),
    (Part.CAMERA, camera(pictures=0, changed=0), Grade.FAILED, Why.NO_PICTURE),
    (Part.CAMERA, camera(brightness=3), Grade.FAILED, Why.BLACK),
    (Part.CAMERA, camera(changed=0), Grade.FAILED, Why.FROZEN),
    (Part.CAMERA, camera(pictures=3, changed=0), Grade.UNKNOWN, Why.NOT_TESTED),
    (Part.CAMERA, camera(width=160, height=120), Grade.POOR, Why.SMALL),
    (Part.CAMERA, camera(width=240, height=320), Grade.GOOD, None),
    (Part.CAMERA, camera(rate=12), Grade.POOR, Why.JERKY),
    (Part.CAMERA, camera(rate=None), Grade.GOOD, None),
    (Part.MICROPHONE, Facts(), Grade.UNKNOWN, Why.NOT_TESTED),
    (Part.MICROPHONE, microphone(), Grade.GOOD, None),
    (Part.MICROPHONE, microphone(loudest=-70), Grade.GOOD, None),
    (Part.MICROPHONE, microphone(loudest=-100), Grade.FAILED, Why.SILENT),
    (Part.MICROPHONE, microphone(loudest=None), Grade.UNKNOWN, Why.BLOCKED),
    (Part.MICROPHONE, microphone(missing="missing"), Grade.FAILED, Why.MISSING),
    (Part.SPEAKER, Facts(microphone=MICROPHONE), Grade.UNKNOWN, Why.NOT_TESTED),
    (Part.SPEAKER, speaker(), Grade.GOOD, None),
    (Part.SPEAKER, speaker(heard=0, returned=1), Grade.GOOD, None),
    (Part.SPEAKER, speaker(heard=0.5, returned=0), Grade.POOR, Why.FAINT),
    (Part.SPEAKER, speaker(heard=0.25, returned=0.25), Grade.FAILED, Why.NOT_HEARD),
    (Part.SPEAKER, speaker(played=False), Grade.UNKNOWN, Why.BLOCKED),
    (Part.SPEAKER, speaker(None, heard=0, returned=0), Grade.UNKNOWN, Why.DEAF),
    (
        Part.SPEAKER,
        speaker(MicrophoneFacts(loudest=-100), heard=0, returned=0),
        Grade.UNKNOWN,
        Why.DEAF,
    ),
    (Part.NETWORK, Facts(), Grade.UNKNOWN, Why.NOT_TESTED),
    (Part.NETWORK, network(), Grade.GOOD, None),
    (Part.NETWORK, network(outcome="no_path"), Grade.FAILED, Why.NO_PATH),
    (Part.NETWORK, network(outcome="no_probe"), Grade.UNKNOWN, Why.NO_PROBE),
    (Part.NETWORK, network(outcome="busy"), Grade.UNKNOWN, Why.CROWDED),
    (Part.NETWORK, network(up=60), Grade.FAILED, Why.SLOW),
    (Part.NETWORK, network(down=60), Grade.FAILED, Why.SLOW),
    (Part.NETWORK, network(down=250), Grade.POOR, Why.SLOW),
    (Part.NETWORK, network(lost_up=0.4), Grade.FAILED, Why.LOSSY),
    (Part.NETWORK, network(lost_down=0.1), Grade.POOR, Why.LOSSY),
    (Part.NETWORK, network(rtt=600), Grade.POOR, Why.FAR),
    (Part.NETWORK, network(picture=False), Grade.POOR, Why.GARBLED),
    (Part.NETWORK, network(up=None, down=None, rtt=None, picture=None), Grade.GOOD, None),
    (Part.TURN, Facts(), Grade.UNKNOWN, Why.NOT_TESTED),
    (Part.TURN, Facts(turn=TurnFacts(outcome="connected")), Grade.GOOD, None),
    (Part.TURN, Facts(turn=TurnFacts(outcome="no_relay")), Grade.FAILED, Why.NO_RELAY),
    (Part.TURN, Facts(turn=TurnFacts(outcome="no_path")), Grade.POOR, Why.NOT_RELAYED),
    (Part.TURN, Facts(turn=TurnFacts(outcome="no_probe")), Grade.UNKNOWN, Why.NO_PROBE),
]


@pytest.mark.parametrize(("part", "facts", "grade", "why"), CASES)
def test_each_part_is_judged_by_what_was_measured(
    part: Part, facts: Facts, grade: Grade, why: Why | None
) -> None:
    found = judge(facts)[part]
    assert (found.grade, found.why) == (grade, why)


def test_every_reason_can_be_given_and_every_part_is_judged() -> None:
    assert {why for _, _, _, why in CASES if why is not None} == set(Why)
    assert set(judge(Facts())) == set(Part)


def test_a_camera_alone_does_not_stop_speech() -> None:
    assert Part.CAMERA not in NEEDS[Mode.SPEECH]
    assert Part.CAMERA in NEEDS[Mode.SIGN]
    assert set(NEEDS) == set(Mode)
