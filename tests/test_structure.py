"""The shape of the project, held where prose could rot."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "signaling": {"signaling"},
    "web": {"web", "signaling"},
    "server": {"server", "web", "signaling"},
}
OURS = {"signaling", "web", "server", "tests", "bench"}
LIMIT = 400
"""Lines of a module: one that is longer is two."""


def sources(*suffixes: str) -> list[Path]:
    return [
        path
        for package in (*MAY_IMPORT, "tests", "bench")
        for suffix in suffixes
        for path in (ROOT / package).rglob(f"*{suffix}")
    ]


def imported(path: Path) -> set[str]:
    """Top-level packages a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        assert imported(path) & OURS <= MAY_IMPORT[package], path


def test_aiortc_is_used_in_one_place() -> None:
    users = {
        path.parent for path in (ROOT / "signaling").rglob("*.py") if "aiortc" in imported(path)
    }
    assert users == {ROOT / "signaling" / "media"}


def test_no_module_is_two_modules() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in sources(".py", ".js", ".lua", ".css")
        if (count := len(path.read_text("utf-8").splitlines())) > LIMIT
    }
    assert not long


def test_browser_modules_stay_small_and_the_core_knows_no_page() -> None:
    scripts = list((ROOT / "web/static/js").rglob("*.js"))
    assert scripts
    assert not [path for path in scripts if len(path.read_text("utf-8").splitlines()) > 200]
    for name in ("wire.js", "call.js"):
        text = (ROOT / "web/static/js/core" / name).read_text("utf-8")
        assert "document." not in text
        assert "querySelector" not in text


def test_locks_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json"):
        assert "://" not in (ROOT / name).read_text("utf-8").replace(
            "https://opencollective.com", ""
        ).replace("https://github.com", ""), name
