"""Tables of a run, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .peers import OURS
from .result import Participant, Run, geometric_mean

ABSENT = "–"
MEAN = "geometric mean"


@dataclass(frozen=True)
class Table:
    """A title, a header, rows; the first column is set to the left, the others to the right."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        body = [
            "  ".join(
                cell.rjust(width) if column else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.title, *body, ""])

    def markdown(self) -> str:
        rule = ("---", *["---:"] * (len(self.header) - 1))
        lines = ["| " + " | ".join(line) + " |" for line in (self.header, rule, *self.rows)]
        return "\n".join([f"### {self.title}", "", *lines, ""])


def tables_of(run: Run) -> list[Table]:
    """Who took part; then, for each number of clients, rates and ratios; latencies of a single client."""
    found = [_participants(run)]
    if run.differences:
        found.append(_differences(run))
    for clients in run.clients:
        found.append(_rates(run, clients))
        found += [
            _ratios(run, ours, clients) for ours in OURS if any(one.name == ours for one in run.present)
        ]
    if any(one.burst.failures for one in run.measurements):
        found.append(_failures(run))
    found += [_latencies(run, clients) for clients in run.clients[:1]]
    return found


def _participants(run: Run) -> Table:
    loads = f"load average {min(run.loads):.1f} to {max(run.loads):.1f}" if run.loads else "no round"
    title = f"{run.dataset}: {run.triples:,} triples, {len(run.loads)} rounds, {loads}"
    header = ("peer", "version", "first answer s", "memory MB", "at the end MB", "what it is")
    return Table(title, header, tuple(_participant(one) for one in run.participants))


def _participant(one: Participant) -> tuple[str, ...]:
    if one.absent:
        return (one.name, one.version or ABSENT, ABSENT, ABSENT, ABSENT, f"absent: {one.absent}")
    sizes = [f"{size / 1e6:.0f}" for size in one.memory]
    return (one.name, one.version, f"{one.start:.2f}", *sizes, one.title)


def _differences(run: Run) -> Table:
    header = ("peer", "query", "rows", "of most peers", "message")
    rows = (
        (one.peer, one.query, str(one.rows) if one.rows >= 0 else "none", str(one.expected), one.message)
        for one in run.differences
    )
    return Table(f"{run.dataset}: differences in the number of rows", header, tuple(rows))


def _rates(run: Run, clients: int) -> Table:
    def cell(peer: str, query: str) -> str:
        rate = run.rate(peer, query, clients)
        failures = sum(burst.failures for burst in run.bursts(peer, query, clients))
        return _number(rate) + ("!" if failures else "")

    def mean(peer: str) -> str:
        return _number(geometric_mean([run.rate(peer, query, clients) for query in run.queries]))

    title = f"{run.dataset}: answers a second, {_clients(clients)} (! some requests failed)"
    return _by_query(run, title, [one.name for one in run.present], cell, mean)


def _failures(run: Run) -> Table:
    peers = [one.name for one in run.present]
    rows = (
        (_clients(clients), *(f"{run.failed(peer, clients):.1%}" for peer in peers))
        for clients in run.clients
    )
    return Table(f"{run.dataset}: requests that failed", ("clients", *peers), tuple(rows))


def _ratios(run: Run, ours: str, clients: int) -> Table:
    def cell(peer: str, query: str) -> str:
        return _ratio(run.ratio(ours, peer, query, clients))

    def mean(peer: str) -> str:
        return _ratio(run.geometric_ratio(ours, peer, clients))

    title = f"{run.dataset}: how many times as fast {ours} is, {_clients(clients)}"
    return _by_query(run, title, [one.name for one in run.present if one.name != ours], cell, mean)


def _latencies(run: Run, clients: int) -> Table:
    def cell(peer: str, query: str) -> str:
        latency = run.latency(peer, query, clients)
        return ABSENT if latency is None else " / ".join(f"{seconds * 1000:.2f}" for seconds in latency)

    title = f"{run.dataset}: median / 99th percentile of the time to an answer in ms, {_clients(clients)}"
    return _by_query(run, title, [one.name for one in run.present], cell)


def _by_query(
    run: Run,
    title: str,
    peers: Sequence[str],
    cell: Callable[[str, str], str],
    mean: Callable[[str], str] | None = None,
) -> Table:
    rows = [(query, *(cell(peer, query) for peer in peers)) for query in run.queries]
    if mean:
        rows.append((MEAN, *map(mean, peers)))
    return Table(title, ("query", *peers), tuple(rows))


def _clients(count: int) -> str:
    return "1 client" if count == 1 else f"{count} clients"


def _number(value: float | None) -> str:
    if value is None:
        return ABSENT
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _ratio(value: float | None) -> str:
    if value is None:
        return ABSENT
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
