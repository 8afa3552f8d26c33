"""Organisations and who is in them: how they prove it, what they may serve, how they change."""

from __future__ import annotations

from aiohttp import web

from server.archive.database import DATABASE
from server.directory.lookups import SqlDirectory
from server.directory.people import SqlPeople
from signaling.ports import DIRECTORY
from web.ports import PEOPLE

__all__ = ["install"]


def install(app: web.Application, *, demo: bool = False) -> None:
    """Say who is who, out of `DATABASE`."""
    app[PEOPLE] = SqlPeople(app[DATABASE], demo=demo)
    app[DIRECTORY] = SqlDirectory(app[DATABASE])
