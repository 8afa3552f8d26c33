"""The ``okno`` command. Each sub-command is a module here, loaded when it is asked for."""

from __future__ import annotations

import importlib
import os

import click

import signaling
from server import logs
from server.archive.migrate import SchemaError
from server.embedded_redis import RedisUnavailableError
from server.services import DatabaseUnavailableError
from server.settings import SettingsError

COMMANDS = (
    "serve",
    "apply",
    "organisation",
    "centre",
    "booth",
    "topic",
    "user",
    "priority",
    "break-reason",
    "interpreter",
    "token",
    "webhook",
    "line",
    "log",
    "doctor",
    "recorder",
    "recording",
    "simulate",
    "probe",
)
"""Each is a module here with a command of its own name (- is _), in the order of the help."""


class SettingsFault(click.ClickException):
    """Ends the command as a wrong option would."""

    exit_code = 2

    def __init__(self, error: SettingsError) -> None:
        super().__init__("\n".join(["The settings cannot be used:", *error.faults]))


class Commands(click.Group):
    """Loads a sub-command when it is used, and says known faults in a line instead of a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"server.cli.{name}")
        command: click.Command = getattr(module, name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise SettingsFault(error) from error
        except (RedisUnavailableError, DatabaseUnavailableError, SchemaError) as error:
            raise click.ClickException(str(error)) from error


@click.command(cls=Commands)
@click.version_option(signaling.__version__, prog_name="okno")
def main() -> None:
    """A fair line and a face-to-face video consultation.

    Settings are read from OKNO_* in the environment.
    """
    os.umask(0o077)  # whatever we write is for this user only
    # Standard output is for answers; what runs for long logs as its settings say.
    logs.log_as("text", "warning")
