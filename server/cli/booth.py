"""``okno booth``: the terminals in the centres, and how a browser becomes one."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import click
from sqlalchemy import Row, select

from server.archive import tables
from server.banner import address
from server.cli.support import (
    ORGANISATION,
    Refused,
    changes_of,
    chosen,
    engines,
    given,
    run,
    say_table,
    spec,
)
from server.directory.rows import ChangeError
from server.directory.secrets import CODE_HOURS
from server.directory.specs import BoothSpec, SoundSpec
from server.settings import load_settings
from signaling.booths import BoothNow, booths_now
from signaling.hosts import host_calls
from signaling.ids import BoothId, OrganisationId
from signaling.parts import HostCall

_BOOTH = click.argument("booth", metavar="CENTRE/BOOTH")


@click.group()
def booth() -> None:
    """Terminals. Each is called by the codes of its centre and its own, such as leninsky/2."""


@booth.command()
@_BOOTH
@click.option("--name", required=True, help='What staff call it, such as "Booth 2".')
@ORGANISATION
def add(booth: str, name: str, organisation: str | None) -> None:
    """Add a booth."""
    centre, code = _parts(booth)
    wanted = spec(BoothSpec, code=code, name=name)

    async def work() -> None:
        async with changes_of(organisation) as changes:
            parent = await changes.centre(centre)
            if await changes.rows.find(tables.booth, centre=parent.id, code=code) is not None:
                raise ChangeError(f"There is a booth {booth!r} already.")
            await changes.put_booth(centre, wanted)

    run(work())


@booth.command()
@_BOOTH
@click.option("--name", help='What staff call it, such as "Booth 2".')
@click.option("--loudness", type=int, metavar="0-100", help="Of what visitors hear at first.")
@click.option("--echo-cancellation/--no-echo-cancellation", default=None)
@click.option("--noise-suppression/--no-noise-suppression", default=None)
@click.option("--gain-control/--no-gain-control", default=None, help="Raise quiet voices.")
@click.option(
    "--handset",
    metavar="NAME",
    help='Part of the name the browser gives the handset, such as "USB Phone"; "" for none.',
)
@ORGANISATION
def edit(booth: str, organisation: str | None, name: str | None, **sound: Any) -> None:
    """Change what is given of a booth; its page has it from the next visit on."""
    centre, code = _parts(booth)

    async def work() -> None:
        async with changes_of(organisation) as changes:
            row = await changes.booth(centre, code)
            wanted = spec(SoundSpec, **{**row.sound, **given(sound)})
            changed = spec(BoothSpec, code=code, name=name or row.name, sound=wanted)
            await changes.put_booth(centre, changed)

    run(work())


@booth.command("list")
@ORGANISATION
def list_(organisation: str | None) -> None:
    """Show the booths: which are enrolled, what their checks have found, who calls a person."""
    query = (
        select(tables.booth, tables.centre.c.code.label("centre_code"))
        .join(tables.centre, tables.centre.c.id == tables.booth.c.centre)
        .join(tables.organisation, tables.organisation.c.id == tables.booth.c.organisation)
        .order_by(tables.centre.c.code, tables.booth.c.code)
    )
    now = time.time() * 1000

    async def work() -> list[tuple[str, str, str, str, str]]:
        async with engines() as services:
            code = await chosen(services.database, organisation)
            async with services.database.read() as connection:
                mine = query.where(tables.organisation.c.code == code)
                found = (await connection.execute(mine)).all()
            calls = {
                each.booth: each
                for row in found[:1]
                for each in await host_calls(services.redis, OrganisationId(row.organisation))
            }
            health = {
                each.id: each
                for row in found[:1]
                for each in await booths_now(
                    services.redis,
                    OrganisationId(row.organisation),
                    [BoothId(each.id) for each in found],
                )
            }
        return [
            (
                f"{row.centre_code}/{row.code}",
                row.name,
                _condition(row, now),
                _health(health[BoothId(row.id)], now),
                _call(calls.get(BoothId(row.id))),
            )
            for row in found
        ]

    columns = ("BOOTH", "NAME", "CONDITION", "CHECKS", "CALLS A PERSON")
    say_table(columns, run(work()), "No booth yet.")


@booth.command()
@_BOOTH
@ORGANISATION
def enroll(booth: str, organisation: str | None) -> None:
    """Make a one-time code with which a browser becomes this booth."""
    centre, code = _parts(booth)

    async def work() -> str:
        async with changes_of(organisation) as changes:
            return await changes.make_code(centre, code)

    once = run(work())
    settings = load_settings()
    link = address(settings, settings.port) / "booth" / "enrol" % {"code": once}
    click.echo(f"Code: {once}")
    click.echo(f"Link: {link}")
    click.echo(
        f"Type the code at /booth on the terminal, or open the link there. It works once, "
        f"within {CODE_HOURS} hours. A browser that is this booth now stays it until then."
    )


@booth.command()
@_BOOTH
@ORGANISATION
def revoke(booth: str, organisation: str | None) -> None:
    """Void the booth's credential: its browser is no booth any more."""
    centre, code = _parts(booth)

    async def work() -> None:
        async with changes_of(organisation) as changes:
            await changes.revoke(centre, code)

    run(work())


def _parts(booth: str) -> tuple[str, str]:
    centre, slash, code = booth.partition("/")
    if not (centre and slash and code):
        raise Refused(f"A booth is called CENTRE/BOOTH, such as leninsky/2, not {booth!r}.")
    return centre, code


def _condition(row: Row[Any], now: float) -> str:
    if row.credential_hash is not None:
        at = dt.datetime.fromtimestamp(row.enrolled_at / 1000, dt.UTC)
        return f"enrolled {at:%Y-%m-%d}"
    if row.code_expires_at is not None and row.code_expires_at > now:
        return "waits for its code"
    return "revoked" if row.revoked_at is not None else "not enrolled"


def _health(booth: BoothNow, now: float) -> str:
    """Such as ``away; cannot speech: microphone missing since 2026-11-23 14:05``."""
    said = [] if booth.up or booth.standing is None else ["away"]
    standing = booth.standing
    if standing is None:
        return ""
    if standing.cannot:
        said.append(f"cannot {', '.join(standing.modes)}")
    for part, each in standing.failed.items():
        since = dt.datetime.fromtimestamp((each.since or 0) / 1000, dt.UTC)
        said.append(f"{part} {each.why} since {since:%Y-%m-%d %H:%M} UTC")
    minutes = max(0, round((now - standing.at) / 60_000))
    return "; ".join(said or ["good"]) + f" (checked {minutes} min ago)"


def _call(call: HostCall | None) -> str:
    """Such as ``since 2026-11-23 14:05 UTC, not answered``."""
    if call is None:
        return ""
    since = dt.datetime.fromtimestamp(call.at / 1000, dt.UTC)
    answer = "not answered" if call.coming_at is None else "answered"
    return f"since {since:%Y-%m-%d %H:%M} UTC, {answer}"
