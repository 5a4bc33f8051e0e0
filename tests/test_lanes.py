"""The two lanes: long queries never hold a place that short ones need."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from travaux_build.release import Release
from travaux_server.engine import (
    SOLUTIONS_JSON,
    Answer,
    Engine,
    EngineBusy,
    QueryError,
    QueryTimedOut,
)
from travaux_server.engine.errors import EngineDown
from travaux_server.settings import Settings

SETTINGS = Settings(
    deadline=1.2, workers=2, queue=2, queue_seconds=0.5, long_queries=1, long_queue=1, spare_workers=1
)
SOON = 0.4
"""Seconds within which a short query is answered on a busy machine; long ones end after three times that."""


@pytest.fixture(scope="module")
def engine(small_release: Release) -> Iterator[Engine]:
    with Engine(small_release, SETTINGS) as running:
        yield running


def ask(engine: Engine, text: str, timeout: float | None = None) -> Answer:
    return engine.evaluate(text, solutions=SOLUTIONS_JSON, graph="text/turtle", timeout=timeout)


def forever(number: int) -> str:
    """A query that never ends; each number gives another text, so that none is known from before."""
    patterns = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6))
    return f"SELECT (COUNT(*) + {number} AS ?n) {{ {patterns} }}"


def error_of(future: Future[Answer]) -> type[BaseException] | None:
    error = future.exception()
    return None if error is None else type(error)


def children(process: int) -> list[int]:
    """The processes whose parent is this one."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_long_queries_leave_the_short_places(engine: Engine) -> None:
    """More long queries than there are places of both kinds, and each short one is answered meanwhile."""
    with ThreadPoolExecutor(6) as pool:
        taken = [pool.submit(ask, engine, forever(number)) for number in range(4)]
        time.sleep(0.35)
        for _ in range(10):
            begun = time.monotonic()
            assert b"true" in ask(engine, "ASK {}").body
            assert time.monotonic() - begun < SOON
        errors = [error_of(future) for future in taken]
    assert errors.count(EngineBusy) >= 2
    assert set(errors) == {EngineBusy, QueryTimedOut}


def test_a_full_long_lane_refuses_what_is_known_to_be_long_at_once(engine: Engine) -> None:
    """With long places and their queue taken, a query that was long before is refused without a trial."""
    with ThreadPoolExecutor(3) as pool:
        for future in [pool.submit(ask, engine, forever(10)) for _ in range(2)]:
            future.exception()
        taken = [pool.submit(ask, engine, forever(10)) for _ in range(2)]
        time.sleep(0.1)
        begun = time.monotonic()
        with pytest.raises(EngineBusy, match="that take long") as caught:
            ask(engine, forever(10))
        assert time.monotonic() - begun < 0.05
        assert caught.value.retry_after >= 1
        assert {error_of(future) for future in taken} <= {EngineBusy, QueryTimedOut}


def test_a_full_short_queue_refuses_at_once(small_release: Release) -> None:
    """With every short place and its queue taken, a query is refused at once and told when to return."""
    settings = replace(SETTINGS, workers=1, queue=1, short_seconds=1.0)
    with Engine(small_release, settings) as engine, ThreadPoolExecutor(2) as pool:
        taken = [pool.submit(ask, engine, forever(number), 0.6) for number in range(2)]
        time.sleep(0.1)
        begun = time.monotonic()
        with pytest.raises(EngineBusy, match="all places") as caught:
            ask(engine, "ASK {}")
        assert time.monotonic() - begun < 0.1
        assert caught.value.retry_after >= 1
        assert {error_of(future) for future in taken} <= {EngineBusy, QueryTimedOut}


def test_a_query_that_waited_for_a_long_place_is_answered(small_release: Release) -> None:
    """A long query displaced from the short lane begins anew when a long place is free, and is answered."""
    settings = replace(SETTINGS, deadline=8.0, short_seconds=0.02, worker_memory_mark=0)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c != ?d && STRLEN(STR(?e)) > 0) }"
    with Engine(small_release, settings) as engine, ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, engine, forever(20), 0.6)
        time.sleep(0.1)
        answer = ask(engine, slow)
        assert error_of(first) is QueryTimedOut
    assert answer.queued > 0.2
    assert answer.seconds > 0.02


def test_a_short_query_on_a_busy_machine_is_no_long_one(small_release: Release) -> None:
    """A query held up by the machine keeps its short place, and is answered, though the long lane is full."""
    with Engine(small_release, SETTINGS) as engine, ThreadPoolExecutor(3) as pool:
        taken = [pool.submit(ask, engine, forever(number)) for number in (30, 31)]
        time.sleep(0.4)
        for process in children(engine.parent):
            os.kill(process, signal.SIGSTOP)
        held_up = pool.submit(ask, engine, "ASK {}")
        time.sleep(0.25)
        for process in children(engine.parent):
            os.kill(process, signal.SIGCONT)
        assert held_up.result().kind == "boolean"
        assert {error_of(future) for future in taken} <= {EngineBusy, QueryTimedOut}


def test_known_short_queries_have_a_place_of_their_own(small_release: Release) -> None:
    """With all common places taken, a query of a known shape is answered, and one of another shape waits."""
    settings = replace(SETTINGS, short_seconds=1.0, queue=0, deadline=0.8)
    with Engine(small_release, settings) as engine, ThreadPoolExecutor(1) as pool:
        ask(engine, "SELECT * { <http://a/> ?p 'x' } LIMIT 1")
        taken = pool.submit(ask, engine, forever(40))
        time.sleep(0.1)
        ask(engine, 'SELECT * { <http://b/> ?q "y" } LIMIT 2')
        with pytest.raises(EngineBusy):
            ask(engine, "ASK { ?s ?p ?o }")
        assert error_of(taken) is QueryTimedOut


@pytest.mark.parametrize("unit", ["a", "1", "a:", '"', "'\\", "<", "#", "?", "<a> ", " ", "é1"])
def test_a_shape_is_found_in_time_that_grows_with_length(engine: Engine, unit: str) -> None:
    """No text, whatever it repeats, holds the server for long when its shape is looked at."""
    text = (unit * 100_000)[:100_000]
    begun = time.monotonic()
    for length in (4000, 100_000):
        with pytest.raises(QueryError):
            ask(engine, "nothing " + text[: length - 8])
    assert time.monotonic() - begun < 2


def test_a_normal_client_stays_well_among_attackers(small_release: Release) -> None:
    """While eight clients ask for cross products, each text a new one, a normal client is well."""
    settings = replace(SETTINGS, deadline=2.0, workers=4, queue=8, long_queries=2, long_queue=4)
    stopped = Event()
    with Engine(small_release, settings) as engine:
        _timed(engine)

        def attack(number: int) -> None:
            while not stopped.is_set():
                number += 100
                try:
                    ask(engine, forever(number))
                except EngineDown:
                    raise
                except QueryError:
                    continue

        attackers = [Thread(target=attack, args=(number,)) for number in range(8)]
        for attacker in attackers:
            attacker.start()
        try:
            time.sleep(0.5)
            seconds = sorted(_timed(engine) for _ in range(100))
        finally:
            stopped.set()
            for attacker in attackers:
                attacker.join()
    assert seconds[94] < 0.25


def _timed(engine: Engine) -> float:
    begun = time.monotonic()
    ask(engine, "SELECT * { ?s a ?class } LIMIT 10")
    time.sleep(0.01)
    return time.monotonic() - begun
