"""What the person who starts a node reads."""

from __future__ import annotations

import pytest

from server import banner as module
from server.banner import banner
from server.settings import Settings


@pytest.fixture(autouse=True)
def _one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    names = frozenset({"localhost", "127.0.0.1", "::1", "192.0.2.7"})
    monkeypatch.setattr(module, "local_names", lambda: names)


def test_the_demo_names_its_surfaces_and_its_people() -> None:
    text = banner(Settings(), port=8080, demo=True)
    for part in (
        "http://127.0.0.1:8080/booth ",
        "http://127.0.0.1:8080/workspace ",
        "http://127.0.0.1:8080/desk ",
        "consultant@demo.example",
        "supervisor@demo.example",
        "okno-demo",
        "Ctrl-C",
    ):
        assert part in text


def test_without_the_demo_nobody_is_named() -> None:
    assert "demo" not in banner(Settings(), port=8080, demo=False)


def test_the_public_address_is_shown_where_there_is_one() -> None:
    text = banner(Settings(public_url="https://okno.example"), port=8080, demo=False)
    assert "https://okno.example/booth" in text
    assert "127.0.0.1" not in text


@pytest.mark.parametrize(
    ("tls", "base", "warned"),
    [("off", "http://192.0.2.7:8080", True), ("auto", "https://192.0.2.7:8080", False)],
)
def test_open_to_other_machines_it_says_how_they_come_in(tls: str, base: str, warned: bool) -> None:
    settings = Settings.model_validate({"host": "0.0.0.0", "tls": tls})
    text = banner(settings, port=8080, demo=True)
    assert base in text
    assert ("--tls auto" in text) is warned
