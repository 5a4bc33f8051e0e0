"""Crawlers are told where they may go and find every page; search engines find what the data set is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from travaux_build.files.documents import MOST, write_documents
from travaux_build.iris import Iris
from travaux_build.release import SCHEMA_ORG, Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

URL = "https://data.example/base"
SETTINGS = Settings(workers=2, quiet=True, work_per_minute=0, public_url=URL)
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SCRIPT = '<script type="application/ld+json">'


@pytest.fixture(scope="module")
def client(small_release: Release) -> Iterator[FlaskClient]:
    with Engine(small_release, SETTINGS) as engine:
        yield create_app(small_release, engine, SETTINGS).test_client()


def addresses(client: FlaskClient, path: str) -> list[str]:
    """The addresses in a site map or an index of them."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    root = ElementTree.fromstring(answer.data)
    assert root.tag in (f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex")
    element = "url" if root.tag.endswith("urlset") else "sitemap"
    assert {one.tag for one in root} == {SITEMAP + element}
    return [one.findtext(f"{SITEMAP}loc", "") for one in root]


def paths(client: FlaskClient) -> list[str]:
    """The paths of all pages that the site maps list."""
    maps = [url.removeprefix(URL) for url in addresses(client, "/sitemap.xml")]
    urls = [url for path in maps for url in addresses(client, path)]
    assert all(url.startswith(f"{URL}/") for url in urls)
    return [url.removeprefix(URL) for url in urls]


def test_robots_may_read_pages_and_downloads_but_ask_nothing(client: FlaskClient) -> None:
    """The endpoints and the later pages of lists are closed, all else is open, and the site map is named."""
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /sparql", "Disallow: /graph-store", "Disallow: /browse/*?"} <= set(lines)
    assert lines[-1] == f"Sitemap: {URL}/sitemap.xml"
    closed = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]
    patterns = [re.compile(".*".join(map(re.escape, path.split("*")))) for path in closed]
    assert [path for path in paths(client) for pattern in patterns if pattern.match(path)] == []
    assert any(pattern.match("/releases/2026.01.1/doc/person/amina") for pattern in patterns)
    assert not any(pattern.match("/releases/2026.01.1/dumps/garden.nt") for pattern in patterns)


def test_below_a_path_everything_is_said_with_it(small_release: Release) -> None:
    """A server that is mounted below a path closes and lists what is below that path."""
    with Engine(small_release, SETTINGS) as engine:
        mounted = create_app(small_release, engine, SETTINGS).test_client()
        environment = {"SCRIPT_NAME": "/base"}
        robots = mounted.get("/robots.txt", environ_overrides=environment).get_data(as_text=True)
        assert "Disallow: /base/sparql\n" in robots
        pages = mounted.get("/sitemaps/pages.xml", environ_overrides=environment).get_data(as_text=True)
        assert f"<loc>{URL}/dataset</loc>" in pages
        assert "/base/base" not in pages


def test_every_document_about_a_thing_is_on_a_map(client: FlaskClient, small_release: Release) -> None:
    """The documents listed are those of all things that the release says anything about, each once."""
    things = small_release.iris.things
    quads = parse(path=str(small_release.dump), format=RdfFormat.N_QUADS)
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    keys = {iri.removeprefix(things) for iri in subjects if iri.startswith(things) and "#" not in iri}
    listed = [unquote(path).removeprefix("/doc/") for path in paths(client) if path.startswith("/doc/")]
    assert sorted(listed) == sorted(keys)


def test_every_page_on_a_map_is_there(client: FlaskClient) -> None:
    """Each address listed is answered with a page, without a detour, and none is listed twice."""
    found = paths(client)
    assert len(found) == len(set(found)) > 30
    for path in found:
        answer = client.get(path, headers={"Accept": "text/html"}, buffered=True)
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), path


def test_a_map_that_does_not_exist_is_404(client: FlaskClient) -> None:
    """Numbers beyond the last are answered as anything unknown is."""
    assert [client.get(f"/sitemaps/{number}.xml").status_code for number in (0, 2, 10**9)] == [404] * 3


def test_no_map_is_longer_than_the_protocol_allows(tmp_path: Path) -> None:
    """One document more than fit into a map begins the next one."""
    iris = Iris("https://example.org/")
    label, graph = NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), NamedNode(iris.graph("record"))
    things = [NamedNode(iris.thing(f"thing/{number:05}")) for number in range(MOST + 1)]
    files = list(write_documents(tmp_path, [Quad(thing, label, graph, graph) for thing in things], iris))
    assert [(file.name, file.count) for file in files] == [("documents/1.txt", MOST), ("documents/2.txt", 1)]
    assert (tmp_path / "documents" / "2.txt").read_text() == f"thing/{MOST:05}\n"


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_pages_about_the_data_tell_search_engines(
    client: FlaskClient, small_release: Release, path: str
) -> None:
    """The record for schema.org stands in the page as data that nothing in it can end."""
    answer = client.get(path, headers={"Accept": "text/html"})
    _, start, rest = answer.get_data(as_text=True).partition(SCRIPT)
    assert start
    text = rest.partition("</script>")[0]
    assert not {"<", "&"} & set(text)
    assert json.loads(text) == json.loads(small_release.path(SCHEMA_ORG).read_bytes())


def test_the_landing_page_leads_to_every_description(client: FlaskClient) -> None:
    """It says how to cite the data and leads to each format, the catalogue and each record of metadata."""
    answer = client.get("/", headers={"Accept": "text/html"})
    header = answer.headers["Link"]
    assert '<https://example.org/garden/dataset>; rel="cite-as"' in header
    for relation in ("author", "license", "type"):
        assert f'rel="{relation}"' in header
    described = [part.partition(">")[0] for part in header.split("<") if 'rel="describedby"' in part]
    names = {path.rpartition("/")[2] for path in described}
    assert {"dataset.ttl", "dataset.jsonld", "dataset.nt", "dataset.rdf", "catalogue.ttl"} <= names
    assert {"schema.jsonld", "datacite.json", "croissant.json", "CITATION.cff"} <= names
    for path in described:
        assert client.get(path, buffered=True).status_code == 200, path
