"""Answers given again by the front: to those for whom they are, as they were, while they are true."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from travaux_build.release import Release
from travaux_server.app import ACCOUNTS, create_app
from travaux_server.engine import Engine
from travaux_server.front import Hosted, Limits, Listener, Place
from travaux_server.listening import listener_of
from travaux_server.service import EXTENSION, Service
from travaux_server.settings import Settings

Headers = dict[str, str]
SELECT = "/sparql?query=" + quote("SELECT * { VALUES ?x { 1 2 } }")
MOMENTARY = {"date", "server-timing", "ratelimit"}


class Site:
    """A front in a thread of this process."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.app = Flask("none")

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Headers, bytes]:
        """Status, headers in small letters, body. Keywords are headers, with _ for -."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            connection.request(method, path, headers=sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()

    def is_given_again(self, path: str, method: str = "GET", **headers: str) -> bool:
        """Whether the answer comes from the cache, which says so in Server-Timing."""
        return self.ask(path, method, **headers)[1].get("server-timing", "").startswith("cache")


@contextmanager
def running(make: Callable[[int], Listener]) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    listener = make(port)
    thread = Thread(target=listener.serve)
    thread.start()
    try:
        yield Site(port)
    finally:
        listener.stop()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def serving(release: Release, **settings: object) -> Iterator[Site]:
    """The application on a release, behind its front."""
    chosen = Settings(deadline=2.0, workers=2, quiet=True, **settings)  # type: ignore[arg-type]
    with Engine(release, chosen) as engine:
        app = create_app(release, engine, chosen)
        with running(lambda port: listener_of(app, replace(chosen, port=port))) as site:
            site.app = app
            yield site


def _before(hosted: Hosted, limits: Limits | None = None) -> AbstractContextManager[Site]:
    return running(lambda port: Listener(hosted, Place("127.0.0.1", port), limits or Limits(), quiet=True))


@pytest.fixture(scope="module")
def site(small_release: Release) -> Iterator[Site]:
    with serving(small_release) as running_site:
        yield running_site


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (SELECT, {}),
        (SELECT + "&format=csv", {"Accept": "text/csv", "Accept_Encoding": "br"}),
        (SELECT, {"Accept": "text/html", "Accept_Encoding": "gzip"}),
        ("/", {"Accept": "text/html"}),
        ("/sparql", {"Accept": "text/turtle", "Accept_Encoding": "zstd"}),
        ("/download", {}),
    ],
)
def test_an_answer_given_again_is_the_same(site: Site, path: str, headers: Headers) -> None:
    """Status, body and all headers but those of the moment are those of the first time; HEAD has no body."""
    first = site.ask(path, **headers)
    again = site.ask(path, **headers)
    assert first[0] == again[0] == 200
    assert not first[1].get("server-timing", "").startswith("cache")
    assert again[1]["server-timing"].startswith("cache")
    assert first[2] == again[2]
    kept = [
        {name: value for name, value in one[1].items() if name not in MOMENTARY} for one in (first, again)
    ]
    assert kept[0] == kept[1]
    assert set(again[1]) - set(first[1]) <= {"server-timing"}
    assert {"access-control-allow-origin", "x-content-type-options", "ratelimit"} <= set(again[1])
    head = site.ask(path, "HEAD", **headers)
    assert (head[0], head[2]) == (200, b"")
    assert head[1]["content-length"] == first[1]["content-length"]


def test_who_has_the_answer_is_told_so_again(site: Site) -> None:
    """304 from the cache has the headers of 304 from the application; another tag gets the whole answer."""
    path = SELECT + "&x=304"
    tag = site.ask(path)[1]["etag"]
    uncached = site.ask(path + "&y", If_None_Match=tag.replace('"', 'W/"', 1))
    assert site.ask(SELECT + "&x=305", If_None_Match=tag)[0] == 304
    for wanted in (tag, f'"other", W/{tag}', f"{tag},"):
        status, headers, body = site.ask(path, If_None_Match=wanted)
        assert (status, body) == (304, b"")
        assert set(headers) == set(uncached[1])
        assert headers["etag"] == tag
    assert site.ask(path, If_None_Match='"other"')[0] == 200
    assert uncached[0] == 304


def test_each_negotiated_answer_is_kept_by_itself(site: Site) -> None:
    """Clients that accept different types and codings never get each other's answer."""
    path = SELECT + "&x=negotiated"
    accepts = ["text/csv", "application/sparql-results+xml", "text/html", "*/*", "image/png"]
    first = {accept: site.ask(path, Accept=accept)[1]["content-type"] for accept in accepts}
    again = {accept: site.ask(path, Accept=accept)[1]["content-type"] for accept in accepts}
    assert first == again
    assert len(set(first.values())) == 5
    long = "/sparql?query=" + quote("SELECT * { VALUES ?x { " + "'abcdefgh' " * 100 + "} }")
    for coding in ("gzip", "br", "zstd", "identity", "gzip"):
        assert site.ask(long, Accept_Encoding=coding)[1].get("content-encoding", "identity") == coding


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/sparql?query=" + quote("SELECT (NOW() AS ?x) {}"), "GET", {}),
        ("/sparql?query=" + quote("SELECT (rand() AS ?x) {}"), "GET", {}),
        ("/sparql?query=" + quote("SELECT {"), "GET", {}),
        ("/health", "GET", {}),
        ("/releases", "GET", {}),
        ("/nothing", "GET", {}),
        (SELECT + "&x=private", "GET", {"Authorization": "Basic x"}),
        (SELECT + "&x=private", "GET", {"Cookie": "x=y"}),
        (SELECT + "&x=range", "GET", {"Range": "bytes=0-1"}),
        (SELECT + "&x=options", "OPTIONS", {}),
    ],
)
def test_what_is_not_for_all_or_not_for_ever_is_made_anew(
    site: Site, path: str, method: str, headers: Headers
) -> None:
    """Answers of the moment, errors, and answers to requests that name somebody are never given again."""
    for _ in range(3):
        assert not site.is_given_again(path, method, **headers)


