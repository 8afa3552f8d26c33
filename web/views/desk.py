"""The supervisor's pages: the wall, the session log and one record."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from aiohttp import web

from signaling import journal, views
from signaling.booths import booths_now
from signaling.errors import NotFoundError
from signaling.events import RecordViewed
from signaling.hosts import host_calls
from signaling.ids import ConsultationId, is_ulid
from signaling.model import StaffPrincipal
from signaling.ports import REDIS
from signaling.record import Record, TimelineEntry
from web.access import require_staff
from web.booths_page import BoothsShown, booths_shown
from web.calls_page import CallRow, call_rows
from web.log_filter import filter_query, parse_cursor, parse_filter
from web.names import Names
from web.order import order_of
from web.order_page import OrderPage, OrderWords
from web.ports import PEOPLE, SESSION_LOG, LogFilter, Organisation
from web.presenters import counted, filter_fields, rows
from web.quality_page import talk_qualities
from web.record_page import record_page, viewings
from web.rendering import render, texts_of
from web.timeline import Narrator
from web.wall_page import Now, line_rows, staff_figures, wall_figures, weak_rows
from web.words import local_time

PAGE_ROWS = 50
LATEST_ROWS = 10


@require_staff("desk")
async def overview(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """The organisation now, and the latest consultations of today."""
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    return render(
        request,
        "desk/overview.html",
        surface="desk",
        staff=staff,
        organisation=organisation.name,
        now=await _now(request, organisation),
        booths=await _booths(request, organisation),
        calls=await _calls(request, organisation),
    )


@require_staff("desk")
async def wall(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """What of the overview moves, as its page fetches it again when something has changed."""
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    return render(
        request,
        "desk/wall.html",
        surface="desk",
        staff=staff,
        now=await _now(request, organisation),
        booths=await _booths(request, organisation),
        calls=await _calls(request, organisation),
    )


async def _booths(request: web.Request, organisation: Organisation) -> BoothsShown:
    """What `desk/booths.html` shows."""
    now = await booths_now(request.app[REDIS], organisation.id, organisation.enrolled)
    return booths_shown(now, organisation, texts_of(request))


async def _calls(request: web.Request, organisation: Organisation) -> list[CallRow]:
    """What `desk/calls.html` shows."""
    calls = await host_calls(request.app[REDIS], organisation.id)
    return call_rows(calls, organisation, texts_of(request))


async def _now(request: web.Request, organisation: Organisation) -> Now:
    """What `desk/wall.html` shows."""
    texts = texts_of(request)
    redis = request.app[REDIS]
    today = local_time(await journal.now_ms(redis), ZoneInfo(organisation.timezone)).date()
    where = LogFilter(day_from=today.isoformat())
    page = await request.app[SESSION_LOG].page(
        organisation.id, where, before=None, limit=LATEST_ROWS
    )
    wall = await views.wall(redis, organisation.id, today.isoformat())
    return Now(
        figures=wall_figures(wall, texts),
        staff=staff_figures(wall, texts),
        weak=weak_rows(wall, texts),
        lines=line_rows(wall, await views.gates(redis, organisation.id), organisation, texts),
        rows=rows(page, organisation, texts),
        count=counted(page.total, texts),
        today_query=filter_query(where),
    )


@require_staff("desk")
async def log(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """The session log, narrowed by the filters in the address."""
    texts = texts_of(request)
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    where = parse_filter(request.query, organisation)
    before = parse_cursor(request.query)
    page = await request.app[SESSION_LOG].page(
        staff.organisation, where, before=before, limit=PAGE_ROWS
    )
    return render(
        request,
        "desk/log.html",
        surface="desk",
        staff=staff,
        where=where,
        fields=filter_fields(where, organisation, texts),
        rows=rows(page, organisation, texts),
        total=page.total,
        count=counted(page.total, texts),
        query=filter_query(where),
        newest=filter_query(where) if before else None,
        older=filter_query(where, before=page.older) if page.older else None,
    )


@require_staff("desk")
async def record(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """One consultation; looking at it is itself written down."""
    consultation = ConsultationId(request.match_info["consultation"])
    if not is_ulid(consultation):
        raise NotFoundError
    found = await request.app[SESSION_LOG].record(staff.organisation, consultation)
    if found is None:
        raise NotFoundError
    redis = request.app[REDIS]
    await journal.append(
        redis,
        staff.organisation,
        RecordViewed(at=await journal.now_ms(redis), consultation=consultation, user=staff.user),
    )
    texts = texts_of(request)
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    entries = found[1]
    measured = await request.app[SESSION_LOG].measured(found[0])
    names, zone = Names(organisation, texts), ZoneInfo(organisation.timezone)
    return render(
        request,
        "desk/record.html",
        surface="desk",
        staff=staff,
        record=record_page(found[0], organisation, texts),
        order=await _order(request, *found, OrderWords(names, texts, zone)),
        talks=talk_qualities(found[0], measured, zone, texts),
        timeline=Narrator(names, texts, zone).tell(entries),
        viewings=viewings(entries, organisation, texts),
    )


async def _order(
    request: web.Request, record: Record, story: list[TimelineEntry], words: OrderWords
) -> OrderPage:
    """Why the visitor was called when they were."""
    left = record.queue_legs[-1].left_at
    until = await journal.now_ms(request.app[REDIS]) if left is None else left
    around = await request.app[SESSION_LOG].around(record, until)
    return words.page(record, story, order_of(record, story, around.records, around.entries))
