"""The session log for programs. Reading it is written down, as it is for people."""

from __future__ import annotations

from server.api.operation import Call
from server.api.places import names_of
from server.api.shapes import ConsultationPath, Consultations, FindConsultations
from signaling import journal
from signaling.errors import NotFoundError
from signaling.events import AnyEvent, LogExported, RecordViewed
from signaling.ids import CentreId
from signaling.ports import REDIS
from signaling.record import Record
from web.log_filter import filter_values
from web.ports import SESSION_LOG, LogFilter

FORMAT = "api"
"""How the journal calls records that a program was given."""


async def list_consultations(call: Call, which: FindConsultations, _: None) -> Consultations:
    """A page of what the filters find."""
    names = names_of(call)
    where = LogFilter(
        day_from=which.day_from or None,
        day_to=which.day_to or None,
        centre=CentreId((await names.centre(which.centre)).id) if which.centre else None,
        topic=await names.any_topic(which.topic) if which.topic else None,
        outcome=which.outcome or None,
    )
    page = await call.app[SESSION_LOG].page(
        call.organisation, where, before=which.cursor or None, limit=which.limit
    )
    now = await journal.now_ms(call.app[REDIS])
    given = LogExported(
        at=now,
        user=None,
        token=call.principal.token,
        format=FORMAT,
        filters=filter_values(where),
    )
    await _write_down(call, given)
    return Consultations(consultations=page.records, total=page.total, next=page.older)


async def get_consultation(call: Call, which: ConsultationPath, _: None) -> Record:
    """One record, complete."""
    found = await call.app[SESSION_LOG].record(call.organisation, which.id)
    if found is None:
        raise NotFoundError
    now = await journal.now_ms(call.app[REDIS])
    viewed = RecordViewed(at=now, consultation=which.id, user=None, token=call.principal.token)
    await _write_down(call, viewed)
    return found[0]


async def _write_down(call: Call, event: AnyEvent) -> None:
    """Unless only the head is asked for, which tells nothing of what is in the records."""
    if call.method == "GET":
        await journal.append(call.app[REDIS], call.organisation, event)
