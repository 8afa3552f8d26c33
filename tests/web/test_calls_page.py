"""What the wall shows of booths that call a person."""

from __future__ import annotations

import msgspec

from signaling.checkup import Part
from signaling.issues import Issue
from signaling.parts import HostCall
from tests.web.samples import BOOTH, BORIS, CENTRE, CONSULTATION, JOINED_AT, ORGANISATION
from web.calls_page import call_rows
from web.i18n import Catalogues

EN = Catalogues()["en"]
PLACE = msgspec.structs.replace(ORGANISATION, enrolled={BOOTH: CENTRE})


def test_a_call_says_where_since_when_and_what_is_wrong() -> None:
    call = HostCall(
        booth=BOOTH,
        at=JOINED_AT,
        consultation=CONSULTATION,
        issues=[Issue.CAMERA_MISSING],
        failed=[Part.SPEAKER],
    )
    (row,) = call_rows([call], PLACE, EN)
    assert (row.name, row.centre) == ("Booth 2", "Main centre")
    assert row.since.text == "17:05", "by the clock of the centre, not of the organisation"
    assert row.why == ["no camera was connected", "Loudspeaker: marked by the check"]
    assert row.record == f"/desk/log/{CONSULTATION}"
    assert row.going == ""
    assert row.said == "A person is called: Booth 2, Main centre"


def test_an_answered_call_says_who_goes() -> None:
    call = HostCall(booth=BOOTH, at=JOINED_AT, coming_at=JOINED_AT + 60_000, user=BORIS, left=True)
    (row,) = call_rows([call], ORGANISATION, EN)
    assert row.going == "Boris, since 14:06"
    assert (row.why, row.record, row.is_left) == ([], "", True)
    assert row.centre == "—", "no browser is that booth any more"
