"""Every setting of a node, read from ``OKNO_*`` in the environment.

``docs/OPERATIONS.md`` describes each of them; a test compares.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Faults are collected: a start with bad settings names all of them at once."""

    model_config = SettingsConfigDict(env_prefix="OKNO_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str | None = Field(
        None,
        description="Address people open, such as https://okno.example. It decides whether "
        "cookies are Secure and which Origin is ours; without it the request's own Host does.",
    )
    trusted_proxies: int = Field(
        0, ge=0, le=8, description="Proxies in front whose X-Forwarded-For and -Proto are believed."
    )
    data_dir: Path = Field(
        Path("var"), description="Where the built-in Redis and SQLite keep their files."
    )
    redis_url: str | None = Field(
        None, description="Redis 7.0 or newer; without it the node starts one of its own."
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy address; without it a SQLite file in the data directory."
    )
    tls: Literal["off", "files", "auto"] = Field(
        "off", description="https: by certificate files, or a certificate made for trials."
    )
    tls_certificate: Path | None = Field(None, description="Certificate chain, PEM.")
    tls_key: Path | None = Field(None, description="Private key, PEM.")
    log_format: Literal["text", "json"] = Field("text", description="Readable, or one JSON a line.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important thing that is logged."
    )
    stun_urls: tuple[str, ...] = Field((), description="STUN servers, as a JSON list.")
    turn_urls: tuple[str, ...] = Field((), description="TURN servers, as a JSON list.")
    turn_secret: SecretStr | None = Field(
        None, description="Secret shared with the TURN servers (coturn: static-auth-secret)."
    )
    turn_ttl: int = Field(43200, ge=300, description="Seconds a TURN credential is good for.")
    relay_only: bool = Field(False, description="Let media pass through TURN only.")
    offer_seconds: float = Field(20, gt=0, description="How long an offer rings.")
    connect_seconds: float = Field(
        20, gt=0, description="How long sound and picture may take after accepting."
    )
    wrap_up_seconds: float = Field(90, gt=0, description="Longest wrap-up.")
    grace_seconds: float = Field(
        120, gt=0, description="How long a page that lost its socket keeps its place."
    )
    heartbeat_seconds: float = Field(15, gt=0, description="How often a page says it is there.")
    resume_seconds: float = Field(
        120, gt=0, description="How long what a page missed is kept for it."
    )
    session_hours: float = Field(12, gt=0, description="Longest staff session without a visit.")
    sign_in_attempts: int = Field(
        5, ge=1, description="Wrong sign-ins of one account or address in five minutes."
    )
    stop_seconds: float = Field(
        4, gt=0, le=60, description="How long a stopping node waits for what is under way."
    )

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/") if value else None

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.tls == "files" and not (self.tls_certificate and self.tls_key):
            raise ValueError("tls=files needs tls_certificate and tls_key")
        if self.turn_urls and self.turn_secret is None:
            raise ValueError("turn_urls needs turn_secret")
        if self.relay_only and not self.turn_urls:
            raise ValueError("relay_only needs turn_urls")
        return self
