"""What an organisation consists of, as an administrator writes it down. Decoding is validation.

The same shapes serve ``okno apply`` and the single commands, so a value is refused in both places
or in none.
"""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from server.directory.people import folded_email
from signaling.model import LANGUAGES, Role

EVERY = "*"
"""Stands for all topics of the organisation."""

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PREFIX = re.compile(r"[A-Z]{1,3}")
_LONGEST_EMAIL = 254


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


Code = Annotated[str, AfterValidator(_code)]
TopicCode = Annotated[str, AfterValidator(_topic)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Hint = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Timezone = Annotated[str, AfterValidator(_timezone)]
Language = Annotated[str, AfterValidator(_language)]
Email = Annotated[str, AfterValidator(_email)]
TicketPrefix = Annotated[str, AfterValidator(_prefix)]


class Spec(BaseModel):
    """Every value has exactly the type and the names written here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OrganisationSpec(Spec):
    code: Code
    name: Name
    timezone: Timezone


class BoothSpec(Spec):
    code: Code
    name: Name


class CentreSpec(Spec):
    code: Code
    name: Name
    timezone: Timezone | None = None
    """The organisation's when not given."""
    ticket_prefix: TicketPrefix | None = None
    """The next free letter when not given."""
    booths: list[BoothSpec] = []


class TopicSpec(Spec):
    code: Code
    names: Annotated[dict[Language, Name], Field(min_length=1)]
    hints: dict[Language, Hint] = {}
    handling_seconds: Annotated[int, Field(ge=30, le=7200)] = 600
    closed: bool | None = None
    """None leaves it as it is."""


class SkillSpec(Spec):
    topics: Annotated[list[TopicCode], Field(min_length=1)] = [EVERY]
    languages: Annotated[list[Language], Field(min_length=1)] = list(LANGUAGES)


class UserSpec(Spec):
    email: Email
    name: Name
    roles: Annotated[list[Annotated[Role, Field(strict=False)]], Field(min_length=1)]
    reserve: bool = False
    """Asked only when no other consultant of the line is available."""
    skills: list[SkillSpec] | None = None
    """What a consultant can help with: everything in every language when not given."""
    closed: bool | None = None
    """None leaves it as it is."""
