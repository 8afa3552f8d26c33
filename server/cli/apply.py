"""``okno apply``: bring an organisation into the state that a file describes."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.support import Refused, engines, run
from server.directory.changes import changing
from server.directory.plan import PlanError, apply_plan, read_plan
from server.directory.rows import Change


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def apply(file: Path, dry_run: bool) -> None:
    """Make an organisation what FILE (TOML, version 1) says.

    Adds what is missing and changes what differs; never deletes. Applying a file twice does
    nothing the second time. Passwords do not stand in the file: see okno user password.
    """
    try:
        plan = read_plan(file.read_text("utf-8"), file.name)
    except (PlanError, UnicodeDecodeError) as error:
        raise Refused(str(error)) from error

    async def work() -> list[Change]:
        async with (
            engines() as services,
            changing(
                services.database, services.redis, plan.organisation.code, dry_run=dry_run
            ) as changes,
        ):
            await apply_plan(plan, changes)
        return changes.done

    done = run(work())
    for change in done:
        click.echo(("would: " if dry_run else "") + change.text)
    if not done:
        click.echo("All is so already; nothing to do.")
