"""Photos that are sent to a simulated person: taken, said to be taken, and thrown away."""

from __future__ import annotations

import msgspec


class _Announced(msgspec.Struct, frozen=True):
    """What a page says before the bytes of a photo."""

    type: str
    id: str = ""
    size: int = 0


class PhotoBox:
    """The receiving end of a link's line for photos."""

    def __init__(self) -> None:
        self._id = ""
        self._missing = 0

    def hear(self, message: str | bytes) -> str | None:
        """One message of the other page; what is answered to it, if anything.

        What a simulated person does not understand, such as a wish for a photo, is passed over.
        """
        if isinstance(message, str):
            try:
                announced = msgspec.json.decode(message, type=_Announced)
            except msgspec.DecodeError:
                return None
            if announced.type == "photo":
                self._id, self._missing = announced.id, announced.size
            return None
        if self._missing <= 0:
            return None
        self._missing -= len(message)
        if self._missing > 0:
            return None
        return msgspec.json.encode({"type": "taken", "id": self._id}).decode()
