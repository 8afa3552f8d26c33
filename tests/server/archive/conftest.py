from __future__ import annotations

from tests.server.databases import (
    database,
    database_url,
    mortal_redis,
    postgresql,
    sqlite_database,
)

__all__ = ["database", "database_url", "mortal_redis", "postgresql", "sqlite_database"]
