"""``okno interpreter``: what may be interpreted for a visitor, such as a sign language."""

from __future__ import annotations

from server.cli.listed import named_group
from server.directory.listed import Listed

interpreter = named_group(
    "interpreter",
    Listed.INTERPRETERS,
    "What may be interpreted for a visitor, such as a sign language.",
)
