"""Whether conversations about a topic may be recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rule = sa.Column("recording", sa.String(length=16), server_default="never", nullable=False)
    op.add_column("topic", rule)
