"""Changes over HTTP: differences, histories, the feed, the event stream, and what is gone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef

from travaux_build.release import open_release, versions
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.selftest.subject import Reply, Subject, running
from travaux_server.settings import Settings

GARDEN = "https://example.org/garden/"
ATOM = "{http://www.w3.org/2005/Atom}"
TREE, LDES = Namespace("https://w3id.org/tree#"), Namespace("https://w3id.org/ldes#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
ACTIVITY = Namespace("https://www.w3.org/ns/activitystreams#")
PAGE = {"Accept": "text/html"}
AMINA, CLEO = URIRef(f"{GARDEN}id/person/amina"), URIRef(f"{GARDEN}id/person/cleo")


@pytest.fixture(scope="module")
def server(chronicle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    options = ["--quiet", "--workers", "2", "--work-per-minute", "0"]
    with running(chronicle, tmp_path_factory.mktemp("changes"), *options) as subject:
        yield subject


def graph(reply: Reply) -> Graph:
    assert reply.status == 200
    return Graph().parse(data=reply.body, format="turtle")


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.decode()))


def test_a_difference_is_a_page(server: Subject) -> None:
    """It names the thing by its label, the property by its own, and both values."""
    reply = server.ask("/releases/2026.01.1..2026.01.2", headers=PAGE)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    said = text_of(reply.body)
    assert "From release 2026.01.1 to 2026.01.2" in said
    assert "1 thing changed: " in said
    assert "Amina → Amina B." in said
    assert b'href="/doc/person/amina"' in reply.body
    gone = server.ask("/releases/2026.01.1..2026.01.3", headers=PAGE).body
    assert b'href="/releases/2026.01.1/doc/person/cleo"' in gone


def test_a_release_tells_when_it_was_published_and_what_it_changed(server: Subject, chronicle: Path) -> None:
    """Its page, also with a slash at the end, has the time, and leads to changes and to all as it stood."""
    published = open_release(chronicle / "2026.01.2").published.strftime("%-d %B %Y, %H:%M UTC")
    for path in ("/releases/2026.01.2", "/releases/2026.01.2/"):
        page = server.ask(path, headers=PAGE).body.decode()
        assert published in text_of(page.encode())
        for link in ("2026.01.1..2026.01.2", "2026.01.2/browse"):
            assert f'href="/releases/{link}"' in page
            assert server.ask(f"/releases/{link}", headers=PAGE).status == 200
    assert "2026.01.1..2026.01.2" in server.ask("/releases/", headers=PAGE).body.decode()


def test_a_difference_is_data(server: Subject, chronicle: Path) -> None:
    """By suffix and by Accept: JSON and RDF Patch, the release's own and those of any other pair."""
    release = open_release(chronicle / "2026.01.2")
    for suffix, media_type, file in (
        ("json", "application/json", "changes.json"),
        ("rdfp", "application/rdf-patch", "changes.rdfp"),
    ):
        by_suffix = server.ask(f"/releases/2026.01.1..2026.01.2.{suffix}")
        negotiated = server.ask("/releases/2026.01.1..2026.01.2", headers={"Accept": media_type})
        assert by_suffix.body == negotiated.body == release.path(file).read_bytes()
        assert negotiated.headers["content-type"] == media_type
        assert negotiated.headers["content-location"] == f"/releases/2026.01.1..2026.01.2.{suffix}"
    there, back = (
        json.loads(server.ask(f"/releases/{one}.json").body)
        for one in ("2026.01.1..2026.01.3", "2026.01.3..2026.01.1")
    )
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])
    assert (there["release"], there["previous"]) == (back["previous"], back["release"])


@pytest.mark.parametrize(
    "path",
    ["2026.01.1..2026.01.9", "2026.01.9..2026.01.1", "2026.01.1..", "..2026.01.1", "2026.01.1..x.rdfp"],
)
def test_a_difference_needs_two_releases(server: Subject, path: str) -> None:
    """One that is not kept is 404, with the address of the list."""
    reply = server.ask(f"/releases/{path}")
    assert reply.status == 404
    assert b"/releases" in reply.body


def test_differences_too_large_are_refused(chronicle: Path) -> None:
    """What would take more memory than the data may is left to the command, which the refusal names."""
    release = open_release(chronicle / "2026.01.3")
    settings = Settings(workers=2, quiet=True, memory_store_bytes=release.path("changes.rdfp").stat().st_size)
    with Engine(release, settings) as engine:
        client = create_app(release, engine, settings).test_client()
        assert client.get("/releases/2026.01.2..2026.01.3.json").status_code == 200
        refused = client.get("/releases/2026.01.1..2026.01.3.json")
    assert refused.status_code == 413
    assert b"travaux diff 2026.01.1 2026.01.3" in refused.data


