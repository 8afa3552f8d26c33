"""Somebody at a booth calls a person of the centre, who is told of it and comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import msgspec

from signaling import keys
from signaling.host_events import HostEnd
from signaling.ids import BoothId, OrganisationId, UserId
from signaling.issues import Issue
from signaling.parts import HostCall
from signaling.ports import RedisClient, Timings, milliseconds
from signaling.scripts import Scripts, Verb

Leaving = Literal[HostEnd.NOT_NEEDED, HostEnd.LEFT]
"""How a call ends at the booth."""


class Hosts:
    """Each method is one step that happens whole or is refused with a code.

    None of them changes anything of the line or of a talk.
    """

    def __init__(self, scripts: Scripts, timings: Timings) -> None:
        self._scripts = scripts
        self._keep = milliseconds(timings.resume)

    async def call(
        self, organisation: OrganisationId, booth: BoothId, issues: Sequence[Issue] = ()
    ) -> None:
        """Booth: call a person. While a call is open, another changes nothing.

        With `issues`, or when its checks have marked something, the booth counts as broken: then
        the call stays when the visitor leaves.
        """
        await self._scripts.run(
            Verb.HOST_CALL,
            organisation,
            booth=booth,
            issues=sorted(set(issues)),
            keep=self._keep,
        )

    async def release(
        self, organisation: OrganisationId, booth: BoothId, reason: Leaving = HostEnd.NOT_NEEDED
    ) -> None:
        """Booth: nobody is needed any more, or the visit is over."""
        await self._release(organisation, booth, reason)

    async def coming(self, organisation: OrganisationId, booth: BoothId, user: UserId) -> None:
        """Staff: go there, or send somebody.

        Raises:
            WrongStateError: the call is over, or somebody else goes.
        """
        await self._scripts.run(
            Verb.HOST_COMING, organisation, booth=booth, user=user, keep=self._keep
        )

    async def settle(self, organisation: OrganisationId, booth: BoothId, user: UserId) -> None:
        """Staff: the booth needs nobody any more."""
        await self._release(organisation, booth, HostEnd.DONE, user)

    async def _release(
        self, organisation: OrganisationId, booth: BoothId, reason: HostEnd, user: str = ""
    ) -> None:
        await self._scripts.run(
            Verb.HOST_RELEASE,
            organisation,
            booth=booth,
            reason=reason,
            user=user,
            keep=self._keep,
        )


_call = msgspec.json.Decoder(HostCall)


async def host_calls(redis: RedisClient, organisation: OrganisationId) -> list[HostCall]:
    """The calls of the organisation's booths, those nobody has answered first, then the oldest."""
    found = cast("list[str]", await redis.hvals(keys.hosts(organisation)))
    calls = [_call.decode(text) for text in found]
    return sorted(calls, key=lambda each: (each.coming_at is not None, each.at, each.booth))
