"""How a person wants pages to look and speak: three cookies, no account needed."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from aiohttp import web

from signaling.model import LANGUAGES
from web.i18n import negotiate

THEME_COOKIE = "okno_theme"
SCALE_COOKIE = "okno_scale"
LANGUAGE_COOKIE = "okno_language"
YEAR = 365 * 24 * 3600

Theme = Literal["auto", "light", "dark", "contrast"]
Scale = Literal["100", "125", "150", "200"]
"""Size of text, in percent."""

THEMES: tuple[Theme, ...] = get_args(Theme)
SCALES: tuple[Scale, ...] = get_args(Scale)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One preference: its field in the form, its cookie, and what may be chosen."""

    field: str
    cookie: str
    values: tuple[str, ...]


CHOICES = (
    Choice(field="theme", cookie=THEME_COOKIE, values=THEMES),
    Choice(field="scale", cookie=SCALE_COOKIE, values=SCALES),
    Choice(field="language", cookie=LANGUAGE_COOKIE, values=LANGUAGES),
)


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What a page is rendered with; whatever the cookies hold, these are valid."""

    language: str
    theme: Theme
    scale: Scale


def preferences_of(request: web.Request) -> Preferences:
    """The preferences behind a request. The language in an address wins over the chosen one."""
    cookies = request.cookies
    theme, scale = cookies.get(THEME_COOKIE), cookies.get(SCALE_COOKIE)
    return Preferences(
        language=negotiate(
            request.match_info.get("language"),
            cookies.get(LANGUAGE_COOKIE),
            request.headers.get("Accept-Language", ""),
        ),
        theme=next((known for known in THEMES if known == theme), THEMES[0]),
        scale=next((known for known in SCALES if known == scale), SCALES[0]),
    )
