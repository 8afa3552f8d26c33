"""Settings: what is read, what is refused, and that everything wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from server.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"OKNO_{name.upper()}", raising=False)


def faults(**overrides: str | int | None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(**overrides)
    return caught.value.faults


def test_nothing_needs_to_be_set() -> None:
    assert load_settings() == Settings()


def test_an_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_PORT", "9001")
    monkeypatch.setenv("OKNO_HOST", "0.0.0.0")
    settings = load_settings(port=9002, host=None)
    assert (settings.port, settings.host) == (9002, "0.0.0.0")


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_REDIS_URL", "")
    assert load_settings().redis_url is None


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_STUN_URLS", "stun:a.example, stun:b.example:3478")
    assert load_settings().stun_urls == ("stun:a.example", "stun:b.example:3478")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "many", "should be a valid integer"),
        ("PORT", "65536", "should be less than or equal to 65535"),
        ("PUBLIC_URL", "okno.example", "must begin with http:// or https://"),
        ("REDIS_URL", "localhost:6379", "must begin with redis:// or rediss:// or unix://"),
        ("DATABASE_URL", "mysql://x", "must begin with sqlite+aiosqlite:// or postgresql+asyncpg"),
        ("TLS", "on", "should be 'off', 'files' or 'auto'"),
        ("STUN_URLS", "stun.example", "each must begin with stun: or stuns:"),
        ("TURN_URLS", "turn:ok,http://no", "each must begin with turn: or turns:"),
        ("OFFER_SECONDS", "0", "should be greater than 0"),
        ("OFFER_SECONDS", "inf", "should be a finite number"),
        ("OFFER_SECONDS", "nan", "should be a finite number"),
        ("OFFER_SECONDS", "1e300", "should be less than or equal to 86400"),
        ("SESSION_HOURS", "0.0001", "should be greater than or equal to 0.1"),
        ("HEARTBEAT_SECONDS", "0.01", "should be greater than or equal to 1"),
        ("GRACE_SECONDS", "29", "must be at least twice OKNO_HEARTBEAT_SECONDS"),
        ("RESUME_SECONDS", "29", "must be at least twice OKNO_HEARTBEAT_SECONDS"),
        ("RELAY_ONLY", "perhaps", "should be a valid boolean"),
        ("RELAY_ONLY", "yes", "needs OKNO_TURN_URLS"),
        ("LOG_LEVEL", "loud", "should be 'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_bad_value_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"OKNO_{name}", value)
    (fault,) = faults()
    assert fault.startswith(f"OKNO_{name}: {says}")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PUBLIC_URL", "https://", "must name a host"),
        ("PUBLIC_URL", "https://okno.example:https", "must name a host"),
        ("REDIS_URL", "redis://x:abc", "must name a host"),
        ("REDIS_URL", "redis://x:99999", "must name a host"),
        ("REDIS_URL", "redis://", "must name a host"),
        ("REDIS_URL", "redis://x?db=first", "must name a host"),
        ("REDIS_URL", "unix://", "must name a host"),
        ("DATABASE_URL", "postgresql+asyncpg://okno:se@cret@x:abc/okno", "must name a file"),
        ("DATABASE_URL", "postgresql+asyncpg://x:99999/okno", "must name a file"),
        ("DATABASE_URL", "sqlite+aiosqlite://", "must name a file"),
        ("DATABASE_URL", "sqlite+aiosqlite://okno.sqlite", "must name a file"),
    ],
)
def test_an_address_nobody_could_open_stops_the_start_in_words(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"OKNO_{name}", value)
    (fault,) = faults()
    assert fault.startswith(f"OKNO_{name}: {says}")
    assert "cret" not in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "https://okno.example:8443"),
        ("redis_url", "redis://:secret@[::1]:6379/1"),
        ("redis_url", "rediss://x"),
        ("redis_url", "unix:///run/redis.sock?db=1"),
        ("database_url", "postgresql+asyncpg://okno@/okno?host=/run/postgresql"),
        ("database_url", "postgresql+asyncpg://okno:secret@x:5432/okno"),
        ("database_url", "sqlite+aiosqlite:///var/okno.sqlite"),
    ],
)
def test_an_address_is_taken_as_it_is(name: str, value: str) -> None:
    assert getattr(load_settings(**{name: value}), name) == value


def test_settings_that_need_each_other_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_TLS", "files")
    monkeypatch.setenv("OKNO_TLS_KEY", "missing.pem")
    monkeypatch.setenv("OKNO_TURN_URLS", "turn:a.example")
    assert faults() == [
        "OKNO_TLS_CERTIFICATE: is needed with OKNO_TLS=files",
        "OKNO_TLS_KEY: names a file that does not exist",
        "OKNO_TURN_SECRET: is needed with OKNO_TURN_URLS",
    ]


def test_certificate_files_that_exist_are_taken(tmp_path: Path) -> None:
    pem = tmp_path / "both.pem"
    pem.touch()
    settings = load_settings(tls="files", tls_certificate=str(pem), tls_key=str(pem))
    assert settings.tls_certificate == pem


def test_a_misspelled_name_is_a_fault_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_RELAY_ONYL", "true")
    monkeypatch.setenv("OKNO_SIMULATED_PASSWORD", "is another command's")
    assert faults() == ["OKNO_RELAY_ONYL: is not a setting; OKNO_RELAY_ONLY is"]


def test_a_start_names_every_fault_and_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_PROT", "1")
    monkeypatch.setenv("OKNO_PORT", "many")
    monkeypatch.setenv("OKNO_TLS", "on")
    monkeypatch.setenv("OKNO_TURN_SECRET", "hidden")
    monkeypatch.setenv("OKNO_TURN_TTL", "1")
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    for name in ("OKNO_PROT", "OKNO_PORT", "OKNO_TLS", "OKNO_TURN_TTL"):
        assert f"\n{name}: " in result.output
    assert "hidden" not in result.output
