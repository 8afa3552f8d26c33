"""Sentences of the timeline that depend on one word of an event. Pure tables."""

from __future__ import annotations

from signaling.consent import RecordingStep, RemovalReason
from signaling.errors import N_
from signaling.host_events import HostEnd
from signaling.issues import Issue
from signaling.model import EndedBy, Side, Source, Trigger
from signaling.showing import Exhibit

TAKEN: dict[Source, str] = {
    Source.BOOTH: N_(
        "The visitor took ticket %(ticket)s at %(booth)s, %(centre)s: %(topic)s, %(language)s."
    ),
    Source.API: N_(
        "Ticket %(external)s was taken outside Okno for %(centre)s: %(topic)s, %(language)s."
    ),
    Source.CALLBACK: N_(
        "The visitor came back as agreed, with ticket %(ticket)s, to %(booth)s, %(centre)s: "
        "%(topic)s, %(language)s."
    ),
}

RETURNED_WHY: dict[str, str] = {
    Trigger.DECLINE: N_("%(consultant)s declined. The visitor kept their place in the line."),
    Trigger.OFFER_TIMED_OUT: N_(
        "%(consultant)s did not answer in time. The visitor kept their place in the line."
    ),
    Trigger.CONSULTANT_LOST: N_(
        "%(consultant)s lost the connection. The visitor went back to their place in the line."
    ),
    Trigger.MEDIA_FAILED: N_(
        "Sound and picture between the visitor and %(consultant)s failed. "
        "The visitor went back to their place in the line."
    ),
    Trigger.INTERPRETER_DECLINED: N_(
        "The interpreter declined. The visitor kept their place in the line."
    ),
    Trigger.INTERPRETER_TIMED_OUT: N_(
        "The interpreter did not answer in time. The visitor kept their place in the line."
    ),
    Trigger.INTERPRETER_LOST: N_(
        "The interpreter lost the connection. The visitor went back to their place in the line."
    ),
}

TALK_ENDED: dict[str, str] = {
    EndedBy.VISITOR: N_("The visitor finished the conversation."),
    EndedBy.CONSULTANT: N_("The consultant finished the conversation."),
    EndedBy.SYSTEM: N_("The booth was away for too long, and the conversation was ended."),
}

TALK_ENDED_EARLY: dict[str, str] = {
    EndedBy.VISITOR: N_("The visitor finished before sound and picture were there."),
    EndedBy.CONSULTANT: N_("The consultant finished before sound and picture were there."),
    EndedBy.SYSTEM: N_("The booth was away for too long, before sound and picture were there."),
}

CLOSED_WHY: dict[str, str] = {
    Trigger.LEAVE: N_("The visitor left the line. Outcome: %(outcome)s."),
    Trigger.VISITOR_LOST: N_("The booth was away for too long. Outcome: %(outcome)s."),
    Trigger.FINISH: N_("The consultant wrote down the outcome: %(outcome)s."),
    Trigger.WRAP_UP_OVER: N_("The time for the wrap-up ran out. Outcome: %(outcome)s."),
    Trigger.CONSULTANT_LOST: N_(
        "The consultant's page was gone during the wrap-up. Outcome: %(outcome)s."
    ),
    Trigger.GIVE_UP: N_("Sound and picture failed again and again. Outcome: %(outcome)s."),
    Trigger.LINE_CLOSED: N_("The line ended, and the visitor went home. Outcome: %(outcome)s."),
    Trigger.CALLBACK: N_("The visitor left the line until then. Outcome: %(outcome)s."),
    Trigger.UNCLAIMED: N_("Nobody came to a booth with the ticket. Outcome: %(outcome)s."),
    Trigger.REMOVE: N_("Staff took the visitor out of the line (%(who)s). Outcome: %(outcome)s."),
}

RAISED_WHY: dict[str, str] = {
    "priority": N_("It became longer: others with a head start came."),
    "fewer_consultants": N_("It became longer: consultants left."),
    "longer_talks": N_("It became longer: conversations take longer than usual."),
    "paused": N_("It became longer: staff paused the line."),
    "returned": N_("It became longer: somebody was let back in after being cut off."),
}

ISSUE_SIDES: dict[Side, str] = {
    Side.VISITOR: N_("At the booth"),
    Side.CONSULTANT: N_("With the consultant"),
    Side.INTERPRETER: N_("With the interpreter"),
}

