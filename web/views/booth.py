"""The booth's pages: becoming a booth, waiting for a visitor, and the visit itself."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus

import msgspec
from aiohttp import hdrs, web
from redis.exceptions import RedisError

from signaling import views
from signaling.checkup import Part
from signaling.cookies import BOOTH_COOKIE
from signaling.errors import TEXTS, Code, OknoError
from signaling.ids import TopicId
from signaling.journal import now_ms
from signaling.model import LANGUAGES, BoothPrincipal, Gate, Mode
from signaling.ports import AUTHENTICATE, REDIS
from web.access import see_other, wants_html
from web.booth_page import broken_words, interpreter_choices, priority_choices, visit_page
from web.forms import read_form, text_field
from web.i18n import CATALOGUES, Texts
from web.ports import ACCESS, CHECKS, PEOPLE
from web.rendering import render, texts_of
from web.words import language_name

_CREDENTIAL_DAYS = 400
"""The longest that browsers keep a cookie; each visit to the start page begins it anew."""

_PATIENCE_SECONDS = 1.0
"""A page comes without what Redis does not tell within that."""

_SAID_IN_FORM = {
    Code.BAD_CODE: HTTPStatus.BAD_REQUEST,
    Code.TOO_FAST: HTTPStatus.TOO_MANY_REQUESTS,
}


async def attract(request: web.Request) -> web.StreamResponse:
    """The start page, in every language at once; for a browser that is no booth, how to be one."""
    people = request.app[PEOPLE]
    credential: str | None = request.cookies.get(BOOTH_COOKIE)
    booth = await _booth(request)
    if booth is None:
        credential = await people.enrol_demo()
        booth = None if credential is None else await people.booth(credential)
    if booth is None or credential is None:
        return _enrolment(request, code="")
    response = render(
        request,
        "booth/attract.html",
        surface="booth",
        centre=booth.centre_name,
        welcomes=_welcomes(request),
        host_words=[_host_words(each, request.app[CATALOGUES][each]) for each in LANGUAGES],
        page={
            "timezone": booth.timezone,
            "checks": msgspec.to_builtins(request.app[CHECKS]),
            "modes": await _modes(request, booth),
        },
    )
    _remember(response, credential)
    return response


async def visit(request: web.Request) -> web.StreamResponse:
    """The whole visit in the language of the address."""
    booth = await _booth(request)
    if booth is None:
        return see_other("/booth")
    language = request.match_info["language"]
    organisation = await request.app[PEOPLE].organisation(booth.organisation)
    now, gates = await _line(request, booth)
    page = visit_page(organisation, booth, language=language, gates=gates, now_ms=now)
    return render(
        request,
        "booth/visit.html",
        surface="booth",
        centre=booth.centre_name,
        ticket_prefix=booth.ticket_prefix,
        priorities=priority_choices(organisation, language),
        interpreters=interpreter_choices(organisation, language),
        broken=broken_words(texts_of(request)),
        host_words=[_host_words(language, texts_of(request))],
        page=msgspec.to_builtins(page),
    )


async def enrolment_form(request: web.Request) -> web.StreamResponse:
    """The form with the code of the link in it.

    Opening a link changes nothing: mail programs and browsers open links on their own, and would
    use the code up.
    """
    return _enrolment(request, code=request.query.get("code", ""))


async def enrol(request: web.Request) -> web.StreamResponse:
    """Become the booth of this code."""
    code = text_field(await read_form(request), "code")
    try:
        credential = await request.app[ACCESS].enrol(request, code)
    except OknoError as refused:
        if not wants_html(request) or refused.code not in _SAID_IN_FORM:
            raise
        return _enrolment(request, code=code, refused=refused)
    response = see_other("/booth")
    _remember(response, credential)
    return response


async def _line(request: web.Request, booth: BoothPrincipal) -> tuple[int, dict[TopicId, Gate]]:
    """The time (ms), and what staff let the lines do; without Redis, our time and nothing.

    A tile then looks as if tickets were given; the visitor hears better when they take one.
    """
    redis = request.app[REDIS]
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            now = await now_ms(redis)
            return now, await views.gates(redis, booth.organisation)
    except (RedisError, TimeoutError):
        return round(time.time() * 1000), {}


async def _modes(request: web.Request, booth: BoothPrincipal) -> list[Mode]:
    """In which modes visitors may talk at all; without the directory, as most do."""
    try:
        organisation = await request.app[PEOPLE].organisation(booth.organisation)
    except OknoError:
        return [Mode.SPEECH]
    return [Mode.SPEECH, Mode.SIGN] if organisation.signed else [Mode.SPEECH]


async def _booth(request: web.Request) -> BoothPrincipal | None:
    principal = await request.app[AUTHENTICATE](request, "booth")
    return principal if isinstance(principal, BoothPrincipal) else None


def _enrolment(
    request: web.Request, *, code: str, refused: OknoError | None = None
) -> web.Response:
    texts = texts_of(request)
    response = render(
        request,
        "booth/enrol.html",
        surface="booth",
        status=HTTPStatus.OK if refused is None else _SAID_IN_FORM[refused.code],
        centre=None,
        code=code,
        fault=None if refused is None else texts.gettext(TEXTS[refused.code]),
    )
    if refused is not None and refused.retry_after is not None:
        response.headers[hdrs.RETRY_AFTER] = str(round(refused.retry_after))
    return response


def _welcomes(request: web.Request) -> list[dict[str, str | dict[Part, str]]]:
    catalogues = request.app[CATALOGUES]
    return [
        {
            "language": language,
            "name": language_name(language, texts),
            "greeting": texts.gettext("Talk to a specialist by video"),
            "start": texts.gettext("Touch to begin"),
            "call_host": texts.gettext("Call a person"),
            "unfit": texts.gettext("This booth cannot make video calls now"),
            "broken": broken_words(texts),
            "instead": texts.gettext(
                "Please go to another booth or ask the staff of the centre. This booth checks "
                "itself and is back as soon as it works again."
            ),
        }
        for language in LANGUAGES
        for texts in [catalogues[language]]
    ]


def _host_words(language: str, texts: Texts) -> dict[str, str]:
    """What is said while a person of the centre is called."""
    return {
        "language": language,
        "called": texts.gettext(
            "A person of this centre has been called ({time}). They come to you."
        ),
        "coming": texts.gettext("Somebody is on the way to you ({time})."),
        "not_needed": texts.gettext("Not needed any more"),
    }


def _remember(response: web.Response, credential: str) -> None:
    response.set_cookie(
        BOOTH_COOKIE,
        credential,
        max_age=_CREDENTIAL_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
    )
