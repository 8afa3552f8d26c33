"""The consultant's one page."""

from __future__ import annotations

from aiohttp import web

from signaling.model import CALLED_BACK, LANGUAGES, RETURNED, StaffPrincipal
from web.access import require_staff
from web.i18n import Texts
from web.names import Names
from web.ports import PEOPLE, Organisation
from web.rendering import render, texts_of
from web.words import MODES, language_name


@require_staff("workspace")
async def workspace(request: web.Request, staff: StaffPrincipal) -> web.StreamResponse:
    """The line, the conversation and the visitor's card; all that moves comes over the socket."""
    organisation = await request.app[PEOPLE].organisation(staff.organisation)
    texts = texts_of(request)
    return render(
        request,
        "workspace.html",
        surface="workspace",
        staff=staff,
        page=_names(organisation, texts),
    )


def _names(organisation: Organisation, texts: Texts) -> dict[str, object]:
    """What `js/workspace/names.js` reads."""
    names, policy = Names(organisation, texts), organisation.policy
    # Visitors who took their ticket before a topic closed are still served.
    topics = {**organisation.topics, **organisation.closed_topics}
    priorities = (*(each.code for each in policy.priorities), RETURNED, CALLED_BACK)
    return {
        "topics": {topic: names.topic(topic) for topic in topics},
        "service_levels": {topic: each.service_level_seconds for topic, each in topics.items()},
        "languages": {tag: language_name(tag, texts) for tag in LANGUAGES},
        "modes": {mode.value: texts.gettext(text) for mode, text in MODES.items()},
        "priorities": {code: names.priority(code) for code in priorities},
        "interpreters": {code: names.interpreter(code) for code in policy.interpreters},
        "breaks": {code: names.break_reason(code) for code in policy.breaks},
    }
