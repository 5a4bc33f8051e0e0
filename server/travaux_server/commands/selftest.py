"""`travaux selftest`: a server of one's own is attacked, and what stood and what fell is told."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import click
from rich.console import Console
from rich.progress import Progress

from travaux_build.release import CURRENT, Release, current_release
from travaux_server.selftest.exchange import exchange
from travaux_server.selftest.findings import Findings, WallFell
from travaux_server.selftest.hostile import cases
from travaux_server.selftest.pressure import attackers, half_open
from travaux_server.selftest.subject import Subject, running
from travaux_server.selftest.trap import Trap
from travaux_server.selftest.walls import attack

SHORT = 300
LONG = 2_500
ATTACKERS = 16
ATTACK_SECONDS = 60.0
HALF_OPEN = 1_000
EXCHANGES = 50


@click.command()
@click.option(
    "--long", "is_long", is_flag=True, help="Also attackers in parallel, half-open connections, exchanges."
)
@click.option(
    "--queries",
    type=click.IntRange(1, 1_000_000),
    help=f"Hostile queries, sent once with the guard and once without.  [default: {SHORT}, --long: {LONG}]",
)
@click.option(
    "--deadline",
    type=click.FloatRange(0.1, 60),
    default=1.0,
    show_default=True,
    help="Seconds that the server gives to a query.",
)
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False),
    default="releases",
    show_default=True,
    help="Folder of the releases; a copy of its current one is served.",
)
def selftest(is_long: bool, queries: int | None, deadline: float, releases: Path) -> None:
    """Attack a server, started for that on loopback, and say which of its walls stand.

    Hostile queries come from families of fixed seed: each must be answered within the deadline and half a
    second, no process may end, no connection go out, and the next normal query be answered at once.
    """
    release = current_release(releases)
    falls: list[str] = []
    console = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="travaux-selftest-") as name:
        folder = Path(name)
        own = folder / "releases"
        shutil.copytree(release.folder, own / release.folder.name)
        (own / CURRENT).symlink_to(release.folder.name)
        count = queries or (LONG if is_long else SHORT)
        for findings in _all(release, own, folder, count, deadline, is_long):
            falls += findings.falls
            _show(console, findings)
    if falls:
        raise WallFell(falls)
    console.print("All walls stand.")


def _all(
    release: Release, releases: Path, folder: Path, queries: int, deadline: float, is_long: bool
) -> Iterator[Findings]:
    options = ("--quiet", "--work-per-minute", "0", "--deadline", str(deadline))
    for title, guard in (("Hostile queries", ()), ("Hostile queries, without the guard", ("--no-guard",))):
        with running(releases, folder, *options, *guard) as subject, Trap() as trap:
            made = cases(queries, real_queries(release), trap.address)
            with _progress(title, len(made)) as step:
                yield attack(subject, made, trap, deadline, title, step)
    if is_long:
        with running(releases, folder, *options) as subject:
            yield attackers(subject, ATTACKERS, ATTACK_SECONDS, deadline)
            yield half_open(subject, HALF_OPEN)
            yield _exchanges(subject, release, releases)


def _exchanges(subject: Subject, release: Release, releases: Path) -> Findings:
    with _progress("Exchanges", EXCHANGES) as step:
        return exchange(subject, release, releases, EXCHANGES, step)


def real_queries(release: Release) -> list[str]:
    """The texts of the queries that the release brings along."""
    names = sorted(file.name for file in release.manifest.files if PurePosixPath(file.name).suffix == ".rq")
    return [release.path(name).read_text("utf-8") for name in names]


@contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on the terminal, if standard error is one; gives what advances it."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)


def _show(console: Console, findings: Findings) -> None:
    console.print(f"[bold]{findings.title}[/bold]")
    for name, value in findings.figures:
        console.print(f"  {name:28}{value}", markup=False)
    for fall in findings.falls:
        console.print(f"  FALLEN: {fall}", markup=False)
