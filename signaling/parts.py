"""Parts of messages: what a page is told of a consultation, a link, a wait and a server."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.ids import ConsultationId, LinkId, TopicId
from signaling.model import Outcome, State


class Description(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An SDP description as browsers make it."""

    type: Literal["offer", "answer"]
    sdp: Annotated[str, Meta(min_length=1, max_length=48 * 1024)]


class Candidate(
    msgspec.Struct,
    rename={
        "sdp_mid": "sdpMid",
        "sdp_m_line_index": "sdpMLineIndex",
        "username_fragment": "usernameFragment",
    },
    forbid_unknown_fields=True,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
):
    """An ICE candidate as browsers make it; an empty `candidate` ends them."""

    candidate: Annotated[str, Meta(max_length=1024)]
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=64)] | None = None
    username_fragment: Annotated[str, Meta(max_length=256)] | None = None


class LinkInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The receiver's end of the link to the other person."""

    id: LinkId
    owner: bool
    """The receiver makes the offers and owns restarts. The other end is the polite one."""


class BoothConsultation(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation as its booth sees it."""

    id: ConsultationId
    ticket: str
    topic: TopicId
    language: str
    state: State
    joined_at: int
    connected_at: int | None = None
    link: LinkInfo | None = None
    """Set from the offer to the end of the talk."""
    outcome: Outcome | None = None
    rated: bool = False


class ConsultantConsultation(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation as its consultant sees it."""

    id: ConsultationId
    ticket: str
    topic: TopicId
    language: str
    state: State
    centre: str
    """Name of the centre."""
    booth: str
    """Name of the booth."""
    joined_at: int
    offered_at: int
    connected_at: int | None = None
    deadline: int | None = None
    """When the offer or the wrap-up runs out by itself, server time in ms."""
    link: LinkInfo | None = None


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """How long the wait may be, in minutes as people say them."""

    low_minutes: int
    high_minutes: int
    method: Literal["measured", "configured"]
    samples: int


class WaitingVisitor(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the line as consultants see it."""

    ticket: str
    topic: TopicId
    language: str
    centre: str
    joined_at: int


class IceServer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of RTCConfiguration.iceServers."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None
