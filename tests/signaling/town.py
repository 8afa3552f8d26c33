"""The people of the generated histories: what they can do, and what visitors come for."""

from __future__ import annotations

import msgspec

from signaling.model import Duty, Preference, PriorityClass, ScopeKind, Side
from tests.signaling.room import PASSPORT, PENSION, serves

BOOTHS = ("1", "2", "3", "4")
NEAR = msgspec.structs.replace(
    PENSION, prefer=(Preference(scope=ScopeKind.CENTRE, seconds=30),), overflow_at=3
)
TOPICS = (PASSPORT, NEAR)
DUTIES = {
    "anna": serves(PASSPORT),
    "boris": msgspec.structs.replace(
        serves(PASSPORT, PENSION), tags=("centre:centre",), levels={serves(PENSION).lines[0]: 2}
    ),
    "clara": serves(PENSION, reserve=True),
    "dora": Duty(lines=(), interprets=("rsl",)),
    "emil": msgspec.structs.replace(serves(PENSION), interprets=("rsl",)),
}
CLASSES = (
    None,
    None,
    PriorityClass(code="veteran", names={}, head_start_seconds=1),
    PriorityClass(code="disability", names={}, head_start_seconds=600),
)
ENDS = (
    ("-vi", Side.VISITOR, "booth"),
    ("-vi", Side.INTERPRETER, "interpreter_user"),
    ("-ci", Side.CONSULTANT, "consultant"),
    ("-ci", Side.INTERPRETER, "interpreter_user"),
    ("", Side.CONSULTANT, "consultant"),
    ("", Side.VISITOR, "booth"),
)
"""Every end of every link of a consultation, and the fact that says who is there."""
