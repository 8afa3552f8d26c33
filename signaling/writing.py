"""That people write to each other in a talk. What they write goes from page to page alone."""

from __future__ import annotations

from signaling.ids import BoothId, LinkId, OrganisationId, UserId
from signaling.model import Side
from signaling.scripts import Scripts, Verb


class Writing:
    """Takes reports of real-time text."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def report(
        self,
        organisation: OrganisationId,
        side: Side,
        who: BoothId | UserId,
        link: LinkId,
        delay: int | None,
    ) -> None:
        """Write down that somebody writes, or how soon it left.

        Args:
            organisation: whose line it is.
            side: the booth or a member of staff.
            who: whose page it is.
            link: a link of the talk that ends at that page.
            delay: see `signaling.reports.ReportText`.

        Raises:
            OknoError: ``wrong_state``: the consultation is over or goes on without them.
        """
        await self._scripts.run(
            Verb.REPORT_TEXT, organisation, side=side, who=who, link=link, delay=delay
        )
