"""Addresses to views."""

from __future__ import annotations

from aiohttp import web

from signaling.model import LANGUAGES
from signaling.ports import TRANSLATE
from web import rendering
from web.assets import ASSETS
from web.i18n import CATALOGUES
from web.views import booth, desk, exports, gate, host, recording, site, workspace


def add_pages(app: web.Application) -> None:
    """Register every page, the static files and what templates need; fill in `TRANSLATE`."""
    rendering.install(app)
    app[TRANSLATE] = app[CATALOGUES].translate
    app.add_routes(
        [
            web.get("/", site.home),
            web.get("/sign-in", site.sign_in_form),
            web.post("/sign-in", site.sign_in),
            web.post("/sign-out", site.sign_out),
            web.post("/preferences", site.set_preferences),
            web.get("/booth", booth.attract),
            web.get("/booth/enrol", booth.enrolment_form),
            web.post("/booth/enrol", booth.enrol),
            web.get(f"/booth/{{language:{'|'.join(LANGUAGES)}}}", booth.visit),
            web.get("/workspace", workspace.workspace),
            web.get("/desk", desk.overview),
            web.get("/desk/wall", desk.wall),
            web.get("/desk/lines/{topic}", gate.choose),
            web.post("/desk/lines/{topic}", gate.change),
            web.post("/desk/booths/{booth}/call", host.answer),
            web.get("/desk/log", desk.log),
            # Not for HEAD: an export that nobody reads must not stand in the journal.
            web.get("/desk/log.csv", exports.csv, allow_head=False),
            web.get("/desk/log.json", exports.json, allow_head=False),
            web.get("/desk/log/{consultation}", desk.record),
            web.get("/desk/log/{consultation}/recording", recording.watch, allow_head=False),
            web.post("/desk/log/{consultation}/recording", recording.remove),
            web.get(
                "/desk/log/{consultation}/{side:visitor|consultant}.webm",
                recording.film,
                allow_head=False,
            ),
            web.get("/static/{version}/{name:.+}", app[ASSETS].serve),
        ]
    )
