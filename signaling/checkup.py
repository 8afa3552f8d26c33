"""What a booth, or a person's own place, is fit for: from what was measured to a verdict. Pure.

The page measures and the server judges, so that every page is judged alike and a better rule needs
no new page.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from signaling.facts import (
    CameraFacts,
    Facts,
    MicrophoneFacts,
    Missing,
    NetworkFacts,
    SpeakerFacts,
    TurnFacts,
)
from signaling.model import Mode


class Part(StrEnum):
    """What is checked."""

    CAMERA = "camera"
    """It gives a picture that lives."""
    MICROPHONE = "microphone"
    """It gives sound."""
    SPEAKER = "speaker"
    """The microphone hears it."""
    NETWORK = "network"
    """It carries a talk."""
    TURN = "turn"
    """The way through the TURN servers, for when there is no other."""


class Grade(StrEnum):
    """How a part is."""

    GOOD = "good"
    """It serves as it should."""
    POOR = "poor"
    """It serves, not well."""
    FAILED = "failed"
    """It does not serve."""
    UNKNOWN = "unknown"
    """Nothing could be found out, which is nobody's fault: an old verdict stands."""


class Why(StrEnum):
    """The reason for a grade that is not `Grade.GOOD`."""

    NOT_TESTED = "not_tested"
    """It was not to be checked this time."""
    DENIED = "denied"
    """The browser may not use the device."""
    MISSING = "missing"
    """No such device is connected."""
    BUSY = "busy"
    """Another program holds the device."""
    INSECURE = "insecure"
    """The page has no secure address, so browsers hide the devices from it."""
    BROKEN = "broken"
    """The device cannot be opened, for a reason the browser does not tell."""
    NO_PICTURE = "no_picture"
    """The camera is on and gives no pictures."""
    BLACK = "black"
    """The camera gives only black: it is covered, or it is dark."""
    FROZEN = "frozen"
    """The camera gives the same picture again and again."""
    SMALL = "small"
    """The picture is smaller than 320x240."""
    JERKY = "jerky"
    """Fewer than 20 pictures a second."""
    SILENT = "silent"
    """The microphone gives nothing at all, not even the noise of the room: it is switched off."""
    BLOCKED = "blocked"
    """The browser plays or measures no sound before somebody touches the page."""
    DEAF = "deaf"
    """The microphone does not work, so nobody can tell what the loudspeaker played."""
    FAINT = "faint"
    """The microphone heard the loudspeaker only in part."""
    NOT_HEARD = "not_heard"
    """The microphone works and did not hear the loudspeaker."""
    NO_PROBE = "no_probe"
    """The probe was not there, or went away during the call."""
    CROWDED = "crowded"
    """Too many were testing at this time."""
    NO_PATH = "no_path"
    """No way from the page to the probe."""
    SLOW = "slow"
    """The network carries too little."""
    LOSSY = "lossy"
    """The network loses too much."""
    FAR = "far"
    """Answers take too long."""
    GARBLED = "garbled"
    """The probe's picture did not arrive as it was sent."""
    NO_RELAY = "no_relay"
    """The TURN servers cannot be reached, or do not let the page in."""
    NOT_RELAYED = "not_relayed"
    """The TURN servers let the page in, and bring nothing to the probe: they may not send to its
    address, or their own ports are closed."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of one part."""

    grade: Grade
    why: Why | None = None


Verdict = dict[Part, Judgement]
"""Every part has one."""

NEEDS: dict[Mode, tuple[Part, ...]] = {
    Mode.SPEECH: (Part.MICROPHONE, Part.SPEAKER, Part.NETWORK),
    Mode.SIGN: (Part.CAMERA, Part.NETWORK),
    Mode.TEXT: (Part.NETWORK,),
}
"""What a talk cannot do without: a camera alone that is missing does not stop speech."""

BLACK = 12.0
"""Brightness of 255 below which there is nothing to be seen."""
_FEWEST_PICTURES = 5
"""From fewer nobody can tell whether they change."""
_SMALLEST = (240, 320)
_FEWEST_A_SECOND = 20.0
"""Both from EN 301 549, 6.5: what sign language and lip reading need at least."""
_RATE_TOLERANCE = 0.9
_SILENT_DB = -85.0
"""Any microphone that is on has more noise of its own."""
_HEARD, _HEARD_IN_PART = 0.75, 0.5
"""Three, and two, of the tone's four notes."""
_NEEDED, _SCARCE = 100.0, 300.0
"""Kilobits a second: below the first only sound gets through and the picture is paused; below the
second pictures come at less than 20 a second. Measured with our own talks, docs/BENCHMARKS.md."""
_LOSES_TOO_MUCH, _LOSES = 0.3, 0.05
"""Share of packets: at 40 percent a third of the sound is made up; up to 5 nobody notices."""
_FAR_MS = 300.0
"""There and back: 150 ms one way is what ITU-T G.114 finds acceptable for most talks."""

