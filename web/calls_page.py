"""Booths that call a person of their centre, as the desk's wall shows them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from signaling.ids import BoothId
from signaling.parts import HostCall
from web.booths_page import WRONG
from web.i18n import Texts
from web.names import Names
from web.ports import Organisation
from web.presenters import NONE
from web.timeline_texts import ISSUES
from web.words import Moment, clock_time


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """One call that is open."""

    booth: BoothId
    key: str
    """Another for each call."""
    name: str
    """Of the booth."""
    centre: str
    since: Moment
    """By the clock of the centre."""
    why: list[str]
    """What is wrong there, a phrase each; empty: nothing that is known."""
    going: str
    """Who goes, and since when; empty: nobody yet."""
    is_left: bool
    """The visitor has gone, and what is wrong has not."""
    record: str
    """Address of the consultation in which it was made, or empty."""
    said: str
    """All of it in one sentence, to be read aloud."""


def call_rows(calls: Sequence[HostCall], organisation: Organisation, texts: Texts) -> list[CallRow]:
    """The open calls of the organisation's booths, in the order given."""
    names = Names(organisation, texts)
    return [_row(each, organisation, names, texts) for each in calls]


def _row(call: HostCall, organisation: Organisation, names: Names, texts: Texts) -> CallRow:
    _ = texts.gettext
    centre = organisation.enrolled.get(call.booth)
    known = organisation.centres.get(centre) if centre else None
    zone = ZoneInfo(known.timezone if known else organisation.timezone)
    name, place = names.booth(call.booth), known.name if known else NONE
    going = ""
    if call.coming_at is not None:
        at = clock_time(call.coming_at, zone, texts).text
        going = _("%(who)s, since %(time)s", who=names.user(call.user), time=at)
    return CallRow(
        booth=call.booth,
        key=f"{call.booth}-{call.at}",
        name=name,
        centre=place,
        since=clock_time(call.at, zone, texts),
        why=[
            *(_(ISSUES[issue]) for issue in call.issues),
            *(_("%(part)s: marked by the check", part=_(WRONG[part][0])) for part in call.failed),
        ],
        going=going,
        is_left=call.left,
        record=f"/desk/log/{call.consultation}" if call.consultation else "",
        said=_("A person is called: %(booth)s, %(centre)s", booth=name, centre=place),
    )
