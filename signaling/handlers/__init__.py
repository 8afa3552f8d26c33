"""Messages from a socket to the use case they ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from signaling.frames import Reply, Request
from signaling.handlers import (
    booth,
    checkup,
    consultant,
    hosts,
    issues,
    quality,
    showing,
    talk,
    text,
)
from signaling.messages import (
    AcceptOffer,
    AnswerRecording,
    AskRecording,
    CallBack,
    ClaimTicket,
    DeclineOffer,
    FinishWrapUp,
    GetCallbackTimes,
    GetIce,
    HangUp,
    LeaveLine,
    MediaArrived,
    MediaFailed,
    Rate,
    SetStatus,
    StopRecording,
    TakeTicket,
)
from signaling.reports import (
    BoothChecked,
    CallHost,
    ConnectionChecked,
    ReleaseHost,
    ReportIssue,
    ReportQuality,
    ReportShowing,
    ReportText,
)
from signaling.session import Session

# Any: each handler takes its own message type, and the table's key is that type.
Handler = Callable[[Session, Any], Awaitable[Reply]]

HANDLERS: dict[type[Request], Handler] = {
    TakeTicket: booth.take_ticket,
    ClaimTicket: booth.claim_ticket,
    GetCallbackTimes: booth.get_callback_times,
    CallBack: booth.call_back,
    LeaveLine: booth.leave_line,
    Rate: booth.rate,
    SetStatus: consultant.set_status,
    AcceptOffer: consultant.accept_offer,
    DeclineOffer: consultant.decline_offer,
    FinishWrapUp: consultant.finish_wrap_up,
    HangUp: talk.hang_up,
    MediaArrived: talk.media_arrived,
    MediaFailed: talk.media_failed,
    AskRecording: talk.ask_recording,
    AnswerRecording: talk.answer_recording,
    StopRecording: talk.stop_recording,
    GetIce: talk.get_ice,
    BoothChecked: checkup.booth_checked,
    ConnectionChecked: checkup.connection_checked,
    CallHost: hosts.call,
    ReleaseHost: hosts.release,
    ReportIssue: issues.report,
    ReportShowing: showing.report,
    ReportQuality: quality.report,
    ReportText: text.report,
}
"""`hello` and `ping` are the endpoint's own; `talk.relay` also takes the bytes of a message."""
