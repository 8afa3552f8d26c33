"""The operator's page and the deployment say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from server import metrics
from server.cli import main
from server.settings import SIMULATED_PREFIX, Settings
from server.webhooks.queue import Backlog

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "OPERATIONS.md").read_text()
ROWS = dict(re.findall(r"^\| `(OKNO_[A-Z_]+)` \| (.*?) \|", OPERATIONS, re.MULTILINE))
NAMES = {f"OKNO_{name.upper()}" for name in Settings.model_fields}


def shown(default: object) -> str:
    if default is PydanticUndefined or isinstance(default, SecretStr):
        return "?"
    if default is None or default == ():
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_every_setting_has_its_row_and_no_row_is_left_over() -> None:
    assert set(ROWS) == NAMES


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_default_is_the_one_in_the_row(name: str) -> None:
    assert ROWS[f"OKNO_{name.upper()}"] == shown(Settings.model_fields[name].default)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is_for(name: str) -> None:
    assert Settings.model_fields[name].description


@pytest.mark.parametrize(
    "path", ["README.md", "docs/OPERATIONS.md", "Dockerfile", "Makefile", "deploy/compose.yaml"]
)
def test_no_text_names_a_setting_that_does_not_exist(path: str) -> None:
    named = set(re.findall(r"\bOKNO_[A-Z_]+[A-Z]\b", (ROOT / path).read_text()))
    assert {name for name in named if not name.startswith(SIMULATED_PREFIX)} <= NAMES


@pytest.mark.parametrize("path", ["README.md", "CHANGELOG.md", "docs/OPERATIONS.md"])
def test_no_text_names_a_command_that_does_not_exist(path: str) -> None:
    text = (ROOT / path).read_text()
    lines = re.findall(r"(?:^|`|exec -T \S+ )okno ([a-z][^`\n#]*)", text, re.MULTILINE)
    assert lines
    for line in lines:
        command: click.Command = main
        with click.Context(command) as context:
            for word in line.split():
                if not isinstance(command, click.Group) or not word.isalpha():
                    break
                found = command.get_command(context, word)
                assert found is not None, f"okno {line}"
                command = found


def test_every_metric_is_described() -> None:
    live = metrics.Live({}, unarchived=0, unfit={}, counts={})
    text = metrics.Metrics().render(live, Backlog(0, 0)).decode()
    names = set(re.findall(r"^# TYPE (okno_\w+)", text, re.MULTILINE))
    assert names
    # The library adds to each count when it began.
    ours = {name for name in names if not name.endswith("_created")}
    assert {name for name in ours if f"`{name}" not in OPERATIONS} == set()


def test_every_variable_of_the_deployment_is_in_its_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "deploy" / "compose.yaml").read_text()))
    given = set(
        re.findall(r"^(\w+)=", (ROOT / "deploy" / "okno.env.example").read_text(), re.MULTILINE)
    )
    assert wanted == given
