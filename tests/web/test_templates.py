"""What holds for every template and script, whoever wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, UndefinedError

from web.assets import STATIC, Assets
from web.i18n import Catalogues
from web.rendering import TEMPLATES, Missing, Templates

HTML = sorted(TEMPLATES.rglob("*.html"))
SCRIPTS = sorted(path for path in (STATIC / "js").rglob("*.js") if path.name != "texts.js")


def name(path: Path) -> str:
    return path.relative_to(path.parents[2]).as_posix()


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(Catalogues(), Assets())


@pytest.mark.parametrize("path", HTML, ids=name)
def test_a_template_fits_the_strict_policy(path: Path) -> None:
    """The browser would silently ignore inline scripts, handlers and styles."""
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    for script in re.findall(r"<script[^>]*>", source):
        assert "src=" in script or 'type="application/json"' in script


@pytest.mark.parametrize("path", HTML, ids=name)
def test_a_template_can_be_read(path: Path, templates: Templates) -> None:
    for language in ("ru", "en"):
        templates.environment(language).get_template(path.relative_to(TEMPLATES).as_posix())


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_says_its_texts_literally(path: Path) -> None:
    """A text that is put together, or kept in a variable, never reaches the translators."""
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.$#])tn?\(\s*[^'\"\s)]", source)


def test_a_missing_name_is_an_error_where_it_is_shown() -> None:
    environment = Environment(undefined=Missing, autoescape=True)
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nobody }}").render()
    assert environment.from_string("{% if nobody %}x{% endif %}").render() == ""
