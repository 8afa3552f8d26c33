"""What the journal says of calls for a person of the centre; part of `signaling.events`."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from signaling.checkup import Part
from signaling.event_kinds import Event
from signaling.ids import BoothId, ConsultationId, UserId
from signaling.issues import Issue


class HostEnd(StrEnum):
    """How a call for a person of the centre ended."""

    NOT_NEEDED = "not_needed"
    """Somebody at the booth took it back."""
    LEFT = "left"
    """The visit was over, and nothing was wrong with the booth."""
    DONE = "done"
    """Staff say that it is settled."""
    AGAIN = "again"
    """The next visitor called too; that call takes its place."""
    RUN_OUT = "run_out"
    """Nobody answered, or nobody said that it was settled."""


class HostEvent(Event, frozen=True, kw_only=True):
    """Anything that happened to a call from a booth."""

    booth: BoothId
    consultation: ConsultationId | None = None
    """In which it was made; None: nobody had a ticket there."""


class HostCalled(HostEvent, tag="booth.host_called", frozen=True, kw_only=True):
    """Somebody at a booth called a person of the centre."""

    issues: list[Issue] = msgspec.field(default_factory=list)
    """What the booth's page had noticed of its devices."""
    failed: list[Part] = msgspec.field(default_factory=list)
    """What the booth's checks of itself had marked."""


class HostComing(HostEvent, tag="booth.host_coming", frozen=True, kw_only=True):
    """Somebody answered at the desk: a person of the centre is on the way."""

    user: UserId


class HostReleased(HostEvent, tag="booth.host_released", frozen=True, kw_only=True):
    """The call is over."""

    reason: HostEnd
    user: UserId | None = None
    """Who said that it is settled."""


class HostHelp(msgspec.Struct, kw_only=True):
    """A person of the centre was called to the booth."""

    called_at: int
    coming_at: int | None = None
    """When somebody said that they come."""
    ended_at: int | None = None
    """When the call was over, perhaps after the consultation was."""
    reason: HostEnd | None = None


def note_call(calls: list[HostHelp], event: HostCalled | HostComing | HostReleased) -> None:
    """Bring the calls of a consultation up to date with one more event."""
    if isinstance(event, HostCalled):
        calls.append(HostHelp(called_at=event.at))
        return
    for each in calls:
        if each.ended_at is not None:
            continue
        if isinstance(event, HostComing):
            each.coming_at = event.at
        else:
            each.ended_at, each.reason = event.at, event.reason
