"""What staff let the lines of a topic do, as the page of that choice shows it. Pure."""

from __future__ import annotations

import msgspec

from signaling.errors import N_
from signaling.ids import TopicId
from signaling.messages import Wall
from signaling.model import Gate
from web.i18n import Texts
from web.names import Names
from web.words import GATES

CHOICES: dict[Gate, tuple[str, str]] = {
    Gate.OPEN: (
        N_("Open the line"),
        N_("Visitors take tickets and are called, within the opening hours."),
    ),
    Gate.PAUSED: (
        N_("Pause"),
        N_("Tickets are taken and places kept. Nobody is called until the line is open again."),
    ),
    Gate.CLOSED: (
        N_("Close to new tickets"),
        N_("Nobody takes a ticket any more. Everyone who waits is still served."),
    ),
    Gate.ENDED: (
        N_("End now"),
        N_("Nobody takes a ticket any more, and everyone who waits is sent home with the reason."),
    ),
}
"""Each gate as something to choose: its name, and what it means for visitors."""


class GateChoice(msgspec.Struct, frozen=True, kw_only=True):
    gate: Gate
    label: str
    meaning: str


class GatePage(msgspec.Struct, frozen=True, kw_only=True):
    """One topic's gate, and what may be done with it."""

    topic: TopicId
    name: str
    gate: Gate
    now: str
    """The present gate, in a word."""
    waiting: str
    """How many wait in all lines of the topic."""
    choices: list[GateChoice]


def gate_page(topic: TopicId, gate: Gate, wall: Wall, names: Names, texts: Texts) -> GatePage:
    """The page for that topic as it stands now."""
    waiting = sum(line.waiting for line in wall.lines if line.topic == topic)
    return GatePage(
        topic=topic,
        name=names.topic(topic),
        gate=gate,
        now=texts.gettext(GATES[gate]),
        waiting=texts.ngettext("%(n)s visitor waits.", "%(n)s visitors wait.", waiting),
        choices=[
            GateChoice(gate=each, label=texts.gettext(label), meaning=texts.gettext(meaning))
            for each, (label, meaning) in CHOICES.items()
        ],
    )
