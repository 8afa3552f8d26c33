"""How a parent hears that its workers answer."""

from __future__ import annotations

import asyncio
import os


class Readiness:
    """A pipe that workers inherit and into which each writes one byte once it answers."""

    def __init__(self) -> None:
        self._read, self.descriptor = os.pipe()
        os.set_blocking(self._read, False)
        self._heard = 0
        self._changed = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._read, self._hear)

    async def wait(self, number: int) -> None:
        """Return once so many have been heard."""
        while self._heard < number:
            self._changed.clear()
            await self._changed.wait()

    def close(self) -> None:
        """Hear nothing more."""
        asyncio.get_running_loop().remove_reader(self._read)
        os.close(self._read)
        os.close(self.descriptor)

    def _hear(self) -> None:
        self._heard += len(os.read(self._read, 1024))
        self._changed.set()


def tell(descriptor: int) -> None:
    """Say, as a worker, that we answer now."""
    os.write(descriptor, b".")
    os.close(descriptor)
