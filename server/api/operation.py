"""What one operation of the API is. Its route and its place in the document both come from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import msgspec
from aiohttp import web

from server.directory.tokens import ApiPrincipal, Scope
from signaling.errors import Code
from signaling.ids import OrganisationId
from signaling.tickets import Errand

ROOT = "/api/v1"
"""What every path begins with."""

Parameters = TypeVar("Parameters", bound=msgspec.Struct)
Body = TypeVar("Body")
Answer = TypeVar("Answer")


class Nothing(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """No parameters, or an answer without a body."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to the API, let in."""

    app: web.Application
    principal: ApiPrincipal
    method: str
    errand: Errand | None = None
    """The request, if it may be sent again."""

    @property
    def organisation(self) -> OrganisationId:
        """The only one that this call can read or change."""
        return self.principal.organisation


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[Parameters, Body, Answer]):
    """One method of one path."""

    name: str
    method: str
    path: str
    """Below the root of the API; fields of `parameters` stand in braces."""
    summary: str
    description: str = ""
    scope: Scope | None = None
    """None: any token will do."""
    parameters: type[Parameters]
    """Those that the path does not name are in the query."""
    body: type[Body] | None = None
    """None: a body is not looked at."""
    answer: type[Answer]
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""
    """Header of the answer: a path, with fields of the answer in braces."""
    refusals: tuple[Code, ...] = ()
    """Codes beyond those that every operation of its kind may be refused with."""
    handler: Callable[[Call, Parameters, Body], Awaitable[Answer]]

    @property
    def changes(self) -> bool:
        """Whether it does more than read, so that a second time is not the same as once."""
        return self.method != "GET"


AnyOperation = Operation[Any, Any, Any]
