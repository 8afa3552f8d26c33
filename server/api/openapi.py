"""The OpenAPI document, from the table of operations and the structs that are decoded and sent.

``python -m server.api docs`` writes ``docs/openapi.json``; a test holds the two equal.
"""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from server.api import classes
from server.api.idempotency import LONGEST_KEY
from server.api.operation import ROOT, AnyOperation
from server.api.shapes import ONE_CHANGE, ChangeTicket
from server.api.table import OPERATIONS
from server.errors_http import STATUSES, TEXTS_FOR_PROGRAMS, Refusal
from signaling.errors import Code

Json = dict[str, Any]

_ABOUT = (
    "For programs beside Okno, such as ticket machines and reports; docs/API.md tells how to "
    "begin. A field that is left out is null, or its default; new ones may appear at any time. "
    "Times are milliseconds since 1970-01-01 UTC."
)
_ALWAYS = (
    Code.BAD_FIELD,
    Code.NOT_SIGNED_IN,
    Code.TOO_LARGE,
    Code.TOO_FAST,
    Code.INTERNAL,
    Code.UNAVAILABLE,
)
_WITH_BODY = (Code.BAD_MESSAGE, Code.NOT_JSON)
_WITH_KEY = (Code.KEY_REUSED, Code.UNDER_WAY)
_RETRY = frozenset({Code.TOO_FAST, Code.UNAVAILABLE, Code.UNDER_WAY, Code.LINE_CLOSED})
_BEYOND_FIELDS: dict[type, Json] = {ChangeTicket: ONE_CHANGE}
"""What structs hold that no field of theirs can say."""

_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Of your making, new for each thing to be done. The same request under the same "
    "key is done once in 24 hours and answered alike each time.",
    "schema": {"type": "string", "pattern": f"^[!-~]{{1,{LONGEST_KEY}}}$"},
}


def document() -> Json:
    """The whole document."""
    types = [Refusal, *_types()]
    schemas, components = msgspec.json.schema_components(
        [_exact(each) for each in types], ref_template="#/components/schemas/{name}"
    )
    by_type = dict(zip(types, schemas, strict=True))
    classes.describe(types, components)
    paths: dict[str, Json] = defaultdict(dict)
    for operation in OPERATIONS:
        paths[operation.path][operation.method.lower()] = _operation(operation, by_type, components)
    parameters = {operation.parameters.__name__ for operation in OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Okno", "version": "1", "description": _ABOUT},
        "servers": [{"url": ROOT}],
        "paths": paths,
        "components": {
            # Parameters stand with their operations.
            "schemas": {name: each for name, each in components.items() if name not in parameters},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def text() -> str:
    """The text of ``docs/openapi.json``."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=2).decode() + "\n"


def _types() -> list[type]:
    found: dict[type, None] = {}
    for operation in OPERATIONS:
        for each in (operation.parameters, operation.body, operation.answer):
            if each is not None:
                found[each] = None
    return list(found)


def _exact(struct: type) -> Any:
    extra = _BEYOND_FIELDS.get(struct)
    return struct if extra is None else Annotated[struct, Meta(extra_json_schema=extra)]


def _operation(operation: AnyOperation, schemas: dict[type, Json], components: Json) -> Json:
    said: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "security": [{"token": [operation.scope] if operation.scope else []}],
        "parameters": _parameters(operation, components),
        "responses": {
            str(int(operation.status)): _success(operation, schemas),
            **_refusals(operation, schemas[Refusal]),
        },
    }
    if operation.body is not None:
        content = {"application/json": {"schema": schemas[operation.body]}}
        said["requestBody"] = {"required": True, "content": content}
    return {name: value for name, value in said.items() if value}


def _parameters(operation: AnyOperation, components: Json) -> list[Json]:
    schema = components[operation.parameters.__name__]
    found = []
    for name, each in schema["properties"].items():
        in_path = f"{{{name}}}" in operation.path
        plain = {key: value for key, value in each.items() if key != "description"}
        found.append(
            {
                "name": name,
                "in": "path" if in_path else "query",
                "required": in_path or name in schema["required"],
                "description": each.get("description", name),
                "schema": plain,
            }
        )
    if operation.changes:
        found.append(_KEY)
    return found


def _success(operation: AnyOperation, schemas: dict[type, Json]) -> Json:
    said: Json = {"description": HTTPStatus(operation.status).phrase}
    if operation.status != HTTPStatus.NO_CONTENT:
        said["content"] = {"application/json": {"schema": schemas[operation.answer]}}
    if operation.location:
        address = {"description": "Where it is found.", "schema": {"type": "string"}}
        said["headers"] = {"Location": address}
    return said


def _refusals(operation: AnyOperation, schema: Json) -> Json:
    codes = {*_ALWAYS, *operation.refusals}
    if operation.scope is not None:
        codes |= {Code.NOT_ALLOWED}
    if operation.body is not None:
        codes |= {*_WITH_BODY}
    if operation.changes:
        codes |= {*_WITH_KEY}
    by_status: dict[HTTPStatus, list[Code]] = defaultdict(list)
    for code in sorted(codes):
        by_status[STATUSES[code]].append(code)
    return {
        str(int(status)): {
            "description": " ".join(
                f"`{code}`: {TEXTS_FOR_PROGRAMS[code]}" for code in by_status[status]
            ),
            **_retry_header(by_status[status]),
            "content": {"application/json": {"schema": schema}},
        }
        for status in sorted(by_status)
    }


def _retry_header(codes: list[Code]) -> Json:
    if _RETRY.isdisjoint(codes):
        return {}
    meaning = "Seconds after which the same request may succeed."
    return {"headers": {"Retry-After": {"description": meaning, "schema": {"type": "integer"}}}}
