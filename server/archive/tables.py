"""Every SQL table: organisations and who is in them, and the archive of what happened.

Times are milliseconds since 1970-01-01 UTC, as in the journal. Ids are ULIDs. A row that belongs to
a centre, topic or person repeats its organisation in the foreign key, so that SQL itself refuses a
link between two organisations. Archived rows refer to nothing but their organisation: a fact is
kept even if what it names is gone.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(26)
_CODE = String(64)
_HASH = String(64)
"""SHA-256 in hexadecimal."""
TYPE_LENGTH = 64
"""Of the type of an event."""


def _organisation() -> Column[str]:
    return Column("organisation", _ID, ForeignKey("organisation.id"), nullable=False)


organisation = Table(
    "organisation",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("code", _CODE, nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("priorities", JSON, nullable=False, server_default="[]"),
    Column("cut_off_seconds", Integer, nullable=False, server_default="3600"),
    Column("callback_seconds", Integer, nullable=False, server_default="1800"),
    Column("callbacks", Boolean, nullable=False, server_default=true()),
    Column("claim_seconds", Integer, nullable=False, server_default="7200"),
    Column("breaks", JSON, nullable=False, server_default="[]"),
    Column("interpreters", JSON, nullable=False, server_default="[]"),
)
"""A tenant, and how it runs its lines: see `signaling.model.Policy`. The lists keep their order."""

centre = Table(
    "centre",
    metadata,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("code", _CODE, nullable=False),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("ticket_prefix", String(3), nullable=False),
    Column("region", _CODE, nullable=False, server_default=""),
    UniqueConstraint("organisation", "id"),
    UniqueConstraint("organisation", "code"),
    UniqueConstraint("organisation", "ticket_prefix"),
)

booth = Table(
    "booth",
    metadata,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("centre", _ID, nullable=False),
    Column("code", _CODE, nullable=False),
    Column("name", String(200), nullable=False),
    Column("credential_hash", _HASH, unique=True),
    Column("enrolled_at", BigInteger),
    Column("code_hash", _HASH, unique=True),
    Column("code_expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("sound", JSON, nullable=False, server_default="{}"),
    UniqueConstraint("centre", "code"),
    ForeignKeyConstraint(["organisation", "centre"], ["centre.organisation", "centre.id"]),
)
"""A terminal. `credential_hash` proves an enrolled one, `code_hash` is its one-time code.
`sound` holds what differs from the defaults of `signaling.sound.Sound`."""

topic = Table(
    "topic",
    metadata,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("code", _CODE, nullable=False),
    Column("names", JSON, nullable=False),
    Column("hints", JSON, nullable=False),
    Column("handling_seconds", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("service_level_seconds", Integer, nullable=False, server_default="60"),
    Column("prefer", JSON, nullable=False, server_default="[]"),
    Column("overflow_at", Integer),
    Column("hours", JSON, nullable=False, server_default="[]"),
    Column("last_ticket_minutes", Integer, nullable=False, server_default="0"),
    Column("recording", String(16), nullable=False, server_default="never"),
    Column("closed_at", BigInteger),
    UniqueConstraint("organisation", "id"),
    UniqueConstraint("organisation", "code"),
)
"""What visitors come for. `hours` are texts such as ``mon-fri 08:00-20:00``."""

staff = Table(
    "staff",
    metadata,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("reserve", Boolean, nullable=False, server_default=false()),
    Column("password_hash", String(200)),
    Column("password_set_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("centre", _ID),
    Column("interprets", JSON, nullable=False, server_default="[]"),
    UniqueConstraint("organisation", "id"),
    ForeignKeyConstraint(["organisation", "centre"], ["centre.organisation", "centre.id"]),
)
"""`email` is unique over all organisations, in the form `server.directory` folds it to. `centre`
is where the person works, if that matters to the line."""

skill = Table(
    "skill",
    metadata,
    _organisation(),
    Column("staff", _ID, primary_key=True),
    Column("topic", _ID, primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("mode", String(16), primary_key=True, server_default="speech"),
    Column("level", Integer, nullable=False, server_default="1"),
    ForeignKeyConstraint(["organisation", "staff"], ["staff.organisation", "staff.id"]),
    ForeignKeyConstraint(["organisation", "topic"], ["topic.organisation", "topic.id"]),
)
"""Whom a consultant can help: a topic in a language, by voice, signing or writing."""

api_token = Table(
    "api_token",
    metadata,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("name", _CODE, nullable=False),
    Column("token_hash", _HASH, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index(
        "uq_api_token_live_name",
        "organisation",
        "name",
        unique=True,
        postgresql_where=text("revoked_at IS NULL"),
        sqlite_where=text("revoked_at IS NULL"),
    ),
)
"""What other programs prove themselves with. `last_used_at` is right to the hour."""

webhook = Table(
    "webhook",
    metadata,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("name", _CODE, nullable=False),
    Column("url", String(500), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("types", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("paused_at", BigInteger),
    UniqueConstraint("organisation", "id"),
    UniqueConstraint("organisation", "name"),
)
"""A program that is told what happens. `secret` signs, so it cannot be kept as a hash."""

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    _organisation(),
    Column("webhook", _ID, primary_key=True),
    Column("ms", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("consultation", _ID),
    Column("queued_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("held_until", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("error", String(200)),
    Column("dead_at", BigInteger),
    ForeignKeyConstraint(["organisation", "webhook"], ["webhook.organisation", "webhook.id"]),
    Index(None, "webhook", "due_at"),
    Index(None, "webhook", "consultation", "ms", "seq"),
)
"""An event that a webhook is still to be told, or (`dead_at`) that it was not: then nothing is due.
While a node makes an attempt, it holds the row; after `held_until` the others take it for dead."""

event = Table(
    "event",
    metadata,
    Column("organisation", _ID, ForeignKey("organisation.id"), primary_key=True),
    Column("ms", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(TYPE_LENGTH), nullable=False),
    Column("consultation", _ID),
    Column("body", Text, nullable=False),
    Index(None, "organisation", "consultation", "ms", "seq"),
)
"""The journal for years. `ms` and `seq` are the two halves of its id, which sort as numbers.
`consultation` is also set where staff looked at a record, which is no part of the record."""

record = Table(
    "record",
    metadata,
    Column("organisation", _ID, ForeignKey("organisation.id"), primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("joined_at", BigInteger, nullable=False),
    Column("centre", _ID, nullable=False),
    Column("topic", _ID, nullable=False),
    Column("outcome", String(32)),
    Column("body", Text, nullable=False),
    # One index for each filter of the log; all end with what the log is sorted by.
    Index(None, "organisation", "joined_at", "id"),
    Index(None, "organisation", "centre", "joined_at", "id"),
    Index(None, "organisation", "topic", "joined_at", "id"),
    Index(None, "organisation", "outcome", "joined_at", "id"),
)
"""One row for each consultation: `body` is the record, the rest is what the log filters by."""

record_consultant = Table(
    "record_consultant",
    metadata,
    Column("organisation", _ID, ForeignKey("organisation.id"), primary_key=True),
    Column("consultant", _ID, primary_key=True),
    Column("joined_at", BigInteger, primary_key=True, autoincrement=False),
    Column("record", _ID, primary_key=True),
)
"""Every consultant who talked to the visitor: a talk that broke may have had two."""
