"""A run on one data set: starts, one check of all answers, then rounds in which the peers take turns."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from .dataset import Dataset
from .peers import Peer, Unavailable
from .queries import TRIPLES, Query
from .result import Difference, Measurement, Participant, Run

SEED = 4
WAVES = 1.5
"""How often each client is to be answered in a burst, at least as far as the longest burst allows."""


@dataclass(frozen=True)
class Plan:
    """How much is measured: clients at a time, rounds, starts, seconds of a burst (usual and longest)."""

    clients: tuple[int, ...]
    rounds: int
    starts: int
    seconds: float
    longest: float


@dataclass(frozen=True)
class Checked:
    """What a peer answered once: number of rows, and the seconds that it took."""

    rows: int
    seconds: float


Table = dict[tuple[str, str], Checked]


def run(
    peers: Sequence[Peer],
    dataset: Dataset,
    queries: Sequence[Query],
    plan: Plan,
    work: Path,
    say: Callable[[str], None],
) -> Run:
    """Measure all peers on one data set. Those that cannot take part are in the result, with the reason."""
    known = {peer.name: Participant(peer.name, peer.title) for peer in peers}
    with ExitStack() as stack:
        present = []
        for peer in peers:
            stack.callback(peer.stop)
            try:
                known[peer.name] = _prepared(peer, dataset, work, known[peer.name])
                known[peer.name] = replace(known[peer.name], starts=tuple(_starts(peer, plan.starts)))
                present.append(peer)
                say(f"{dataset.name}: {peer.name} answers after {known[peer.name].start:.2f} s")
            except Unavailable as reason:
                peer.stop()
                known[peer.name] = replace(known[peer.name], absent=str(reason))
                say(f"{dataset.name}: {peer.name} is absent: {reason}")
        checked, differences = _check(present, queries)
        for difference in differences:
            say(f"{dataset.name}: {difference}")
        before = {peer.name: peer.memory() for peer in present}
        measurements: list[Measurement] = []
        loads = []
        for number in range(plan.rounds):
            say(f"{dataset.name}: round {number + 1} of {plan.rounds}, load {os.getloadavg()[0]:.1f}")
            measurements += _round(number, present, queries, plan, checked)
            loads.append(os.getloadavg()[0])
        for peer in present:
            known[peer.name] = replace(known[peer.name], memory=(before[peer.name], peer.memory()))
    return Run(
        dataset.name,
        dataset.triples,
        dataset.sha256,
        tuple(query.name for query in queries),
        tuple(known.values()),
        tuple(differences),
        tuple(measurements),
        tuple(loads),
    )


def _prepared(peer: Peer, dataset: Dataset, work: Path, participant: Participant) -> Participant:
    version = peer.version()
    peer.prepare(dataset, work / dataset.name / peer.name)
    return replace(participant, version=version)


def _starts(peer: Peer, count: int) -> Iterator[float]:
    """Seconds of so many starts; after the last one the peer stays up."""
    for number in range(count):
        if number:
            peer.stop()
        yield peer.start()


def _check(peers: Sequence[Peer], queries: Sequence[Query]) -> tuple[Table, list[Difference]]:
    """Ask each peer each query, twice, and compare the rows with those that most peers give."""
    table: Table = {}
    differences = []
    for query in queries:
        failed = {}
        for peer in peers:
            try:
                table[peer.name, query.name] = _ask(peer, query)
            except (Unavailable, SyntaxError, ValueError, KeyError) as reason:
                failed[peer.name] = str(reason)
        rows = [checked.rows for (_, name), checked in table.items() if name == query.name]
        expected = max(rows, key=rows.count, default=-1)
        for peer in peers:
            found = table.get((peer.name, query.name))
            if found is None or found.rows != expected:
                number = found.rows if found else -1
                message = failed.get(peer.name, "")
                differences.append(Difference(peer.name, query.name, number, expected, message))
    return table, differences


def _ask(peer: Peer, query: Query) -> Checked:
    peer.ask(query)
    started = time.perf_counter()
    answer = peer.ask(query)
    return Checked(rows_of(query, answer), time.perf_counter() - started)


def rows_of(query: Query, answer: bytes) -> int:
    """Rows of an answer, or its triples; of a single number, the number; of yes or no, 1 or 0.

    Raises `SyntaxError`, `ValueError` or `KeyError` if it is none of them. Servers that have one
    format for triples, whatever they are asked for, are read in that.
    """
    if query.accept == TRIPLES:
        form = RdfFormat.RDF_XML if answer.startswith(b"<?xml") else RdfFormat.N_TRIPLES
        return len(set(parse(answer, format=form)))
    found = json.loads(answer)
    if "boolean" in found:
        return int(found["boolean"])
    rows = found["results"]["bindings"]
    if len(rows) == 1 and list(rows[0]) == ["triples"]:
        return int(rows[0]["triples"]["value"])
    return len(rows)


def _round(
    number: int, peers: Sequence[Peer], queries: Sequence[Query], plan: Plan, checked: Table
) -> Iterator[Measurement]:
    """Every query at every number of clients: all peers one after the other, in another order each time."""
    chance = random.Random(SEED + number)
    for query in queries:
        for clients in plan.clients:
            for peer in chance.sample(peers, len(peers)):
                known = checked.get((peer.name, query.name))
                if known:
                    wanted = max(plan.seconds, WAVES * clients * known.seconds)
                    burst = peer.burst(query, clients, min(wanted, plan.longest))
                    yield Measurement(number, peer.name, query.name, clients, burst)
