"""``okno break-reason``: what a consultant may say a break is for."""

from __future__ import annotations

from server.cli.listed import named_group
from server.directory.listed import Listed

break_reason = named_group(
    "break-reason", Listed.BREAKS, "What a consultant may say a break is for."
)
