"""The process of the ceiling: it holds the data in memory and asks itself what it is told to."""

from __future__ import annotations

import gc
import json
import math
import multiprocessing
import sys
import time
from dataclasses import asdict, dataclass

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from .burst import Burst


@dataclass(frozen=True)
class Engine:
    """A store, and its answers as bytes."""

    store: Store

    def answer(self, text: str) -> bytes:
        results = self.store.query(text)
        if isinstance(results, QueryTriples):
            body = results.serialize(format=RdfFormat.N_TRIPLES)
        else:
            body = results.serialize(format=QueryResultsFormat.JSON)
        assert body is not None  # without a file to write to
        return body

    def latencies(self, text: str, seconds: float) -> list[float]:
        """Seconds of each answer, one after the other for so long, one at least."""
        found: list[float] = []
        before = time.perf_counter()
        end = before + seconds
        while not found or before < end:
            self.answer(text)
            now = time.perf_counter()
            found.append(now - before)
            before = now
        return found


def measure(engine: Engine, text: str, processes: int, seconds: float) -> Burst:
    """So many copies of this process ask at the same time."""
    if processes == 1:
        started = time.perf_counter()
        found = engine.latencies(text, seconds)
        elapsed = time.perf_counter() - started
        rate = len(found) / elapsed
    else:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            parts = pool.starmap(engine_of_child, [(text, seconds)] * processes)
        found = [latency for part in parts for latency in part]
        rate = sum(len(part) / sum(part) for part in parts)
    found.sort()
    p99 = found[math.ceil(len(found) * 0.99) - 1]
    return Burst(len(found), 0, len(found) / rate, found[len(found) // 2], p99)


def engine_of_child(text: str, seconds: float) -> list[float]:
    """What a copy of this process does: its store is that of the process it was copied from."""
    return LOADED[0].latencies(text, seconds)


LOADED: list[Engine] = []


def main(file: str) -> None:
    """Load a file of N-Triples, then reply to each line of input, until there are no more."""
    store = Store()
    store.bulk_load(path=file, format=RdfFormat.N_TRIPLES)
    engine = Engine(store)
    LOADED.append(engine)
    gc.freeze()
    for line in sys.stdin:
        text, _accept, processes, seconds = json.loads(line)
        if processes:
            reply = json.dumps(asdict(measure(engine, text, processes, seconds)))
        else:
            reply = engine.answer(text).decode()
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
