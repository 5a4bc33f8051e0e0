"""Documents as they were: at each release by their address, and by Memento (RFC 7089) as its clients ask."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from memento_client import MementoClient
from rdflib import Graph

from travaux_build.files.dump_lines import opened
from travaux_build.release import Release, open_release, versions
from travaux_server.engine import EngineBusy
from travaux_server.resources.addresses import AT_RELEASE
from travaux_server.selftest.subject import Reply, Subject, running
from travaux_server.settings import Settings
from travaux_server.versions.archive import Archive

GARDEN = "https://example.org/garden/"
RDF = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
PARSERS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
AMINA = "doc/person/amina"
LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="[^"]*")?(?:; datetime="([^"]*)")?')


@pytest.fixture(scope="module")
def server(chronicle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    options = ["--quiet", "--workers", "2", "--work-per-minute", "0"]
    with running(chronicle, tmp_path_factory.mktemp("mementos"), *options) as subject:
        yield subject


@pytest.fixture(scope="module")
def first(chronicle: Path) -> Release:
    return open_release(chronicle / "2026.01.1")


def links(reply: Reply) -> list[tuple[str, set[str], str]]:
    return [
        (href, set(relations.split()), moment)
        for href, relations, moment in LINK.findall(reply.headers["link"])
    ]


def linked(reply: Reply, *relations: str) -> list[str]:
    return [href for href, found, _ in links(reply) if {*relations} <= found]


def day(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def test_a_document_is_to_be_had_as_it_was(server: Subject) -> None:
    """Each release gives the name that the person had in it, in every format with the same triples."""
    for version, name in (("2026.01.1", "Amina"), ("2026.01.2", "Amina B."), ("2026.01.3", "Amina B.")):
        graphs = []
        for suffix, media_type in RDF.items():
            by_suffix = server.ask(f"/releases/{version}/{AMINA}.{suffix}")
            negotiated = server.ask(f"/releases/{version}/{AMINA}", headers={"Accept": media_type})
            assert by_suffix.body == negotiated.body
            assert negotiated.headers["content-location"] == f"/releases/{version}/{AMINA}.{suffix}"
            graphs.append(set(Graph().parse(data=by_suffix.body, format=PARSERS[suffix])))
        assert all(graph == graphs[0] for graph in graphs)
        labels = {
            str(value)
            for subject, key, value in graphs[0]
            if str(key).endswith("#label") and str(subject).endswith("/amina")
        }
        assert name in labels
        page = server.ask(f"/releases/{version}/{AMINA}", headers={"Accept": "text/html"}).body.decode()
        assert f"<bdi>{name}</bdi>" in page
        assert f'As it stood in <a href="/releases/{version}">' in page
        assert f'href="/{AMINA}">As it is now</a>' in page


def test_mementos_never_change_and_say_when_they_were_made(server: Subject, first: Release) -> None:
    """Memento-Datetime and immutable caching stand on mementos, and on nothing else."""
    memento = server.ask(f"/releases/2026.01.1/{AMINA}")
    assert memento.headers["memento-datetime"] == day(first.published)
    assert memento.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = server.ask(f"/releases/2026.01.1/{AMINA}", headers={"If-None-Match": memento.headers["etag"]})
    assert (again.status, again.headers["memento-datetime"]) == (304, day(first.published))
    for path in (
        f"/{AMINA}",
        "/id/person/amina",
        "/releases/2026.01.1",
        f"/timegate/{AMINA}",
        "/releases/2026.01.1/doc/no",
    ):
        reply = server.ask(path)
        assert "memento-datetime" not in reply.headers
        assert "immutable" not in reply.headers.get("cache-control", "")


def test_links_of_a_release_stay_in_it(server: Subject) -> None:
    """From a page at a release, things lead to pages at that release, and all of these are there."""
    page = server.ask(f"/releases/2026.01.1/{AMINA}", headers={"Accept": "text/html"}).body.decode()
    found = set(re.findall(r'href="(/releases/2026\.01\.1/[^"#]*)', page))
    assert len(found) > 5
    for path in found:
        assert server.ask(path).status in (200, 303), path
    thing = server.ask("/releases/2026.01.1/id/person/amina")
    assert (thing.status, thing.headers["location"]) == (303, f"/releases/2026.01.1/{AMINA}")
    assert 'href="/doc/' not in page.replace(f'href="/{AMINA}">As it is now', "")


@pytest.mark.parametrize("path", ["ontology", "shapes.ttl", "dataset", "graph/record", "graph/record.ttl"])
def test_documents_about_the_whole_have_mementos(server: Subject, path: str) -> None:
    """Ontology, shapes, data set and graphs are there at each release, with a TimeMap."""
    for version in ("2026.01.1", "2026.01.3"):
        assert "memento-datetime" in server.ask(f"/releases/{version}/{path}").headers
    assert server.ask(f"/timemap/link/{path}").body.count(b'memento"; datetime') == 3


def test_what_is_gone_is_there_in_the_releases_that_had_it(server: Subject) -> None:
    """A retired thing answers at the releases before, and its TimeMap lists those alone."""
    assert server.ask("/releases/2026.01.2/doc/person/cleo").status == 200
    uris = [
        one["uri"] for one in json.loads(server.ask("/timemap/json/doc/person/cleo").body)["mementos"]["list"]
    ]
    assert [re.findall(r"releases/([^/]*)/", uri)[0] for uri in uris] == ["2026.01.1", "2026.01.2"]


def test_a_document_leads_to_its_past(server: Subject) -> None:
    """The live document links to TimeGate and TimeMap; a memento also to the original and its neighbours."""
    base = f"http://127.0.0.1:{server.port}"
    live = server.ask(f"/{AMINA}")
    assert linked(live, "timegate") == [f"{base}/timegate/{AMINA}"]
    assert linked(live, "timemap") == [f"{base}/timemap/link/{AMINA}"]
    memento = server.ask(f"/releases/2026.01.2/{AMINA}")
    assert linked(memento, "original") == [f"{base}/{AMINA}"]
    assert (
        linked(memento, "first", "memento")
        == linked(memento, "prev", "memento")
        == [f"{base}/releases/2026.01.1/{AMINA}"]
    )
    assert (
        linked(memento, "last", "memento")
        == linked(memento, "next", "memento")
        == [f"{base}/releases/2026.01.3/{AMINA}"]
    )
    for href, relations, _ in links(memento):
        if relations & {"original", "timegate", "timemap", "memento"}:
            assert server.ask(href.removeprefix(base)).status in (200, 302)


def test_the_timegate_chooses_by_time(server: Subject, chronicle: Path) -> None:
    """What was current at a moment; before the first release that one, without a moment the last."""
    moments = [open_release(chronicle / version).published for version in versions(chronicle)]
    second = timedelta(seconds=1)
    assert moments == sorted(set(moments))
    cases = [
        (moments[0] - 9 * second, 1),
        (moments[1] - second, 1),
        (moments[1], 2),
        (moments[2] + second, 3),
    ]
    for moment, number in cases:
        reply = server.ask(f"/timegate/{AMINA}", headers={"Accept-Datetime": day(moment)})
        assert (reply.status, reply.headers["location"]) == (302, f"/releases/2026.01.{number}/{AMINA}")
        assert "accept-datetime" in reply.headers["vary"].lower()
    assert server.ask(f"/timegate/{AMINA}").headers["location"] == f"/releases/2026.01.3/{AMINA}"


@pytest.mark.parametrize(
    ("path", "moment", "status"),
    [
        (f"/timegate/{AMINA}", "yesterday", 400),
        ("/timegate/doc/person/nobody", "", 404),
        ("/timemap/link/doc/person/nobody", "", 404),
        ("/timemap/link/sparql", "", 404),
        ("/timegate/https://example.org/", "", 404),
        ("/releases/2026.01.9/doc/person/amina", "", 404),
        ("/releases/2026.01.1/doc/person/nobody", "", 404),
        ("/releases/2026.01.1/sparql", "", 404),
    ],
)
def test_what_there_is_not(server: Subject, path: str, moment: str, status: int) -> None:
    """No date, no such document, no such release: each says so as problem details."""
    reply = server.ask(path, headers={"Accept-Datetime": moment} if moment else {})
    assert (reply.status, json.loads(reply.body)["status"]) == (status, status)


def test_a_client_of_memento_finds_the_past(server: Subject, first: Release) -> None:
    """The client library, given the address of a thing and a moment, arrives at the first release."""
    address = f"http://127.0.0.1:{server.port}"
    client = MementoClient(check_native_timegate=True, timegate_uri="http://127.0.0.1:9/")
    with client:
        found = client.get_memento_info(f"{address}/id/person/amina", first.published.replace(tzinfo=None))
    assert found["timegate_uri"] == f"{address}/timegate/{AMINA}"
    closest = found["mementos"]["closest"]
    assert closest["uri"] == [f"{address}/releases/2026.01.1/{AMINA}"]
    assert (closest["http_status_code"], closest["datetime"].replace(tzinfo=UTC)) == (200, first.published)
    assert found["mementos"]["last"]["uri"] == [f"{address}/releases/2026.01.3/{AMINA}"]


def test_a_timemap_is_well_formed(server: Subject) -> None:
    """Every part is a link; the span is that of the mementos; the type is that of link documents."""
    reply = server.ask(f"/timemap/link/{AMINA}")
    assert reply.headers["content-type"] == "application/link-format"
    parsed = MementoClient.parse_link_header(reply.body.decode().replace("\n", " "))
    moments = [one["datetime"][0] for one in parsed.values() if "memento" in one["rel"]]
    (this,) = [one for one in parsed.values() if "self" in one["rel"]]
    assert (this["from"], this["until"]) == ([moments[0]], [moments[-1]])
    assert len(moments) == len(parsed) - 3 == 3


def test_every_iri_resolves_at_every_release(server: Subject, chronicle: Path) -> None:
    """Whatever a release states anything of below its base is answered there, as it stood; or is gone."""
    for version in versions(chronicle):
        release = open_release(chronicle / version)
        with opened(release.dump) as dump:
            own = {iri.partition("#")[0] for iri in dump.subjects(release.iris.base)}
        paths = {unquote(iri.removeprefix(release.iris.base)) for iri in own}
        assert len(paths) > 60
        for path in sorted(paths):
            is_versioned = re.split(r"[/.]", path)[0] in AT_RELEASE
            reply = server.ask(quote(f"/releases/{version}/{path}" if is_versioned else f"/{path}"))
            expected = {410} if (version, path) == ("2026.01.3", "id/person/cleo") else {200, 303}
            assert reply.status in expected, (version, path)


def test_versions_of_the_ontology_resolve(server: Subject, chronicle: Path) -> None:
    """The version IRI leads to the newest release that has it, whose ontology states that version."""
    reply = server.ask("/ontology/1.0.0.ttl")
    assert (reply.status, reply.headers["location"]) == (302, "/releases/2026.01.2/ontology.ttl")
    assert b'"1.0.0"' in server.ask(reply.headers["location"]).body
    assert server.ask("/ontology/1.1.0").headers["location"] == "/releases/2026.01.3/ontology"
    assert server.ask("/ontology/7.0.0").status == server.ask("/ontology/no.ttl").status == 404


def test_engines_of_the_archive_stay_a_while(chronicle: Path) -> None:
    """Who asks for one release after the other cannot have engines started all the time."""
    found = [open_release(chronicle / version) for version in versions(chronicle)]
    archive = Archive(Settings(quiet=True), least=60)
    try:
        for release in found[:2]:
            archive.borrow(release).engine.give_back()
        with pytest.raises(EngineBusy):
            archive.borrow(found[2])
        assert list(archive.versions) == ["2026.01.1", "2026.01.2"]
    finally:
        archive.close()


def test_engines_of_the_archive_are_few_and_end(chronicle: Path) -> None:
    """At most two earlier releases are open; one that is asked stays, an idle one makes room, or ends."""
    found = [open_release(chronicle / version) for version in versions(chronicle)]
    archive = Archive(Settings(quiet=True), idle=0.2, least=0)
    try:
        one, two = archive.borrow(found[0]), archive.borrow(found[1])
        with pytest.raises(EngineBusy):
            archive.borrow(found[2])
        assert archive.borrow(found[0]) is one
        two.engine.give_back()
        three = archive.borrow(found[2])
        assert list(archive.versions) == ["2026.01.1", "2026.01.3"]
        assert two.engine.workers == 0
        for service in (one, one, three):
            assert service.engine.rows("SELECT * { ?a ?b ?c } LIMIT 1")
            service.engine.give_back()
        end = time.monotonic() + 20
        while "archive" in [thread.name for thread in threading.enumerate()] and time.monotonic() < end:
            time.sleep(0.05)
        assert not list(archive.versions)
        assert archive.borrow(found[0]) is not one
    finally:
        archive.close()
