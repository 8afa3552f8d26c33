"""Rows of one organisation, put into the state that is wanted."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive.tables import organisation
from signaling.ids import OrganisationId, new_ulid


class ChangeError(Exception):
    """The change cannot be made; the text says why, for an administrator."""


class Change(NamedTuple):
    """Something that was done."""

    text: str
    """For the administrator who did it, such as ``user added: anna@region.example``."""
    trace: str
    """For the journal, where people are named by their id only."""


class Rows:
    """Looking up and changing rows within one transaction.

    Args:
        connection: in a transaction that writes.
        identity: of the organisation; None while it is still to be added.
    """

    def __init__(self, connection: AsyncConnection, identity: str | None) -> None:
        self.connection = connection
        self.id = identity
        self.done: list[Change] = []

    @property
    def organisation(self) -> OrganisationId:
        """The id of the organisation, which must exist by now."""
        if self.id is None:
            raise ChangeError("There is no such organisation.")
        return OrganisationId(self.id)

    async def own(self) -> Row[Any]:
        """The row of the organisation itself."""
        query = select(organisation).where(organisation.c.id == self.organisation)
        return (await self.connection.execute(query)).one()

    async def find(self, table: Table, **values: str) -> Row[Any] | None:
        """The row with these values, if there is one."""
        query = select(table).where(table.c.organisation == self.organisation)
        query = query.where(*(table.c[name] == value for name, value in values.items()))
        return (await self.connection.execute(query)).one_or_none()

    async def get(self, table: Table, kind: str, called: str, **values: str) -> Row[Any]:
        """The row with these values.

        Raises:
            ChangeError: there is none; the text calls it so.
        """
        row = await self.find(table, **values)
        if row is None:
            raise ChangeError(f"There is no {kind} {called!r} in this organisation.")
        return row

    async def put(
        self,
        table: Table,
        row: Row[Any] | None,
        values: dict[str, Any],
        *,
        kind: str,
        called: str,
        personal: bool = False,
    ) -> None:
        """Make the row hold these values: add it, change what differs, or do nothing.

        Args:
            table: of an organisation.
            row: as it is now; None adds one.
            values: by column; others keep what they have.
            kind: of thing, for the list of what was done.
            called: how an administrator calls it.
            personal: whether that names a person, and the journal must say the id instead.
        """
        if row is None:
            identity = new_ulid()
            row_values = {"id": identity, "organisation": self.organisation, **values}
            await self.connection.execute(insert(table).values(row_values))
            self.say(f"{kind} added", called, identity if personal else None)
            return
        new = {name: value for name, value in values.items() if row._mapping[name] != value}  # noqa: SLF001 - SQLAlchemy's documented name
        if new:
            await self.connection.execute(update(table).where(table.c.id == row.id).values(new))
            what = f"{kind} changed ({', '.join(new)})"
            self.say(what, called, row.id if personal else None)

    async def close(
        self,
        table: Table,
        row: Row[Any],
        *,
        closed: bool,
        now: int,
        kind: str,
        called: str,
        personal: bool = False,
    ) -> None:
        """Close what is open, or open what is closed."""
        if (row.closed_at is not None) == closed:
            return
        values = {"closed_at": now if closed else None}
        await self.connection.execute(update(table).where(table.c.id == row.id).values(values))
        what = f"{kind} {'closed' if closed else 'opened again'}"
        self.say(what, called, row.id if personal else None)

    def say(self, what: str, called: str, identity: str | None = None) -> None:
        """Put it on the list of what was done; the journal gets the identity if there is one."""
        self.done.append(Change(f"{what}: {called}", f"{what}: {identity or called}"))
