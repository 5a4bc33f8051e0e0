"""What crawlers are told: where they may go (RFC 9309), and which pages there are (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from travaux_build.release import DOCUMENTS
from travaux_server.http.negotiate import Variant
from travaux_server.pages.counts import classes_of
from travaux_server.query.example_queries import example_queries
from travaux_server.resources.addresses import AT_RELEASE
from travaux_server.resources.linked_data import addresses, send
from travaux_server.service import Service, current_service
from travaux_server.versions.kept import kept_versions

blueprint = Blueprint("crawlers", __name__)
XML = Variant("xml", "application/xml", "XML")
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
CLOSED = (
    *("/sparql", "/graph-store", "/browse/*?", "/timegate/"),
    *(f"/releases/*/{place}" for place in sorted(AT_RELEASE)),
)
"""Paths of endpoints, of the later pages of lists, and of earlier states of pages."""
SINGLE = ("", "browse", "queries", "download", "releases", "dataset", "catalogue", "ontology", "shapes")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Pages and downloads are open to crawlers; queries, long lists and earlier states are not."""
    closed = "".join(f"Disallow: {addresses().root}{path}\n" for path in CLOSED)
    body = f"User-agent: *\n{closed}Sitemap: {current_service().settings.url}/sitemap.xml\n"
    return Response(body, content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """The maps: one of the pages about the whole, and those of the documents about things."""
    names = ["pages", *_lists(current_service())]
    return _send("sitemap.xml", "sitemapindex", "sitemap", (f"sitemaps/{name}.xml" for name in names))


@blueprint.get("/sitemaps/pages.xml")
def pages() -> Response:
    """The pages about the data set, its parts, releases, classes and queries."""
    return _send("sitemaps/pages.xml", "urlset", "url", _pages(current_service()))


@blueprint.get("/sitemaps/<int:number>.xml")
def documents(number: int) -> Response:
    """As many documents about things as fit into one map."""
    service = current_service()
    name = _lists(service).get(str(number))
    if name is None:
        raise NotFound(
            f"there is no site map {number}; {addresses().path('sitemap.xml')} lists those there are"
        )
    keys = service.release.path(name).read_text("utf-8").splitlines()
    return _send(f"sitemaps/{number}.xml", "urlset", "url", (f"doc/{key}" for key in keys))


def _lists(service: Service) -> dict[str, str]:
    """The files with the keys of documents, by their number."""
    names = [file.name for file in service.release.manifest.files if file.name.startswith(f"{DOCUMENTS}/")]
    numbers = {name.removeprefix(f"{DOCUMENTS}/").removesuffix(".txt"): name for name in names}
    return dict(sorted(numbers.items(), key=lambda pair: int(pair[0])))


def _pages(service: Service) -> Iterator[str]:
    yield from SINGLE
    yield from (f"graph/{graph.name}" for graph in service.release.manifest.graphs)
    yield from (f"browse/{key}" for key in classes_of(service))
    yield from (f"queries/{name}" for name in example_queries(service))
    yield from (f"releases/{version}" for version in kept_versions(service))


def _send(here: str, root: str, element: str, paths: Iterable[str]) -> Response:
    """A map of paths, each as the address under which readers reach it; escapes are those of addresses."""
    service, place = current_service(), addresses()
    found = (service.settings.url + place.path(path).removeprefix(place.root) for path in paths)
    lines = "".join(f"<{element}><loc>{url.replace('&', '&amp;')}</loc></{element}>\n" for url in found)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n{lines}</{root}>\n'
    return send(body, XML, place.path(here))
