"""The words of recording a conversation, which nobody does without the visitor's consent."""

from __future__ import annotations

from enum import StrEnum


class RecordingRule(StrEnum):
    """Whether conversations about a topic may be recorded; always only if the visitor agrees."""

    NEVER = "never"
    ASK = "ask"
    """The consultant may ask."""
    ALWAYS = "always"
    """Every visitor is asked as soon as the conversation has begun."""


class RecordingState(StrEnum):
    """How far the recording of a conversation has come."""

    ASKED = "asked"
    """The visitor is asked and has not answered."""
    AGREED = "agreed"
    """The visitor agreed; nothing is recorded until a recorder is there."""
    RUNNING = "running"
    REFUSED = "refused"
    """The visitor does not want it; they are not asked again."""
    STOPPED = "stopped"
    """Either of the two has ended it."""
    UNAVAILABLE = "unavailable"
    """No recorder came, or it failed: nothing is recorded, although the visitor agreed."""


class RecordingStep(StrEnum):
    """What the journal says of a recording."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    BEGAN = "began"
    """The first sound or picture is written."""
    INTERRUPTED = "interrupted"
    """The recorder went away or died; another is looked for."""
    STOPPED = "stopped"
    """Either of the two ended it or took the question back."""
    ENDED = "ended"
    """It ended with the conversation."""
    UNAVAILABLE = "unavailable"
    """No recorder came, or it could not record."""


class RemovalReason(StrEnum):
    """Why a recording was removed; a code, so that no words about people get into the journal."""

    RETENTION = "retention"
    """The days for which it is kept are over."""
    REQUEST = "request"
    """The visitor asked for it."""
    MISTAKE = "mistake"
    """It should not have been made."""
    BYSTANDER = "bystander"
    """Somebody can be seen or heard who was not asked."""
