"""The supervisor watches a recording: the page with both sides, and what its players fetch."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web

from signaling import journal, keys
from signaling.consent import RemovalReason
from signaling.errors import Code, NotFoundError, OknoError, WrongStateError
from signaling.ids import ConsultationId, is_ulid
from signaling.model import Side, StaffPrincipal
from signaling.ports import REDIS
from signaling.record import Record
from signaling.recording_events import RecordingViewed
from signaling.removal import remove_recording
from signaling.vault import SealError, Segment, Vault
from web.access import may_remove_recordings, require_staff, see_other
from web.film import Film
from web.forms import read_form, text_field
from web.player import REASONS, Player, player
from web.ports import SESSION_LOG, VAULT
from web.rendering import render, texts_of

_log = structlog.stdlib.get_logger(__name__)
_VIEWING_SECONDS = 4 * 60 * 60
"""So long a page that was opened may go on fetching."""


@require_staff("desk")
async def watch(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """Both sides of a recording, side by side; that it was opened is written down."""
    consultation = _consultation(request)
    found = await request.app[SESSION_LOG].record(staff.organisation, consultation)
    if found is None:
        raise NotFoundError
    segments = await _segments(request, staff, consultation)
    if not segments:
        if not found[0].recorded:
            raise NotFoundError("recording")
        return _gone(request, staff, found[0])
    redis = request.app[REDIS]
    event = RecordingViewed(
        at=await journal.now_ms(redis), consultation=consultation, user=staff.user
    )
    await journal.append(redis, staff.organisation, event)
    viewing = keys.viewing(staff.organisation, staff.user, consultation)
    await redis.set(viewing, "1", ex=_VIEWING_SECONDS)
    return render(
        request,
        "desk/recording.html",
        surface="desk",
        staff=staff,
        player=_player(request, segments, found[0].ticket),
        may_remove=may_remove_recordings(staff) and found[0].closed_at is not None,
        reasons=[(reason, texts_of(request).gettext(text)) for reason, text in REASONS.items()],
    )


@require_staff("desk")
async def remove(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """Remove it for good; who did it and why is written down."""
    consultation = _consultation(request)
    if not may_remove_recordings(staff):
        raise OknoError(Code.NOT_ALLOWED)
    found = await request.app[SESSION_LOG].record(staff.organisation, consultation)
    vault = request.app[VAULT]
    if found is None or vault is None:
        raise NotFoundError
    if found[0].closed_at is None:
        raise WrongStateError
    reason = _reason(text_field(await read_form(request), "reason"))
    redis = request.app[REDIS]
    if not await remove_recording(
        redis, vault, staff.organisation, consultation, reason=reason, user=staff.user
    ):
        raise NotFoundError("recording")
    return see_other(request.path)


@require_staff("desk")
async def film(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """One side of a recording, or the bytes of it that are asked for; only for who opened it."""
    consultation = _consultation(request)
    viewing = keys.viewing(staff.organisation, staff.user, consultation)
    if not await request.app[REDIS].exists(viewing):
        raise NotFoundError
    side = Side(request.match_info["side"])
    every = await _segments(request, staff, consultation)
    segments = [each for each in every if each.side is side]
    vault = request.app[VAULT]
    if vault is None or not segments:
        raise NotFoundError
    return await _send(request, vault, await asyncio.to_thread(_film, vault, segments))


def _gone(request: web.Request, staff: StaffPrincipal, record: Record) -> web.Response:
    """That it is no more. The record is a moment late to know it."""
    return render(
        request,
        "desk/recording_gone.html",
        surface="desk",
        status=HTTPStatus.GONE,
        staff=staff,
        ticket=record.ticket,
        record=f"/desk/log/{record.id}",
    )


def _reason(text: str) -> RemovalReason:
    if text not in REASONS:
        raise OknoError(Code.BAD_FIELD, field="reason")
    return RemovalReason(text)


def _film(vault: Vault, segments: list[Segment]) -> Film:
    return Film(segments, [vault.size(each) for each in segments])


async def _send(request: web.Request, vault: Vault, whole: Film) -> web.StreamResponse:
    try:
        asked = request.http_range
    except ValueError as error:
        raise OknoError(Code.BAD_FIELD, field="Range") from error
    start, stop, _ = slice(asked.start, asked.stop).indices(whole.size)
    if start >= stop:
        return web.Response(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            headers={hdrs.CONTENT_RANGE: f"bytes */{whole.size}"},
        )
    response = web.StreamResponse(headers={hdrs.ACCEPT_RANGES: "bytes"})
    response.content_type = "video/webm"
    response.content_length = stop - start
    if hdrs.RANGE in request.headers:
        response.set_status(HTTPStatus.PARTIAL_CONTENT)
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{whole.size}"
    await response.prepare(request)
    if start < len(whole.head):
        await response.write(whole.head[start:stop])
    for piece in whole.pieces(start, stop):
        try:
            data = await asyncio.to_thread(vault.read, piece.segment)
        except SealError as error:
            # What was sent so far plays; the connection breaks off, and the player says so.
            _log.error("recording.unreadable", fault=str(error))
            raise
        await response.write(data[piece.start : piece.stop])
    await response.write_eof()
    return response


def _player(request: web.Request, segments: list[Segment], ticket: str) -> Player:
    spans = {
        side: (
            min(each.begin_ms for each in segments if each.side is side),
            max(each.end_ms for each in segments if each.side is side),
        )
        for side in (Side.VISITOR, Side.CONSULTANT)
        if any(each.side is side for each in segments)
    }
    return player(segments[0].consultation, ticket, spans, texts_of(request))


async def _segments(
    request: web.Request, staff: StaffPrincipal, consultation: ConsultationId
) -> list[Segment]:
    vault = request.app[VAULT]
    if vault is None:
        return []
    return await asyncio.to_thread(vault.segments, staff.organisation, consultation)


def _consultation(request: web.Request) -> ConsultationId:
    consultation = ConsultationId(request.match_info["consultation"])
    if not is_ulid(consultation):
        raise NotFoundError
    return consultation
