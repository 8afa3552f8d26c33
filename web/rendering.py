"""Templates to pages: one jinja2 environment for each language, and what every page is given.

Every template may use ``_()``, ``ngettext()``, ``static(path)``, ``preferences`` (language, theme,
scale), ``path`` (this page's own address, for forms that come back to it), ``staff`` (who is signed
in, or None) and ``page``, which the base template hands to JavaScript.
"""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from signaling.model import LANGUAGES, StaffPrincipal
from web.assets import ASSETS, Assets
from web.i18n import CATALOGUES, Catalogues, Texts
from web.preferences import preferences_of

TEMPLATES = Path(__file__).parent / "templates"

_SOCKETS = frozenset({"booth", "workspace", "desk"})
"""Surfaces whose pages open the socket."""


class Missing(StrictUndefined):
    """A name the context lacks: an error where it is shown, but a test for it is allowed."""

    def __bool__(self) -> bool:  # type: ignore[override]  # StrictUndefined's raises
        return False


class Templates:
    """The templates in every language.

    Macros say ``_()`` too, so each language is its own environment rather than a value in the
    context: imported macros do not see the context.
    """

    def __init__(self, catalogues: Catalogues, assets: Assets, directory: Path = TEMPLATES) -> None:
        self._environments = {
            language: _environment(catalogues[language], assets, directory)
            for language in LANGUAGES
        }

    def render(self, language: str, template: str, context: dict[str, object]) -> str:
        """The finished HTML; a name the context lacks is an error, never an empty place."""
        return self.environment(language).get_template(template).render(context)

    def environment(self, language: str) -> Environment:
        return self._environments[language]


TEMPLATES_KEY: web.AppKey[Templates] = web.AppKey("templates", Templates)


def install(app: web.Application) -> None:
    """Put catalogues, assets and templates into the app."""
    app[CATALOGUES] = Catalogues()
    app[ASSETS] = Assets()
    app[TEMPLATES_KEY] = Templates(app[CATALOGUES], app[ASSETS])


def texts_of(request: web.Request) -> Texts:
    """The texts in the language of the page."""
    return request.app[CATALOGUES][preferences_of(request).language]


def render(
    request: web.Request,
    template: str,
    *,
    surface: str,
    staff: StaffPrincipal | None = None,
    status: int = 200,
    page: dict[str, object] | None = None,
    **context: object,
) -> web.Response:
    """The page as a response.

    `surface` is ``booth``, ``workspace``, ``desk`` or ``site`` (all others); `page` is what
    JavaScript needs beside the surface, the language, the socket and the texts.
    """
    preferences = preferences_of(request)
    html = request.app[TEMPLATES_KEY].render(
        preferences.language,
        template,
        {
            **context,
            "page": {
                **(page or {}),
                "surface": surface,
                "language": preferences.language,
                "ws": f"/ws?surface={surface}" if surface in _SOCKETS else "",
                "texts": request.app[CATALOGUES][preferences.language].page_texts(surface),
            },
            "path": request.path_qs if request.method == "GET" else "/",
            "preferences": preferences,
            "staff": staff,
        },
    )
    return web.Response(text=html, status=status, content_type="text/html")


def _environment(texts: Texts, assets: Assets, directory: Path) -> Environment:
    environment = Environment(
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        loader=FileSystemLoader(directory),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=Missing,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by ext.i18n
        texts.gettext, texts.ngettext, newstyle=True
    )
    environment.globals["static"] = assets.url
    return environment