_DEVICE = {
    "denied": Why.DENIED,
    "missing": Why.MISSING,
    "busy": Why.BUSY,
    "insecure": Why.INSECURE,
    "failed": Why.BROKEN,
}
_CALL = {"no_probe": Why.NO_PROBE, "busy": Why.CROWDED}
_GOOD = Judgement(grade=Grade.GOOD)


def judge(facts: Facts) -> Verdict:
    """How each part is."""
    return {
        Part.CAMERA: _camera(facts.camera),
        Part.MICROPHONE: _microphone(facts.microphone),
        Part.SPEAKER: _speaker(facts.speaker, facts.microphone),
        Part.NETWORK: _network(facts.network),
        Part.TURN: _turn(facts.turn),
    }


def _failed(why: Why) -> Judgement:
    return Judgement(grade=Grade.FAILED, why=why)


def _poor(why: Why) -> Judgement:
    return Judgement(grade=Grade.POOR, why=why)


def _unknown(why: Why) -> Judgement:
    return Judgement(grade=Grade.UNKNOWN, why=why)


def _first(*cases: tuple[bool, Judgement]) -> Judgement:
    """The judgement of the first case that holds; good when none does."""
    return next((judgement for holds, judgement in cases if holds), _GOOD)


def _without(missing: Missing) -> Judgement:
    return _failed(_DEVICE[missing]) if missing in _DEVICE else _unknown(Why.NOT_TESTED)


def _camera(facts: CameraFacts | None) -> Judgement:
    if facts is None:
        return _unknown(Why.NOT_TESTED)
    if facts.missing is not None:
        return _without(facts.missing)
    sides = sorted((facts.height, facts.width))
    slow = facts.rate is not None and facts.rate < _FEWEST_A_SECOND * _RATE_TOLERANCE
    return _first(
        (facts.pictures == 0, _failed(Why.NO_PICTURE)),
        (facts.brightness < BLACK, _failed(Why.BLACK)),
        (facts.pictures < _FEWEST_PICTURES, _unknown(Why.NOT_TESTED)),
        (facts.changed == 0, _failed(Why.FROZEN)),
        (any(side < least for side, least in zip(sides, _SMALLEST, strict=True)), _poor(Why.SMALL)),
        (slow, _poor(Why.JERKY)),
    )


def _microphone(facts: MicrophoneFacts | None) -> Judgement:
    if facts is None:
        return _unknown(Why.NOT_TESTED)
    if facts.missing is not None:
        return _without(facts.missing)
    if facts.loudest is None:
        return _unknown(Why.BLOCKED)
    return _failed(Why.SILENT) if facts.loudest <= _SILENT_DB else _GOOD


def _speaker(facts: SpeakerFacts | None, microphone: MicrophoneFacts | None) -> Judgement:
    if facts is None:
        return _unknown(Why.NOT_TESTED)
    if not facts.played:
        return _unknown(Why.BLOCKED)
    heard = max(facts.heard, facts.returned)
    if heard >= _HEARD:
        return _GOOD
    if heard >= _HEARD_IN_PART:
        return _poor(Why.FAINT)
    if _microphone(microphone).grade is not Grade.GOOD:
        return _unknown(Why.DEAF)
    return _failed(Why.NOT_HEARD)


def _network(facts: NetworkFacts | None) -> Judgement:
    if facts is None:
        return _unknown(Why.NOT_TESTED)
    if facts.outcome != "connected":
        return _unknown(_CALL[facts.outcome]) if facts.outcome in _CALL else _failed(Why.NO_PATH)
    slowest = min((each for each in (facts.up, facts.down) if each is not None), default=_SCARCE)
    lost = max(facts.lost_up, facts.lost_down)
    return _first(
        (slowest < _NEEDED, _failed(Why.SLOW)),
        (lost > _LOSES_TOO_MUCH, _failed(Why.LOSSY)),
        (slowest < _SCARCE, _poor(Why.SLOW)),
        (lost > _LOSES, _poor(Why.LOSSY)),
        (facts.rtt is not None and facts.rtt > _FAR_MS, _poor(Why.FAR)),
        (facts.picture is False, _poor(Why.GARBLED)),
    )


def _turn(facts: TurnFacts | None) -> Judgement:
    if facts is None:
        return _unknown(Why.NOT_TESTED)
    if facts.outcome in _CALL:
        return _unknown(_CALL[facts.outcome])
    return _first(
        (facts.outcome == "no_relay", _failed(Why.NO_RELAY)),
        (facts.outcome == "no_path", _poor(Why.NOT_RELAYED)),
    )
