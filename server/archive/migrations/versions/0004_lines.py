"""How an organisation runs its lines: priorities, hours, levels of skill, own centres."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        _list("priorities"),
        sa.Column("cut_off_seconds", sa.Integer(), server_default="3600", nullable=False),
        sa.Column("callback_seconds", sa.Integer(), server_default="1800", nullable=False),
        sa.Column("callbacks", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("claim_seconds", sa.Integer(), server_default="7200", nullable=False),
        _list("breaks"),
        _list("interpreters"),
    ):
        op.add_column("organisation", column)
    region = sa.Column("region", sa.String(length=64), server_default="", nullable=False)
    op.add_column("centre", region)
    for column in (
        sa.Column("service_level_seconds", sa.Integer(), server_default="60", nullable=False),
        _list("prefer"),
        sa.Column("overflow_at", sa.Integer()),
        _list("hours"),
        sa.Column("last_ticket_minutes", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("topic", column)
    _staff_and_skills()


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), server_default="[]", nullable=False)


def _staff_and_skills() -> None:
    """New references and keys, which SQLite makes by copying the table.

    Nothing may refer to what is copied, so the skills stand aside meanwhile.
    """
    op.execute(
        "CREATE TABLE skill_before AS SELECT organisation, staff, topic, language FROM skill"
    )
    op.drop_table("skill")
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("centre", sa.String(length=26)))
        staff.add_column(_list("interprets"))
        staff.create_foreign_key(
            "fk_staff_organisation_centre",
            "centre",
            ["organisation", "centre"],
            ["organisation", "id"],
        )
    op.create_table(
        "skill",
        sa.Column("organisation", sa.String(length=26), nullable=False),
        sa.Column("staff", sa.String(length=26), nullable=False),
        sa.Column("topic", sa.String(length=26), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=16), server_default="speech", nullable=False),
        sa.Column("level", sa.Integer(), server_default="1", nullable=False),
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
        sa.PrimaryKeyConstraint("staff", "topic", "language", "mode", name="pk_skill"),
    )
    op.execute(
        "INSERT INTO skill (organisation, staff, topic, language)"
        " SELECT organisation, staff, topic, language FROM skill_before"
    )
    op.drop_table("skill_before")
