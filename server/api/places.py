"""What a ticket machine needs to be set up: the codes of centres, topics and needs."""

from __future__ import annotations

from server.api.names import Names
from server.api.operation import Call, Nothing
from server.api.shapes import Centre, Centres, Choice, ClosedTopic, OpenTopic, Topics
from server.archive.database import DATABASE
from signaling.ids import CentreId
from signaling.ports import DIRECTORY


def names_of(call: Call) -> Names:
    """The names of the organisation that the call is about."""
    return Names(call.app[DATABASE], call.organisation)


async def list_centres(call: Call, _: Nothing, __: None) -> Centres:
    """All of them, by name."""
    rows = await names_of(call).centres()
    return Centres(
        centres=[
            Centre(id=CentreId(row.id), code=row.code, name=row.name, timezone=row.timezone)
            for row in rows
        ]
    )


async def list_topics(call: Call, _: Nothing, __: None) -> Topics:
    """What visitors may come for now, and what they may need."""
    topics = await names_of(call).topics()
    closed = await names_of(call).topics(closed=True)
    policy = await call.app[DIRECTORY].policy(call.organisation)
    return Topics(
        topics=[OpenTopic(id=each.id, code=each.code, names=each.names) for each in topics],
        closed_topics=[
            ClosedTopic(id=each.id, code=each.code, names=each.names) for each in closed
        ],
        priorities=[
            Choice(code=each.code, names=each.names) for each in policy.priorities if each.at_booth
        ],
        interpreters=[
            Choice(code=code, names=names) for code, names in policy.interpreters.items()
        ],
    )
