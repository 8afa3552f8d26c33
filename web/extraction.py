"""Collects every text people see into the catalogues: ``python -m web.extraction``.

Python says ``_``, ``N_``, ``gettext`` and ``ngettext``; templates say ``_`` and ``ngettext``; the
pages' JavaScript says ``t`` and ``tn``. New texts come in untranslated (English translates itself),
texts nobody uses any more go. ``tests/web/test_locale.py`` fails until a translator was here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from signaling.model import LANGUAGES
from web.i18n import catalogue_path

ROOT = Path(__file__).parent.parent
SOURCE_LANGUAGE = "en"

_Keywords = Mapping[str, tuple[int, ...] | None]
"""Function names, and which of their arguments are texts (None: the first)."""

_PYTHON: _Keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
_JAVASCRIPT: _Keywords = {"t": None, "tn": (1, 2)}
_JINJA_OPTIONS = {
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "trimmed": "true",
    "silent": "false",
}
_TRANSLATOR_COMMENTS = ("Translators:",)


def extract(root: Path = ROOT) -> Catalog:
    """Every text in the sources, with the files that use it."""
    catalog = Catalog(project="Okno", charset="utf-8")
    for method, keywords, options, path in _sources(root):
        found = extract_from_file(
            method, path, keywords, _TRANSLATOR_COMMENTS, options, strip_comment_tags=True
        )
        for _, text, comments, _ in found:
            place = (path.relative_to(root).as_posix(), 0)
            catalog.add(text, locations=[place], auto_comments=comments)
    return catalog


def update(language: str, template: Catalog, path: Path) -> Catalog:
    """Bring one catalogue up to date with the texts of the sources; nothing is guessed."""
    catalog = Catalog(locale=language, project="Okno", charset="utf-8")
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, ignore_obsolete=True)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    if language == SOURCE_LANGUAGE:
        for message in catalog:
            if message.id:
                message.string = message.id
    return catalog


def _sources(root: Path) -> Iterator[tuple[str, _Keywords, dict[str, str], Path]]:
    """(Babel's name of the extractor, keywords, options, file) for each source."""
    for package in ("server", "signaling", "web"):
        for path in sorted((root / package).rglob("*.py")):
            yield "python", _PYTHON, {}, path
    for path in sorted((root / "web" / "templates").rglob("*.*")):
        yield "jinja2.ext:babel_extract", _PYTHON, _JINJA_OPTIONS, path
    for path in sorted((root / "web" / "static" / "js").rglob("*.js")):
        yield "javascript", _JAVASCRIPT, {"parse_template_string": "true"}, path


def _write(catalog: Catalog, path: Path) -> int:
    """Write the catalogue and count the texts that wait for a translation."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_header(catalog).encode())
        write_po(file, catalog, width=100, sort_output=True, omit_header=True, include_lineno=False)
    return sum(1 for message in catalog if message.id and not is_translated(message))


def _header(catalog: Catalog) -> str:
    """What translators' tools need to know, without the dates that change in every commit."""
    return (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalog.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )


def is_translated(message: Message) -> bool:
    """Whether every form of the message has a text."""
    if isinstance(message.string, (list, tuple)):
        return all(message.string)
    return bool(message.string)


def main() -> None:
    template = extract()
    for language in LANGUAGES:
        path = catalogue_path(language)
        missing = _write(update(language, template, path), path)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(template)} texts, {missing} missing\n")


if __name__ == "__main__":
    main()
