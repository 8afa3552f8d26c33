"""Texts in the languages of the pages, from the gettext catalogues in ``web/locale``.

English texts are the keys. The ``.po`` files are read as they are when the app is made, so there is
no compiled file to forget; ``web.extraction`` keeps them complete.
"""

from __future__ import annotations

import io
from gettext import GNUTranslations
from pathlib import Path

from aiohttp import web
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from signaling.model import LANGUAGES

LOCALE = Path(__file__).parent / "locale"
DEFAULT_LANGUAGE = LANGUAGES[0]

_SCRIPTS = "web/static/js/"
_SHARED_SCRIPTS = (f"{_SCRIPTS}core/", f"{_SCRIPTS}ui/")
SURFACES = ("booth", "workspace", "desk", "site")
"""Each has its own folder of scripts; ``site`` is every page that is none of the others."""

_PLURAL_SAMPLE = 200
"""Numbers below this meet every plural form of the languages we speak."""

PageText = str | dict[str, str]
"""A text for the pages' JavaScript: plain, or by CLDR plural category (`Intl.PluralRules`)."""


class Texts:
    """Everything that is said in one language."""

    def __init__(self, language: str, catalog: Catalog) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        self._translations = GNUTranslations(compiled)
        self._page_texts = {
            surface: self._texts_of_scripts(catalog, (*_SHARED_SCRIPTS, f"{_SCRIPTS}{surface}/"))
            for surface in SURFACES
        }

    def gettext(self, text: str, /, **values: object) -> str:
        """The text in this language; ``%(name)s`` is replaced by the value of that name."""
        if not text:
            return ""  # gettext answers the empty text with the header of the catalogue
        said = self._translations.gettext(text)
        return said % values if values else said

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The text for that number; ``%(n)s`` is the number unless a value says otherwise."""
        return self._translations.ngettext(one, many, n) % {"n": n, **values}

    def page_texts(self, surface: str) -> dict[str, PageText]:
        """The texts its JavaScript may say, by their English text (the singular one)."""
        return self._page_texts[surface]

    def _texts_of_scripts(self, catalog: Catalog, folders: tuple[str, ...]) -> dict[str, PageText]:
        texts: dict[str, PageText] = {}
        for message in catalog:
            if any(place.startswith(folders) for place, _ in message.locations):
                if isinstance(message.id, str):
                    texts[message.id] = self.gettext(message.id)
                else:
                    texts[message.id[0]] = self._plural_forms(message.id[0], message.id[1])
        return texts

    def _plural_forms(self, one: str, many: str) -> dict[str, str]:
        forms = {
            self.locale.plural_form(n): self._translations.ngettext(one, many, n)
            for n in range(_PLURAL_SAMPLE)
        }
        # In Russian only fractions are "other"; they read like "few".
        return {"other": forms.get("few", many), **forms}


class Catalogues:
    """The texts of every language."""

    def __init__(self, locale: Path = LOCALE) -> None:
        """Raise `OSError` when a language has no catalogue."""
        self._texts: dict[str, Texts] = {}
        for language in LANGUAGES:
            with catalogue_path(language, locale).open("rb") as file:
                self._texts[language] = Texts(language, read_po(file, locale=language))

    def __getitem__(self, language: str) -> Texts:
        """The texts of that language, or of the default one when we do not speak it."""
        return self._texts.get(language) or self._texts[DEFAULT_LANGUAGE]

    def translate(self, language: str, text: str) -> str:
        """What `signaling.ports.TRANSLATE` asks for."""
        return self[language].gettext(text)


CATALOGUES: web.AppKey[Catalogues] = web.AppKey("catalogues", Catalogues)


def catalogue_path(language: str, locale: Path = LOCALE) -> Path:
    """Where the texts of that language are kept."""
    return locale / language / "LC_MESSAGES" / "okno.po"


def negotiate(path: str | None, chosen: str | None, accepted: str) -> str:
    """The language of a page.

    `path` is the language in its address, `chosen` what the person set in the preferences, and
    `accepted` the browser's Accept-Language header. The first that we speak wins.
    """
    candidates = [path or "", chosen or "", *_by_preference(accepted)]
    return next((tag for tag in candidates if tag in LANGUAGES), DEFAULT_LANGUAGE)


def _by_preference(header: str) -> list[str]:
    """Primary language tags of an Accept-Language header, best first; nonsense is left out."""
    ranked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        try:
            quality = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, tag.strip().lower().partition("-")[0]))
    return [tag for _, tag in sorted(ranked, key=lambda pair: pair[0])]
