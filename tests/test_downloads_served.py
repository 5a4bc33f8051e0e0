"""Downloads from a running server: the short way of the event loop gives what the application gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.selftest.subject import Subject
from travaux_server.settings import Settings

SETTINGS = Settings(workers=2, quiet=True, work_per_minute=0)
MOMENTARY = {"date", "server", "server-timing", "connection"}
CODINGS = ("identity", "gzip", "zstd")


@pytest.fixture(scope="module")
def application(small_release: Release) -> Iterator[FlaskClient]:
    with Engine(small_release, SETTINGS) as engine:
        yield create_app(small_release, engine, SETTINGS).test_client()


def cases(release: Release) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, path and headers of what is asked: long and short files, of all kinds, in all ways."""
    names = {file.name: file for file in release.manifest.files}
    long, short = f"dumps/{release.manifest.id}.nq", "tables/Person.csv"
    for name in (long, short):
        place = f"/releases/{release.manifest.version}/{name}"
        tag = f'"{names[name].sha256}"'
        for method in ("GET", "HEAD"):
            for headers in (
                {},
                {"Range": "bytes=2-5"},
                {"Range": "bytes=2-"},
                {"Range": "bytes=999999999-"},
                {"Range": "bytes=2-5", "If-Range": tag},
                {"Range": "bytes=2-5", "If-Range": '"other"'},
                {"If-None-Match": tag},
                {"If-Match": '"other"'},
                {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
                {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
            ):
                for coding in CODINGS:
                    yield method, place, {**headers, "Accept-Encoding": coding}


def test_both_ways_give_the_same(served: Subject, application: FlaskClient, small_release: Release) -> None:
    """Status, headers and bytes are alike, the first time and the second."""
    for method, place, headers in cases(small_release):
        expected = application.open(place, method=method, headers=headers, buffered=True)
        lasting = {name.lower(): value for name, value in expected.headers if name.lower() not in MOMENTARY}
        for _ in range(2):
            found = served.ask(place, method, headers=headers)
            assert found.status == expected.status_code, (method, place, headers)
            assert found.body == expected.data
            kept = {name: value for name, value in found.headers.items() if name not in MOMENTARY}
            assert kept == lasting, (method, place, headers)


@pytest.mark.parametrize(
    "path",
    [
        "dumps",
        "dumps/none.nq",
        "store/CURRENT",
        "dumps/../manifest.sha256",
        "dumps/%2e%2e/manifest.sha256",
    ],
)
def test_nothing_else_is_given(served: Subject, small_release: Release, path: str) -> None:
    """What is no file of the release is left to the application, which does not find it."""
    found = served.ask(f"/releases/{small_release.manifest.version}/{path}")
    assert found.status == 404
