"""`travaux scaffold`: the text of a document becomes the skeleton of its record, for a curator to fill."""

from __future__ import annotations

import re
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from travaux_build.content import open_content
from travaux_build.errors import SourceError, TravauxError
from travaux_build.sources.extract import SUFFIXES, extract
from travaux_build.sources.genre import read_genre
from travaux_build.sources.scaffold import Draft, scaffold
from travaux_build.sources.source import read_source

RECORD = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@click.command("scaffold")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "record", required=True, help="Key of the new record, such as gcm-2.")
@click.option("--title", default="", help="Title of the document.")
@click.option("--genre", default="summary", show_default=True, help="Which of ontology/genres/ it is.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Write to this folder.")
@click.option(
    "--text",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the text of a .docx or .pdf goes; without it, beside FILE.",
)
@click.option("--content", type=click.Path(file_okay=False, path_type=Path), help="The content folder.")
def command(
    file: Path,
    record: str,
    title: str,
    genre: str,
    output: Path | None,
    text: Path | None,
    content: Path | None,
) -> None:
    """Start the record of a document: its parts, passages, list items and sentences, ready to be restated.

    FILE is the document as plain text (UTF-8, a line for each paragraph), .docx or .pdf. The skeleton goes to
    data/record/ID/ of the content and holds no sentence of the document; names that the reference data know
    are suggested. The text of a .docx or .pdf is kept beside it, outside the content: passages count its
    characters. Look it over, correct it where the conversion went wrong, and scaffold from it instead.

    Nothing that exists is overwritten.

    \b
    Exit codes: 0 written · 1 refused, with reasons · 2 wrong use
    """
    if not RECORD.fullmatch(record):
        raise click.BadParameter("write small letters, digits and single hyphens", param_hint="--id")
    folder = open_content(content)
    if file.suffix.lower() in SUFFIXES:
        file = _keep(extract(file), text or file.with_suffix(".txt"), folder.root)
    source = read_source(file)
    drafts = scaffold(source, folder, read_genre(folder, genre), record, title)
    place = output or folder.root / "data" / "record" / record
    if there := [draft.name for draft in drafts if (place / draft.name).exists()]:
        shown = ", ".join(there[:3]) + (" …" if len(there) > 3 else "")
        raise TravauxError(f"{place}: {shown} exist already; move them away, or choose another --id")
    for draft in drafts:
        path = place / draft.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(draft.text, encoding="utf-8", newline="\n")
    _summarize(drafts, place, file, record)


def _keep(text: str, path: Path, content: Path) -> Path:
    """Write an extracted text, unless it lies there already just so."""
    if path.resolve().is_relative_to(content.resolve()):
        raise SourceError(f"{path}: lies in the content folder; give --text a place outside of it")
    if path.exists() and path.read_bytes() != text.encode():
        raise SourceError(f"{path}: exists and is another text; scaffold from it, or move it away")
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _summarize(drafts: list[Draft], place: Path, file: Path, record: str) -> None:
    listed = Table("File", title=f"Skeleton of {record}", title_justify="left")
    listed.add_column("Entries", justify="right")
    for draft in drafts:
        listed.add_row(draft.name, str(draft.entries))
    console = Console(soft_wrap=True)
    console.print(listed)
    console.print(
        f"{len(drafts)} files written to {place}. Next:\n"
        "  travaux check\n"
        f"  travaux coverage --source {file} --document document/{record}",
        highlight=False,
        markup=False,
    )
