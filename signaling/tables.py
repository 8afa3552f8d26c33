"""Structs and enums as Markdown tables, with the texts that stand beside their members."""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
import typing

import msgspec

_LIMITS = ("ge", "gt", "le", "lt", "min_length", "max_length")
_NAMES: dict[object, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "true or false",
    type(None): "null",
}


def members(union: object) -> list[type[msgspec.Struct]]:
    """The structs of a union."""
    return list(typing.get_args(union))


def struct_table(struct: type[msgspec.Struct]) -> str:
    """A heading, the struct's meaning, and a row for each of its fields."""
    tag = struct.__struct_config__.tag
    title = f"`{tag}`" if tag else struct.__name__
    text = f"### {title}\n\n{inspect.getdoc(struct)}\n\n"
    docs: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        if each.__module__ == struct.__module__:
            docs |= member_docs(each)
    # `id` is explained once for all requests and replies.
    rows = [
        f"| `{field.encode_name}` | {type_name(field.type)}"
        f"{'' if field.required else '; may be missing'} | {docs.get(field.name, '')} |\n"
        for field in msgspec.structs.fields(struct)
        if not (field.name == "id" and tag)
    ]
    if rows:
        text += "| field | type | meaning |\n|---|---|---|\n" + "".join(rows) + "\n"
    return text


def type_name(found: object) -> str:
    """A type as a reader of JSON would name it."""
    origin, args = typing.get_origin(found), typing.get_args(found)
    if isinstance(found, typing.NewType):
        name = type_name(found.__supertype__)
    elif origin is typing.Annotated:
        limits = ", ".join(
            f"{limit} {value}"
            for meta in args[1:]
            for limit in _LIMITS
            if (value := getattr(meta, limit, None)) is not None
        )
        name = f"{type_name(args[0])} ({limits})"
    elif origin is typing.Literal:
        name = ", ".join(f"`{value}`" for value in args)
    elif origin in (typing.Union, types.UnionType):
        name = " or ".join(type_name(each) for each in args)
    elif origin is list:
        name = f"list of {type_name(args[0])}"
    elif origin is dict:
        name = "object"
    else:
        name = _NAMES.get(found) or str(getattr(found, "__name__", found))
    return name


def member_docs(owner: type) -> dict[str, str]:
    """The string that follows each member in the class body, by the member's name."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    if not isinstance(definition, ast.ClassDef):
        raise TypeError(f"{owner} is not a class")
    found: dict[str, str] = {}
    for member, beside in zip(definition.body, definition.body[1:], strict=False):
        target = member.targets[0] if isinstance(member, ast.Assign) else None
        target = member.target if isinstance(member, ast.AnnAssign) else target
        if (
            isinstance(target, ast.Name)
            and isinstance(beside, ast.Expr)
            and isinstance(beside.value, ast.Constant)
        ):
            found[target.id] = " ".join(str(beside.value.value).split())
    return found
