"""What the journal says of the recording of a conversation; part of `signaling.events`."""

from __future__ import annotations

from signaling.consent import RecordingStep, RemovalReason
from signaling.event_kinds import ConsultationEvent, Event
from signaling.ids import ConsultationId, UserId
from signaling.model import Side


class RecordingChanged(ConsultationEvent, tag="consultation.recording", frozen=True, kw_only=True):
    """Something happened to the recording of the conversation, or to the question for it."""

    what: RecordingStep
    by: Side | None = None
    """Who asked, answered or ended it; None: nobody in person."""
    take: int = 0
    """Counts the recorders that worked at it."""


class Recorded(ConsultationEvent, tag="consultation.recorded", frozen=True, kw_only=True):
    """What a recorder has written of one side, once it has ended or is gone."""

    side: Side
    take: int
    segments: int
    """Files; of a recorder that died, those it had told of."""
    milliseconds: int
    """From the first frame to the last."""


class RecordingRemoved(
    ConsultationEvent, tag="consultation.recording_removed", frozen=True, kw_only=True
):
    """The recording is gone for good."""

    reason: RemovalReason
    """``retention`` (its days were over), ``request`` (the visitor asked), ``mistake`` (it should
    not have been made) or ``bystander`` (somebody in it was not asked)."""
    user: UserId | None = None
    """Who removed it; None: Okno, or the command line of the server."""


class RecordingViewed(Event, tag="staff.recording_viewed", frozen=True, kw_only=True):
    """A member of staff opened the recording of a conversation to play it."""

    consultation: ConsultationId
    user: UserId
