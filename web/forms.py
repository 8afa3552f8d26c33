"""What people type into forms, read with care."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from signaling.errors import Code, OknoError

LONGEST_FIELD = 1024


async def read_form(request: web.Request) -> Mapping[str, object]:
    """The fields of a form; `OknoError` ``bad_message`` when the body is none."""
    try:
        return await request.post()
    except (AssertionError, LookupError, ValueError) as error:
        # What aiohttp raises for multipart without a boundary, unknown charsets, broken encoding.
        raise OknoError(Code.BAD_MESSAGE) from error


def text_field(form: Mapping[str, object], name: str) -> str:
    """The text of a field, empty when it is missing; a file or an endless text is refused."""
    value = form.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_FIELD or "\0" in value:
        raise OknoError(Code.BAD_FIELD, field=name)
    return value
