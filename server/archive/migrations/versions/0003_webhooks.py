"""Programs that are told what happens, and what they are still to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_webhook_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
        sa.UniqueConstraint("organisation", "id", name="uq_webhook_organisation_id"),
        sa.UniqueConstraint("organisation", "name", name="uq_webhook_organisation_name"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("webhook", sa.String(length=26), nullable=False),
        sa.Column("ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("consultation", sa.String(length=26)),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("held_until", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200)),
        sa.Column("dead_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["organisation", "webhook"],
            ["webhook.organisation", "webhook.id"],
            name="fk_webhook_delivery_organisation_webhook",
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_webhook_delivery_organisation"
        ),
        sa.PrimaryKeyConstraint("webhook", "ms", "seq", name="pk_webhook_delivery"),
    )
    op.create_index("ix_webhook_delivery_webhook_due_at", "webhook_delivery", ["webhook", "due_at"])
    op.create_index(
        "ix_webhook_delivery_webhook_consultation_ms_seq",
        "webhook_delivery",
        ["webhook", "consultation", "ms", "seq"],
    )
