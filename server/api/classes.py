"""The words that stand in the code beside fields and values, put into JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

from msgspec import inspect

from signaling.tables import member_docs


def describe(types: Iterable[type], components: dict[str, Any]) -> None:
    """Add the meaning of each field and value of the structs and enums that the types consist of.

    Args:
        types: as the components were made from.
        components: schemas by the name of their class; changed in place.
    """
    for each in set(_classes(inspect.multi_type_info(types))):
        schema = components[each.__name__]
        meanings = member_docs(each)
        if issubclass(each, Enum):
            told = [f"`{one.value}`: {meanings[one.name]}" for one in each if one.name in meanings]
            schema["description"] = " ".join([_doc(each), *told])
            continue
        schema["description"] = _doc(each)
        for name, field in schema["properties"].items():
            if name in meanings:
                field["description"] = meanings[name].replace("``", "`")


def _doc(owner: type) -> str:
    return " ".join((owner.__doc__ or "").split()).replace("``", "`")


def _classes(infos: Iterable[inspect.Type]) -> Iterator[type]:
    for info in infos:
        match info:
            case inspect.StructType():
                yield info.cls
                yield from _classes(field.type for field in info.fields)
            case inspect.EnumType():
                yield info.cls
            case inspect.UnionType():
                yield from _classes(info.types)
            case inspect.ListType():
                yield from _classes([info.item_type])
            case inspect.DictType():
                yield from _classes([info.key_type, info.value_type])
            case inspect.Metadata():
                yield from _classes([info.type])
            case _:
                pass
