"""Staff open, pause, close or end the lines of a topic; who did it is written down."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from signaling import views
from signaling.errors import Code, NotFoundError, OknoError
from signaling.ids import TopicId
from signaling.model import Gate, StaffPrincipal
from signaling.node import NODE
from signaling.ports import REDIS
from signaling.views import gates
from web.access import require_staff, see_other, wants_html
from web.forms import read_form, text_field
from web.gate_page import gate_page
from web.names import Names
from web.ports import PEOPLE, Organisation
from web.rendering import render, texts_of

LONGEST_NOTE = 200


@require_staff("desk")
async def choose(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """What the lines of the topic do now, and what else they may."""
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    return await _page(request, staff, organisation, _topic(request, organisation))


@require_staff("desk")
async def change(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """Do it. Sending people home must be said twice; what was chosen and written stays."""
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    topic = _topic(request, organisation)
    form = await read_form(request)
    gate, note = _gate(text_field(form, "gate")), text_field(form, "note").strip()
    if len(note) > LONGEST_NOTE or not note.replace("\n", "").isprintable():
        raise OknoError(Code.BAD_FIELD, field="note")
    if gate is Gate.ENDED and not text_field(form, "sure"):
        if not wants_html(request):
            raise OknoError(Code.BAD_FIELD, field="sure")
        return await _page(request, staff, organisation, topic, unsure=True, note=note)
    room = request.app[NODE].waiting_room
    await room.gate(staff.organisation, topic, gate, staff.user, note)
    return see_other("/desk") if wants_html(request) else web.Response(status=HTTPStatus.NO_CONTENT)


async def _page(
    request: web.Request,
    staff: StaffPrincipal,
    organisation: Organisation,
    topic: TopicId,
    *,
    unsure: bool = False,
    note: str = "",
) -> web.Response:
    redis, texts = request.app[REDIS], texts_of(request)
    gate = (await gates(redis, organisation.id)).get(topic, Gate.OPEN)
    wall = await views.wall(redis, organisation.id)
    return render(
        request,
        "desk/gate.html",
        surface="desk",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if unsure else HTTPStatus.OK,
        staff=staff,
        line=gate_page(topic, gate, wall, Names(organisation, texts), texts),
        chosen=Gate.ENDED if unsure else gate,
        unsure=unsure,
        note=note,
        longest_note=LONGEST_NOTE,
    )


def _topic(request: web.Request, organisation: Organisation) -> TopicId:
    """The topic of the address. Of one that is closed some may still wait."""
    topic = TopicId(request.match_info["topic"])
    if topic not in organisation.topics and topic not in organisation.closed_topics:
        raise NotFoundError("topic")
    return topic


def _gate(text: str) -> Gate:
    try:
        return Gate(text)
    except ValueError:
        raise OknoError(Code.BAD_FIELD, field="gate") from None
