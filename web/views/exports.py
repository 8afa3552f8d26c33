"""The session log as files, streamed; taking one is itself written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web

from signaling import journal
from signaling.events import LogExported
from signaling.model import StaffPrincipal
from signaling.ports import REDIS
from signaling.record import Record
from web.access import require_staff
from web.export import as_csv, as_json
from web.log_filter import filter_values, parse_filter
from web.ports import PEOPLE, SESSION_LOG, Organisation
from web.words import local_time

PATIENCE = 60.0
"""Seconds a reader may take for one piece before it counts as gone."""

_Shape = Callable[[AsyncIterator[Record], Organisation], AsyncIterator[str]]


@require_staff("desk")
async def csv(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """As a table, for spreadsheets."""

    def shape(records: AsyncIterator[Record], organisation: Organisation) -> AsyncIterator[str]:
        return as_csv(records, organisation, byte_order_mark=True)

    return await _export(request, staff, "csv", "text/csv; charset=utf-8", shape)


@require_staff("desk")
async def json(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """With everything the records hold, for programs."""
    return await _export(request, staff, "json", "application/json", as_json)


async def _export(
    request: web.Request, staff: StaffPrincipal, kind: str, content_type: str, shape: _Shape
) -> web.StreamResponse:
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    where = parse_filter(request.query, organisation)
    redis = request.app[REDIS]
    now = await journal.now_ms(redis)
    pieces = shape(request.app[SESSION_LOG].export(staff.organisation, where), organisation)
    # Before anything is sent: when SQL is away this is an error page and not half a file.
    piece: str | None = await anext(pieces, None)
    exported = LogExported(at=now, user=staff.user, format=kind, filters=filter_values(where))
    await journal.append(redis, staff.organisation, exported)
    day = local_time(now, ZoneInfo(organisation.timezone)).date().isoformat()
    name = f"okno-{organisation.code}-{day}.{kind}"
    response = web.StreamResponse(
        headers={
            hdrs.CONTENT_TYPE: content_type,
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
        }
    )
    await response.prepare(request)
    while piece is not None:
        async with asyncio.timeout(PATIENCE):
            await response.write(piece.encode())
        piece = await anext(pieces, None)
    await response.write_eof()
    return response
