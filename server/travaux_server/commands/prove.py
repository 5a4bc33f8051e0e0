"""`travaux prove`: every IRI of the current release is asked for, in every format."""

from __future__ import annotations

import time
from pathlib import Path

import click

from travaux_build.release import current_release
from travaux_server.proof import prove as prove_release


@click.command()
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False),
    default="releases",
    show_default=True,
    help="Folder of the releases; its current one is proved.",
)
def prove(releases: Path) -> None:
    """Ask for every IRI that the current release mints, in every format, and compare with what it says.

    Each must lead to a document; its RDF formats must say the same, no less than the release says and nothing
    else; N-Quads must name the right graphs; the page must name the thing. `travaux build` does this before
    it publishes.

    \b
    Exit codes: 0 proved · 1 faults, one a line · 2 wrong use
    """
    begun = time.monotonic()
    said = prove_release(current_release(releases).folder)
    click.echo(f"{said}, in {time.monotonic() - begun:.1f} s")
