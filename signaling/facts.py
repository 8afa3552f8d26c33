"""What a page has measured of its devices and its connection, before anybody judges it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

_Share = Annotated[float, Meta(ge=0, le=1)]
_Count = Annotated[int, Meta(ge=0, le=100_000)]
_Milliseconds = Annotated[float, Meta(ge=0, le=60_000)]
_Kilobits = Annotated[float, Meta(ge=0, le=10_000_000)]

Missing = Literal["denied", "missing", "busy", "insecure", "unwanted", "failed"]
"""Why a page has no picture or sound of a device; `DeviceResult` of the scripts."""


class CameraFacts(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True, kw_only=True
):
    """What the page saw in its camera's own pictures."""

    missing: Missing | None = None
    """Why there is no camera; None: it is on."""
    pictures: _Count = 0
    """Looked at, some a second."""
    changed: _Count = 0
    """Of these: differ from the one before in any point that was looked at."""
    brightness: Annotated[float, Meta(ge=0, le=255)] = 0
    """Of the brightest, on average."""
    width: _Count = 0
    height: _Count = 0
    rate: Annotated[float, Meta(ge=0, le=1000)] | None = None
    """Pictures a second, as they were shown; None: the browser does not tell."""


class MicrophoneFacts(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True, kw_only=True
):
    """What the page heard in its microphone."""

    missing: Missing | None = None
    loudest: Annotated[float, Meta(ge=-200, le=10)] | None = None
    """Decibels below full scale; None: the browser did not let us measure."""


class SpeakerFacts(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True, kw_only=True
):
    """What became of the tone; left out when none was to be played."""

    played: bool = False
    heard: _Share = 0
    """Of the tone, by the page in its own microphone."""
    returned: _Share = 0
    """Of the tone, by the probe in what the page sent."""


class NetworkFacts(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True, kw_only=True
):
    """The call to the probe."""

    outcome: Literal["connected", "no_path", "no_probe", "busy"]
    rtt: _Milliseconds | None = None
    up: _Kilobits | None = None
    """Kilobits a second to the probe, at least; a short burst finds no more."""
    down: _Kilobits | None = None
    lost_up: _Share = 0
    lost_down: _Share = 0
    jitter: _Milliseconds = 0
    way: Literal["host", "srflx", "prflx", "relay", ""] = ""
    """The page's kind of address in the pair that was used."""
    picture: bool | None = None
    """Whether the probe's picture came as it was sent; None: not looked for."""


class TurnFacts(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True, kw_only=True
):
    """A call through the TURN servers alone; left out when there are none."""

    outcome: Literal["connected", "no_relay", "no_path", "no_probe", "busy"]
    """`no_relay`: none of them gave the page an address."""
    rtt: _Milliseconds | None = None


class Facts(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True, kw_only=True
):
    """Everything one check found out; what is left out was not tested."""

    camera: CameraFacts | None = None
    microphone: MicrophoneFacts | None = None
    speaker: SpeakerFacts | None = None
    network: NetworkFacts | None = None
    turn: TurnFacts | None = None
