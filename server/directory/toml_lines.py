"""Which line of a TOML file a fault is on. The parser does not say, and people need to know."""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]
"""Keys and indexes from the root, such as ``("centres", 1, "booths", 0, "name")``."""


def line_of(text: str, path: Path) -> int:
    """The line (from 1) of the innermost part of the path that is written down.

    A look at the lines, not a parser: tables are found by their heads, keys by standing first on a
    line. What stands inline is found by the key that holds it.
    """
    lines = text.splitlines()
    steps = _steps(path)
    first, last = 0, len(lines)
    found = 0
    table: list[str] = []
    for part, number in steps:
        heads = _heads(lines, ".".join([*table, part]), first, last)
        if len(heads) <= (number or 0):
            break
        table.append(part)
        found = first = heads[number or 0]
        last = _end(lines, ".".join(table), first, last)
    keys = [part for part, _ in steps[len(table) :]]
    for length in range(len(keys), 0, -1):
        written = r"\s*\.\s*".join(rf"[\"']?{re.escape(key)}[\"']?" for key in keys[:length])
        key = re.compile(rf"\s*{written}\s*[.=]")
        here = [at for at in range(first, last) if key.match(lines[at])]
        if here:
            return here[0] + 1
    return found + 1


def path_text(path: Path) -> str:
    """The path as people write it: ``centres[1].booths[0].name``, counted from 1."""
    return "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path
    ).removeprefix(".")


def _steps(path: Path) -> Sequence[tuple[str, int | None]]:
    """Each key with the index that follows it, if one does."""
    steps: list[tuple[str, int | None]] = []
    for part in path:
        if isinstance(part, int):
            if steps:
                steps[-1] = (steps[-1][0], part)
        else:
            steps.append((part, None))
    return steps


def _heads(lines: Sequence[str], table: str, first: int, last: int) -> list[int]:
    head = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]")
    return [at for at in range(first, last) if head.match(lines[at])]


def _end(lines: Sequence[str], table: str, first: int, last: int) -> int:
    """Where the next table begins that is not inside this one."""
    inside = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\.")
    for at in range(first + 1, last):
        if lines[at].lstrip().startswith("[") and not inside.match(lines[at]):
            return at
    return last
