"""Compressed answers: which coding a client gets, and that it is the same answer."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from urllib.parse import quote

import brotli
import pytest
import zstandard
from flask.testing import FlaskClient

from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

SETTINGS = Settings(deadline=1.0, workers=2, quiet=True)
LONG = "/sparql?query=" + quote("SELECT * { VALUES ?x { " + "'abcdefgh' " * 200 + "} }")
PLAIN: Callable[[bytes], bytes] = bytes
DECODE: dict[str, Callable[[bytes], bytes]] = {
    "": PLAIN,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


@pytest.fixture(scope="module")
def client(small_release: Release) -> Iterator[FlaskClient]:
    with Engine(small_release, SETTINGS) as engine:
        yield create_app(small_release, engine, SETTINGS).test_client()


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("deflate", ""),
        ("gzip;q=0", ""),
        ("gzip;q=0.5, br;q=0.8, zstd;q=0.2", "br"),
        ("gzip;q=1.0, br;q=0.9", "gzip"),
        ("identity, gzip;q=0.5", ""),
        ("identity;q=0.4, gzip;q=0.5", "gzip"),
        ("*;q=0", ""),
        ("br;q=0, *;q=0.1", "zstd"),
        ("zstd;q=0, br;q=0, *", "gzip"),
        ("gzip;q=nonsense", ""),
        ("gzip;q=0.000", ""),
        (", ,gzip , ;", "gzip"),
        ("gzip," * 1000, ""),
    ],
)
def test_the_client_chooses_the_coding(client: FlaskClient, accepted: str, coding: str) -> None:
    """The highest weight decides; what is not accepted is not sent; decoded, it is the same answer."""
    whole = client.get(LONG).data
    answer = client.get(LONG, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding", "") == coding
    assert DECODE[coding](answer.data) == whole
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("path", [LONG, "/", "/download", "/doc/plant/rose.html"])
def test_each_coding_has_its_own_tag_and_304(client: FlaskClient, path: str) -> None:
    """Pages, documents and results: tags differ from coding to coding, and each is known again."""
    tags = set()
    for coding in DECODE:
        answer = client.get(path, headers={"Accept-Encoding": coding})
        assert answer.status_code == 200
        tags.add(answer.headers["ETag"])
        known = {"Accept-Encoding": coding, "If-None-Match": answer.headers["ETag"]}
        again = client.get(path, headers=known)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == answer.headers["ETag"]
    assert len(tags) == 4


def test_short_answers_are_sent_as_they_are(client: FlaskClient) -> None:
    """Below a thousand bytes nothing is compressed, but caches are told all the same."""
    answer = client.get("/sparql?query=" + quote("ASK {}"), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
