"""`travaux query`: one SPARQL query on the current release, answered on the terminal."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import IO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from travaux_build.release import current_release
from travaux_server.engine import SOLUTIONS_JSON, Answer, Engine, Term, boolean_of, columns_of, rows_of
from travaux_server.http.negotiate import GRAPHS, SOLUTIONS, TURTLE
from travaux_server.query import guard
from travaux_server.settings import Settings

FORMATS = {variant.name: variant.media_type for variant in (*SOLUTIONS, *GRAPHS)}
DEFAULTS = Settings()


@click.command()
@click.argument("text", required=False)
@click.option(
    "--file", "source", type=click.File("rb"), help="Read the query from a file; - is standard input."
)
@click.option(
    "--format",
    "name",
    type=click.Choice([*FORMATS]),
    help="Write the answer in this format; without one, a table or Turtle.",
)
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False),
    default="releases",
    show_default=True,
    help="Folder of the releases; its current one is asked.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(0.1, 3600),
    default=60.0,
    show_default=True,
    help="Seconds that the query may take.",
)
def query(
    text: str | None, source: IO[bytes] | None, name: str | None, releases: Path, deadline: float
) -> None:
    """Ask the current release TEXT, a SPARQL 1.1 query; - reads it from standard input.

    The prefixes of the release need no PREFIX. Example:

    \b
      travaux query 'SELECT ?label { ?scheme a skos:ConceptScheme ; rdfs:label ?label }'
    """
    if (text is None) == (source is None):
        raise click.UsageError("give the query as TEXT, or with --file, and not both")
    if source is not None:
        text = _decoded(source.read())
    elif text == "-":
        text = _decoded(sys.stdin.buffer.read())
    assert text is not None
    guard.inspect(text, DEFAULTS.query_characters)
    media_type = FORMATS.get(name or "", "")
    settings = replace(DEFAULTS, workers=1, deadline=deadline)
    with Engine(current_release(releases), settings) as engine:
        answer = engine.evaluate(
            text,
            solutions=media_type if name in {known.name for known in SOLUTIONS} else SOLUTIONS_JSON,
            graph=media_type if name in {known.name for known in GRAPHS} else TURTLE.media_type,
        )
    if media_type and answer.media_type != media_type:
        kind = "a graph" if answer.kind == "graph" else "no graph"
        raise click.UsageError(f"the answer is {kind}; --format {name} does not write that")
    _write(answer, is_table=not media_type)


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"byte {error.start} of the query is not UTF-8") from error


def _write(answer: Answer, is_table: bool) -> None:
    console = Console(highlight=False)
    if is_table and answer.kind == "boolean":
        console.print("yes" if boolean_of(answer.body) else "no")
    elif is_table and answer.kind == "solutions":
        console.print(_table(answer.body))
    else:
        sys.stdout.buffer.write(answer.body)


def _table(body: bytes) -> Table:
    columns, rows = columns_of(body), rows_of(body)
    table = Table(*columns, caption=f"{len(rows):,} row{'' if len(rows) == 1 else 's'}")
    for row in rows:
        table.add_row(*(Text(_shown(row[name])) if name in row else "" for name in columns))
    return table


def _shown(term: Term) -> str:
    return f"{term.value} @{term.language}" if term.language else term.value
