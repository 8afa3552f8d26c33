"""What goes wrong with somebody's devices or connection while a consultation lasts."""

from __future__ import annotations

from enum import StrEnum


class Issue(StrEnum):
    """Something a page noticed on its own side, and reports as `issue.report`."""

    CAMERA_MISSING = "camera_missing"
    """No camera is connected."""
    CAMERA_DENIED = "camera_denied"
    """The browser may not use the camera, or not any more."""
    CAMERA_BUSY = "camera_busy"
    """Another program holds the camera."""
    CAMERA_FAILED = "camera_failed"
    """The camera cannot be opened, for a reason the browser does not tell."""
    CAMERA_LOST = "camera_lost"
    """The camera went away while it was used."""
    CAMERA_BLACK = "camera_black"
    """The camera is on and gives a dark picture, or none."""
    MICROPHONE_MISSING = "microphone_missing"
    """No microphone is connected."""
    MICROPHONE_DENIED = "microphone_denied"
    """The browser may not use the microphone, or not any more."""
    MICROPHONE_BUSY = "microphone_busy"
    """Another program holds the microphone."""
    MICROPHONE_FAILED = "microphone_failed"
    """The microphone cannot be opened, for a reason the browser does not tell."""
    MICROPHONE_LOST = "microphone_lost"
    """The microphone went away while it was used."""
    MICROPHONE_SILENT = "microphone_silent"
    """The microphone is on and gives nothing at all, not even the noise of the room."""
    MICROPHONE_MUTED = "microphone_muted"
    """The system or the headset holds the sound of the microphone back."""
    SPEAKER_MISSING = "speaker_missing"
    """There is nothing to hear the others with."""
