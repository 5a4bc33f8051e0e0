"""Downloads: the files of releases over HTTP, whole, in ranges and compressed; and nothing else."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from werkzeug.test import TestResponse

from travaux_build.release import File, Release, open_release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

SETTINGS = Settings(workers=2, quiet=True, public_url="https://data.example")
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def release(small_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A copy of the small release beside an older one with the same files, and beside what is no release."""
    folder = tmp_path_factory.mktemp("releases")
    version = small_release.manifest.version
    shutil.copytree(small_release.folder, folder / version)
    older = shutil.copytree(small_release.folder, folder / "2025.12.1") / "manifest.json"
    older.write_text(older.read_text("utf-8").replace(f'"{version}"', '"2025.12.1"'), "utf-8")
    digest = hashlib.sha256(older.read_bytes()).hexdigest()
    older.with_suffix(".sha256").write_text(f"{digest}  manifest.json\n")
    shutil.copytree(small_release.folder, folder / "2026.01.1.tmp")
    (folder / "secret.txt").write_text("secret")
    (folder / version / "stray.txt").write_text("secret")
    return open_release(folder / version)


class Closing(FlaskClient):
    """A client that reads each answer whole and closes it, as servers do."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        return super().open(*arguments, **{**options, "buffered": True})


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    with Engine(release, SETTINGS) as engine:
        app = create_app(release, engine, SETTINGS)
        app.test_client_class = Closing
        yield app.test_client()


def url(release: Release, name: str) -> str:
    return f"/releases/{release.manifest.version}/{name}"


def dump(release: Release) -> File:
    name = f"dumps/{release.manifest.id}.nt"
    return next(file for file in release.manifest.files if file.name == name)


def test_every_file_of_the_manifest(client: FlaskClient, release: Release) -> None:
    """Each file arrives with the bytes, digest, length and media type that the manifest states."""
    assert len(release.manifest.files) > 20
    for file in release.manifest.files:
        answer = client.get(url(release, file.name))
        assert answer.status_code == 200
        assert hashlib.sha256(answer.data).hexdigest() == file.sha256
        assert answer.content_length == file.bytes
        assert answer.mimetype == file.media_type
        assert answer.headers["ETag"] == f'"{file.sha256}"'
        assert "Content-Encoding" not in answer.headers
        head = client.head(url(release, file.name))
        assert (head.status_code, head.data, head.content_length) == (200, b"", file.bytes)


def test_files_are_cached_for_ever(client: FlaskClient, release: Release) -> None:
    """A released file never changes: caches may keep it a year without asking."""
    answer = client.get(url(release, dump(release).name))
    assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "immutable", "max-age=31536000"}


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=100-", 100, None),
        ("bytes=-5", -5, None),
        ("bytes=-99999999", 0, None),
        ("bytes=90-99999999", 90, None),
        ("BYTES = 7-7", 7, 8),
        ("bytes=0-9, 10-19,5-12", 0, 20),
        ("bytes=20-29, 0-9, 999999999-", None, None),
        ("bytes=0-9,999999999-", 0, 10),
        ("bytes=0-", 0, None),
        ("bytes=9-0", None, None),
        ("bytes=-", None, None),
        ("bytes=a-b", None, None),
        ("bytes=\u0661-\u0662".encode().decode("latin-1"), None, None),
        ("bytes=", None, None),
        ("lines=0-9", None, None),
        ("bytes=" + ",".join(["0-1"] * 101), None, None),
        ("bytes=0-" + "9" * 30, None, None),
    ],
)
def test_ranges(
    client: FlaskClient, release: Release, given: str, start: int | None, end: int | None
) -> None:
    """A download that broke off can be taken up; what is none, or several apart, brings all."""
    file = dump(release)
    text = release.path(file.name).read_bytes()
    answer = client.get(url(release, file.name), headers={"Range": given})
    assert answer.data == text[start:end]
    assert answer.status_code == (200 if start is None else 206)
    assert answer.content_length == len(answer.data)
    assert answer.headers["Accept-Ranges"] == "bytes"
    if start is not None:
        first = start % len(text)
        last = first + len(answer.data) - 1
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(text)}"
    head = client.head(url(release, file.name), headers={"Range": given})
    assert (head.status_code, head.content_length) == (200, len(text))


@pytest.mark.parametrize("given", ["bytes={size}-", "bytes=-0", "bytes={size}-{size},99999999-"])
def test_ranges_beyond_the_end(client: FlaskClient, release: Release, given: str) -> None:
    """Where no byte asked for is there, the answer says how many there are."""
    file = dump(release)
    answer = client.get(url(release, file.name), headers={"Range": given.format(size=file.bytes)})
    assert (answer.status_code, answer.data) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{file.bytes}"


def test_a_range_of_other_bytes_is_the_whole(client: FlaskClient, release: Release) -> None:
    """If-Range holds for the tag and the date of these very bytes: of a twin the tag is another."""
    file = dump(release)
    text = release.path(file.name).read_bytes()
    date = client.head(url(release, file.name)).headers["Last-Modified"]
    earlier = "Sat, 01 Jan 2000 00:00:00 GMT"
    for condition, whole in (
        (f'"{file.sha256}"', False),
        (date, False),
        ('"other"', True),
        (f'W/"{file.sha256}"', True),
        (earlier, True),
        ("nonsense", True),
    ):
        headers = {"Range": "bytes=0-9", "If-Range": condition}
        answer = client.get(url(release, file.name), headers=headers)
        assert (answer.status_code, answer.data) == ((200, text) if whole else (206, text[:10])), condition
    twin = client.get(
        url(release, file.name),
        headers={"Range": "bytes=0-9", "If-Range": f'"{file.sha256}"', "Accept-Encoding": "gzip"},
    )
    assert (twin.status_code, gzip.decompress(twin.data)) == (200, text)


def test_conditions(client: FlaskClient, release: Release) -> None:
    """A file that the client has is not sent, one that is not what it expects neither."""
    file = dump(release)
    date = client.head(url(release, file.name)).headers["Last-Modified"]
    for headers, status in (
        ({"If-None-Match": f'"other", W/"{file.sha256}"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": date}, 304),
        ({"If-Modified-Since": date, "If-None-Match": '"other"'}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": f'"{file.sha256}"'}, 200),
        ({"If-None-Match": f'"{file.sha256}"', "Range": "bytes=0-9"}, 304),
    ):
        answer = client.get(url(release, file.name), headers=headers)
        assert answer.status_code == status, headers
        assert bool(answer.data) == (status == 200)
        assert answer.headers["ETag"] == f'"{file.sha256}"'
        assert "Accept-Encoding" in answer.vary


def test_a_range_of_a_twin(client: FlaskClient, release: Release) -> None:
    """Ranges count the bytes that are sent: of the twin, where the client accepts its coding."""
    file = dump(release)
    packed = release.path(f"{file.name}.gz").read_bytes()
    headers = {"Range": "bytes=10-", "Accept-Encoding": "gzip"}
    answer = client.get(url(release, file.name), headers=headers)
    assert (answer.status_code, answer.data) == (206, packed[10:])
    assert answer.headers["Content-Range"].endswith(f"/{len(packed)}")
    assert answer.headers["Content-Encoding"] == "gzip"


def test_other_sites_may_read_in_ranges(client: FlaskClient, release: Release) -> None:
    """Scripts that read a database or an archive piece by piece may ask so, and see what they get."""
    place = url(release, dump(release).name)
    asked = client.options(place, headers={"Origin": "https://x.example"}).headers
    assert "Range" in asked["Access-Control-Allow-Headers"].split(", ")
    given = client.get(place, headers={"Range": "bytes=0-9"}).headers
    assert {"Accept-Ranges", "Content-Range"} <= set(given["Access-Control-Expose-Headers"].split(", "))


def test_a_file_of_another_length_is_not_sent(small_release: Release, tmp_path: Path) -> None:
    """A file that was cut after it was asked for is damaged, and the answer says so."""
    folder = tmp_path / small_release.manifest.version
    shutil.copytree(small_release.folder, folder)
    name = dump(small_release).name
    release = replace(small_release, folder=folder)
    with Engine(release, SETTINGS) as engine:
        client = create_app(release, engine, SETTINGS).test_client()
        assert client.get(url(release, name), buffered=True).status_code == 200
        (folder / name).write_bytes(b"cut")
        answer = client.get(url(release, name))
    assert answer.status_code == 500
    assert str(tmp_path).encode() not in answer.data


def test_tables_say_where_they_are_described(client: FlaskClient, release: Release) -> None:
    """Each CSV table names its head, and the description of its columns, which names it."""
    metadata = client.get(url(release, "tables/csv-metadata.json"))
    assert metadata.mimetype == "application/csvm+json"
    described = {table["url"] for table in json.loads(metadata.data)["tables"]}
    for name in described:
        answer = client.get(url(release, f"tables/{name}"))
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
        link = (
            f'<{url(release, "tables/csv-metadata.json")}>; rel="describedby"; type="application/csvm+json"'
        )
        assert answer.headers["Link"].startswith(link)
    assert "csvm+json" not in client.get(url(release, dump(release).name)).headers["Link"]


def test_media_types(client: FlaskClient, release: Release) -> None:
    """Each format has its registered media type, and texts say their encoding."""
    name = release.manifest.id
    for path, expected in (
        (f"dumps/{name}.nq", "application/n-quads"),
        (f"dumps/{name}.nt", "application/n-triples"),
        (f"dumps/{name}.ttl", "text/turtle; charset=utf-8"),
        (f"dumps/{name}.trig", "application/trig"),
        (f"dumps/{name}.jsonld", "application/ld+json"),
        (f"dumps/{name}.rdf", "application/rdf+xml"),
        (f"dumps/{name}.nq.gz", "application/gzip"),
        (f"dumps/{name}.nq.zst", "application/zstd"),
        (f"tables/{name}.sqlite", "application/vnd.sqlite3"),
        (f"tables/{name}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("manifest.json", "application/json"),
    ):
        answer = client.head(url(release, path))
        assert answer.headers["Content-Type"] == expected
        assert answer.headers["Content-Disposition"] == f"inline; filename={path.rpartition('/')[2]}"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("zstd", "zstd"),
        ("gzip;q=0, zstd;q=0.1", "zstd"),
        ("gzip, zstd;q=0.5", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("br", None),
        ("identity", None),
        ("", None),
    ],
)
def test_compressed_twins(client: FlaskClient, release: Release, accepted: str, coding: str | None) -> None:
    """Who accepts a coding gets the twin in it, under the name and media type of the file itself."""
    file = dump(release)
    answer = client.get(url(release, file.name), headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.mimetype == file.media_type
    assert answer.headers["Content-Disposition"].endswith(f"filename={release.manifest.id}.nt")
    assert "Accept-Encoding" in answer.vary
    text = answer.data
    if coding == "gzip":
        text = gzip.decompress(text)
    elif coding == "zstd":
        text = zstandard.ZstdDecompressor().decompress(text)
    assert hashlib.sha256(text).hexdigest() == file.sha256
    assert (answer.headers["ETag"] == f'"{file.sha256}"') is (coding is None)


def test_a_twin_by_name_is_an_archive(client: FlaskClient, release: Release) -> None:
    """Asked for by its own name a twin stays as it is, also for clients that accept its coding."""
    name = dump(release).name + ".gz"
    answer = client.get(url(release, name), headers={"Accept-Encoding": "gzip"})
    assert answer.mimetype == "application/gzip"
    assert "Content-Encoding" not in answer.headers
    assert answer.data == release.path(name).read_bytes()


def test_the_manifest(client: FlaskClient, release: Release) -> None:
    """The manifest is a file of the release and the release's own answer in JSON."""
    text = release.path("manifest.json").read_bytes()
    assert client.get(url(release, "manifest.json")).data == text
    answer = client.get(f"/releases/{release.manifest.version}", headers={"Accept": "application/json"})
    assert (answer.data, answer.mimetype) == (text, "application/json")


