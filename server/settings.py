"""Every setting of a node, read from ``OKNO_*`` in the environment.

``docs/OPERATIONS.md`` describes each of them; a test compares.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from yarl import URL

from signaling import addresses
from signaling.vault import parse_keys

PREFIX = "OKNO_"
SIMULATED_PREFIX = "OKNO_SIMULATED_"
"""What ``okno simulate`` reads; a node has no use for these and must not stumble over them."""

_URL_SCHEMES = {
    "public_url": ("http://", "https://"),
    "redis_url": addresses.SCHEMES,
    "database_url": ("sqlite+aiosqlite://", "postgresql+asyncpg://"),
}
_URL_NEEDS = {
    "public_url": "must name a host, and a port only if it is a number",
    "redis_url": "must name a host, and a port only if it is a number; or the path of a socket; "
    "with Sentinel also the group, without a database for a cluster",
    "database_url": "must name a file for SQLite; for PostgreSQL a port only if it is a number",
}
"""Said in our own words: those of a parser may hold a piece of the password."""
_ICE_SCHEMES = {"stun_urls": ("stun:", "stuns:"), "turn_urls": ("turn:", "turns:")}

_DAY = 86_400
_HIGHEST_PORT = 65_535

Form = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]
Urls = Annotated[tuple[str, ...], NoDecode]


class SettingsError(Exception):
    """The settings cannot be used; says everything that is wrong with them, a line each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class Settings(BaseSettings):
    """What one node is told.

    Each rule, also one about two settings, belongs to a field, so that pydantic collects all
    faults: a start with bad settings names every one of them.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(
        default=8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one."
    )
    public_url: str | None = Field(
        default=None,
        description="Address people open, such as https://okno.example. It decides whether "
        "cookies are Secure and which Origin is ours; without it the request's own Host does.",
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=8,
        description="Proxies in front whose X-Forwarded-For and -Proto are believed.",
    )
    data_dir: Path = Field(
        default=Path("var"), description="Where the built-in Redis and SQLite keep their files."
    )
    redis_url: str | None = Field(
        default=None,
        description="Redis 7.0 or newer: one, a Sentinel group or a cluster; without it the node "
        "starts one of its own.",
    )
    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy address (postgresql+asyncpg://…); without it a SQLite file in the "
        "data directory.",
    )
    tls: Literal["off", "files", "auto"] = Field(
        default="off", description="https: by certificate files, or a certificate made for trials."
    )
    tls_certificate: Path | None = Field(default=None, description="Certificate chain, PEM.")
    tls_key: Path | None = Field(default=None, description="Private key, PEM.")
    log_format: Form = Field(default="text", description="Readable, or one JSON a line.")
    log_level: Level = Field(
        default="info", description="The least important thing that is logged."
    )
    stun_urls: Urls = Field(default=(), description="STUN servers, separated by commas.")
    turn_urls: Urls = Field(default=(), description="TURN servers, separated by commas.")
    turn_secret: SecretStr | None = Field(
        default=None,
        description="Secret shared with the TURN servers (coturn: static-auth-secret).",
    )
    turn_ttl: int = Field(
        default=43200, ge=60, description="Seconds a TURN credential is good for."
    )
    relay_only: bool = Field(default=False, description="Let media pass through TURN only.")
    probe: str = Field(
        default="own",
        description="Where booths and people test devices and network: own (okno serve runs it "
        "beside itself), off, or where one runs (http://host:port, unix:/path).",
    )
    probe_calls: int = Field(
        default=10, ge=1, le=1000, description="Calls the probe holds at once."
    )
    probe_waiting: int = Field(
        default=40, ge=0, le=1000, description="Calls that may wait for a place at the probe."
    )
    check_minutes: float = Field(
        default=30, ge=0, le=1440, description="How often an idle booth checks itself; 0: never."
    )
    check_sound_hours: float = Field(
        default=12,
        ge=0,
        le=8760,
        description="How often such a check plays its short tone; 0: never.",
    )
    offer_seconds: float = Field(default=20, gt=0, le=_DAY, description="How long an offer rings.")
    connect_seconds: float = Field(
        default=20,
        gt=0,
        le=_DAY,
        description="How long sound and picture may take after accepting.",
    )
    wrap_up_seconds: float = Field(default=90, gt=0, le=_DAY, description="Longest wrap-up.")
    heartbeat_seconds: float = Field(
        default=15, ge=1, le=300, description="How often a page says it is there."
    )
    grace_seconds: float = Field(
        default=120,
        gt=0,
        le=_DAY,
        description="How long a page that lost its socket keeps its place; two heartbeats or more.",
    )
    resume_seconds: float = Field(
        default=120,
        gt=0,
        le=_DAY,
        description="How long what a page missed is kept for it; two heartbeats or more.",
    )
    session_hours: float = Field(
        default=12, ge=0.1, le=8760, description="Longest staff session without a visit."
    )
    sign_in_attempts: int = Field(
        default=5,
        ge=1,
        description="Wrong sign-ins of an account in five minutes; of an address, ten times that.",
    )
    webhook_private: bool = Field(
        default=False,
        description="Let webhooks lead into private networks and to this machine, by http too.",
    )
    webhook_seconds: float = Field(
        default=10, gt=0, le=60, description="How long the receiver of a webhook may take."
    )
    webhook_hours: float = Field(
        default=24,
        gt=0,
        le=720,
        description="How long an event is tried before it is put on the dead-letter list.",
    )
    api_requests: int = Field(
        default=600, ge=1, description="Requests that one API token may make in a minute."
    )
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=300,
        description="How long a stopping node goes on serving while /readyz already says 503, so "
        "that balancers turn away first.",
    )
    stop_seconds: float = Field(
        default=4, gt=0, le=60, description="How long a stopping node waits for what is under way."
    )

    recording_key: SecretStr | None = Field(
        default=None,
        description="Keys of the recordings, name:base64, the one that seals first; without it "
        "nothing is recorded.",
    )
    recording_dir: Path | None = Field(
        default=None,
        description="Where recordings are kept, the same for nodes and recorders; without it "
        "recordings in the data directory.",
    )
    recording_days: int = Field(
        default=30, ge=1, le=3650, description="How many days a recording is kept."
    )

    @field_validator("recording_key")
    @classmethod
    def _recording_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_keys(value.get_secret_value())
        return value

    @field_validator(*_URL_SCHEMES)
    @classmethod
    def _url(cls, value: str | None, info: ValidationInfo) -> str | None:
        name = str(info.field_name)
        if value is None:
            return None
        if not value.startswith(_URL_SCHEMES[name]):
            raise ValueError(f"must begin with {' or '.join(_URL_SCHEMES[name])}")
        if not _is_whole(name, value):
            raise ValueError(_URL_NEEDS[name])
        return value.rstrip("/") if name == "public_url" else value

    @field_validator("grace_seconds", "resume_seconds")
    @classmethod
    def _outlasts_silence(cls, value: float, info: ValidationInfo) -> float:
        heartbeat = info.data.get("heartbeat_seconds")
        if heartbeat is not None and value < 2 * heartbeat:
            # A page that is there says so once in a heartbeat, and may be late.
            raise ValueError("must be at least twice OKNO_HEARTBEAT_SECONDS")
        return value

    @field_validator(*_ICE_SCHEMES, mode="before")
    @classmethod
    def _ice(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str):
            value = tuple(url.strip() for url in value.split(",") if url.strip())
        schemes = _ICE_SCHEMES[str(info.field_name)]
        if isinstance(value, (tuple, list)) and not all(
            str(url).startswith(schemes) for url in value
        ):
            raise ValueError(f"each must begin with {' or '.join(schemes)}")
        return value

    @field_validator("probe")
    @classmethod
    def _probe(cls, value: str) -> str:
        if value in {"own", "off"}:
            return value
        if value.startswith("unix:/") or (value.startswith("http://") and URL(value).host):
            return value
        raise ValueError("must be own, off, unix:/path or http://host:port")

    @field_validator("tls_certificate", "tls_key")
    @classmethod
    def _tls_file(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if info.data.get("tls") == "files":
            if value is None:
                raise ValueError("is needed with OKNO_TLS=files")
            if not value.is_file():
                raise ValueError("names a file that does not exist")
        return value

    @field_validator("turn_secret")
    @classmethod
    def _turn_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("turn_urls"):
            raise ValueError("is needed with OKNO_TURN_URLS")
        return value

    @field_validator("relay_only")
    @classmethod
    def _relay_only(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("turn_urls") == ():
            raise ValueError("needs OKNO_TURN_URLS")
        return value


def load_settings(**overrides: str | int | None) -> Settings:
    """The settings of this process.

    Args:
        overrides: values of command-line options, which win; None leaves the environment's.

    Raises:
        SettingsError: naming every fault at once.
    """
    faults = _unknown_names()
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        faults += [_fault(str(fault["loc"][0]), fault["msg"]) for fault in error.errors()]
        raise SettingsError(faults) from None
    if faults:
        raise SettingsError(faults)
    return settings


def _is_whole(name: str, url: str) -> bool:
    """Whether those who will open the address can make something of it."""
    try:
        if name == "public_url":
            return bool(URL(url).host)
        if name == "redis_url":
            return bool(addresses.parse_address(url))
        parts = make_url(url)
    except (ValueError, ArgumentError):
        return False
    if parts.get_backend_name() == "sqlite":
        return parts.host is None and parts.database not in {None, "", ":memory:"}
    return parts.port is None or 0 < parts.port <= _HIGHEST_PORT


def _fault(field: str, message: str) -> str:
    text = message.removeprefix("Value error, ").removeprefix("Input ")
    return f"{PREFIX}{field.upper()}: {text}"


def _unknown_names() -> list[str]:
    """A misspelled setting would otherwise be silently without effect."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    faults = []
    for name in sorted(os.environ):
        if name in known or not name.startswith(PREFIX) or name.startswith(SIMULATED_PREFIX):
            continue
        near = difflib.get_close_matches(name, known, n=1)
        faults.append(f"{name}: is not a setting" + (f"; {near[0]} is" if near else ""))
    return faults
