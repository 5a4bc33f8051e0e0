"""The command: `python -m bench` in tests/, or `make bench`."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from .dataset import RECORD, make_dataset
from .machine import environment
from .peers import NAMES, make_peers
from .places import RESULTS, ROOT
from .queries import twelve_queries
from .report import text_of, write_report
from .result import Run
from .rounds import Plan, run

QUICK = Plan(clients=(1, 4), rounds=3, starts=1, seconds=0.3, longest=2.0)
FULL = Plan(clients=(1, 4, 8, 32), rounds=5, starts=3, seconds=0.5, longest=6.0)
SIZES = {"quick": (RECORD, "20k"), "full": (RECORD, "20k", "200k")}


@click.command()
@click.option(
    "--full", "is_full", is_flag=True, help="Measure more, at 200 k triples too; without it, quickly."
)
@click.option(
    "--size",
    "sizes",
    multiple=True,
    metavar="record|<n>k",
    help="Data: the record as released, or so many thousand triples in its shape. May be repeated.",
)
@click.option(
    "--peer",
    "names",
    multiple=True,
    type=click.Choice(NAMES),
    help="Who takes part; else all. May be repeated.",
)
@click.option("--query", "wanted", multiple=True, help="Name of a query; else all twelve. May be repeated.")
@click.option(
    "--clients", multiple=True, type=click.IntRange(1, 256), help="Clients at a time. May be repeated."
)
@click.option("--rounds", type=click.IntRange(1), help="Rounds, in each of which all peers take turns.")
@click.option(
    "--starts", type=click.IntRange(1), help="Starts, of which the time to the first answer is taken."
)
@click.option(
    "--seconds", type=click.FloatRange(0.1, 60), help="Length of a burst, unless the query is slower."
)
@click.option("--longest", type=click.FloatRange(0.1, 600), help="Length of the longest burst, in seconds.")
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT / "releases",
    help="Folder of the release that is measured.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=RESULTS,
    help="Folder for the results.",
)
@click.option("--serve-option", "serve_options", multiple=True, help="Further word for `travaux serve`.")
def main(
    is_full: bool,
    sizes: tuple[str, ...],
    names: tuple[str, ...],
    wanted: tuple[str, ...],
    clients: tuple[int, ...],
    rounds: int | None,
    starts: int | None,
    seconds: float | None,
    longest: float | None,
    releases: Path,
    output: Path,
    serve_options: tuple[str, ...],
) -> None:
    """Compare our endpoint with others: on the same data, with the same queries, in one run."""
    signal.signal(signal.SIGTERM, _leave)
    usual = FULL if is_full else QUICK
    plan = Plan(
        clients or usual.clients,
        rounds or usual.rounds,
        starts or usual.starts,
        seconds or usual.seconds,
        longest or usual.longest,
    )
    sizes = sizes or SIZES["full" if is_full else "quick"]
    for size in sizes:
        if size != RECORD and not re.fullmatch(r"[1-9]\d*k?", size):
            raise click.BadParameter(f"{size} is no size; say record, 20k or 200k", param_hint="--size")
    facts = environment()
    runs: list[Run] = []
    for size in sizes:
        click.echo(f"{size}: making the data", err=True)
        dataset = make_dataset(size, releases, output / "work" / size)
        queries = twelve_queries(dataset.file.read_text("utf-8"))
        if unknown := set(wanted) - {query.name for query in queries}:
            known = ", ".join(query.name for query in queries)
            raise click.BadParameter(
                f"no query is named {min(unknown)}; there are {known}", param_hint="--query"
            )
        chosen = [query for query in queries if not wanted or query.name in wanted]
        peers = make_peers(names or NAMES, serve_options)
        runs.append(run(peers, dataset, chosen, plan, output / "work", _say))
        files = write_report(output, runs, facts)
    click.echo(text_of(runs))
    click.echo("\n".join(map(str, files)))


def _say(message: str) -> None:
    click.echo(message, err=True)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(1)


if __name__ == "__main__":
    main()