@pytest.mark.parametrize(
    "name",
    [
        "stray.txt",
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "dumps/../../secret.txt",
        "dumps/..%2F..%2Fsecret.txt",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "dumps",
        "dumps/",
        "store/CURRENT",
        "store.sha256",
        "manifest.json%00",
        "..\\secret.txt",
    ],
)
def test_nothing_but_the_files_of_the_manifest(client: FlaskClient, release: Release, name: str) -> None:
    """Paths out of the release, folders, the database and strays are not found."""
    answer = client.get(url(release, name))
    assert answer.status_code == 404
    assert b"secret" not in answer.data.replace(b"secret.txt", b"")


@pytest.mark.parametrize("version", ["current", "..", "%2e%2e", "2026.01.1.tmp", "2024.01.1", "secret.txt"])
def test_nothing_but_releases(client: FlaskClient, version: str) -> None:
    """Only versions of releases are found, neither links nor folders that are none."""
    assert client.get(f"/releases/{version}").status_code == 404
    assert client.get(f"/releases/{version}/manifest.json").status_code == 404


def test_a_file_that_became_a_link_is_not_sent(small_release: Release, tmp_path: Path) -> None:
    """A symbolic link in place of a file is an error, whatever it points to, and its target stays unread."""
    folder = tmp_path / small_release.manifest.version
    shutil.copytree(small_release.folder, folder)
    name = dump(small_release).name
    (tmp_path / "secret.txt").write_text("secret")
    (folder / name).unlink()
    (folder / name).symlink_to(tmp_path / "secret.txt")
    release = replace(small_release, folder=folder)
    with Engine(release, SETTINGS) as engine:
        answer = create_app(release, engine, SETTINGS).test_client().get(url(release, name))
    assert answer.status_code == 500
    assert b"secret" not in answer.data
    assert str(tmp_path).encode() not in answer.data


