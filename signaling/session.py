"""What a handler is given: who asks, through which connection, on which node."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.connection import Connection
from signaling.errors import Code, OknoError
from signaling.ids import BoothId, OrganisationId, UserId
from signaling.model import BoothPrincipal, Principal, Side, StaffPrincipal
from signaling.node import Node
from signaling.ports import Directory, IceSettings, Observer


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One introduced page."""

    node: Node
    connection: Connection
    principal: Principal
    directory: Directory
    ice: IceSettings
    observer: Observer

    @property
    def booth(self) -> BoothPrincipal:
        """The booth; `wrong_role` for anyone else."""
        if isinstance(self.principal, BoothPrincipal):
            return self.principal
        raise OknoError(Code.WRONG_ROLE)

    @property
    def consultant(self) -> StaffPrincipal:
        """The consultant in the workspace; `wrong_role` for anyone else."""
        if isinstance(self.principal, StaffPrincipal) and self.connection.surface == "workspace":
            return self.principal
        raise OknoError(Code.WRONG_ROLE)

    @property
    def side(self) -> tuple[OrganisationId, Side, BoothId | UserId]:
        """Whose end of a talk this is; `wrong_role` for who is never in one."""
        if isinstance(self.principal, BoothPrincipal):
            return self.principal.organisation, Side.VISITOR, self.principal.booth
        who = self.consultant
        return who.organisation, Side.CONSULTANT, who.user
