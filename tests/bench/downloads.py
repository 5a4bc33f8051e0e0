"""Downloads: how fast our server sends files, beside nginx, which takes turns with it on the same files."""

from __future__ import annotations

import json
import random
import signal
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from .burst import Burst, load_generator
from .files import FILES, write_files
from .machine import environment
from .peers import Unavailable
from .places import RESULTS, ROOT
from .senders import NAMES, Sender, make_senders
from .tables import ABSENT, Table

RANGE = "bytes=1000000-1065535"
SEED = 4
CLIENTS = (1, 8)


@dataclass(frozen=True)
class Case:
    """What is asked for: a file of `FILES`, or some bytes of it. Long ones are compared by their bytes."""

    name: str
    file: str
    range: str = ""
    is_long: bool = False


@dataclass(frozen=True)
class Measurement:
    """One burst of one round."""

    round: int
    sender: str
    case: str
    clients: int
    burst: Burst


CASES = (
    Case("10 kB", "small"),
    Case("4 MB", "middle", is_long=True),
    Case("128 MB", "large", is_long=True),
    Case("64 kB of 128 MB", "large", RANGE),
)


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=5, help="Rounds, in each of which both take turns.")
@click.option("--seconds", type=click.FloatRange(0.1, 60), default=1.5, help="Length of a burst.")
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT / "releases",
    help="Folder of the release that the files are added to a copy of.",
)
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), default=RESULTS, help="Folder for results."
)
def main(rounds: int, seconds: float, releases: Path, output: Path) -> None:
    """Compare how fast files are sent: whole ones, small and large, and a part of one."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    if load_generator() != "wrk":
        raise click.ClickException("wrk is not installed; it is what asks here")
    release = write_files(releases, output / "work" / "downloads")
    with ExitStack() as stack:
        present = [sender for sender in make_senders(release) if _is_there(sender, stack)]
        for sender in present:
            for case in CASES:
                sender.check(FILES[case.file], case.range)
        found = [measurement for number in range(rounds) for measurement in _round(number, present, seconds)]
    table = _table(found).text()
    facts = environment()
    (output / "downloads.txt").write_text("\n".join([*(f"{k}: {v}" for k, v in facts.items()), "", table]))
    (output / "downloads.json").write_text(
        json.dumps({"environment": facts, "measurements": [asdict(one) for one in found]}, indent=1) + "\n"
    )
    click.echo(table)


def _is_there(sender: Sender, stack: ExitStack) -> bool:
    stack.callback(sender.stop)
    try:
        sender.start()
    except Unavailable as reason:
        click.echo(f"{sender.name} is absent: {reason}", err=True)
        return False
    return True


def _round(number: int, senders: Sequence[Sender], seconds: float) -> list[Measurement]:
    """Every case at every number of clients: one sender after the other, in another order each time."""
    click.echo(f"round {number + 1}", err=True)
    chance = random.Random(SEED + number)
    return [
        Measurement(
            number,
            sender.name,
            case.name,
            clients,
            sender.burst(FILES[case.file], case.range, clients, seconds),
        )
        for case in CASES
        for clients in CLIENTS
        for sender in chance.sample(senders, len(senders))
    ]


def _table(found: Sequence[Measurement]) -> Table:
    rows = []
    for case in CASES:
        for clients in CLIENTS:
            speeds = {
                name: [
                    _speed(one.burst, case)
                    for one in found
                    if (one.sender, one.case, one.clients) == (name, case.name, clients)
                ]
                for name in NAMES
            }
            ours, theirs = speeds.values()
            ratios = [mine / other for mine, other in zip(ours, theirs, strict=False) if other]
            cells = [f"{statistics.median(one):,.0f}" if one else ABSENT for one in (ours, theirs)]
            spread = f"{min(ratios):.2f} to {max(ratios):.2f}" if ratios else ABSENT
            ratio = f"{statistics.median(ratios):.2f}" if ratios else ABSENT
            unit = "MB/s" if case.is_long else "answers/s"
            rows.append((case.name, str(clients), unit, *cells, ratio, spread))
    header = ("what", "clients", "unit", *NAMES, "ratio", "in rounds")
    return Table("Medians of the rounds; ratios are taken within each round", header, tuple(rows))


def _speed(one: Burst, case: Case) -> float:
    return one.bytes / one.seconds / 1e6 if case.is_long else one.rate


if __name__ == "__main__":
    main()
