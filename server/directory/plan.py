"""An organisation written down in TOML, for ``okno apply`` and for the demo.

The file says what must be there. Nothing is ever deleted: what the file does not name stays.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from pydantic import ValidationError

from server.directory.changes import Changes
from server.directory.listed import Listed, put_listed
from server.directory.rows import ChangeError
from server.directory.specs import (
    CentreSpec,
    NamedSpec,
    OrganisationSpec,
    PrioritySpec,
    Spec,
    TopicSpec,
    UserSpec,
)
from server.directory.toml_lines import Path, line_of, path_text

VERSION = 1

S = TypeVar("S", bound=Spec)

_SECTIONS = ("priorities", "breaks", "interpreters", "centres", "topics", "users")


class PlanError(Exception):
    """The file cannot be applied; says everything that is wrong with it, a line each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class Plan(Spec):
    """What the file says."""

    organisation: OrganisationSpec
    priorities: list[PrioritySpec]
    breaks: list[NamedSpec]
    interpreters: list[NamedSpec]
    centres: list[CentreSpec]
    topics: list[TopicSpec]
    users: list[UserSpec]


def read_plan(text: str, source: str) -> Plan:
    """The plan in this text.

    Args:
        text: TOML.
        source: what the file is called in faults.

    Raises:
        PlanError: naming every fault at once, each with its line and key.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError([f"{source}: {error}"]) from error
    if data.pop("version", None) != VERSION:
        # Another version may mean other things by the same words.
        raise PlanError([f"{source}:{line_of(text, ('version',))}: version: must be {VERSION}"])
    reader = _Reader(text, source)
    plan = reader.read(data)
    if plan is None:
        raise PlanError([text for _, text in sorted(reader.faults)])
    return plan


async def apply_plan(plan: Plan, changes: Changes) -> None:
    """Bring the organisation into the state the plan describes.

    Raises:
        PlanError: naming everything that stands against it; nothing may be kept then.
    """
    faults = []
    await changes.put_organisation(plan.organisation)
    lists: Mapping[Listed, Sequence[NamedSpec]] = {
        Listed.PRIORITIES: plan.priorities,
        Listed.BREAKS: plan.breaks,
        Listed.INTERPRETERS: plan.interpreters,
    }
    steps = chain(
        (
            put_listed(changes.rows, which, spec, position)
            for which, specs in lists.items()
            for position, spec in enumerate(specs)
        ),
        (changes.put_centre(centre) for centre in plan.centres),
        (changes.put_topic(topic, position) for position, topic in enumerate(plan.topics)),
        (changes.put_user(user) for user in plan.users),
    )
    for step in steps:
        try:
            await step
        except ChangeError as error:
            faults.append(str(error))
    if faults:
        raise PlanError(faults)


class _Reader:
    """Goes through the parsed file and collects faults."""

    def __init__(self, text: str, source: str) -> None:
        self.faults: list[tuple[int, str]] = []
        """Each with its line."""
        self._text = text
        self._source = source

    def read(self, data: Mapping[str, Any]) -> Plan | None:
        for name in data.keys() - {"organisation", *_SECTIONS}:
            self._fault((name,), "is not known here")
        organisation = self._one(OrganisationSpec, data.get("organisation", {}), ("organisation",))
        priorities = self._many(PrioritySpec, data, "priorities")
        breaks = self._many(NamedSpec, data, "breaks")
        interpreters = self._many(NamedSpec, data, "interpreters")
        centres = self._many(CentreSpec, data, "centres")
        topics = self._many(TopicSpec, data, "topics")
        users = self._many(UserSpec, data, "users")
        self._twice(data)
        if self.faults or organisation is None:
            return None
        return Plan(
            organisation=organisation,
            priorities=priorities,
            breaks=breaks,
            interpreters=interpreters,
            centres=centres,
            topics=topics,
            users=users,
        )

    def _many(self, spec: type[S], data: Mapping[str, Any], section: str) -> list[S]:
        items = data.get(section, [])
        if not isinstance(items, list):
            self._fault((section,), f"must be tables headed [[{section}]]")
            return []
        read = (self._one(spec, item, (section, index)) for index, item in enumerate(items))
        return [each for each in read if each is not None]

    def _one(self, spec: type[S], item: object, path: Path) -> S | None:
        try:
            return spec.model_validate(item)
        except ValidationError as error:
            for fault in error.errors():
                self._fault((*path, *_written(fault["loc"])), _plain(fault))
            return None

    def _twice(self, data: Mapping[str, Any]) -> None:
        """What must be unique, told from the raw data so that other faults hide nothing."""
        for section, key in (
            ("priorities", "code"),
            ("breaks", "code"),
            ("interpreters", "code"),
            ("centres", "code"),
            ("centres", "ticket_prefix"),
            ("topics", "code"),
            ("users", "email"),
        ):
            self._unique((section,), data.get(section), key)
        centres = data.get("centres")
        for index, centre in enumerate(centres if isinstance(centres, list) else []):
            if isinstance(centre, dict):
                self._unique(("centres", index, "booths"), centre.get("booths"), "code")

    def _unique(self, path: Path, items: object, key: str) -> None:
        values = [
            (index, str(item[key]).strip().casefold() if key == "email" else str(item[key]))
            for index, item in enumerate(items if isinstance(items, list) else [])
            if isinstance(item, dict) and key in item
        ]
        counts = Counter(value for _, value in values)
        seen: set[str] = set()
        for index, value in values:
            if counts[value] > 1 and value in seen:
                self._fault((*path, index, key), f"{value} is already used above")
            seen.add(value)

    def _fault(self, path: Path, text: str) -> None:
        line = line_of(self._text, path)
        self.faults.append((line, f"{self._source}:{line}: {path_text(path)}: {text}"))


def _written(location: Iterable[str | int]) -> Iterator[str | int]:
    """The part of pydantic's location that stands in the file: it adds words for its own types."""
    for part in location:
        if isinstance(part, str) and ("[" in part or "(" in part):
            return
        yield part


def _plain(fault: Mapping[str, Any]) -> str:
    text = str(fault["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]
