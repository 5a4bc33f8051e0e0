"""`travaux anchor`: computes and verifies the passages that tie a record to its source."""

from __future__ import annotations

from pathlib import Path

import click

from travaux_build.commands import record_options
from travaux_build.content import Content, open_content
from travaux_build.errors import Problem, Refused, SourceError
from travaux_build.sources import anchor as anchoring
from travaux_build.sources.source import Source, read_source


@click.command()
@record_options.source
@record_options.document
@click.option("--write", is_flag=True, help="Write the table anew instead of only verifying it.")
@record_options.content
def anchor(source_file: Path, document: str, write: bool, content: Path | None) -> None:
    """Verify every passage of a record against its source, or compute them with --write.

    The text is cut into headings, sentences, list items and table rows; each becomes a row of
    data/record/KEY/passages.csv with the offsets of its characters and their SHA-256. The text itself is
    never stored. Pieces that a page break cuts in two are one passage.

    \b
    Exit codes: 0 every passage holds · 1 some do not, each named · 2 wrong use
    """
    folder = open_content(content)
    path = anchoring.passage_table(folder, document)
    name = folder.name(path)
    source = read_source(source_file)
    rows = anchoring.read_passages(path, name) if path.exists() else ()
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(anchoring.table(rows, source, document), encoding="utf-8", newline="\n")
        rows = anchoring.read_passages(path, name)
        click.echo(f"{name}: {len(rows)} passages written")
    elif not rows:
        raise SourceError(f"{name}: no passages yet; run again with --write to compute them")
    comparison = anchoring.compare(rows, source, document, name)
    problems = [*comparison.problems, *_document_problems(folder, source, document)]
    for passage in comparison.missing:
        fault = f"{passage.label} of the source has no passage"
        problems.append(Problem(name, 0, 0, passage.id, fault, "run with --write"))
    if problems:
        raise Refused(problems)
    click.echo(f"{name}: {comparison.verified} of {len(rows)} passages verified against {source_file.name}")


def _document_problems(folder: Content, source: Source, document: str) -> list[Problem]:
    """The record's document states the digest of its whole text; say so if it is another."""
    for path in sorted((folder.root / "data" / "record").rglob("document.yaml")):
        text = folder.text(path)
        if f"id: {document}\n" in text and "\nsha256: " in text:
            line = text[: text.index("\nsha256: ")].count("\n") + 2
            stated = text.split("\nsha256: ", 1)[1].split("\n", 1)[0].strip().strip("\"'")
            if stated != source.sha256:
                message = f"the source given has the SHA-256 {source.sha256}, not the one stated"
                remedy = "give the right text, or correct sha256 after checking every passage"
                return [Problem(folder.name(path), line, 1, document, message, remedy)]
    return []