ISSUES: dict[Issue, str] = {
    Issue.CAMERA_MISSING: N_("no camera was connected"),
    Issue.CAMERA_DENIED: N_("the browser had no leave to use the camera"),
    Issue.CAMERA_BUSY: N_("another program was using the camera"),
    Issue.CAMERA_FAILED: N_("the camera did not work"),
    Issue.CAMERA_LOST: N_("the camera was unplugged or switched off"),
    Issue.CAMERA_BLACK: N_("the camera gave a dark picture or none"),
    Issue.CAMERA_FROZEN: N_("the camera gave the same picture again and again"),
    Issue.MICROPHONE_MISSING: N_("no microphone was connected"),
    Issue.MICROPHONE_DENIED: N_("the browser had no leave to use the microphone"),
    Issue.MICROPHONE_BUSY: N_("another program was using the microphone"),
    Issue.MICROPHONE_FAILED: N_("the microphone did not work"),
    Issue.MICROPHONE_LOST: N_("the microphone was unplugged or switched off"),
    Issue.MICROPHONE_SILENT: N_("the microphone was on and gave no sound at all"),
    Issue.MICROPHONE_MUTED: N_("the system or the headset had muted the microphone"),
    Issue.SPEAKER_MISSING: N_("no loudspeaker was connected"),
    Issue.OTHER_SILENT: N_("the other could not be heard, though their microphone was on"),
    Issue.PICTURE_FROZEN: N_("the picture of the other stood still"),
    Issue.WEAK_RECEIVING: N_("sound and picture came badly over a weak connection"),
    Issue.WEAK_SENDING: N_("sound and picture reached the other badly over a weak connection"),
}

SHOWN: dict[Exhibit, str] = {
    Exhibit.DOCUMENT: N_("The visitor began to show a document."),
    Exhibit.SCREEN: N_("The consultant began to show a window of their screen."),
}

SHOWN_NO_MORE: dict[Exhibit, str] = {
    Exhibit.DOCUMENT: N_("The visitor stopped showing the document."),
    Exhibit.SCREEN: N_("The consultant stopped showing the window."),
}

WROTE: dict[Side, str] = {
    Side.VISITOR: N_("The visitor began to write. What was written was not kept."),
    Side.CONSULTANT: N_("The consultant began to write. What was written was not kept."),
    Side.INTERPRETER: N_("The interpreter began to write. What was written was not kept."),
}

WROTE_HOW_FAST: dict[Side, str] = {
    Side.VISITOR: N_("Of what the visitor wrote, 95 %% left within %(delay)s ms."),
    Side.CONSULTANT: N_("Of what the consultant wrote, 95 %% left within %(delay)s ms."),
    Side.INTERPRETER: N_("Of what the interpreter wrote, 95 %% left within %(delay)s ms."),
}

RECORDING: dict[RecordingStep, str] = {
    RecordingStep.ASKED: N_("The visitor was asked whether the conversation may be recorded."),
    RecordingStep.AGREED: N_("The visitor agreed that the conversation is recorded."),
    RecordingStep.REFUSED: N_("The visitor did not want the conversation to be recorded."),
    RecordingStep.BEGAN: N_("The recording began."),
    RecordingStep.INTERRUPTED: N_(
        "The recording was interrupted; another recorder was looked for."
    ),
    RecordingStep.STOPPED: N_("The recording was stopped."),
    RecordingStep.ENDED: N_("The recording ended with the conversation."),
    RecordingStep.UNAVAILABLE: N_("Nothing was recorded any more: no recorder was available."),
}
RECORDING_BY: dict[tuple[RecordingStep, str], str] = {
    (RecordingStep.ASKED, Side.CONSULTANT): N_(
        "The consultant asked whether the conversation may be recorded."
    ),
    (RecordingStep.STOPPED, Side.VISITOR): N_("The visitor stopped the recording."),
    (RecordingStep.STOPPED, Side.CONSULTANT): N_("The consultant stopped the recording."),
}
RECORDED: dict[Side, str] = {
    Side.VISITOR: N_("%(length)s of the visitor was recorded."),
    Side.CONSULTANT: N_("%(length)s of the consultant was recorded."),
}
REMOVED: dict[RemovalReason, str] = {
    RemovalReason.RETENTION: N_(
        "The recording was removed: the time for which it is kept is over."
    ),
    RemovalReason.REQUEST: N_("The recording was removed: the visitor asked for it (%(who)s)."),
    RemovalReason.MISTAKE: N_("The recording was removed: it should not have been made (%(who)s)."),
    RemovalReason.BYSTANDER: N_(
        "The recording was removed: somebody was in it who had not been asked (%(who)s)."
    ),
}

HOST_ENDED: dict[HostEnd, str] = {
    HostEnd.NOT_NEEDED: N_("At the booth nobody was needed any more."),
    HostEnd.LEFT: N_("The visitor left, and the call for a person of the centre was over."),
    HostEnd.DONE: N_("Staff said that the booth needs nobody any more (%(who)s)."),
    HostEnd.AGAIN: N_("The next visitor called a person of the centre as well."),
    HostEnd.RUN_OUT: N_("The call for a person of the centre ran out."),
}
