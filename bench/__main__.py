"""``make bench``: measures, prints tables and keeps the figures in ``build/bench``."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import click

from bench.first_picture import measure
from bench.measurement import LIMIT

KEPT = Path("build/bench/first_picture.json")


@click.command()
@click.option("--calls", default=10, show_default=True, help="Calls of each kind that count.")
def main(calls: int) -> None:
    """Measure the first picture after accepting; fails when it takes too long."""
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as files:
        comparison = asyncio.run(measure(Path(files), calls))
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(comparison.as_json(), indent=2) + "\n")
    click.echo(comparison.as_markdown())
    click.echo(f"\nEvery call is in {KEPT}.")
    if comparison.ratio > LIMIT:
        sys.exit(f"Okno takes {comparison.ratio:.2f} times as long; at most {LIMIT} is allowed.")


if __name__ == "__main__":
    main()
