"""What the page of a visit knows from the start: topics, and what a visitor may say or choose."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from signaling.checkup import Part
from signaling.errors import N_
from signaling.hours import standing
from signaling.ids import TopicId, line_id
from signaling.model import BoothPrincipal, Gate, Mode, Role, Topic
from signaling.sound import Sound
from signaling.waiting_room import EARLY_SECONDS, LATE_SECONDS
from web.i18n import Texts
from web.ports import Organisation

_STOPPED = frozenset({Gate.CLOSED, Gate.ENDED})
_MINUTE = 60

BROKEN: dict[Part, str] = {
    Part.CAMERA: N_("The camera of this booth does not work."),
    Part.MICROPHONE: N_("The microphone of this booth does not work."),
    Part.SPEAKER: N_("The loudspeaker of this booth does not work."),
    Part.NETWORK: N_("The connection of this booth is too weak."),
}
"""What a visitor is told of a part without which some talks are impossible."""


class TopicTile(msgspec.Struct, frozen=True, kw_only=True):
    """A topic as the visit page's scripts know it."""

    id: TopicId
    name: str
    hint: str
    """What to prepare while waiting, or empty."""
    is_open: bool
    """Tickets are given by its hours."""
    opens_at: int | None
    """When tickets are given again, if they are not now or once the line has closed (ms)."""
    is_stopped: bool
    """Staff have closed its lines."""
    is_signed: bool
    """A consultant signs for it, in the language of the page."""


class VisitPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the visit page's scripts are given."""

    topics: list[TopicTile]
    timezone: str
    """Of the centre: times are shown as its clocks show them."""
    callbacks: bool
    """Whether a waiting visitor may agree on a time to come back."""
    interpreters: dict[str, str]
    """What may be interpreted: code to name."""
    sound: Sound
    return_early: int = EARLY_SECONDS
    return_late: int = LATE_SECONDS


class PriorityChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor may say of themselves at the booth."""

    code: str
    name: str
    minutes: int
    """The most by which they are let ahead of anyone."""


def visit_page(
    organisation: Organisation,
    booth: BoothPrincipal,
    *,
    language: str,
    gates: Mapping[TopicId, Gate],
    now_ms: int,
) -> VisitPage:
    """The visit page of that booth in that language; `gates` as far as they are known."""
    return VisitPage(
        topics=[
            _tile(organisation, topic, language, gates.get(topic.id, Gate.OPEN), now_ms)
            for topic in organisation.topics.values()
        ],
        timezone=booth.timezone,
        callbacks=organisation.policy.callbacks,
        sound=booth.sound,
        interpreters={
            code: named(names, language) for code, names in organisation.policy.interpreters.items()
        },
    )


def interpreter_choices(organisation: Organisation, language: str) -> dict[str, str]:
    """What a visitor may have interpreted, code to name: what anybody interprets at all."""
    able = {
        code
        for user in organisation.users.values()
        if Role.CONSULTANT in user.roles
        for code in user.interprets
    }
    return {
        code: named(names, language)
        for code, names in organisation.policy.interpreters.items()
        if code in able
    }


def broken_words(texts: Texts) -> dict[Part, str]:
    """What is said of each part of the booth when it does not work."""
    return {part: texts.gettext(words) for part, words in BROKEN.items()}


def priority_choices(organisation: Organisation, language: str) -> list[PriorityChoice]:
    """The classes that visitors may say they belong to, in the organisation's order."""
    return [
        PriorityChoice(
            code=each.code,
            name=named(each.names, language),
            minutes=round(each.head_start_seconds / _MINUTE),
        )
        for each in organisation.policy.priorities
        if each.at_booth
    ]


def named(names: Mapping[str, str], language: str) -> str:
    """The name in that language, or in the first there is."""
    return names.get(language) or next(iter(names.values()))


def _tile(
    organisation: Organisation, topic: Topic, language: str, gate: Gate, now_ms: int
) -> TopicTile:
    timezone = organisation.policy.timezone
    now = standing(topic, timezone, now_ms)
    after = standing(topic, timezone, now.closes_at) if now.open and now.closes_at else now
    return TopicTile(
        id=topic.id,
        name=topic.name(language),
        hint=topic.hints.get(language, ""),
        is_open=now.open,
        opens_at=after.opens_at,
        is_stopped=gate in _STOPPED,
        is_signed=line_id(topic.id, language, Mode.SIGN) in organisation.signed,
    )
