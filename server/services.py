"""The engines under a process: Redis and SQL, opened as the settings say."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from server.archive.database import Database, open_database
from server.archive.migrate import migrate
from server.embedded_redis import OLDEST, RedisUnavailableError, redis_server
from server.settings import Settings
from signaling.addresses import without_password
from signaling.cluster import ClusterRedis
from signaling.ports import IceSettings, RedisClient, Timings
from signaling.store import open_redis


class DatabaseUnavailableError(Exception):
    """SQL cannot be used; the text says why in one line."""

    def __init__(self, fault: SQLAlchemyError | OSError) -> None:
        reason = fault.orig if isinstance(fault, DBAPIError) else fault
        text = str(reason) or type(reason).__name__
        super().__init__(f"The database cannot be used: {text.splitlines()[0]}")


@dataclass(frozen=True)
class Services:
    """What a command works with beside the settings."""

    redis: RedisClient
    database: Database


@contextlib.asynccontextmanager
async def cli_services(settings: Settings) -> AsyncIterator[Services]:
    """Both engines, for a command: a running node's built-in Redis is shared, else one is started.

    Raises:
        RedisUnavailableError: there is no Redis to be had, or it is too old.
    """
    async with redis_of(settings) as redis:
        database = open_database(settings)
        try:
            yield Services(redis=redis, database=database)
        finally:
            await database.close()


@contextlib.asynccontextmanager
async def redis_of(settings: Settings) -> AsyncIterator[RedisClient]:
    """A client of the Redis that the settings mean, which was seen to answer.

    Raises:
        RedisUnavailableError: there is none to be had, or it is too old.
    """
    async with redis_server(settings) as url, open_redis(url) as redis:
        await check_redis(redis, url)
        yield redis


async def migrate_database(settings: Settings) -> None:
    """Bring the tables up to what this version knows.

    Raises:
        DatabaseUnavailableError: it does not answer, or refuses.
        server.archive.migrate.SchemaError: it was changed by a newer version.
    """
    try:
        await migrate(settings)
    except (SQLAlchemyError, OSError) as fault:
        raise DatabaseUnavailableError(fault) from fault


def timings(settings: Settings) -> Timings:
    """How long things may take."""
    return Timings(
        offer=settings.offer_seconds,
        connect=settings.connect_seconds,
        wrap_up=settings.wrap_up_seconds,
        grace=settings.grace_seconds,
        heartbeat=settings.heartbeat_seconds,
        resume=settings.resume_seconds,
        recording_days=0 if settings.recording_key is None else settings.recording_days,
    )


def ice(settings: Settings) -> IceSettings:
    """The STUN and TURN servers pages are told of."""
    secret = settings.turn_secret
    return IceSettings(
        stun_urls=settings.stun_urls,
        turn_urls=settings.turn_urls,
        turn_secret=None if secret is None else secret.get_secret_value(),
        turn_ttl=settings.turn_ttl,
        relay_only=settings.relay_only,
    )


async def check_redis(redis: RedisClient, url: str) -> None:
    """Make sure that it answers and is new enough.

    Raises:
        RedisUnavailableError: it is not.
    """
    where = f"Redis at {without_password(url)}"
    try:
        facts = await redis.info("server")
    except (RedisError, OSError) as fault:
        raise RedisUnavailableError(f"{where} does not answer: {fault}") from fault
    # Valkey gives the version of Redis it is compatible with beside its own.
    version = tuple(int(part) for part in str(facts["redis_version"]).split(".")[:2])
    if version < OLDEST:
        raise RedisUnavailableError(
            f"{where} is {version[0]}.{version[1]}; {OLDEST[0]}.{OLDEST[1]} or newer is needed."
        )
    if facts.get("redis_mode") == "cluster" and not isinstance(redis, ClusterRedis):
        # Valkey calls it server_mode, and gives both.
        raise RedisUnavailableError(f"{where} is part of a cluster: say redis+cluster://")
