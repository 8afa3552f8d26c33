"""What pages report, for the record or for the staff, beside what they ask for."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.facts import Facts
from signaling.frames import Identifier, Request
from signaling.issues import Issue
from signaling.measures import Sample
from signaling.showing import Exhibit

MAX_PHOTO_KIB = 8 * 1024
"""Pages take no larger ones from each other."""


class ReportIssue(Request, tag="issue.report", frozen=True, kw_only=True):
    """Either: something is wrong on the sender's side of the consultation, or not any more.

    It is journaled when it changes; what was reported already changes nothing. `wrong_state`: the
    sender is in no consultation, or the link is over. `too_fast`: it changed too often.
    """

    link: Identifier | None = None
    """The link it is about; without it, all of the consultation the sender is in."""
    issue: Issue
    on: bool
    """False: it is over."""


class ReportShowing(Request, tag="showing.report", frozen=True, kw_only=True):
    """Either: something besides faces is shown in the talk now, or not any more.

    It is journaled when it changes; what was reported already changes nothing. `wrong_state`: the
    talk is over. `bad_field`: it is not the sender's to show that. `too_fast`: it changed too
    often.
    """

    link: Identifier
    """The main link of the talk."""
    what: Exhibit
    on: bool
    """False: it is not shown any more. A photo has been sent, which is always true."""
    photo: Identifier | None = None
    """Of a photo: another one for each, so that one that is reported again counts once."""
    kib: Annotated[int, Meta(ge=0, le=MAX_PHOTO_KIB)] = 0
    """Of a photo: how large it was."""


class ReportText(Request, tag="text.report", frozen=True, kw_only=True):
    """Either: the sender has begun to write in the talk, or had written in one that is over.

    Each is journaled once for each talk. Nothing of what was written is ever told to the server.
    `wrong_state`: the talk is over, or for a delay the consultation.
    """

    link: Identifier
    """Of the talk."""
    delay: Annotated[int, Meta(ge=0, le=60_000)] | None = None
    """When the talk is over: milliseconds from key to connection that 95 % of what was sent did not
    exceed, as far as the page has measured; each part sent counts with its oldest key."""


class ReportQuality(Request, tag="quality.report", frozen=True, kw_only=True):
    """Either: how a link was for the last five seconds.

    Pages say it without an id, so that only a refusal is answered. `wrong_state`: nobody talks over
    that link, or it is not the sender's. `too_fast`: the last one came less than four seconds ago.
    """

    link: Identifier
    sample: Sample


class BoothChecked(Request, tag="booth.checked", frozen=True, kw_only=True):
    """Booth, while nobody is there: what its check of itself has found; answered by `verdict`.

    The server judges. A part that fails twice in a row is marked; `booth.state` follows.
    """

    facts: Facts


class ConnectionChecked(Request, tag="connection.checked", frozen=True, kw_only=True):
    """Either: what a person's test of devices and connection has found; answered by `verdict`.

    Nothing is kept of it.
    """

    facts: Facts


class CallHost(Request, tag="host.call", frozen=True, kw_only=True):
    """Booth: call a person of the centre. `booth.state` follows.

    One call is open at a time: while it is, another changes nothing. Neither a place in the line
    nor a talk is touched.
    """

    issues: Annotated[list[Issue], Meta(max_length=8)] = msgspec.field(default_factory=list)
    """What the page has noticed of its devices; such a call stays when the visitor leaves."""


class ReleaseHost(Request, tag="host.release", frozen=True, kw_only=True):
    """Booth: nobody is needed any more. `booth.state` follows, unless there was no call."""

    reason: Literal["not_needed", "left"] = "not_needed"
    """`left`: the visit is over; the call of a broken booth stays for the staff to see."""


AnyReport = (
    BoothChecked
    | ConnectionChecked
    | CallHost
    | ReleaseHost
    | ReportIssue
    | ReportShowing
    | ReportQuality
    | ReportText
)
