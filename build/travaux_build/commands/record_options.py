"""The options of every command that holds a record against its source."""

from __future__ import annotations

from pathlib import Path

import click

source = click.option(
    "--source",
    "source_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The source text (UTF-8) that the record points into.",
)
document = click.option(
    "--document", default="document/gcm-1", show_default=True, help="Id of the record's document."
)
content = click.option(
    "--content", type=click.Path(file_okay=False, path_type=Path), help="The content folder."
)
