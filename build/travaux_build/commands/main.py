"""The command `travaux`: a group whose sub-commands are found through entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

import click

from travaux_build.errors import TravauxError

ENTRY_POINTS = "travaux.commands"


class Commands(click.Group):
    """Finds sub-commands by name when asked for them; answers every `TravauxError` in one place.

    An error is printed on standard error, one line for each fault, and the exit code is 1.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(entry_points(group=ENTRY_POINTS).names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for entry in entry_points(group=ENTRY_POINTS, name=cmd_name):
            command = entry.load()
            assert isinstance(command, click.Command)
            return command
        return None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TravauxError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=Commands)
@click.version_option(package_name="travaux", message="travaux %(version)s")
def main() -> None:
    """Publish the preparatory record of a negotiation as linked data.

    People edit YAML under data/; `check` says what is wrong with it, `build` makes a release of it, `serve`
    puts the release on the web, `query` asks it. Each command says more with --help.

    \b
    Exit codes: 0 done · 1 refused, with reasons on standard error · 2 wrong use of the command
    """
