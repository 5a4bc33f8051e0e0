"""`travaux coverage`: what of the source is accounted for in the record, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.console import Console
from rich.table import Table

from travaux_build.commands import record_options
from travaux_build.content import open_content
from travaux_build.errors import Refused
from travaux_build.reading.reader import read, read_terms
from travaux_build.sources.anchor import compare, passage_table, read_passages
from travaux_build.sources.coverage import PartCoverage, cover
from travaux_build.sources.source import Source, read_source


@click.command()
@record_options.source
@record_options.document
@click.option("--format", "form", type=click.Choice(["text", "html"]), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--outline-only", is_flag=True, help="In HTML, leave out the text of the source.")
@record_options.content
@click.pass_context
def coverage(
    ctx: click.Context,
    source_file: Path,
    document: str,
    form: Literal["text", "html"],
    output: Path | None,
    outline_only: bool,
    content: Path | None,
) -> None:
    """List each sentence, list item and table row of a source with what rests on it.

    The text form prints per part how many pieces there are and how many have an entry, then those without one
    by their offsets, and how many need none with the reason. The HTML form is a page with the outline of the
    text and the entries that hang on each piece.

    \b
    Exit codes: 0 all covered · 1 some pieces have no entry, or the record is refused · 2 wrong use
    """
    folder = open_content(content)
    source = read_source(source_file)
    path = passage_table(folder, document)
    passages = [row for row in read_passages(path, folder.name(path)) if row.document == document]
    if problems := compare(passages, source, document, folder.name(path)).problems:
        raise Refused(problems)
    parts = cover(source, passages, read(folder).quads, read_terms(folder).context, folder.iris)
    if form == "html":
        page = _page(parts, document, None if outline_only else source)
        if output:
            output.write_text(page, encoding="utf-8")
        else:
            click.echo(page)
    elif output:
        with output.open("w", encoding="utf-8") as stream:
            _print(parts, Console(file=stream, width=100))
    else:
        _print(parts, Console(soft_wrap=True))
    ctx.exit(int(any(piece.missing for part in parts for piece in part.pieces)))


def _page(parts: tuple[PartCoverage, ...], document: str, source: Source | None) -> str:
    environment = Environment(
        loader=PackageLoader("travaux_build"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("coverage.html").render(
        parts=parts,
        document=document,
        covered=sum(part.covered for part in parts),
        due=sum(part.due for part in parts),
        text=source.plain if source else None,
    )


def _print(parts: tuple[PartCoverage, ...], console: Console) -> None:
    table = Table("Part", "Title", "Pieces", "Covered", "Share")
    for part in (part for part in parts if part.due):
        name, title = (part.part.key, part.part.title) if part.part else ("", "")
        table.add_row(name, title, str(part.due), str(part.covered), f"{part.covered / part.due:.0%}")
    due, covered = sum(part.due for part in parts), sum(part.covered for part in parts)
    table.add_section()
    table.add_row("", "All", str(due), str(covered), f"{covered / due:.0%}" if due else "")
    console.print(table)
    excused: dict[str, int] = {}
    for piece in (piece for part in parts for piece in part.pieces):
        if piece.missing:
            place = f"{piece.segment.kind} {piece.segment.key}"
            console.print(f"no entry: {place}, characters {piece.segment.start}–{piece.segment.end}")
        elif piece.reason:
            excused[piece.reason] = excused.get(piece.reason, 0) + 1
    for reason, number in sorted(excused.items()):
        console.print(f"needs no entry: {number} × {reason}")
