"""How a scripted peer comes by the cookies that prove who it is: over the pages' own routes."""

from __future__ import annotations

import ssl
from http import HTTPStatus

from aiohttp import (
    ClientConnectionError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    CookieJar,
    TCPConnector,
)
from yarl import URL

from signaling.errors import Code, OknoError

BOOTH_COOKIE = "okno_booth"
STAFF_COOKIE = "okno_session"


def browser_session(*, trust: ssl.SSLContext | None = None) -> ClientSession:
    """A session with its own cookies, as one browser has; to be closed by the caller.

    Args:
        trust: Which https certificates to believe; None means the system's.
    """
    return ClientSession(
        cookie_jar=CookieJar(unsafe=True),  # cookies of bare IP addresses too
        connector=TCPConnector(ssl=trust if trust is not None else True),
        timeout=ClientTimeout(total=15),
    )


async def sign_in(session: ClientSession, base: str, email: str, password: str) -> None:
    """Sign a member of staff in.

    Raises:
        OknoError: `WRONG_CREDENTIALS`, `TOO_FAST` with `retry_after`, or `UNAVAILABLE`.
    """
    form = {"email": email, "password": password}
    await _post(session, base, "sign-in", form, cookie=STAFF_COOKIE, refusal=Code.WRONG_CREDENTIALS)


async def enrol_booth(session: ClientSession, base: str, code: str) -> None:
    """Trade a one-time code for a booth's credential.

    Raises:
        OknoError: `BAD_CODE`, `TOO_FAST` with `retry_after`, or `UNAVAILABLE`.
    """
    await _post(
        session, base, "booth/enrol", {"code": code}, cookie=BOOTH_COOKIE, refusal=Code.BAD_CODE
    )


async def enrol_demo_booth(session: ClientSession, base: str) -> None:
    """Become a booth of a node that runs with --demo, where opening the page is enough.

    Raises:
        OknoError: `BAD_CODE` when the node is no demo, `UNAVAILABLE` when it cannot be reached.
    """
    try:
        async with session.get(URL(base) / "booth") as response:
            _check_alive(response)
    except (ClientConnectionError, TimeoutError) as unreachable:
        raise OknoError(Code.UNAVAILABLE) from unreachable
    if not _has_cookie(session, base, BOOTH_COOKIE):
        raise OknoError(Code.BAD_CODE)


async def _post(
    session: ClientSession,
    base: str,
    path: str,
    form: dict[str, str],
    *,
    cookie: str,
    refusal: Code,
) -> None:
    origin = {"Origin": str(URL(base).origin())}
    try:
        async with session.post(
            URL(base) / path, data=form, headers=origin, allow_redirects=False
        ) as response:
            _check_alive(response)
            done = response.status == HTTPStatus.SEE_OTHER
    except (ClientConnectionError, TimeoutError) as unreachable:
        raise OknoError(Code.UNAVAILABLE) from unreachable
    if not done or not _has_cookie(session, base, cookie):
        raise OknoError(refusal)


def _check_alive(response: ClientResponse) -> None:
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = response.headers.get("Retry-After", "")
        raise OknoError(Code.TOO_FAST, retry_after=float(wait) if wait.isdecimal() else None)
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise OknoError(Code.UNAVAILABLE)


def _has_cookie(session: ClientSession, base: str, name: str) -> bool:
    return name in session.cookie_jar.filter_cookies(URL(base))
