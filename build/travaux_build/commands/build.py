"""`travaux build`: content becomes the current release."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from travaux_build import pipeline
from travaux_build.commands.check import write_editor_schemas
from travaux_build.content import open_content
from travaux_build.progress import watched
from travaux_build.release import Manifest, Release
from travaux_build.sources.source import read_source

PROOFS = "travaux.proofs"
"""Entry points of what has to be proved of a release before it is published."""


@click.command()
@click.option(
    "--content",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with ontology/, shapes/ and data/; without it, the one you are in.",
)
@click.option(
    "--releases",
    type=click.Path(file_okay=False, path_type=Path),
    default="releases",
    show_default=True,
    help="Folder of the releases.",
)
@click.option(
    "--base",
    envvar="TRAVAUX_BASE",
    help="Base of all IRIs in place of the one that the content is written with; ends in a slash.",
)
@click.option(
    "--source",
    "source_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Text of a source (UTF-8): its official wording is shown beside what rests on it.",
)
@click.option("--again", is_flag=True, help="Make a new release even if the current one says the same.")
@click.option(
    "--proof/--no-proof",
    "is_proved",
    default=True,
    help="Whether to ask for every IRI in every format first. Without, nobody has seen that all resolve.",
)
def build(
    root: Path | None,
    releases: Path,
    base: str | None,
    source_file: Path | None,
    again: bool,
    is_proved: bool,
) -> None:
    """Check the content and make a release of it: dumps, tables, database, manifest.

    The release appears in the folder of releases as YEAR.MONTH.NUMBER, whole or not at all, and the link
    `current` points to it; a running server takes it up. Earlier releases stay as they are. If the content
    has not changed since the newest release, nothing is done.

    Before it is published, the release is proved: every IRI in it is asked for in every format, and what
    comes is compared with what the release says. One that does not resolve stops the build. This takes
    longer than all the rest; --no-proof leaves it out.

    With --source the release also holds, in a graph of its own, what that text says in each passage. It is
    for you who have the text: a release to be published is built without.

    \b
    Examples:
      travaux build
      travaux build --content ../other-record --releases /srv/releases --base https://example.org/record/

    \b
    Exit codes: 0 done · 1 content refused or release not written, with reasons · 2 wrong use
    """
    content = open_content(root, base)
    source = read_source(source_file) if source_file else None
    started = time.monotonic()
    with watched() as progress:
        write_editor_schemas(content)
        proved: list[str] = []
        proofs = [_telling(proof.load(), proved) for proof in entry_points(group=PROOFS)] if is_proved else []
        release = pipeline.build(content, releases, progress, again, source, proofs)
    _summarize(release, time.monotonic() - started, proved)


def _telling(proof: Callable[[Path], str], proved: list[str]) -> pipeline.Proof:
    """The proof, which notes what it found in `proved`."""
    return lambda folder: proved.append(proof(folder))


def _summarize(release: Release, seconds: float, proved: Iterable[str]) -> None:
    manifest = release.manifest
    graphs = Table("Graph", title=f"Release {manifest.version}", title_justify="left")
    graphs.add_column("Triples", justify="right")
    for graph in manifest.graphs:
        graphs.add_row(graph.label, f"{graph.triples:,}")
    graphs.add_section()
    graphs.add_row("All, each triple once", f"{manifest.triples:,}")
    console = Console()
    console.print(graphs)
    for line in proved:
        console.print(f"Proved: {line}", highlight=False, soft_wrap=True)
    console.print(
        f"{len(manifest.files)} files, {_size(manifest)}, in {seconds:.1f} s: {release.folder}",
        highlight=False,
        soft_wrap=True,
    )


def _size(manifest: Manifest) -> str:
    return f"{sum(file.bytes for file in manifest.files) / 1e6:.1f} MB"
