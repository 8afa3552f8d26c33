"""What the wall shows of the booths."""

from __future__ import annotations

import msgspec

from signaling.booths import BoothNow, PartHealth, Standing
from signaling.checkup import Grade, Part, Why
from signaling.ids import BoothId
from tests.web.samples import BOOTH, CENTRE, JOINED_AT, ORGANISATION
from web.booths_page import WRONG, booths_shown
from web.i18n import Catalogues
from web.presenters import Badge

EN = Catalogues()["en"]
OTHERS = [BoothId("01BOOTH0000000000000000002"), BoothId("01BOOTH0000000000000000003")]
PLACE = msgspec.structs.replace(
    ORGANISATION,
    booths={**ORGANISATION.booths, OTHERS[0]: "Booth 3", OTHERS[1]: "Booth 4"},
    enrolled=dict.fromkeys([BOOTH, *OTHERS], CENTRE),
)


def standing(cannot: str = "", **why: Why) -> Standing:
    parts = {
        Part(part): PartHealth(grade=Grade.FAILED, why=each, since=JOINED_AT, bad=2)
        for part, each in why.items()
    }
    good = PartHealth(grade=Grade.GOOD, since=JOINED_AT)
    return Standing(
        at=JOINED_AT, parts={Part.NETWORK: good, **parts}, cannot=cannot, since=JOINED_AT
    )


def test_the_wall_counts_booths_and_says_what_is_wrong_since_when() -> None:
    now = [
        BoothNow(id=BOOTH, up=True, standing=standing("speech", microphone=Why.SILENT)),
        BoothNow(id=OTHERS[0], up=False, standing=None),
        BoothNow(id=OTHERS[1], up=True, standing=standing()),
    ]
    shown = booths_shown(now, PLACE, EN)
    assert [(each.key, each.value) for each in shown.figures] == [
        ("booths_up", "1"),
        ("booths_unfit", "1"),
        ("booths_down", "1"),
    ]
    away, unfit = shown.troubles
    assert (away.name, away.wrong, away.serves) == (
        "Booth 3",
        ["The page is not open"],
        Badge("away", ""),
    )
    assert unfit.wrong == ["Microphone: gives no sound at all"]
    assert unfit.serves == Badge("only: Sign language", "warning")
    assert unfit.since is not None
    assert unfit.centre == "Main centre"


def test_a_booth_that_can_do_nothing_says_so() -> None:
    now = [BoothNow(id=BOOTH, up=True, standing=standing("speech sign text", network=Why.NO_PATH))]
    (row,) = booths_shown(now, PLACE, EN).troubles
    assert row.serves == Badge("takes no visitors", "warning")


def test_a_fault_that_stops_nobody_is_told_all_the_same() -> None:
    now = [BoothNow(id=BOOTH, up=True, standing=standing(turn=Why.NO_RELAY))]
    shown = booths_shown(now, PLACE, EN)
    assert [each.value for each in shown.figures] == ["1", "0", "0"]
    assert shown.troubles[0].wrong == ["Relay: cannot be reached"]


def test_every_fault_has_words() -> None:
    assert set(WRONG) == set(Part)
    for name, reasons in WRONG.values():
        assert name
        assert all(reasons.values())
