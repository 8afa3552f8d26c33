"""Staff sessions in Redis, behind an unguessable cookie."""

from __future__ import annotations

import hashlib
import re
import secrets

import msgspec
from aiohttp import web
from aiohttp_session import AbstractStorage, Session

from signaling.ports import REDIS, RedisClient

COOKIE = "okno_session"
_TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class RedisSessions(AbstractStorage):
    """aiohttp-session's storage over our text-mode Redis client.

    Its own `RedisStorage` expects a client that answers bytes. This one also keeps only a hash of
    the cookie, so that whoever reads Redis cannot be anyone, and counts the lifetime from the last
    visit. The cookie has no end of its own: it goes when the browser is closed.
    """

    def __init__(self, *, lifetime: int) -> None:
        """`lifetime` is in seconds."""
        super().__init__(cookie_name=COOKIE, httponly=True, samesite="Lax")
        self._lifetime = lifetime

    async def load_session(self, request: web.Request) -> Session:
        token = _token(request)
        if token is not None:
            stored = await request.app[REDIS].getex(session_key(token), ex=self._lifetime)
            if stored is not None:
                return Session(token, data=msgspec.json.decode(stored), new=False)
        return await self.new_session()

    async def save_session(
        self, request: web.Request, response: web.StreamResponse, session: Session
    ) -> None:
        redis = request.app[REDIS]
        if session.empty:
            if session.identity is not None:
                await end(redis, session.identity)
            self.save_cookie(response, "")
            return
        token = session.identity or secrets.token_urlsafe(_TOKEN_BYTES)
        data = msgspec.json.encode(self._get_session_data(session)).decode()
        await redis.set(session_key(token), data, ex=self._lifetime)
        self.save_cookie(response, token)


async def stored_session(request: web.Request) -> Session | None:
    """The session as Redis holds it at this moment; looking is no visit and prolongs nothing.

    For a socket, which asks again and again with the one request that opened it: `get_session`
    would answer with what it remembers from the first time.
    """
    token = _token(request)
    stored = None if token is None else await request.app[REDIS].get(session_key(token))
    return None if stored is None else Session(token, data=msgspec.json.decode(stored), new=False)


async def end(redis: RedisClient, token: str) -> None:
    """Forget the session: its cookie opens nothing any more."""
    await redis.delete(session_key(token))


def session_key(token: str) -> str:
    return f"okno:session:{hashlib.sha256(token.encode()).hexdigest()}"


def _token(request: web.Request) -> str | None:
    """The cookie, if it can be one of ours."""
    token = request.cookies.get(COOKIE)
    return token if token is not None and _TOKEN.fullmatch(token) else None
