"""The official wording: in the releases of who has the text, beside what rests on it, and nowhere else."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from travaux_build.content import open_content
from travaux_build.pipeline import build
from travaux_build.release import Release, current_release, versions
from travaux_build.sources.source import read_source
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

Command = Callable[..., "subprocess.CompletedProcess[str]"]
LIBRARY = Path(__file__).parent / "library"
RULES = LIBRARY / "rules.txt"
BASE = "https://example.org/library/"
EXACT = NamedNode("http://www.w3.org/ns/oa#exact")
SETTINGS = Settings(workers=1, quiet=True)
WORDS = "A reader who comes late may knock."


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the library with the text of its rules."""
    releases = tmp_path_factory.mktemp("releases")
    return build(open_content(LIBRARY), releases, source=read_source(RULES))


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    with Engine(release, SETTINGS) as engine:
        yield create_app(release, engine, SETTINGS).test_client()


def exact(release: Release) -> dict[str, Literal]:
    """The wording that a release holds, by the key of the passage."""
    quads = parse(release.dump.read_bytes(), format=RdfFormat.N_QUADS)
    found = {}
    for quad in quads:
        assert isinstance(quad, Quad)
        if quad.predicate == EXACT:
            assert isinstance(quad.subject, NamedNode)
            assert isinstance(quad.object, Literal)
            assert quad.graph_name == NamedNode(BASE + "graph/wording")
            found[quad.subject.value.removeprefix(BASE + "id/passage/")] = quad.object
    return found


def test_every_passage_has_its_words_in_one_line(release: Release) -> None:
    """Page breaks become blanks, mark-up of the conversion is left out, the language is the document's."""
    found = exact(release)
    assert len(found) == 9
    assert found["house-rules-i-s2"] == Literal(WORDS, language="en")
    assert found["house-rules-ii-2"] == Literal("Do not fold the corners", language="en")


def test_the_graph_is_counted_labelled_and_dumped_like_any_other(release: Release) -> None:
    """Manifest, description and dumps include it; our licence does not cover it."""
    (count,) = [graph for graph in release.manifest.graphs if graph.name == "wording"]
    assert (count.triples, count.label) == (9, "Wording: what the source itself says in its passages")
    assert WORDS in release.path("dumps/graphs/wording.ttl").read_text(encoding="utf-8")
    described = release.path("dumps/graphs/description.ttl").read_text(encoding="utf-8")
    (block,) = re.findall(r"\n<[^>]*/graph/wording> a [^\n]*(?:\n\t[^\n]*)*", described)
    assert "void:triples 9 ;" in block
    assert "dcterms:rights" in block
    assert "dcterms:license" not in block


def test_the_page_of_a_thing_quotes_the_passages_it_names(client: FlaskClient) -> None:
    """Beside our own words stands the official wording, with a link to the passage; so on its own page."""
    page = client.get("/doc/rule/knocking", headers={"Accept": "text/html"}).text
    (figure,) = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    assert "Official wording" in page
    assert f"<blockquote><bdi>{WORDS}</bdi></blockquote>" in figure
    assert 'href="/doc/passage/house-rules-i-s2"' in figure
    own = client.get("/doc/passage/house-rules-i-s2", headers={"Accept": "text/html"}).text
    assert own.count(WORDS) == 1
    assert (
        "Official wording" not in client.get("/doc/book/winter-bread", headers={"Accept": "text/html"}).text
    )


def test_nothing_of_it_gets_into_a_release_without_the_source(library_content: Path) -> None:
    """After a private build an ordinary one holds none of the text, not even in what it says has changed."""
    content, releases = open_content(library_content), library_content.parent / "releases"
    source = read_source(RULES)
    first = build(content, releases)
    private = build(content, releases, source=source)
    assert build(content, releases, source=source).folder == private.folder
    assert build(content, releases).folder == first.folder
    assert current_release(releases).manifest.version == first.manifest.version
    loans = library_content / "data" / "loans" / "loans.jsonl"
    loans.write_text(loans.read_text(encoding="utf-8").replace("in January", "in the cold"), encoding="utf-8")
    later = build(content, releases)
    assert versions(releases) == ("2026.02.1", "2026.02.2", "2026.02.3")
    assert first.manifest.content_digest != private.manifest.content_digest
    for path in (path for one in (first, later) for path in one.folder.rglob("*") if path.is_file()):
        assert b"comes late" not in path.read_bytes(), path
    patch = later.path("changes.rdfp").read_text(encoding="utf-8")
    assert f"H prev <{BASE}releases/2026.02.1>" in patch
    assert "in the cold" in patch


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "passages.csv",
            ",0,11,",
            ",0,12,",
            "passages.csv:2:1: [passage/house-rules-title-1] characters 0–12",
        ),
        ("document.yaml", "    sha256: ", "    sha256: 0", "no document states the SHA-256 of this text"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(
    travaux: Command, library_content: Path, file: str, old: str, new: str, expected: str
) -> None:
    """No words are shown beside a passage that they do not belong to: exit 1, and no release."""
    path = library_content / "data" / "record" / "house-rules" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    releases = library_content.parent / "releases"
    result = travaux("build", "--content", library_content, "--releases", releases, "--source", RULES)
    assert result.returncode == 1
    assert expected in result.stderr
    assert versions(releases) == ()


def test_another_text_is_refused(travaux: Command, library_content: Path, tmp_path: Path) -> None:
    """One character more, and it is not the text that the passages were computed from."""
    other = tmp_path / "other.txt"
    other.write_text(RULES.read_text(encoding="utf-8") + "!", encoding="utf-8")
    releases = tmp_path / "releases"
    result = travaux("build", "--content", library_content, "--releases", releases, "--source", other)
    assert (result.returncode, versions(releases)) == (1, ())
    assert "no document states the SHA-256" in result.stderr


def test_content_without_documents_refuses_a_source(travaux: Command, small_content: Path) -> None:
    """Where the context has no word for the digest of a text, the message says so."""
    releases = small_content.parent / "releases"
    result = travaux("build", "--content", small_content, "--releases", releases, "--source", RULES)
    assert (result.returncode, versions(releases)) == (1, ())
    assert "the context has no word sha256" in result.stderr


def test_no_folder_of_data_may_take_the_graphs_name(travaux: Command, library_content: Path) -> None:
    """What people write cannot pass for the wording of a source."""
    (library_content / "data" / "loans").rename(library_content / "data" / "wording")
    result = travaux("check", "--content", library_content)
    assert result.returncode == 1
    assert "data/wording: has the name of a graph that the build makes" in result.stderr
