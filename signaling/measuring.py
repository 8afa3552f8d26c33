"""How links are while people talk over them, as their pages measure it."""

from __future__ import annotations

from signaling.ids import BoothId, LinkId, OrganisationId, UserId
from signaling.measures import Sample
from signaling.model import Side
from signaling.ports import milliseconds
from signaling.quality import FALL, LOST, RISE, WEAK, worst
from signaling.scripts import Scripts, Verb


class Measuring:
    """Takes reports of samples.

    Args:
        seconds: one end of a link reports no sooner after its last report.
    """

    def __init__(self, scripts: Scripts, *, seconds: float = 4) -> None:
        self._scripts = scripts
        self._every = milliseconds(seconds)

    async def report(
        self,
        organisation: OrganisationId,
        side: Side,
        who: BoothId | UserId,
        link: LinkId,
        sample: Sample,
    ) -> None:
        """Write down how a link was, as one end measured it.

        Args:
            organisation: whose line it is.
            side: the booth or a member of staff.
            who: whose page measured it.
            link: which link.
            sample: what was measured.

        Raises:
            OknoError: ``wrong_state``: nobody talks over that link, or it is not theirs;
                ``too_fast``.
        """
        await self._scripts.run(
            Verb.REPORT_QUALITY,
            organisation,
            side=side,
            who=who,
            link=link,
            sample=sample,
            score=worst(sample),
            every=self._every,
            fall=FALL,
            rise=RISE,
            weak=WEAK,
            lost=LOST,
        )
