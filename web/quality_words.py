"""What is said of the quality of sound and picture."""

from __future__ import annotations

from signaling.errors import N_
from signaling.measures import Kind
from signaling.model import Side
from signaling.quality import Grade

WHERE: dict[Side, str] = {
    Side.VISITOR: N_("At the booth"),
    Side.CONSULTANT: N_("With the consultant"),
    Side.INTERPRETER: N_("With the interpreter"),
}

FROM: dict[Side, str] = {
    Side.VISITOR: N_("from the visitor"),
    Side.CONSULTANT: N_("from the consultant"),
    Side.INTERPRETER: N_("from the interpreter"),
}

KINDS: dict[Kind, str] = {"audio": N_("Sound"), "video": N_("Picture")}

GRADES: dict[Grade, str] = {
    Grade.EXCELLENT: N_("excellent"),
    Grade.GOOD: N_("good"),
    Grade.POOR: N_("weak"),
    Grade.LOST: N_("lost"),
}
