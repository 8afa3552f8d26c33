"""The engines under a process: Redis and SQL, opened as the settings say."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from yarl import URL

from server.archive.database import Database, open_database
from server.embedded_redis import OLDEST, RedisUnavailableError, redis_server
from server.settings import Settings
from signaling.ports import IceSettings, RedisClient, Timings

ANSWER_SECONDS = 10.0
"""Longest wait for an answer; a blocking read must ask for less."""
CONNECT_SECONDS = 2.0


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
    async with open_redis(settings) as redis:
        database = open_database(settings)
        try:
            yield Services(redis=redis, database=database)
        finally:
            await database.close()


@contextlib.asynccontextmanager
async def open_redis(settings: Settings) -> AsyncIterator[RedisClient]:
    """A client of the Redis that the settings mean, which was seen to answer.

    Raises:
        RedisUnavailableError: there is none to be had, or it is too old.
    """
    async with redis_server(settings) as url, connect_redis(url) as redis:
        await check_redis(redis, url)
        yield redis


def connect_redis(url: str) -> RedisClient:
    """A client with limits on every wait.

    A command is never sent twice: after a broken connection nobody knows whether it was done, and
    most of ours are changes. Who asked is told, and asks again or looks at the state.
    """
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 0),
    )


def timings(settings: Settings) -> Timings:
    """How long things may take."""
    return Timings(
        offer=settings.offer_seconds,
        connect=settings.connect_seconds,
        wrap_up=settings.wrap_up_seconds,
        grace=settings.grace_seconds,
        heartbeat=settings.heartbeat_seconds,
        resume=settings.resume_seconds,
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
    where = f"Redis at {URL(url).with_password(None).with_user(None) if '@' in url else url}"
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
