"""Who may see which page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from signaling.errors import Code, OknoError
from signaling.model import Role, StaffPrincipal
from web.ports import ACCESS

StaffSurface = Literal["workspace", "desk"]
StaffView = Callable[[web.Request, StaffPrincipal], Awaitable[web.StreamResponse]]

SURFACE_ROLES: dict[StaffSurface, frozenset[Role]] = {
    "workspace": frozenset({Role.CONSULTANT}),
    "desk": frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
}
"""Any one of these roles opens the surface."""

MAY_REMOVE_RECORDINGS = frozenset({Role.ADMINISTRATOR})
"""Not supervisors: a recording may be what a complaint about them or their people rests on."""


def may_remove_recordings(staff: StaffPrincipal) -> bool:
    return not staff.roles.isdisjoint(MAY_REMOVE_RECORDINGS)


def may_open(staff: StaffPrincipal, surface: StaffSurface) -> bool:
    return not staff.roles.isdisjoint(SURFACE_ROLES[surface])


def require_staff(surface: StaffSurface) -> Callable[[StaffView], Handler]:
    """Let only staff of that surface in.

    A person who opens a page is asked to sign in and comes back to it; a program gets
    ``not_signed_in``. Whoever is signed in without the role gets ``not_allowed``.
    """

    def decorate(view: StaffView) -> Handler:
        @wraps(view)
        async def guarded(request: web.Request) -> web.StreamResponse:
            staff = await request.app[ACCESS].staff(request)
            if staff is None:
                if request.method in {"GET", "HEAD"} and wants_html(request):
                    query = urlencode({"next": request.path_qs})
                    return see_other(f"/sign-in?{query}")
                raise OknoError(Code.NOT_SIGNED_IN)
            if not may_open(staff, surface):
                raise OknoError(Code.NOT_ALLOWED)
            return await view(request, staff)

        return guarded

    return decorate


def see_other(path: str) -> web.Response:
    """Go and get that page instead."""
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={hdrs.LOCATION: path})


def wants_html(request: web.Request) -> bool:
    """Whether a person in a browser asks, rather than a script or a program.

    Navigations always name ``text/html``; `fetch` and programs do not unless told to.
    """
    accept = request.headers.get("Accept", "")
    return "text/html" in accept


def own_path(target: str, default: str) -> str:
    r"""The address to go to next if it is a path of ours, else the default.

    Refuses other hosts in every spelling browsers understand (``//host``, ``/\host``, ``http:…``,
    control characters in between).
    """
    ours = target.startswith("/") and not target.startswith("//")
    plain = "\\" not in target and target.isprintable()
    return target if ours and plain else default
