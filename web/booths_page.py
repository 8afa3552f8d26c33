"""The booths as the desk's wall shows them: who is there, and what is wrong since when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from signaling.booths import BoothNow, PartHealth
from signaling.checkup import Part, Why
from signaling.errors import N_
from signaling.ids import BoothId
from signaling.model import Mode
from web.i18n import Texts
from web.names import Names
from web.ports import Organisation
from web.presenters import NONE, Badge
from web.wall_page import Shown
from web.words import MODES, Moment, short_day_and_time

_UNOPENED = {
    Why.DENIED: N_("the browser may not use it"),
    Why.MISSING: N_("not connected"),
    Why.BUSY: N_("used by another program"),
    Why.INSECURE: N_("the page has no secure address"),
    Why.BROKEN: N_("cannot be switched on"),
}
WRONG: dict[Part, tuple[str, dict[Why, str]]] = {
    Part.CAMERA: (
        N_("Camera"),
        _UNOPENED
        | {
            Why.NO_PICTURE: N_("gives no picture"),
            Why.BLACK: N_("shows only black: covered, or the room is dark"),
            Why.FROZEN: N_("shows the same picture again and again"),
        },
    ),
    Part.MICROPHONE: (N_("Microphone"), _UNOPENED | {Why.SILENT: N_("gives no sound at all")}),
    Part.SPEAKER: (N_("Loudspeaker"), {Why.NOT_HEARD: N_("the microphone does not hear it")}),
    Part.NETWORK: (
        N_("Network"),
        {
            Why.NO_PATH: N_("no way through"),
            Why.SLOW: N_("too slow for a conversation"),
            Why.LOSSY: N_("loses too much"),
        },
    ),
    Part.TURN: (N_("Relay"), {Why.NO_RELAY: N_("cannot be reached")}),
}
"""What each part is called, and what may be wrong with it."""


_OFFERED = (Mode.SPEECH, Mode.SIGN)
"""What booths let visitors choose from."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A booth that somebody should look at."""

    id: BoothId
    centre: str
    name: str
    wrong: list[str]
    """What is wrong, a phrase each."""
    serves: Badge
    since: Moment | None


class BoothsShown(msgspec.Struct, frozen=True, kw_only=True):
    """The booths' part of the wall."""

    figures: list[Shown]
    troubles: list[Trouble]
    """Those that can do nothing first."""
    total: int


def booths_shown(
    booths: Sequence[BoothNow], organisation: Organisation, texts: Texts
) -> BoothsShown:
    """What staff see of the enrolled booths; `booths` in the organisation's order."""
    down = [each for each in booths if not each.up]
    unfit = [each for each in booths if each.up and each.standing and each.standing.cannot]
    troubled = [each for each in booths if not each.up or (each.standing and each.standing.failed)]
    rows = _Rows(organisation, texts)
    _ = texts.gettext
    figures = [
        Shown(
            "booths_up",
            _("Booths in service"),
            str(len(booths) - len(down) - len(unfit)),
            _("Booths whose page is open and whose checks of themselves found nothing that stops "
              "a conversation. All enrolled booths: %(total)s.", total=len(booths)),
        ),
        Shown(
            "booths_unfit",
            _("Booths with a fault"),
            str(len(unfit)),
            _("Booths that refuse some or all conversations, because a device or the network "
              "failed two checks in a row. They return by themselves after one good check."),
            _("look below") if unfit else "",
        ),
        Shown(
            "booths_down",
            _("Booths away"),
            str(len(down)),
            _("Booths whose page is not open: switched off, or without a connection."),
        ),
    ]  # fmt: skip
    order = sorted(troubled, key=lambda each: (each.up, -len(rows.modes(each))))
    return BoothsShown(
        figures=figures, troubles=[rows.of(each) for each in order], total=len(booths)
    )


class _Rows:
    """Booths to rows."""

    def __init__(self, organisation: Organisation, texts: Texts) -> None:
        self._organisation = organisation
        self._names = Names(organisation, texts)
        self._texts = texts
        self._zone = ZoneInfo(organisation.timezone)

    def modes(self, booth: BoothNow) -> tuple[str, ...]:
        """In which it takes no visitors."""
        return booth.standing.modes if booth.standing else ()

    def of(self, booth: BoothNow) -> Trouble:
        _ = self._texts.gettext
        failed = booth.standing.failed if booth.standing else {}
        centre = self._organisation.enrolled.get(booth.id)
        away = [] if booth.up else [_("The page is not open")]
        times = [each.since for each in failed.values() if each.since is not None]
        return Trouble(
            id=booth.id,
            centre=self._names.centre(centre) if centre else NONE,
            name=self._organisation.booths[booth.id],
            wrong=away + [self._wrong(part, each) for part, each in failed.items()],
            serves=self._serves(booth),
            since=short_day_and_time(min(times), self._zone, self._texts) if times else None,
        )

    def _wrong(self, part: Part, health: PartHealth) -> str:
        name, reasons = WRONG[part]
        _ = self._texts.gettext
        if health.why not in reasons:
            return _(name)
        return f"{_(name)}: {_(reasons[health.why])}"

    def _serves(self, booth: BoothNow) -> Badge:
        _ = self._texts.gettext
        if not booth.up:
            return Badge(_("away"), "")
        cannot = booth.standing.modes if booth.standing else ()
        if not cannot:
            return Badge(_("takes visitors"), "accent")
        left = [_(MODES[mode]) for mode in _OFFERED if mode not in cannot]
        if not left:
            return Badge(_("takes no visitors"), "warning")
        return Badge(_("only: %(modes)s", modes=", ".join(left)), "warning")
