"""What a page and the probe say to each other over the data channel of a call."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

CHANNEL = "probe"
"""Label of the data channel; the page makes it."""
MOST_TEXT = 1024
"""Bytes of a text from the page."""
PIECE = 16 * 1024
"""Bytes of one binary message, either way."""


class Echo(msgspec.Struct, tag="echo", tag_field="do", frozen=True, kw_only=True):
    """Page: say this back at once; measures the way there and back."""

    number: Annotated[int, Meta(ge=0, le=2**31)]


class PlayTone(msgspec.Struct, tag="tone", tag_field="do", frozen=True, kw_only=True):
    """Page: everything listens; play the tone."""


class Fill(msgspec.Struct, tag="fill", tag_field="do", frozen=True, kw_only=True):
    """Page: send so many bytes as fast as the network takes them; `filled` follows them."""

    size: Annotated[int, Meta(ge=1, le=512 * 1024)]


class GetReport(msgspec.Struct, tag="report", tag_field="do", frozen=True, kw_only=True):
    """Page: what has the probe seen, heard and counted?"""


Asked = Echo | PlayTone | Fill | GetReport


class Echoed(msgspec.Struct, tag="echoed", tag_field="did", frozen=True, kw_only=True):
    """Probe: the answer to `echo`."""

    number: int


class Filled(msgspec.Struct, tag="filled", tag_field="did", frozen=True, kw_only=True):
    """Probe: that was all; fewer bytes than wanted when the network took too long for them."""

    size: int


class Report(msgspec.Struct, tag="report", tag_field="did", frozen=True, kw_only=True):
    """Probe: what arrived so far."""

    pictures: int
    """Frames of the page's camera."""
    brightness: float
    """Mean of the last one, 0 to 255."""
    sound_seconds: float
    loudest_db: float
    """The loudest 20 ms of the page's microphone, decibels below full scale."""
    heard: float
    """How much of the tone came back through the page's microphone, 0 to 1."""
    loss: float
    """Share of the page's packets that were lost on the way here, 0 to 1."""
    jitter_ms: float
    received: int
    """Bytes of the page's burst."""
    receiving_seconds: float
    """From its first byte to its last."""


class Refused(msgspec.Struct, tag="refused", tag_field="did", frozen=True, kw_only=True):
    """Probe: that was not understood; nothing was done."""


Said = Echoed | Filled | Report | Refused

asked: msgspec.json.Decoder[Asked] = msgspec.json.Decoder(Asked)
