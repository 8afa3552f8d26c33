"""``make bench``: measures, prints tables and keeps the figures in ``build/bench``.

``python -m bench`` measures everything, ``python -m bench relay memory`` those parts.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import click
import uvloop

from bench import calls as costs
from bench import day as days
from bench import first_picture as pictures
from bench import growth as growths
from bench import latency as latencies
from bench import memory as sizes
from bench import pairing as pairings
from bench import probe as probes
from bench import recorder as recorders
from bench import relay as relays
from bench import relay_nodes as ways
from bench import storm as storms
from bench import weak as weaknesses
from bench.machine import LOAD_CORE, machine, stay_on
from bench.measurement import LIMIT, as_markdown
from server.worker import allow_many_files

KEPT = Path("build/bench")


class Outcome(NamedTuple):
    """What a part says, and what it keeps."""

    text: str
    figures: Any
    passed: bool


def first_picture() -> Outcome:
    """The first picture after accepting."""
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as files:
        found = asyncio.run(pictures.measure(Path(files), 30, (0, 80, 200)))
    passed = all(each.ratio <= LIMIT for each in found)
    return Outcome(as_markdown(found), [each.as_json() for each in found], passed)


def weak() -> Outcome:
    """What gets through weak networks."""
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as files:
        measuring = weaknesses.measure(Path(files), list(weaknesses.NETWORKS), 40, 40)
        found = asyncio.run(measuring)
    return Outcome(weaknesses.as_markdown(found), weaknesses.as_json(found), passed=True)


def calls() -> Outcome:
    """What calls cost, and what pages keep of two hundred of them."""
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as files:
        found = asyncio.run(costs.measure(Path(files), calls=200, seconds=30))
    return Outcome(found.as_markdown(), found.as_json(), found.passed)


def relay() -> Outcome:
    """What two people say to each other, on one node."""
    _load_generator()
    found = uvloop.run(relays.measure(pairs=400, seconds=4, rounds=3))
    figures = {name: dataclasses.asdict(rate) for name, rate in found.rates.items()}
    return Outcome(found.as_markdown(), figures | {"missing": found.missing}, found.passed)


def relay_nodes() -> Outcome:
    """What two people say to each other, on two nodes over one Redis."""
    _load_generator()
    found = uvloop.run(ways.measure(seconds=4, rounds=5))
    return Outcome(found.as_markdown(), found.as_json(), found.passed)


def memory() -> Outcome:
    """An idle page."""
    _load_generator()
    found = uvloop.run(sizes.measure(5000))
    return Outcome(found.as_markdown(), dataclasses.asdict(found), found.passed)


def storm() -> Outcome:
    """Ten thousand pages, and a node that is killed under them."""
    _load_generator()
    found = uvloop.run(storms.measure(10_000))
    return Outcome(found.as_markdown(), dataclasses.asdict(found), found.passed)


def pairing() -> Outcome:
    """What bringing two people together costs Redis."""
    _load_generator()
    found = asyncio.run(pairings.measure(rounds=60))
    return Outcome(found.as_markdown(), dataclasses.asdict(found), found.passed)


def latency() -> Outcome:
    """From asking for a ticket until both pages show the offer."""
    _load_generator()
    rates = [100.0, 200.0, latencies.RATE]
    found = uvloop.run(latencies.measure(rates, others=10_000, seconds=10))
    return Outcome(found.as_markdown(), dataclasses.asdict(found), found.passed)


def day() -> Outcome:
    """A day of a large city, sixty times as fast."""
    _load_generator()
    found = uvloop.run(days.measure(8, 20))
    return Outcome(found.as_markdown(), dataclasses.asdict(found), found.passed)


def recorder() -> Outcome:
    """What it costs to record both people of a call."""
    found = asyncio.run(recorders.measure(seconds=15, rounds=3))
    return Outcome(found.as_markdown(), found.shares, found.passed)


def growth() -> Outcome:
    """How the cost of the line grows."""
    _load_generator()
    axes = asyncio.run(growths.measure(rounds=60))
    growths.PICTURE.write_text(growths.as_picture(axes))
    text = "\n\n".join(axis.as_markdown() for axis in axes)
    return Outcome(text, [dataclasses.asdict(axis) for axis in axes], passed=True)


def probe() -> Outcome:
    """Calls of pages to the probe."""
    found = asyncio.run(probes.measure(20, 500))
    return Outcome(found.as_markdown(), dataclasses.asdict(found), found.passed)


PARTS: dict[str, Callable[[], Outcome]] = {
    each.__name__: each
    for each in (
        *(relay, relay_nodes, memory, storm, pairing, latency, growth, day),
        *(probe, recorder, first_picture, weak, calls),
    )
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
def main(parts: tuple[str, ...]) -> None:
    """Measure those parts, or all; fails when one is beyond its limit."""
    KEPT.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in parts or tuple(PARTS):
        click.echo(f"\n{PARTS[name].__doc__} ({machine()})\n")
        outcome = PARTS[name]()
        kept = KEPT / f"{name}.json"
        kept.write_text(json.dumps(outcome.figures, indent=2) + "\n")
        click.echo(outcome.text)
        click.echo(f"\n{'passed' if outcome.passed else 'FAILED'}; the figures are in {kept}.")
        if not outcome.passed:
            failed.append(name)
    if failed:
        sys.exit(f"Beyond their limits: {', '.join(failed)}.")


def _load_generator() -> None:
    """This process makes the load, on a core of its own."""
    stay_on(LOAD_CORE)
    allow_many_files()


if __name__ == "__main__":
    main()
