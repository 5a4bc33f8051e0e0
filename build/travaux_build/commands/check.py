"""`travaux check`: everything that is wrong with the content, without making a release."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click

from travaux_build import pipeline
from travaux_build.content import Content, open_content
from travaux_build.errors import Refused
from travaux_build.progress import watched
from travaux_build.schemas.json_schema import write_schemas

SCHEMAS = ".schemas"


@click.command()
@click.option(
    "--content",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with ontology/, shapes/ and data/; without it, the one you are in.",
)
@click.option("--base", envvar="TRAVAUX_BASE", help="Base of all IRIs, as for build.")
@click.option(
    "--releases",
    type=click.Path(file_okay=False, path_type=Path),
    default="releases",
    show_default=True,
    help="Folder of the releases, if there are any, whose ids and terms must be there still.",
)
def check(root: Path | None, base: str | None, releases: Path) -> None:
    """Read the content, infer from it and hold it against the shapes; print every fault with its place.

    Ids and terms that a release has published and that are gone are faults as well.

    Each fault is a line on standard error: FILE:LINE:COLUMN: [ENTRY] what is wrong — what to do. The JSON
    Schemas that let an editor complete and check data files are written anew, to .schemas/.

    \b
    Example:
      travaux check --content ../other-record

    \b
    Exit codes: 0 nothing is wrong · 1 something is, each fault on a line · 2 wrong use
    """
    content = open_content(root, base)
    with watched() as progress:
        write_editor_schemas(content)
        examined = pipeline.examine(content, progress)
        pipeline.refuse_breaks(content, examined, releases)
    resources = {str(quad.subject) for quad in examined.quads}
    click.echo(
        f"{content.root}: {len(content.all_files())} files with {len(resources):,} resources and "
        f"{len(examined.quads):,} triples are right; shapes checked: {_checked(content)}"
    )


def write_editor_schemas(content: Content) -> None:
    """Write the schemas beside content that is being edited; content installed with the program is not."""
    if (content.root / "data").is_dir() and os.access(content.root, os.W_OK) and not _is_installed(content):
        with suppress(Refused, OSError):  # reading says the same as Refused, with all other faults
            write_schemas(content, content.root / SCHEMAS)


def _is_installed(content: Content) -> bool:
    return content.root.is_relative_to(Path(pipeline.__file__).parent)


def _checked(content: Content) -> str:
    names = [path.stem for path in content.shape_files()]
    return ", ".join(names) or "none"
