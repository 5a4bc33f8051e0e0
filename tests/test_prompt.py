"""Queries asked by the event loop itself: what happens to those that turn out not to be short."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from travaux_build.release import Release
from travaux_server.selftest.subject import Subject, running

JSON = "application/sparql-results+json"
PATTERNS = " || ".join(f"REGEX(CONCAT(STR(?o), STR(?s)), 'a.*{letter}.*c.*{letter}x')" for letter in "bdefg")
LONG = f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER({PATTERNS}) }}"
"""Takes longer than a short query may, but not long."""
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o FILTER(?a != ?o) }"


@pytest.fixture(scope="module")
def server(real_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """A server of the real release, which keeps no answers and counts no work."""
    options = ["--quiet", "--workers", "2", "--deadline", "3", "--work-per-minute", "0", "--cache-bytes", "0"]
    with running(real_release.folder.parent, tmp_path_factory.mktemp("prompt"), *options) as subject:
        yield subject


def ask(server: Subject, query: str) -> tuple[int, bytes]:
    reply = server.ask("/sparql?query=" + quote(query), headers={"Accept": JSON})
    return reply.status, reply.body


def test_a_query_that_is_not_short_is_answered_all_the_same(server: Subject) -> None:
    """One that outlives its short time is waited for by a thread, and its answer is whole."""
    status, body = ask(server, LONG)
    assert status == 200
    assert int(json.loads(body)["results"]["bindings"][0]["n"]["value"]) > 0


def test_a_query_past_its_deadline_ends(server: Subject) -> None:
    """503 after the deadline; and the next query is answered by another worker."""
    begun = time.monotonic()
    assert ask(server, FOREVER)[0] == 503
    assert time.monotonic() - begun < 4.5
    assert ask(server, "ASK {}") == (200, b'{"head":{},"boolean":true}')


def test_an_answer_of_several_megabytes_is_whole(server: Subject) -> None:
    """An answer that a worker needs many pieces for is put together again."""
    query = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d a ?e } LIMIT 40000"
    status, body = ask(server, query)
    assert status == 200
    assert len(body) > 3_000_000
    assert len(json.loads(body)["results"]["bindings"]) == 40_000


def test_many_wait_without_a_thread(server: Subject) -> None:
    """More clients than there are places are all answered."""
    with ThreadPoolExecutor(48) as pool:
        queries = [f"SELECT * {{ ?s a ?class FILTER(?class = <http://x/{number}>) }}" for number in range(96)]
        statuses = list(pool.map(lambda query: ask(server, query)[0], queries))
    assert statuses == [200] * 96


def test_clients_that_leave_hold_no_place(server: Subject) -> None:
    """The places of queries whose clients hang up are given back, be they waiting, short or long."""
    for query in [LONG, FOREVER, *["ASK { ?a ?b ?c }"] * 60]:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            line = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n"
            connection.sendall(line.encode())
    time.sleep(3.5)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: ask(server, "ASK {}")[0], range(64)))
    assert found == [200] * 64


def test_faults_are_told_as_ever(server: Subject) -> None:
    """What is wrong with a query is found by the worker, and said with its place."""
    status, body = ask(server, "SELECT * {\n ?s ?p }")
    assert status == 400
    assert json.loads(body)["line"] == 2


def test_head_and_conditional_requests_have_no_body(server: Subject) -> None:
    """HEAD states the length of what GET sends; who has the answer is told so."""
    path = "/sparql?query=ASK%20%7B%7D"
    whole, head = server.ask(path), server.ask(path, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.body))
    again = server.ask(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert "content-length" not in again.headers


def test_the_headers_are_those_of_the_long_way(server: Subject) -> None:
    """A query asked by a thread, because it is long to read, has the same headers."""
    short = server.ask("/sparql?query=ASK%20%7B%7D")
    long = server.ask("/sparql?query=ASK%20%7B%7D" + quote("#" + "x" * 5000))
    assert list(short.headers) == list(long.headers) or set(short.headers) == set(long.headers)


def test_pipelined_requests_are_answered_in_order(server: Subject) -> None:
    """A slow answer is sent before a quick one that was asked after it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        queries = [LONG, "ASK {}", "ASK { ?s ?p <http://nothing/> }"]
        lines = [f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n" for query in queries]
        connection.sendall("".join(lines).encode())
        bodies = []
        for _ in queries:
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            length = int(answer.headers["Content-Length"])
            bodies.append(answer.read(length))
    assert b"bindings" in bodies[0]
    assert bodies[1:] == [b'{"head":{},"boolean":true}', b'{"head":{},"boolean":false}']


def test_a_server_ends_with_the_thread_that_started_it(real_release: Release, tmp_path: Path) -> None:
    """Whoever starts a server to test it leaves none behind, however it ends."""
    context = running(real_release.folder.parent, tmp_path, "--quiet")
    subjects: list[Subject] = []
    thread = threading.Thread(target=lambda: subjects.append(context.__enter__()))
    thread.start()
    thread.join()
    assert subjects[0].process.wait(timeout=10) == -signal.SIGKILL
    context.__exit__(None, None, None)
