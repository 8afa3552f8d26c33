"""A recording as the desk plays it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from signaling.consent import RemovalReason
from signaling.errors import N_
from signaling.ids import ConsultationId
from signaling.model import Side
from web.i18n import Texts

_NAMES = {Side.VISITOR: N_("Visitor"), Side.CONSULTANT: N_("Consultant")}
_PICTURES = {
    Side.VISITOR: N_("Picture of the visitor"),
    Side.CONSULTANT: N_("Picture of the consultant"),
}
REASONS = {
    RemovalReason.REQUEST: N_("The visitor asked for it."),
    RemovalReason.MISTAKE: N_("It should not have been made."),
    RemovalReason.BYSTANDER: N_("Somebody can be seen or heard who was not asked."),
}
"""Why people may remove one before its time is over."""


class FilmPart(msgspec.Struct, frozen=True, kw_only=True):
    """One side."""

    name: str
    picture: str
    """What a screen reader calls it."""
    href: str
    begin: int
    """When there is something of it first, ms."""
    end: int


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides on one clock."""

    ticket: str
    record: str
    """Address of the record."""
    begin: int
    """Seconds, as are the ends of the control."""
    end: int
    films: list[FilmPart]


def player(
    consultation: ConsultationId,
    ticket: str,
    spans: Mapping[Side, tuple[int, int]],
    texts: Texts,
) -> Player:
    """The page of a recording; `spans`: from when to when (ms) there is something of each side."""
    record = f"/desk/log/{consultation}"
    return Player(
        ticket=ticket,
        record=record,
        begin=min(begin for begin, _ in spans.values()) // 1000,
        end=-(-max(end for _, end in spans.values()) // 1000),
        films=[
            FilmPart(
                name=texts.gettext(_NAMES[side]),
                picture=texts.gettext(_PICTURES[side]),
                href=f"{record}/{side}.webm",
                begin=begin,
                end=end,
            )
            for side, (begin, end) in spans.items()
        ],
    )