def test_a_new_release_ends_all_that_was_kept(small_release: Release) -> None:
    """From the moment the release changes, an answer of the one before is not given any more."""
    with serving(small_release) as site:
        assert not site.is_given_again(SELECT)
        assert site.is_given_again(SELECT)
        old: Service = site.app.extensions[EXTENSION]
        manifest = replace(small_release.manifest, version="2099.1.1")
        site.app.extensions[EXTENSION] = replace(old, release=replace(small_release, manifest=manifest))
        status, headers, _body = site.ask(SELECT)
        assert (status, headers["x-release"]) == (200, "2099.1.1")
        assert not headers["server-timing"].startswith("cache")
        assert site.is_given_again(SELECT)
        assert site.ask(SELECT)[1]["x-release"] == "2099.1.1"


def test_an_answer_of_the_release_before_is_not_kept() -> None:
    """An answer that was under way when the data changed is given to its client and to nobody else."""
    state = ["1"]

    def changing(_environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        before = state[0]
        state[0] = "2"
        start_response("200 OK", [("ETag", '"x"'), ("X-Release", before)])
        return [before.encode()]

    hosted = Hosted(changing, state=lambda: state[0])
    with _before(hosted) as site:
        assert [site.ask("/")[2] for _ in range(3)] == [b"1", b"2", b"2"]


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Release", "1")],
        [("ETag", '"x"')],
        [("ETag", '"x"'), ("X-Release", "0")],
        [("ETag", '"x"'), ("X-Release", "1"), ("Vary", "Accept-Language")],
        [("ETag", '"x"'), ("X-Release", "1"), ("Vary", "*")],
        [("ETag", '"x"'), ("X-Release", "1"), ("Set-Cookie", "a=b")],
        [("ETag", '"x"'), ("X-Release", "1"), ("Cache-Control", "no-store")],
        [("ETag", '"x"'), ("X-Release", "1"), ("Cache-Control", "private")],
    ],
)
def test_an_answer_must_say_that_it_may_be_shared(headers: list[tuple[str, str]]) -> None:
    """Without a tag, without the state of the data, or with a word against it, an answer is not kept."""
    calls: list[int] = []

    def counting(_environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        calls.append(1)
        start_response("200 OK", headers)
        return [b"x"]

    hosted = Hosted(counting, state=lambda: "1")
    with _before(hosted) as site:
        for _ in range(3):
            assert site.ask("/")[0] == 200
    assert len(calls) == 3


def test_the_cache_is_bounded_and_keeps_what_is_used() -> None:
    """Past its bytes or entries, what was not asked for longest goes first; too long a one is not kept."""
    calls: list[str] = []

    def counting(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        calls.append(environment["PATH_INFO"])
        start_response("200 OK", [("ETag", '"x"'), ("X-Release", "1")])
        return [b"x" * (30_000 if environment["PATH_INFO"] == "/long" else 10_000)]

    hosted = Hosted(counting, state=lambda: "1")
    for bound in ({"cache_bytes": 35_000}, {"cache_entries": 3}):
        calls.clear()
        limits = replace(Limits(cached_bytes=20_000), **bound)
        with _before(hosted, limits) as site:
            for path in ("/1", "/2", "/3", "/1", "/4", "/1", "/2", "/long", "/long"):
                assert site.ask(path)[0] == 200
        assert calls == ["/1", "/2", "/3", "/4", "/2", "/long", "/long"]


def test_the_log_and_the_account_know_of_answers_given_again(
    small_release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each has its line; a client whose account is used up gets none of them either."""
    with serving(small_release, work_per_minute=0.5) as site:
        site.ask(SELECT)
        before = site.ask(SELECT)[1]
        assert before["ratelimit"].startswith('"work";r=0;t=')
        site.app.extensions[ACCOUNTS].charge("127.0.0.1", 10)
        status, headers, _body = site.ask(SELECT)
        assert status == 429
        assert int(headers["retry-after"]) > 100
    chosen = Settings(deadline=2.0, workers=2)
    with Engine(small_release, chosen) as engine:
        app = create_app(small_release, engine, chosen)
        with running(lambda port: listener_of(app, replace(chosen, port=port))) as site:
            for _ in range(4):
                site.ask(SELECT)
            site.ask(SELECT, "HEAD")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 5
    assert len({line.split()[4] for line in lines}) == 1
    assert len({line.split()[5] for line in lines}) == 1
    assert [line.split()[2] for line in lines] == ["GET"] * 4 + ["HEAD"]
