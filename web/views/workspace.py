"""The consultant's one page."""

from __future__ import annotations

from aiohttp import web

from signaling.model import LANGUAGES, StaffPrincipal
from web.access import require_staff
from web.names import Names
from web.ports import PEOPLE
from web.rendering import render, texts_of
from web.words import language_name


@require_staff("workspace")
async def workspace(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """The line, the conversation and the visitor's card; all that moves comes over the socket."""
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    texts = texts_of(request)
    names = Names(organisation, texts)
    # Visitors who took their ticket before a topic closed are still served.
    topics = {
        topic: names.topic(topic) for topic in (*organisation.topics, *organisation.closed_topics)
    }
    return render(
        request,
        "workspace.html",
        surface="workspace",
        staff=staff,
        page={
            "topics": topics,
            "languages": {tag: language_name(tag, texts) for tag in LANGUAGES},
        },
    )
