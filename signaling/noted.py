"""What a record notes beside the course of its consultation: troubles, exhibits, who wrote, calls.

Part of the fold, and pure like it; see `signaling.fold`.
"""

from __future__ import annotations

from signaling.events import IssueChanged, Shown, TextUsed
from signaling.host_events import HostCalled, HostComing, HostReleased, note_call
from signaling.ids import LinkId
from signaling.model import Side
from signaling.record import ContactLeg, Record, Showing, Trouble, Wrote
from signaling.showing import Exhibit


def note(
    record: Record,
    event: IssueChanged | Shown | TextUsed | HostCalled | HostComing | HostReleased,
) -> None:
    """Put it where the record has its place."""
    match event:
        case IssueChanged():
            _note_issue(record, event)
        case Shown():
            _note_shown(record, event)
        case TextUsed():
            _note_wrote(record, event)
        case _:
            note_call(record.host_calls, event)


def _note_issue(record: Record, event: IssueChanged) -> None:
    about = (event.side, event.issue, event.link)
    for each in record.issues:
        if each.ended_at is None and (each.side, each.issue, each.link) == about:
            if not event.on:
                each.ended_at = event.at
            return
    if event.on:
        record.issues.append(
            Trouble(issue=event.issue, side=event.side, link=event.link, began_at=event.at)
        )


def _note_shown(record: Record, event: Shown) -> None:
    leg = contact_leg(record, event.link)
    if leg is None or leg.ended_at is not None:
        return
    is_photo = event.what is Exhibit.PHOTO
    for each in leg.shown:
        if each.ended_at is None and (each.side, each.what) == (event.side, event.what):
            each.ended_at = None if event.on else event.at
            return
    if event.on:
        leg.shown.append(
            Showing(
                what=event.what,
                side=event.side,
                began_at=event.at,
                ended_at=event.at if is_photo else None,
                kib=event.kib,
            )
        )


def _note_wrote(record: Record, event: TextUsed) -> None:
    leg = contact_leg(record, event.link)
    if leg is None:
        return
    for each in leg.wrote:
        if each.side is event.side:
            each.delay = event.delay if each.delay is None else each.delay
            return
    leg.wrote.append(Wrote(side=event.side, at=event.at, delay=event.delay))


def end_issues(record: Record, at: int, *, of_visitor: bool = True) -> None:
    """With the talk its troubles are over; the visitor takes those of the booth into the next."""
    for each in record.issues:
        stays = not of_visitor and each.side is Side.VISITOR and each.link is None
        if each.ended_at is None and not stays:
            each.ended_at = at


def contact_leg(record: Record, link: LinkId) -> ContactLeg | None:
    """The talk of that main link, if the record has it."""
    return next((leg for leg in reversed(record.contact_legs) if leg.link == link), None)
