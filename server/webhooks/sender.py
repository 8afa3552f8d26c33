"""One attempt to deliver: a POST that ends in time, follows nobody and reads no answer."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

from server.webhooks.notification import Notification, headers
from server.webhooks.reach import GuardedResolver, UnreachableError, admit_literal

_GOOD = range(200, 300)


class Sender:
    """Sends notifications, over connections that are kept for a while.

    Args:
        sessions: by scheme.
        private: whether webhooks may stay in the private network.
        seconds: how long a receiver may take.
        clock: Unix time in seconds, for signatures.
    """

    def __init__(
        self,
        sessions: dict[str, ClientSession],
        *,
        private: bool,
        seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._private = private
        self._seconds = seconds
        self._clock = clock

    async def send(self, url: str, secret: str, notification: Notification) -> str | None:
        """Make one attempt; None when it was delivered, else what went wrong, in a few words."""
        target = URL(url)
        session = self._sessions.get(target.scheme)
        if session is None:
            return "the address must begin with https://"
        body = msgspec.json.encode(notification)
        said = headers(notification, secret, int(self._clock()), body)
        try:
            admit_literal(target, private=self._private)
            async with session.post(
                target, data=body, headers=said, allow_redirects=False
            ) as answer:
                # What it says beside the status is of no use, and is not waited for.
                return None if answer.status in _GOOD else f"answered {answer.status}"
        except TimeoutError:
            return f"no answer in {self._seconds:g} s"
        except (ClientError, OSError) as fault:
            return _reason(fault)


def _reason(fault: ClientError | OSError) -> str:
    """In words, without the address: it may hold a secret of the receiver's."""
    if isinstance(fault, ClientConnectorDNSError):
        refused = isinstance(fault.os_error, UnreachableError)
        return f"the address {fault.os_error}" if refused else "its name is not found"
    if isinstance(fault, UnreachableError):
        return f"the address {fault}"
    if isinstance(fault, ClientResponseError):
        return "answered something that is not HTTP"
    return f"cannot be reached ({type(fault).__name__})"


@asynccontextmanager
async def open_sender(
    *, private: bool, seconds: float, connections: int = 8
) -> AsyncIterator[Sender]:
    """A sender whose connections are closed in the end.

    Args:
        private: whether webhooks may stay in the private network, and use http there.
        seconds: how long a receiver may take.
        connections: at most so many at once for each scheme; more have to wait.
    """
    async with AsyncExitStack() as stack:
        sessions = {
            scheme: await stack.enter_async_context(
                ClientSession(
                    connector=TCPConnector(
                        resolver=GuardedResolver(scheme=scheme, private=private), limit=connections
                    ),
                    # No cookies from one organisation's receiver to another's.
                    cookie_jar=DummyCookieJar(),
                    timeout=ClientTimeout(total=seconds),
                )
            )
            for scheme in (("https", "http") if private else ("https",))
        }
        yield Sender(sessions, private=private, seconds=seconds)