def test_all_releases_stay_reachable(client: FlaskClient, release: Release) -> None:
    """The list names every release, the newest first; files of older ones are served like the current's."""
    page = client.get("/releases", headers=BROWSER).data.decode()
    assert page.index(release.manifest.version) < page.index("2025.12.1")
    assert ".tmp" not in page
    old = client.get(f"/releases/2025.12.1/{dump(release).name}")
    assert hashlib.sha256(old.data).hexdigest() == dump(release).sha256


def test_a_release_answers_as_rdf(client: FlaskClient, release: Release) -> None:
    """Asked for Turtle, a release is the description that stands in it."""
    for version in (release.manifest.version, "2025.12.1"):
        headers = {"Accept": "text/turtle"}
        answer = client.get(f"/releases/{version}", headers=headers, follow_redirects=True)
        graph = Graph().parse(data=answer.data, format="turtle")
        assert (URIRef(release.iris.release(release.manifest.version)), None, None) in graph


def test_the_page_of_downloads_names_every_file(client: FlaskClient, release: Release) -> None:
    """Each file and twin is linked with its digest; the lines to copy have the public address."""
    page = client.get("/download", headers=BROWSER).data.decode()
    for file in release.manifest.files:
        assert f'href="{url(release, file.name)}"' in page
        if not file.name.endswith((".gz", ".zst")):
            assert file.sha256 in page
    assert f"https://data.example/releases/{release.manifest.version}/dumps/" in page


def test_the_page_of_downloads_says_how_much_files_hold(client: FlaskClient, release: Release) -> None:
    """Rows of tables, triples of dumps, as they are in the files; the tables in one file first."""
    page = client.get("/download", headers=BROWSER).data.decode()
    rows = dict(
        re.findall(
            r'href="[^"]*/([^"/]+)" download>.*?class="number">([^<]*)</td>\s*<td><code', page, re.DOTALL
        )
    )
    manifest = release.manifest
    people = release.path("tables/Person.csv").read_text("utf-8").count("\n") - 1
    assert rows["Person.csv"] == f"{people} rows"
    assert rows[f"{manifest.id}.ttl"] == f"{manifest.triples:,} triples"
    assert rows[f"{manifest.id}.nq"] == f"{sum(graph.triples for graph in manifest.graphs):,} triples"
    assert rows["proposals.rq"] == rows["validation.ttl"] == ""
    assert list(rows)[:2] == [f"{manifest.id}.xlsx", f"{manifest.id}.sqlite"]
