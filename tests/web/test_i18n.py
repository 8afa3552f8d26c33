from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from web.i18n import Catalogues, Texts, negotiate


@pytest.fixture
def russian() -> Texts:
    catalog = Catalog(locale="ru")
    script = [("web/static/js/booth/line.js", 0)]
    catalog.add("Hello, %(name)s", "Здравствуйте, %(name)s")
    catalog.add("Leave", "Уйти", locations=script)
    catalog.add(
        ("{n} person", "{n} people"), ("{n} человек", "{n} человека", "{n} людей"), locations=script
    )
    catalog.add(("%(n)s day", "%(n)s days"), ("%(n)s день", "%(n)s дня", "%(n)s дней"))
    return Texts("ru", catalog)


def test_a_text_is_translated_and_filled_in(russian: Texts) -> None:
    assert russian.gettext("Hello, %(name)s", name="Анна") == "Здравствуйте, Анна"


def test_a_text_without_translation_stays_english(russian: Texts) -> None:
    assert russian.gettext("Nowhere") == "Nowhere"


def test_a_text_without_values_may_hold_a_percent_sign(russian: Texts) -> None:
    assert russian.gettext("100 %") == "100 %"


def test_the_empty_text_is_not_the_header_of_the_catalogue(russian: Texts) -> None:
    assert russian.gettext("") == ""


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 день"), (3, "3 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день")]
)
def test_the_number_chooses_the_form(russian: Texts, n: int, said: str) -> None:
    assert russian.ngettext("%(n)s day", "%(n)s days", n) == said


def test_scripts_get_their_own_texts_only_with_plurals_by_category(russian: Texts) -> None:
    assert russian.page_texts("booth") == {
        "Leave": "Уйти",
        "{n} person": {
            "one": "{n} человек",
            "few": "{n} человека",
            "many": "{n} людей",
            "other": "{n} человека",
        },
    }


def test_a_surface_is_not_told_the_texts_of_another(russian: Texts) -> None:
    assert russian.page_texts("desk") == {}


def test_an_unknown_language_gets_the_default_one() -> None:
    catalogues = Catalogues()
    assert catalogues["tlh"] is catalogues["ru"]
    assert catalogues.translate("en", "Sign in first.") == "Sign in first."
    assert catalogues.translate("ru", "Sign in first.") != "Sign in first."


def test_a_missing_catalogue_is_found_out_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"okno\.po"):
        Catalogues(tmp_path)


@pytest.mark.parametrize(
    ("path", "chosen", "accepted", "language"),
    [
        ("en", "ru", "ru", "en"),
        (None, "en", "ru", "en"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, "de, en;q=0.5, ru;q=0.7", "ru"),
        (None, None, "en;q=0, *", "ru"),
        (None, "xx", "", "ru"),
        ("../../etc", None, "", "ru"),
        (None, None, ";;q=,en;q=x,,;q=1", "ru"),
    ],
)
def test_the_first_language_we_speak_wins(
    path: str | None, chosen: str | None, accepted: str, language: str
) -> None:
    assert negotiate(path, chosen, accepted) == language
