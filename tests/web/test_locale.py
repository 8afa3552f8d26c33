"""The catalogues are complete, and say in every language what the sources say."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from signaling.model import LANGUAGES
from web.extraction import SOURCE_LANGUAGE, extract, is_translated
from web.i18n import catalogue_path

UPDATE = "run `make locale`, then translate"

_PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return extract()


def catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def texts(catalog: Catalog) -> set[object]:
    return {message.id for message in catalog if message.id}


def forms(message: Message) -> list[str]:
    if isinstance(message.string, str):
        return [message.string]
    return list(message.string or ())


def placeholders(text: str) -> set[str]:
    return {named or braced for named, braced in _PLACEHOLDER.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_text_of_the_sources_and_no_other(
    language: str, sources: Catalog
) -> None:
    known = texts(catalogue(language))
    assert texts(sources) - known == set(), UPDATE
    assert known - texts(sources) == set(), UPDATE
    assert not catalogue(language).obsolete, UPDATE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    catalog = catalogue(language)
    assert [message.id for message in catalog if message.id and not is_translated(message)] == []
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_uses_the_same_placeholders(language: str) -> None:
    for message in catalogue(language):
        expected = placeholders(
            " ".join([message.id] if isinstance(message.id, str) else message.id)
        )
        for form in filter(None, forms(message)):
            assert placeholders(form) == expected, message.id


def test_russian_has_a_form_for_one_for_few_and_for_many() -> None:
    catalog = catalogue("ru")
    assert catalog.num_plurals >= 3
    for message in catalog:
        if message.pluralizable:
            assert len(forms(message)) == catalog.num_plurals, message.id


def test_english_says_what_the_sources_say() -> None:
    for message in catalogue(SOURCE_LANGUAGE):
        if message.id:
            expected = [message.id] if isinstance(message.id, str) else list(message.id)
            assert forms(message) == expected


def test_scripts_do_not_say_one_text_both_with_and_without_a_number(sources: Catalog) -> None:
    """Scripts look a plural up by its singular, so a plain text of that name would be hidden."""
    singular = {message.id[0] for message in sources if isinstance(message.id, tuple)}
    assert singular & {message.id for message in sources if isinstance(message.id, str)} == set()


def test_extraction_reads_python_templates_and_scripts(sources: Catalog) -> None:
    files = {place for message in sources for place, _ in message.locations}
    for suffix in (".py", ".html", ".js"):
        assert any(file.endswith(suffix) for file in files), suffix
