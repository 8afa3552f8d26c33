"""How a booth sounds."""

from __future__ import annotations

import msgspec


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """How a booth sounds: what the administrator sets for the room it stands in."""

    loudness: int = 100
    """Of what the visitor hears, 0 to 100, until they turn it up or down."""
    echo_cancellation: bool = True
    noise_suppression: bool = True
    gain_control: bool = True
    """Whether quiet voices are made louder."""
    handset: str = ""
    """Part of the name the browser gives the handset; empty: the booth has none. With one, visitors
    talk in private until they choose the loudspeaker."""
