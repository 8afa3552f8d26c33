"""Who is behind a request: staff by their session, booths by their credential."""

from __future__ import annotations

from aiohttp import web
from aiohttp_session import Session, get_session, new_session, session_middleware

from server import sessions
from server.front import FRONT, Front
from server.sessions import RedisSessions, stored_session
from server.settings import Settings
from server.throttle import Throttle, account_subject, address_subject
from signaling.cookies import BOOTH_COOKIE
from signaling.errors import Code, OknoError
from signaling.ids import UserId
from signaling.model import Principal, Role, StaffPrincipal
from signaling.node import NODE
from signaling.ports import ALLOWED_ORIGIN, AUTHENTICATE, REDIS
from web.access import SURFACE_ROLES, may_open
from web.ports import ACCESS, PEOPLE

_USER = "user"
_MARK = "password_mark"
_OFFICE = 10
"""Accounts whose wrong attempts one address may have: a centre signs in together behind one."""
_LONGEST_CREDENTIAL = 256
"""Longer ones are none of ours and not worth a look into the database."""


def install(app: web.Application, settings: Settings) -> None:
    """Fill in `FRONT`, `ACCESS`, `AUTHENTICATE` and `ALLOWED_ORIGIN`, and add the sessions."""
    front = Front(settings)
    app[FRONT] = front
    app[ALLOWED_ORIGIN] = front.allowed_origin
    app[ACCESS] = SessionAccess(attempts=settings.sign_in_attempts)
    app[AUTHENTICATE] = authenticate
    storage = RedisSessions(lifetime=round(settings.session_hours * 3600))
    app.middlewares.append(session_middleware(storage))


async def authenticate(request: web.Request, surface: str) -> Principal | None:
    """What `signaling.ports.Authenticate` asks for: true each time, also on an old request."""
    if surface == "booth":
        credential = request.cookies.get(BOOTH_COOKIE, "")
        if not 0 < len(credential) <= _LONGEST_CREDENTIAL:
            return None
        return await request.app[PEOPLE].booth(credential)
    if surface not in SURFACE_ROLES:
        return None
    staff = await _holder(request, await stored_session(request))
    if staff is None or not may_open(staff, surface):
        return None
    return staff


class SessionAccess:
    """`web.ports.Access` over sessions in Redis."""

    def __init__(self, *, attempts: int) -> None:
        """`attempts` is how often an account may be wrong in five minutes, or an address enrol."""
        self._attempts = attempts

    async def staff(self, request: web.Request) -> StaffPrincipal | None:
        """Who is signed in; a session ends when its user is closed or changes the password."""
        session = await get_session(request)
        staff = await _holder(request, session)
        if staff is None and not session.empty:
            session.invalidate()
        return staff

    async def sign_in(self, request: web.Request, email: str, password: str) -> StaffPrincipal:
        """Begin a session under a new id; an id from before is never carried over."""
        limits = {account_subject("sign-in", email): self._attempts}
        limits |= _address(request, "sign-in", self._attempts * _OFFICE)
        async with Throttle(request.app[REDIS]).attempt(limits):
            staff = await request.app[PEOPLE].sign_in(email, password)
            if staff is None:
                raise OknoError(Code.WRONG_CREDENTIALS)
        await _forget(request, await get_session(request))
        session = await new_session(request)
        session[_USER] = staff.user
        session[_MARK] = staff.password_mark
        return staff

    async def sign_out(self, request: web.Request) -> None:
        """End the session; a consultant takes no more visitors at once."""
        staff = await self.staff(request)
        session = await get_session(request)
        session.invalidate()
        if staff is not None and Role.CONSULTANT in staff.roles:
            await request.app[NODE].waiting_room.sign_out(staff.organisation, staff.user)

    async def enrol(self, request: web.Request, code: str) -> str:
        """Trade a code for a credential; guessing is throttled by address."""
        limits = _address(request, "enrol", self._attempts)
        async with Throttle(request.app[REDIS]).attempt(limits):
            credential = await request.app[PEOPLE].enrol(code.strip())
            if credential is None:
                raise OknoError(Code.BAD_CODE, field="code")
        return credential


async def _holder(request: web.Request, session: Session | None) -> StaffPrincipal | None:
    """Whose session it is, unless they are closed or have changed the password since."""
    user = None if session is None else session.get(_USER)
    if session is None or user is None:
        return None
    staff = await request.app[PEOPLE].staff(UserId(user))
    return staff if staff is not None and staff.password_mark == session.get(_MARK) else None


def _address(request: web.Request, kind: str, limit: int) -> dict[str, int]:
    address = request.app[FRONT].address(request)
    return {} if address is None else {address_subject(kind, address): limit}


async def _forget(request: web.Request, session: Session) -> None:
    if session.identity is not None:
        await sessions.end(request.app[REDIS], session.identity)
