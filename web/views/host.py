"""Staff answer a booth that calls a person of its centre; who did is written down."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from signaling.errors import Code, NotFoundError, OknoError, WrongStateError
from signaling.ids import BoothId
from signaling.model import StaffPrincipal
from signaling.node import NODE
from web.access import require_staff, see_other, wants_html
from web.forms import read_form, text_field
from web.ports import PEOPLE


@require_staff("desk")
async def answer(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """Go there, or say that it is settled. A page that was old is shown what is now."""
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    booth = BoothId(request.match_info["booth"])
    if booth not in organisation.booths:
        raise NotFoundError("booth")
    hosts = request.app[NODE].hosts
    match text_field(await read_form(request), "step"):
        case "coming":
            try:
                await hosts.coming(staff.organisation, booth, staff.user)
            except WrongStateError:
                if not wants_html(request):
                    raise
        case "done":
            await hosts.settle(staff.organisation, booth, staff.user)
        case _:
            raise OknoError(Code.BAD_FIELD, field="step")
    return see_other("/desk") if wants_html(request) else web.Response(status=HTTPStatus.NO_CONTENT)
