"""What people show each other besides their faces."""

from __future__ import annotations

from enum import StrEnum

from signaling.model import Side


class Exhibit(StrEnum):
    """Something shown in a talk, reported as `showing.report`."""

    DOCUMENT = "document"
    """What the second camera of the booth sees, as a moving picture."""
    SCREEN = "screen"
    """A window, a tab or the whole screen of the consultant."""
    PHOTO = "photo"
    """A still picture that the visitor sent. It goes from page to page and is kept nowhere."""


SHOWN_BY: dict[Exhibit, Side] = {
    Exhibit.DOCUMENT: Side.VISITOR,
    Exhibit.SCREEN: Side.CONSULTANT,
    Exhibit.PHOTO: Side.VISITOR,
}
"""Whose it is to show."""
