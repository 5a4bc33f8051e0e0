"""What a run has measured, as values that can be written as JSON."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from .burst import Burst


@dataclass(frozen=True)
class Participant:
    """A peer on one data set: `absent` says why it does not take part, empty if it does.

    `starts` are seconds from start to first answer, `memory` bytes after the data are loaded and all queries
    were answered once, and in the end.
    """

    name: str
    title: str
    version: str = ""
    absent: str = ""
    starts: tuple[float, ...] = ()
    memory: tuple[int, ...] = ()

    @property
    def start(self) -> float:
        return statistics.median(self.starts)


@dataclass(frozen=True)
class Difference:
    """A peer answered a query with another number of rows than most peers; -1 stands for no answer."""

    peer: str
    query: str
    rows: int
    expected: int
    message: str = ""


@dataclass(frozen=True)
class Measurement:
    """One burst of one round."""

    round: int
    peer: str
    query: str
    clients: int
    burst: Burst


@dataclass(frozen=True)
class Run:
    """All that was measured on one data set. `loads` are the machine's load averages, one for each round."""

    dataset: str
    triples: int
    sha256: str
    queries: tuple[str, ...]
    participants: tuple[Participant, ...]
    differences: tuple[Difference, ...]
    measurements: tuple[Measurement, ...]
    loads: tuple[float, ...]

    @property
    def present(self) -> tuple[Participant, ...]:
        return tuple(participant for participant in self.participants if not participant.absent)

    @property
    def clients(self) -> tuple[int, ...]:
        return tuple(sorted({measurement.clients for measurement in self.measurements}))

    def bursts(self, peer: str, query: str, clients: int) -> list[Burst]:
        """One for each round, in their order."""
        return [
            one.burst
            for one in self.measurements
            if (one.peer, one.query, one.clients) == (peer, query, clients)
        ]

    def failed(self, peer: str, clients: int) -> float:
        """Share of the requests of all queries that brought no good answer."""
        found = [one.burst for one in self.measurements if (one.peer, one.clients) == (peer, clients)]
        failures = sum(burst.failures for burst in found)
        return failures / max(failures + sum(burst.answers for burst in found), 1)

    def rate(self, peer: str, query: str, clients: int) -> float | None:
        """Median of the rounds' good answers in a second; None if not a single answer came."""
        return positive(one.rate for one in self.bursts(peer, query, clients))

    def latency(self, peer: str, query: str, clients: int) -> tuple[float, float] | None:
        """Medians of the rounds' median and 99th percentile, in seconds."""
        found = [one for one in self.bursts(peer, query, clients) if one.answers]
        if not found:
            return None
        return statistics.median(one.median for one in found), statistics.median(one.p99 for one in found)

    def ratio(self, peer: str, other: str, query: str, clients: int) -> float | None:
        """Median of the rounds' ratios of the rates of two peers, which were measured one after the other."""
        pairs = zip(self.bursts(peer, query, clients), self.bursts(other, query, clients), strict=True)
        return positive(ours.rate / theirs.rate for ours, theirs in pairs if theirs.rate)

    def geometric_ratio(self, peer: str, other: str, clients: int) -> float | None:
        """Geometric mean of the ratios over all queries; None unless each has one."""
        return geometric_mean([self.ratio(peer, other, query, clients) for query in self.queries])


def positive(values: Iterable[float]) -> float | None:
    """The median, None if there is none or it is nought."""
    found = list(values)
    return (statistics.median(found) or None) if found else None


def geometric_mean(values: Sequence[float | None]) -> float | None:
    """None if there are no values, or one is missing."""
    known = [value for value in values if value]
    if not known or len(known) < len(values):
        return None
    return math.exp(sum(map(math.log, known)) / len(known))


def to_json(runs: Sequence[Run], environment: dict[str, str]) -> str:
    """Everything, so that tables can be made of it again."""
    return json.dumps({"environment": environment, "runs": [asdict(run) for run in runs]}, indent=1) + "\n"
