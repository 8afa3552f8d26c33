"""The pages that belong to no surface: home, signing in and out, preferences."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import hdrs, web

from signaling.errors import TEXTS, Code, OknoError
from signaling.model import StaffPrincipal
from web.access import may_open, own_path, see_other, wants_html
from web.forms import read_form, text_field
from web.i18n import Texts
from web.ports import ACCESS
from web.preferences import CHOICES, YEAR
from web.rendering import render, texts_of
from web.words import duration


async def home(request: web.Request) -> web.StreamResponse:
    """The three surfaces."""
    return render(request, "home.html", surface="site")


async def sign_in_form(request: web.Request) -> web.StreamResponse:
    """The form, or straight on for whoever is signed in."""
    target = request.query.get("next", "")
    staff = await request.app[ACCESS].staff(request)
    if staff is not None:
        return see_other(own_path(target, _start_page(staff)))
    return _sign_in_page(request, email="", target=target)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check, and go where the person wanted to go. What they typed stays, save the password."""
    form = await read_form(request)
    email, password = text_field(form, "email"), text_field(form, "password")
    target = text_field(form, "next")
    try:
        staff = await request.app[ACCESS].sign_in(request, email, password)
    except OknoError as refused:
        if not wants_html(request) or refused.code not in _SAID_IN_FORM:
            raise
        return _sign_in_page(request, email=email, target=target, refused=refused)
    return see_other(own_path(target, _start_page(staff)))


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session."""
    await request.app[ACCESS].sign_out(request)
    return see_other("/sign-in")


async def set_preferences(request: web.Request) -> web.StreamResponse:
    """Keep theme, text size and language in cookies; fields that are missing stay as they are."""
    form = await read_form(request)
    chosen: dict[str, str] = {}
    for choice in CHOICES:
        value = text_field(form, choice.field)
        if value and value not in choice.values:
            raise OknoError(Code.BAD_FIELD, field=choice.field)
        if value:
            chosen[choice.cookie] = value
    response = (
        see_other(own_path(text_field(form, "next"), "/"))
        if wants_html(request)
        else web.Response(status=HTTPStatus.NO_CONTENT)
    )
    for cookie, value in chosen.items():
        response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", httponly=True)
    return response


_SAID_IN_FORM = {
    Code.WRONG_CREDENTIALS: HTTPStatus.UNAUTHORIZED,
    Code.TOO_FAST: HTTPStatus.TOO_MANY_REQUESTS,
}
"""Refusals that the form itself shows, so that nothing typed is lost."""


def _sign_in_page(
    request: web.Request, *, email: str, target: str, refused: OknoError | None = None
) -> web.Response:
    response = render(
        request,
        "sign_in.html",
        surface="site",
        status=HTTPStatus.OK if refused is None else _SAID_IN_FORM[refused.code],
        email=email,
        next=own_path(target, ""),
        fault=None if refused is None else _said(refused, texts_of(request)),
    )
    if refused is not None and refused.retry_after is not None:
        response.headers[hdrs.RETRY_AFTER] = str(round(refused.retry_after))
    return response


def _said(refused: OknoError, texts: Texts) -> str:
    if refused.retry_after is None:
        return texts.gettext(TEXTS[refused.code])
    return texts.gettext(
        "Too many wrong attempts. You can try again in %(time)s.",
        time=duration(round(refused.retry_after) * 1000, texts),
    )


def _start_page(staff: StaffPrincipal) -> str:
    """Where a person goes who did not ask for anything."""
    return "/workspace" if may_open(staff, "workspace") else "/desk"
