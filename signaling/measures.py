"""What a page measures of a link over some seconds: facts from its browser, in whole numbers.

The same structs go over the wire and stand in the journal, where a large city writes hundreds of
them a second: so their names there are single letters, and what is usual is left out. The pages
make them (``web/static/js/core/sample.js``).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Milliseconds = Annotated[int, Meta(ge=0, le=60_000)]
Share = Annotated[int, Meta(ge=0, le=1000)]
"""Thousandths."""
Codec = Annotated[str, Meta(pattern=r"^[A-Za-z0-9.-]{0,16}$")]
Kbps = Annotated[int, Meta(ge=0, le=1_000_000)]
Pixels = Annotated[int, Meta(ge=0, le=16_384)]
Count = Annotated[int, Meta(ge=0, le=10_000)]

SILENCE = 127
"""The level of digital silence."""

Kind = Literal["audio", "video"]
End = Literal["host", "srflx", "prflx", "relay"]


class Sound(
    msgspec.Struct,
    rename={
        "codec": "c",
        "fec": "x",
        "kbps": "k",
        "loss": "l",
        "jitter": "j",
        "level": "e",
        "concealed": "h",
    },
    omit_defaults=True,
    frozen=True,
    kw_only=True,
):
    """Sound one way. Of what is sent, loss and jitter are what the receiver last reported."""

    codec: Codec = "opus"
    """As the browser names it; empty: not known."""
    fec: bool = True
    """Packets carry what helps over a lost one."""
    kbps: Kbps = 0
    """kbit/s."""
    loss: Share | None = 0
    """Packets lost, thousandths; null: not known yet."""
    jitter: Milliseconds | None = 0
    """ms."""
    level: Annotated[int, Meta(ge=0, le=SILENCE)] | None = None
    """How loud, in dB under the loudest possible; 127: digital silence (the scale of RFC 6464)."""
    concealed: Share = 0
    """Sound made up for what did not come in time, thousandths; of what is sent: 0."""


class Picture(
    msgspec.Struct,
    rename={
        "codec": "c",
        "kbps": "k",
        "loss": "l",
        "jitter": "j",
        "fps": "f",
        "width": "w",
        "height": "t",
        "freeze": "z",
    },
    omit_defaults=True,
    frozen=True,
    kw_only=True,
):
    """Picture one way."""

    codec: Codec = "VP8"
    kbps: Kbps = 0
    """kbit/s."""
    loss: Share | None = 0
    """Packets lost, thousandths; null: not known yet."""
    jitter: Milliseconds | None = 0
    """ms."""
    fps: Annotated[int, Meta(ge=0, le=240)] = 0
    """Pictures a second."""
    width: Pixels = 0
    """Pixels; 0: not known."""
    height: Pixels = 0
    freeze: Milliseconds = 0
    """ms in which the picture stood still longer than it should."""


class Way(
    msgspec.Struct,
    rename={"audio": "a", "video": "v"},
    omit_defaults=True,
    frozen=True,
    kw_only=True,
):
    """One direction; null: nothing of that kind is sent."""

    audio: Sound | None = None
    video: Picture | None = None


class Path(
    msgspec.Struct,
    rename={"local": "l", "remote": "r", "protocol": "p"},
    omit_defaults=True,
    frozen=True,
    kw_only=True,
):
    """The way the packets take: what kind of address each end has. No address stands here."""

    local: End = "host"
    remote: End = "host"
    protocol: Literal["udp", "tcp", "tls"] = "udp"
    """To the relay, when there is one."""


class Sample(
    msgspec.Struct,
    rename={
        "span": "s",
        "rtt": "r",
        "path": "p",
        "offset": "o",
        "connections": "n",
        "restarts": "i",
        "received": "in",
        "sent": "out",
    },
    omit_defaults=True,
    frozen=True,
    kw_only=True,
):
    """A link over a span of time, as the page at one end saw it."""

    span: Annotated[int, Meta(ge=1, le=60_000)]
    """ms."""
    rtt: Milliseconds | None = None
    """There and back, ms."""
    path: Path | None = None
    offset: Annotated[int, Meta(ge=-10_000, le=10_000)] | None = None
    """ms that the picture is played behind the sound."""
    connections: Count = 1
    """That the link has had so far."""
    restarts: Count = 0
    """How often one of them was seen to take another way after an ICE restart."""
    received: Way = Way()
    """From the other person."""
    sent: Way = Way()
    """To them."""
