"""One line of the real content is edited and released: all that tells of changes tells of that one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rdflib import Graph, Namespace, URIRef

from travaux_build.content import open_content
from travaux_build.pipeline import build
from travaux_build.release import Release
from travaux_server.selftest.subject import Subject, running

ROOT = Path(__file__).parents[1]
FILE = "data/record/gcm-1/recommendations/k-discrimination.yaml"
OLD = "Migrant-specific plans for the Durban Declaration"
NEW = "Plans for migrants under the Durban Declaration"
THING = "recommendation/gcm-1-k-1"
TREE, DCTERMS = Namespace("https://w3id.org/tree#"), Namespace("http://purl.org/dc/terms/")
ATOM = "{http://www.w3.org/2005/Atom}"
PAGE, TURTLE = {"Accept": "text/html"}, {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def releases(real_release: Release, tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """The release of the real content, and the one that follows when a title has been edited."""
    root = tmp_path_factory.mktemp("one-line")
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, root / "content" / name)
    shutil.copytree(real_release.folder, root / "releases" / real_release.manifest.version)
    path = root / "content" / FILE
    text = path.read_text("utf-8")
    assert text.count(OLD) == 1
    path.write_text(text.replace(OLD, NEW), "utf-8")
    return real_release, build(open_content(root / "content", real_release.manifest.base), root / "releases")


@pytest.fixture(scope="module")
def server(releases: tuple[Release, Release], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    options = ["--quiet", "--workers", "2", "--work-per-minute", "0"]
    with running(releases[1].folder.parent, tmp_path_factory.mktemp("one-line-served"), *options) as subject:
        yield subject


@pytest.fixture(scope="module")
def old(releases: tuple[Release, Release]) -> str:
    return releases[0].manifest.version


@pytest.fixture(scope="module")
def new(releases: tuple[Release, Release]) -> str:
    return releases[1].manifest.version


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.decode()))


def test_the_difference_shows_it(server: Subject, old: str, new: str) -> None:
    """One thing, its title, from the old text to the new, and nothing else of the data."""
    said = text_of(server.ask(f"/releases/{old}..{new}", headers=PAGE).body)
    assert "1 thing changed: " in said
    assert f"title {OLD} → {NEW}" in said
    changes = json.loads(server.ask(f"/releases/{old}..{new}.json").body)
    graphs = {key.rpartition("/")[2] for key in changes["graphs"]}
    assert graphs == {"record", "inferred", "description"}


def test_the_feed_has_it(server: Subject, new: str) -> None:
    """The newest entry is the new release, and names the thing with its new title."""
    entry = ElementTree.fromstring(server.ask("/releases.atom").body).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == f"Release {new}"
    assert NEW in "".join(entry.itertext())


def test_the_event_stream_has_it(server: Subject, releases: tuple[Release, Release], new: str) -> None:
    """The new release made one member, a version of the thing, with the new title."""
    iris = releases[1].iris
    page = Graph().parse(data=server.ask(f"/ldes/{new}/1").body, format="turtle")
    (member,) = page.objects(predicate=TREE.member)
    assert page.value(member, DCTERMS.isVersionOf) == URIRef(iris.thing(THING))
    assert str(page.value(member, DCTERMS.title)) == NEW


def test_the_history_has_it(server: Subject, old: str, new: str) -> None:
    """The thing was published by one release and changed by the next; its neighbour was not."""
    found = json.loads(server.ask(f"/history/doc/{THING}.json").body)["history"]
    assert [(one["version"], one["what"]) for one in found] == [(new, "changed"), (old, "published")]
    other = json.loads(server.ask("/history/doc/recommendation/gcm-1-k-2.json").body)["history"]
    assert [one["version"] for one in other] == [old]


def test_the_old_release_still_answers(server: Subject, releases: tuple[Release, Release], old: str) -> None:
    """Page and data at the old release have the old title, those of now the new one."""
    for path, title, other in ((f"releases/{old}/doc/{THING}", OLD, NEW), (f"doc/{THING}", NEW, OLD)):
        page = server.ask(f"/{path}", headers=PAGE)
        assert (page.status, title in page.body.decode(), other in page.body.decode()) == (200, True, False)
        data = Graph().parse(data=server.ask(f"/{path}", headers=TURTLE).body, format="turtle")
        about = URIRef(releases[0].iris.thing(THING))
        assert [str(value) for value in data.objects(about, DCTERMS.title)] == [title]


def test_time_leads_to_it(server: Subject, releases: tuple[Release, Release], old: str, new: str) -> None:
    """The moment of each release leads to the document as it was then."""
    for release in releases:
        version, moment = release.manifest.version, release.published.strftime("%a, %d %b %Y %H:%M:%S GMT")
        reply = server.ask(f"/timegate/doc/{THING}", headers={"Accept-Datetime": moment})
        assert reply.headers["location"] == f"/releases/{version}/doc/{THING}"
        memento = server.ask(reply.headers["location"])
        assert memento.headers["memento-datetime"] == moment
