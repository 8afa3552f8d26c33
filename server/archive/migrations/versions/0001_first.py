"""The first tables: organisations, who is in them, and the archive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _organisations()
    _people()
    _archive()


def _organisations() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("code", name="uq_organisation_code"),
    )
    op.create_table(
        "centre",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("ticket_prefix", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_centre_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_centre"),
        sa.UniqueConstraint("organisation", "code", name="uq_centre_organisation_code"),
        sa.UniqueConstraint("organisation", "id", name="uq_centre_organisation_id"),
        sa.UniqueConstraint(
            "organisation", "ticket_prefix", name="uq_centre_organisation_ticket_prefix"
        ),
    )
    op.create_table(
        "booth",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("centre", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("credential_hash", sa.String(length=64)),
        sa.Column("enrolled_at", sa.BigInteger()),
        sa.Column("code_hash", sa.String(length=64)),
        sa.Column("code_expires_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["organisation", "centre"],
            ["centre.organisation", "centre.id"],
            name="fk_booth_organisation_centre",
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_booth_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_booth"),
        sa.UniqueConstraint("centre", "code", name="uq_booth_centre_code"),
        sa.UniqueConstraint("code_hash", name="uq_booth_code_hash"),
        sa.UniqueConstraint("credential_hash", name="uq_booth_credential_hash"),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("handling_seconds", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_topic_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
        sa.UniqueConstraint("organisation", "code", name="uq_topic_organisation_code"),
        sa.UniqueConstraint("organisation", "id", name="uq_topic_organisation_id"),
    )


def _people() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("reserve", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("password_hash", sa.String(length=200)),
        sa.Column("password_set_at", sa.BigInteger()),
        sa.Column("closed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_staff_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
        sa.UniqueConstraint("organisation", "id", name="uq_staff_organisation_id"),
    )
    op.create_table(
        "skill",
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("staff", sa.String(length=26), nullable=False),
        sa.Column("topic", sa.String(length=26), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "staff"],
            ["staff.organisation", "staff.id"],
            name="fk_skill_organisation_staff",
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "topic"],
            ["topic.organisation", "topic.id"],
            name="fk_skill_organisation_topic",
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_skill_organisation"
        ),
        sa.PrimaryKeyConstraint("staff", "topic", "language", name="pk_skill"),
    )


def _archive() -> None:
    op.create_table(
        "event",
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("consultation", sa.String(length=26)),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_event_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation", "ms", "seq", name="pk_event"),
    )
    op.create_index(
        "ix_event_organisation_consultation_ms_seq",
        "event",
        ["organisation", "consultation", "ms", "seq"],
    )
    op.create_table(
        "record",
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("centre", sa.String(length=26), nullable=False),
        sa.Column("topic", sa.String(length=26), nullable=False),
        sa.Column("outcome", sa.String(length=32)),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_record_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_record"),
    )
    op.create_index(
        "ix_record_organisation_centre_joined_at_id",
        "record",
        ["organisation", "centre", "joined_at", "id"],
    )
    op.create_index(
        "ix_record_organisation_joined_at_id", "record", ["organisation", "joined_at", "id"]
    )
    op.create_index(
        "ix_record_organisation_outcome_joined_at_id",
        "record",
        ["organisation", "outcome", "joined_at", "id"],
    )
    op.create_index(
        "ix_record_organisation_topic_joined_at_id",
        "record",
        ["organisation", "topic", "joined_at", "id"],
    )
    op.create_table(
        "record_consultant",
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("consultant", sa.String(length=26), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_record_consultant_organisation"
        ),
        sa.PrimaryKeyConstraint(
            "organisation", "consultant", "joined_at", "record", name="pk_record_consultant"
        ),
    )