def test_a_damaged_release_is_passed_over(chronicle: Path, tmp_path: Path) -> None:
    """What can be told without a release whose dump is gone is told, and the current one answers as ever."""
    releases = Path(shutil.copytree(chronicle, tmp_path / "releases", symlinks=True))
    open_release(releases / "2026.01.2").dump.unlink()
    release, settings = open_release(releases / "2026.01.3"), Settings(workers=2, quiet=True)
    with Engine(release, settings) as engine:
        client = create_app(release, engine, settings).test_client()
        for path in (
            "/releases.atom",
            "/ldes",
            "/history/doc/person/amina",
            "/releases/2026.01.3/doc/person/amina",
        ):
            assert client.get(path).status_code == 200, path
        timemap = client.get("/timemap/json/doc/person/amina").get_json()
    assert [one["uri"].split("/")[4] for one in timemap["mementos"]["list"]] == ["2026.01.1", "2026.01.3"]


def test_a_thing_has_a_history(server: Subject) -> None:
    """Each release that changed it, the newest first, with what it changed and a way to see it then."""
    found = json.loads(server.ask("/history/doc/person/amina.json").body)
    assert found["id"] == str(AMINA)
    assert [(one["version"], one["what"]) for one in found["history"]] == [
        ("2026.01.2", "changed"),
        ("2026.01.1", "published"),
    ]
    (edited,) = found["history"][0]["edited"]
    texts = [(edit["removed"][0]["text"], edit["added"][0]["text"]) for edit in edited["edits"]]
    assert texts == [("Amina", "Amina B.")]
    page = server.ask("/history/doc/person/amina", headers=PAGE).body
    assert "Amina → Amina B." in text_of(page)
    assert b'href="/releases/2026.01.1/doc/person/amina"' in page
    assert b'href="/history/doc/person/amina"' in server.ask("/doc/person/amina", headers=PAGE).body


def test_what_is_gone_has_a_history(server: Subject) -> None:
    """The history of a retired thing ends with the release that dropped it; the ontology has one as well."""
    found = json.loads(server.ask("/history/doc/person/cleo.json").body)["history"]
    assert [(one["version"], one["what"]) for one in found] == [
        ("2026.01.3", "gone"),
        ("2026.01.1", "published"),
    ]
    ontology = json.loads(server.ask("/history/ontology.json").body)["history"]
    assert [one["version"] for one in ontology] == ["2026.01.3", "2026.01.1"]
    assert f"{GARDEN}ontology#Tree" in [one["thing"]["iri"] for one in ontology[0]["edited"]]
    assert server.ask("/history/doc/person/nobody").status == server.ask("/history/sparql").status == 404


