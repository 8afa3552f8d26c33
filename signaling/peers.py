"""The sockets this node holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from signaling.connection import Connection
from signaling.ids import OrganisationId, PersonId


class Peers:
    """Connections by person and by organisation; what is not here is on another node."""

    def __init__(self) -> None:
        self._people: dict[tuple[OrganisationId, PersonId], Connection] = {}
        self._all: dict[OrganisationId, set[Connection]] = {}
        self._doors: WeakValueDictionary[tuple[OrganisationId, PersonId], asyncio.Lock] = (
            WeakValueDictionary()
        )
        self.empty = asyncio.Event()
        """Set while no connection is here."""
        self.empty.set()

    def door(self, organisation: OrganisationId, person: PersonId) -> asyncio.Lock:
        """Held while a socket takes over: two of one person at once would evict each other."""
        who = (organisation, person)
        return self._doors.setdefault(who, asyncio.Lock())

    @contextmanager
    def replacing(self, connection: Connection) -> Iterator[Connection | None]:
        """Take a connection in; the one of the same person that it replaces here, if any.

        If it cannot take over after all, the older one has its place again, unless it has gone, and
        what came meanwhile.
        """
        older = self.add(connection)
        try:
            yield older
        except BaseException:
            if older is not None and older in self._all.get(older.organisation, ()):
                self.add(older)
                for each in connection.start(0, "", ""):
                    older.deliver(each)
            raise

    def add(self, connection: Connection) -> Connection | None:
        """Take a connection in; the one of the same person that it replaces here, if any."""
        self.empty.clear()
        self._all.setdefault(connection.organisation, set()).add(connection)
        if connection.person is None:
            return None
        who = (connection.organisation, connection.person)
        replaced = self._people.get(who)
        self._people[who] = connection
        return replaced

    def remove(self, connection: Connection) -> None:
        """Forget a connection."""
        here = self._all.get(connection.organisation)
        if here is not None:
            here.discard(connection)
            if not here:
                del self._all[connection.organisation]
        if not self._all:
            self.empty.set()
        if connection.person is not None:
            who = (connection.organisation, connection.person)
            if self._people.get(who) is connection:
                del self._people[who]

    def find(self, organisation: OrganisationId, person: PersonId) -> Connection | None:
        """The person's connection, if this node holds it."""
        return self._people.get((organisation, person))

    def of(self, organisation: OrganisationId) -> tuple[Connection, ...]:
        """All connections of an organisation, desks included."""
        return tuple(self._all.get(organisation, ()))

    def people(self) -> tuple[Connection, ...]:
        """All connections that have a person."""
        return tuple(self._people.values())

    def __iter__(self) -> Iterator[Connection]:
        return iter([each for group in self._all.values() for each in group])

    def __len__(self) -> int:
        return sum(len(group) for group in self._all.values())
