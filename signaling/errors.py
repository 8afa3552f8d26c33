"""Everything that can be refused, as one tree with stable codes.

The code is for programs and never changes; the text is for people, is looked up in their language
when the reply is written, and may be improved at any time.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """A stable name for each refusal; its meaning is the English text in ``TEXTS``."""

    BAD_MESSAGE = "bad_message"
    UNKNOWN_TYPE = "unknown_type"
    TOO_LARGE = "too_large"
    TOO_FAST = "too_fast"
    HELLO_FIRST = "hello_first"
    WRONG_ROLE = "wrong_role"
    WRONG_STATE = "wrong_state"
    NOT_FOUND = "not_found"
    ALREADY_WAITING = "already_waiting"
    LINE_CLOSED = "line_closed"
    NOT_OFFERED = "not_offered"
    BOOTH_UNFIT = "booth_unfit"
    TICKET_TAKEN = "ticket_taken"
    TOO_EARLY = "too_early"
    NOT_RECORDED = "not_recorded"
    RECORDED_BY_TWO = "recorded_by_two"
    NOT_SIGNED_IN = "not_signed_in"
    WRONG_CREDENTIALS = "wrong_credentials"
    BAD_CODE = "bad_code"
    BAD_ORIGIN = "bad_origin"
    BAD_FIELD = "bad_field"
    NOT_JSON = "not_json"
    KEY_REUSED = "key_reused"
    UNDER_WAY = "under_way"
    NOT_ALLOWED = "not_allowed"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


def N_(text: str) -> str:  # noqa: N802 - the name gettext's extractor knows for "translate later"
    return text


TEXTS: dict[Code, str] = {
    Code.BAD_MESSAGE: N_("The page sent something the server could not read. Reload the page."),
    Code.UNKNOWN_TYPE: N_("The page asked for something this server does not know. Reload it."),
    Code.TOO_LARGE: N_("That was too large to be accepted."),
    Code.TOO_FAST: N_("That was too fast. Wait a moment and try again."),
    Code.HELLO_FIRST: N_("The page must introduce itself first. Reload the page."),
    Code.WRONG_ROLE: N_("Your account may not do this."),
    Code.WRONG_STATE: N_("This is no longer possible: things have moved on meanwhile."),
    Code.NOT_FOUND: N_("There is nothing here by that name."),
    Code.ALREADY_WAITING: N_("This booth already has a ticket."),
    Code.LINE_CLOSED: N_("No tickets are given for this now. Try again later."),
    Code.NOT_OFFERED: N_(
        "Nobody can talk with you in this way now. Go back and choose another way."
    ),
    Code.BOOTH_UNFIT: N_(
        "This booth cannot do that now: one of its devices does not work. Use another booth, or "
        "ask the staff of the centre."
    ),
    Code.TICKET_TAKEN: N_("There is a ticket of that number already."),
    Code.TOO_EARLY: N_("It is too early for this ticket. Come back at the agreed time."),
    Code.NOT_RECORDED: N_("Conversations about this topic are not recorded here."),
    Code.RECORDED_BY_TWO: N_(
        "A conversation with an interpreter cannot be recorded; only one of two people can."
    ),
    Code.NOT_SIGNED_IN: N_("Sign in first."),
    Code.WRONG_CREDENTIALS: N_("The e-mail or the password is wrong."),
    Code.BAD_CODE: N_("This code is wrong, was used already, or has run out. Ask for a new one."),
    Code.BAD_ORIGIN: N_("The request came from another site and was refused."),
    Code.BAD_FIELD: N_("One of the values is not valid."),
    Code.NOT_JSON: N_("The request must be JSON and say so: Content-Type: application/json."),
    Code.KEY_REUSED: N_("This Idempotency-Key stands for another request. Use a new one."),
    Code.UNDER_WAY: N_("This very request is being worked on. Ask again in a moment."),
    Code.NOT_ALLOWED: N_("Your account may not do this."),
    Code.METHOD_NOT_ALLOWED: N_("This address does not work that way."),
    Code.BUSY: N_("Too many are waiting for this already. Try again in a moment."),
    Code.UNAVAILABLE: N_(
        "The service is interrupted for a moment. Nothing is lost; we keep trying."
    ),
    Code.INTERNAL: N_("Something broke on our side. It has been written down for the engineers."),
}


class OknoError(Exception):
    """A refusal with its code and the facts a program needs to react."""

    def __init__(
        self, code: Code, *, field: str | None = None, retry_after: float | None = None
    ) -> None:
        self.code = code
        self.field = field
        """The offending field, as a path from the message's root, when there is one."""
        self.retry_after = retry_after
        """Seconds after which the same request may succeed."""
        super().__init__(TEXTS[code])

    def __str__(self) -> str:
        where = f" ({self.field})" if self.field else ""
        return f"{self.code.value}{where}: {TEXTS[self.code]}"


class NotFoundError(OknoError):
    """The thing does not exist, or belongs to another organisation: nobody can tell which."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(Code.NOT_FOUND, field=field)


class WrongStateError(OknoError):
    """The thing exists but is past the point where this could be done."""

    def __init__(self) -> None:
        super().__init__(Code.WRONG_STATE)
