"""What an organisation consists of, as an administrator writes it down. Decoding is validation.

The same shapes serve ``okno apply`` and the single commands, so a value is refused in both places
or in none.
"""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from server.directory.people import folded_email
from signaling.consent import RecordingRule
from signaling.hours import opening_text, parse_opening
from signaling.model import CALLED_BACK, LANGUAGES, RETURNED, Mode, Role, ScopeKind

EVERY = "*"
"""Stands for all topics of the organisation."""

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PREFIX = re.compile(r"[A-Z]{1,3}")
_LONGEST_EMAIL = 254
_DAY = 86_400


def _code(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise ValueError("must be lower-case Latin letters, digits and hyphens, at most 63")
    return code


def _topic(code: str) -> str:
    return code if code == EVERY else _code(code)


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("must be a time zone such as Europe/Samara")
    return name


def _language(tag: str) -> str:
    if tag not in LANGUAGES:
        raise ValueError(f"must be one of the languages {', '.join(LANGUAGES)}")
    return tag


def _email(email: str) -> str:
    folded = folded_email(email)
    if not _EMAIL.fullmatch(folded) or len(folded) > _LONGEST_EMAIL:
        raise ValueError("must be an e-mail address")
    return folded


def _prefix(prefix: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("must be one to three capital Latin letters")
    return prefix


def _priority(code: str) -> str:
    if code in (RETURNED, CALLED_BACK):
        raise ValueError(f"must not be {code}, which Okno gives by itself")
    return _code(code)


def _region(code: str) -> str:
    return _code(code) if code else ""


def _hours(text: str) -> str:
    return opening_text(parse_opening(text))


Code = Annotated[str, AfterValidator(_code)]
TopicCode = Annotated[str, AfterValidator(_topic)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Hint = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Timezone = Annotated[str, AfterValidator(_timezone)]
Language = Annotated[str, AfterValidator(_language)]
Email = Annotated[str, AfterValidator(_email)]
TicketPrefix = Annotated[str, AfterValidator(_prefix)]
PriorityCode = Annotated[str, AfterValidator(_priority)]
Hours = Annotated[str, AfterValidator(_hours)]
"""In the form of `signaling.hours.opening_text`."""
Names = Annotated[dict[Language, Name], Field(min_length=1)]
HeadStart = Annotated[int, Field(ge=0, le=_DAY)]


class Spec(BaseModel):
    """Every value has exactly the type and the names written here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OrganisationSpec(Spec):
    code: Code
    name: Name
    timezone: Timezone
    cut_off_seconds: HeadStart = 3600
    """Head start of who was cut off in a talk."""
    callback_seconds: HeadStart = 1800
    """Head start of who comes back at the agreed time."""
    callbacks: bool = True
    """Whether waiting visitors may agree on a time to come back."""
    claim_seconds: Annotated[int, Field(ge=60, le=7 * _DAY)] = 7200
    """How long a ticket taken elsewhere waits for its visitor."""


class NamedSpec(Spec):
    """A reason for a break, or what may be interpreted."""

    code: Code
    names: Names


class PrioritySpec(NamedSpec):
    code: PriorityCode
    head_start_seconds: HeadStart
    at_booth: bool = True
    """Whether visitors may say at the booth that they belong to it."""


class SoundSpec(Spec):
    """See `signaling.sound.Sound`."""

    loudness: Annotated[int, Field(ge=0, le=100)] = 100
    echo_cancellation: bool = True
    noise_suppression: bool = True
    gain_control: bool = True
    handset: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class BoothSpec(Spec):
    code: Code
    name: Name
    sound: SoundSpec | None = None
    """None leaves it as it is."""


class CentreSpec(Spec):
    code: Code
    name: Name
    timezone: Timezone | None = None
    """The organisation's when not given."""
    ticket_prefix: TicketPrefix | None = None
    """The next free letter when not given."""
    region: Annotated[str, AfterValidator(_region)] = ""
    """Centres with the same one are near each other; a code, or empty."""
    booths: list[BoothSpec] = []


class PreferenceSpec(Spec):
    scope: Annotated[ScopeKind, Field(strict=False)]
    seconds: Annotated[int, Field(ge=1, le=3600)]


class TopicSpec(Spec):
    code: Code
    names: Names
    hints: dict[Language, Hint] = {}
    handling_seconds: Annotated[int, Field(ge=30, le=7200)] = 600
    service_level_seconds: Annotated[int, Field(ge=1, le=7200)] = 60
    """A wait of up to so long counts as in time."""
    prefer: list[PreferenceSpec] = []
    """Who is asked first, step by step; then everyone."""
    overflow_at: Annotated[int, Field(ge=1)] | None = None
    """With so many waiting already, a new visitor is everyone's at once."""
    hours: list[Hours] = []
    """When the lines are open, in the organisation's time zone; empty: always."""
    last_ticket_minutes: Annotated[int, Field(ge=0, le=720)] = 0
    recording: Annotated[RecordingRule, Field(strict=False)] = RecordingRule.NEVER
    """Whether conversations may be recorded; only ever if the visitor agrees."""
    closed: bool | None = None
    """None leaves it as it is."""

    @field_validator("prefer")
    @classmethod
    def _each_scope_once(cls, steps: list[PreferenceSpec]) -> list[PreferenceSpec]:
        if len({step.scope for step in steps}) < len(steps):
            raise ValueError("must name each scope only once")
        return steps

    @field_validator("last_ticket_minutes")
    @classmethod
    def _some_ticket_is_given(cls, minutes: int, info: ValidationInfo) -> int:
        openings = map(parse_opening, info.data.get("hours", []))
        if any(minutes >= each.closes - each.opens for each in openings):
            raise ValueError("must be less than the line is open, or no ticket would be given")
        return minutes


class SkillSpec(Spec):
    topics: Annotated[list[TopicCode], Field(min_length=1)] = [EVERY]
    languages: Annotated[list[Language], Field(min_length=1)] = list(LANGUAGES)
    modes: Annotated[list[Annotated[Mode, Field(strict=False)]], Field(min_length=1)] = [
        Mode.SPEECH
    ]
    level: Annotated[int, Field(ge=1, le=9)] = 1
    """Who has a lower one is asked first."""


class UserSpec(Spec):
    email: Email
    name: Name
    roles: Annotated[list[Annotated[Role, Field(strict=False)]], Field(min_length=1)]
    reserve: bool = False
    """Asked only when no other consultant of the line is available."""
    skills: list[SkillSpec] | None = None
    """What a consultant can help with: everything in every language, by voice, when not given."""
    centre: Code | None = None
    """Where the person works, when visitors of that centre should get them first."""
    interprets: list[Code] = []
    closed: bool | None = None
    """None leaves it as it is."""