def test_the_feed_is_as_its_specification_wants_it(server: Subject, chronicle: Path) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: ids, titles, dates, author and links that feed and entries must have."""
    reply = server.ask("/releases.atom")
    assert reply.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(reply.body)
    assert feed.tag == f"{ATOM}feed"
    assert [one.get("href") for one in feed.findall(f"{ATOM}link[@rel='self']")] == [
        f"http://127.0.0.1:{server.port}/releases.atom"
    ]
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    entries = feed.findall(f"{ATOM}entry")
    expected = {
        f"{GARDEN}releases/{one}": open_release(chronicle / one).published for one in versions(chronicle)
    }
    found = {}
    for one in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
        moment = datetime.strptime(one.findtext(f"{ATOM}updated") or "", "%Y-%m-%dT%H:%M:%SZ").replace(
            tzinfo=UTC
        )
        found[one.findtext(f"{ATOM}id")] = moment
        assert len(one.findall(f"{ATOM}link[@rel='alternate']")) == 1
    assert found.pop(f"{GARDEN}releases") == max(expected.values())
    assert found == expected
    assert [one.findtext(f"{ATOM}title") for one in entries] == [f"Release 2026.01.{n}" for n in (3, 2, 1)]
    assert all(one.find(f"{ATOM}summary") is not None for one in entries)


def test_what_the_feed_links_to_is_there(server: Subject) -> None:
    """Every address in it answers; each page of the site leads to it."""
    feed = ElementTree.fromstring(server.ask("/releases.atom").body)
    base = f"http://127.0.0.1:{server.port}"
    addresses = {one.get("href") or "" for one in feed.iter() if one.get("href")}
    assert f"{base}/releases/2026.01.1..2026.01.2" in addresses
    assert f"{base}/doc/person/amina" in addresses
    assert f"{base}/releases/2026.01.2/doc/person/cleo" in addresses
    for address in addresses:
        assert address.startswith(base + "/")
        assert server.ask(address.removeprefix(base).partition("#")[0]).status == 200, address
    assert b'<link rel="alternate" type="application/atom+xml"' in server.ask("/", headers=PAGE).body


def test_the_event_stream_holds_every_version(server: Subject, chronicle: Path) -> None:
    """A client that follows all relations has, of each release, what it made, changed and dropped."""
    root = graph(server.ask("/ldes"))
    stream = root.value(predicate=RDF.type, object=LDES.EventStream)
    assert root.value(stream, TREE.view) == URIRef(f"{GARDEN}ldes")
    assert root.value(stream, LDES.timestampPath) == DCTERMS.created
    assert root.value(stream, LDES.versionOfPath) == DCTERMS.isVersionOf
    members: dict[str, tuple[URIRef, URIRef]] = {}
    published = {one: open_release(chronicle / one).published for one in versions(chronicle)}
    for node in set(root.objects(predicate=TREE.node)):
        page = graph(server.ask("/" + str(node).removeprefix(GARDEN)))
        assert page.value(node, LDES.immutable) == Literal(True)
        bounds = {value for one in root.subjects(TREE.node, node) for value in root.objects(one, TREE.value)}
        for member in page.objects(stream, TREE.member):
            version = str(member).removeprefix(f"{GARDEN}releases/").partition("/")[0]
            moment = Literal(published[version].strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD.dateTime)
            assert page.value(member, DCTERMS.created) == moment
            assert bounds == {moment}
            assert str(member) not in members
            about, kind = page.value(member, DCTERMS.isVersionOf), page.value(member, DCTERMS.type)
            assert isinstance(about, URIRef)
            assert isinstance(kind, URIRef)
            members[str(member)] = (about, kind)
    assert members[f"{GARDEN}releases/2026.01.2/id/person/amina"] == (AMINA, ACTIVITY.Update)
    assert members[f"{GARDEN}releases/2026.01.3/id/person/cleo"] == (CLEO, ACTIVITY.Delete)
    later = [key for key in members if "/2026.01.1/" not in key]
    assert len(later) == 2
    assert all(kind == ACTIVITY.Create for key, (_, kind) in members.items() if key not in later)


def test_what_the_event_stream_names_is_there(server: Subject) -> None:
    """Its pages are for ever; members hold the words of their version, and resolve; no node is blank."""
    reply = server.ask("/ldes/2026.01.2/1")
    assert "immutable" in reply.headers["cache-control"]
    assert b"_:" not in reply.body
    page = graph(reply)
    member = URIRef(f"{GARDEN}releases/2026.01.2/id/person/amina")
    labels = {
        str(label) for label in page.objects(member, URIRef("http://www.w3.org/2000/01/rdf-schema#label"))
    }
    assert "Amina B." in labels
    answer = server.ask("/releases/2026.01.2/id/person/amina")
    assert (answer.status, answer.headers["location"]) == (303, "/releases/2026.01.2/doc/person/amina")
    assert server.ask("/releases/2026.01.3/id/person/cleo").status == 410
    for path in ("/ldes/2026.01.2/0", "/ldes/2026.01.2/2", "/ldes/2026.01.9/1", "/ldes/x"):
        assert server.ask(path).status == 404


@pytest.mark.parametrize(
    "path", ["/id/person/cleo", "/doc/person/cleo", "/releases/2026.01.3/doc/person/cleo"]
)
def test_what_is_retired_is_gone(server: Subject, path: str) -> None:
    """410 as problem details, plain text or a page, with the reason and, in a link as well, the heir."""
    reply = server.ask(path)
    problem = json.loads(reply.body)
    assert reply.status == problem["status"] == 410
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["replacedBy"] == [str(AMINA)]
    assert "The same person under another name" in problem["detail"]
    assert 'rel="successor-version http://purl.org/dc/terms/isReplacedBy"' in reply.headers["link"]
    page = server.ask(path, headers=PAGE)
    assert page.status == 410
    assert "Gone: Cleo" in text_of(page.body)
    assert "The same person under another name" in text_of(page.body)
    assert b"doc/person/amina" in page.body
    plain = server.ask(path, headers={"Accept": "text/plain"})
    assert (plain.status, plain.body.decode().splitlines()[-1]) == (410, str(AMINA))


def test_what_is_retired_answers_in_rdf(server: Subject) -> None:
    """By Accept and by suffix: deprecated, and replaced by its heir; memento links stay."""
    by_accept = server.ask("/doc/person/cleo", headers={"Accept": "text/turtle"})
    by_suffix = server.ask("/doc/person/cleo.nt")
    assert by_accept.status == by_suffix.status == 410
    found = Graph().parse(data=by_accept.body, format="turtle")
    assert found.value(CLEO, DCTERMS.isReplacedBy) == AMINA
    assert found.value(CLEO, URIRef("http://www.w3.org/2002/07/owl#deprecated")) == Literal(True)
    assert set(Graph().parse(data=by_suffix.body, format="nt")) == set(found)
    quads = server.ask("/id/person/cleo", headers={"Accept": "application/n-quads"})
    assert quads.status == 410
    assert f"{GARDEN}graph/description".encode() in quads.body
    assert 'rel="timegate"' in by_accept.headers["link"]
    assert server.ask("/doc/person/cleo", headers={"Accept": "image/png"}).status == 406
