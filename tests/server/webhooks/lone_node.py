"""A process that does nothing but deliver, to be killed: ``python -m … REDIS_URL DATABASE_URL``."""

from __future__ import annotations

import asyncio
import sys

from server.archive.database import Database
from server.webhooks.dispatcher import Dispatcher
from server.webhooks.queue import Queue
from server.webhooks.sender import open_sender
from signaling.store import open_redis
from tests.server.webhooks.scene import HOLD_SECONDS, MARGIN_SECONDS, Deliveries


async def deliver(redis_url: str, database_url: str) -> None:
    """Until killed. Its receivers may take as long as they like."""
    database = Database(database_url)
    async with (
        open_redis(redis_url) as redis,
        open_sender(private=True, seconds=3600, connections=64) as sender,
    ):
        dispatcher = Dispatcher(
            redis,
            Queue(database),
            sender,
            observer=Deliveries(),
            attempt_seconds=HOLD_SECONDS - MARGIN_SECONDS,
            idle_seconds=0.02,
        )
        async with dispatcher.running():
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(deliver(*sys.argv[1:]))
