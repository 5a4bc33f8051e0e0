"""The data set is FAIR by the metrics of FAIRsFAIR (version 0.8), scored as F-UJI does, without outside host.

A harvester knows the IRI of the data set and nothing else: it asks for the landing page, reads what is in it
and follows links. What a metric asks for is found in that page's typed links (Signposting), the record for
schema.org in it, the RDF that is negotiated, and the files that these name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, PROV, RDF, VOID, Graph, URIRef
from werkzeug.test import TestResponse

from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

SETTINGS = Settings(workers=2, quiet=True, work_per_minute=0, public_url="https://data.example")
SCRIPT = '<script type="application/ld+json">'
REGISTERED = (
    *("http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://www.w3.org/ns/prov#"),
    *("http://xmlns.com/foaf/0.1/", "http://rdfs.org/ns/void#", "http://www.w3.org/2004/02/skos/core#"),
)
"""Namespaces of vocabularies that Linked Open Vocabularies lists."""
OPEN_FORMATS = {
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "text/csv",
    "text/turtle",
}


@dataclass(frozen=True)
class Harvest:
    """What a harvester has: the client, the IRI, the landing page, the record in it, the negotiated RDF."""

    client: FlaskClient
    iri: str
    page: TestResponse
    record: dict[str, Any]
    graph: Graph

    def get(self, iri: str, accept: str = "*/*") -> TestResponse:
        """What is at an IRI below the base, which w3id.org redirects to the server with its path."""
        base = self.record["url"]
        assert iri.startswith(base)
        return self.client.get("/" + iri.removeprefix(base), headers={"Accept": accept}, buffered=True)

    def values(self, property_: URIRef) -> list[str]:
        return [str(value) for value in self.graph.objects(URIRef(self.iri), property_)]


@pytest.fixture(scope="module")
def harvest(real_release: Release) -> Iterator[Harvest]:
    with Engine(real_release, SETTINGS) as engine:
        client = create_app(real_release, engine, SETTINGS).test_client()
        page = client.get("/dataset", headers={"Accept": "text/html"})
        record = json.loads(page.get_data(as_text=True).partition(SCRIPT)[2].partition("</script>")[0])
        turtle = client.get("/dataset", headers={"Accept": "text/turtle"})
        graph = Graph().parse(data=turtle.data, format="turtle")
        yield Harvest(client, real_release.iris.dataset, page, record, graph)


def f1_unique_identifier(found: Harvest) -> float:
    """FsF-F1-01MD: the metadata name an IRI for the data set, and for each file."""
    iris = [found.record["identifier"], *(file["@id"] for file in found.record["distribution"])]
    return float(all(urlsplit(iri).scheme == "https" and urlsplit(iri).netloc for iri in iris))


def f1_persistent_identifier(found: Harvest) -> float:
    """FsF-F1-02MD: the IRI is one of w3id.org; half a point waits for the redirect to be registered there."""
    return 0.5 * (found.record["identifier"] == found.iri and found.iri.startswith("https://w3id.org/"))


def f2_core_metadata(found: Harvest) -> float:
    """FsF-F2-01M: what a citation needs, and what a search needs, in the embedded record."""
    citation = ("creator", "name", "identifier", "datePublished", "publisher", "@type")
    return sum(
        all(found.record.get(name) for name in names)
        for names in (citation, (*citation, "description", "keywords"))
    )


def f3_identifier_of_the_data(found: Harvest) -> float:
    """FsF-F3-01M: the record has the addresses of the files, and so have the typed links and DCAT."""
    files = {file["contentUrl"] for file in found.record["distribution"]}
    assert files == set(found.values(DCAT.distribution))
    return float('rel="item"' in found.page.headers["Link"] and bool(files))


def f4_searchable(found: Harvest) -> float:
    """FsF-F4-01M: the record for search engines is embedded in the page."""
    kind = (found.record["@context"], found.record["@type"])
    return 2.0 * (kind == ("https://schema.org/", "Dataset"))


def a1_access_level(found: Harvest) -> float:
    """FsF-A1-01M: free and public, said in schema.org and by the access right of DCAT."""
    (right,) = found.values(DCTERMS.accessRights)
    is_free = found.record["isAccessibleForFree"] is True
    return float(is_free and right.endswith("/access-right/PUBLIC"))


def a1_retrievable(found: Harvest) -> float:
    """FsF-A1-02MD: the IRI leads to the metadata, and the addresses in these to the data."""
    metadata = found.get(found.iri, "application/ld+json").status_code == 200
    data = all(found.get(file["contentUrl"]).status_code == 200 for file in found.record["distribution"])
    return float(metadata) + float(data)


def a11_protocol(found: Harvest) -> float:
    """FsF-A1.1-01MD: metadata and data are had by HTTP."""
    return sum(urlsplit(iri).scheme == "https" for iri in (found.iri, found.record["distribution"][0]["@id"]))


def a12_authentication(found: Harvest) -> float:
    """FsF-A1.2-01MD: HTTPS could ask who one is; we never do."""
    assert "WWW-Authenticate" not in found.page.headers
    return a11_protocol(found)


def i1_formal_language(found: Harvest) -> float:
    """FsF-I1-01M: JSON-LD is embedded, and RDF is negotiated and had by SPARQL."""
    query = {"query": f"ASK {{ <{found.iri}> a <{DCAT.Dataset}> }}"}
    answer = found.client.get("/sparql", query_string=query, headers={"Accept": "application/json"})
    assert json.loads(answer.data)["boolean"] is True
    return 2.0 * ((URIRef(found.iri), RDF.type, DCAT.Dataset) in found.graph)


def i2_registered_vocabularies(found: Harvest) -> float:
    """FsF-I2-01M: the terms are those of vocabularies that registers list."""
    terms = {str(property_) for property_ in found.graph.predicates()}
    used = [namespace for namespace in REGISTERED if any(term.startswith(namespace) for term in terms)]
    return 2.0 * (len(used) == len(REGISTERED))


def i3_qualified_references(found: Harvest) -> float:
    """FsF-I3-01M: parts, versions, catalogue and links to other data sets have a relation and an IRI."""
    related = [*found.record["hasPart"], found.record["includedInDataCatalog"]]
    assert all(one["@id"].startswith("https://") for one in related)
    linksets = set(found.graph.subjects(VOID.subjectsTarget, URIRef(found.iri)))
    return 2.0 * bool(found.values(URIRef(f"{DCAT}hasVersion")) and linksets)


def r1_content(found: Harvest) -> float:
    """FsF-R1-01M: the kind of resource, and of each file size and type, which are those that it has."""
    for file in found.record["distribution"]:
        answer = found.get(file["contentUrl"])
        assert file["contentSize"] == f"{len(answer.data)} B"
        assert file["encodingFormat"][-1] == answer.mimetype
    return float(found.record["@type"] == "Dataset") + float(bool(found.record["variableMeasured"]))


def r11_licence(found: Harvest) -> float:
    """FsF-R1.1-01M: a licence that machines know, in the record, in DCAT and in the typed links."""
    licence = found.record["license"]
    assert f'<{licence}>; rel="license"' in found.page.headers["Link"]
    return float(found.values(DCTERMS.license) == [licence])


def r12_provenance(found: Harvest) -> float:
    """FsF-R1.2-01M: creator and date in the record, and the build of the release in PROV."""
    (release,) = found.values(URIRef(f"{DCAT}hasCurrentVersion"))
    built = list(found.graph.objects(URIRef(release), PROV.wasGeneratedBy))
    return float(bool(built and found.record["creator"] and found.record["datePublished"]))


def r13_community_standard(found: Harvest) -> float:
    """FsF-R1.3-01M: DCAT and DataCite, which the register of metadata standards lists."""
    links = found.page.headers["Link"]
    return float("application/vnd.datacite.datacite+json" in links and bool(found.values(DCAT.distribution)))


def r13_file_format(found: Harvest) -> float:
    """FsF-R1.3-02D: the data come in open text formats."""
    formats = {file["encodingFormat"][0] for file in found.record["distribution"]}
    return float(len(formats & OPEN_FORMATS) >= 4)


METRICS: dict[Callable[[Harvest], float], float] = {
    f1_unique_identifier: 1,
    f1_persistent_identifier: 1,
    f2_core_metadata: 2,
    f3_identifier_of_the_data: 1,
    f4_searchable: 2,
    a1_access_level: 1,
    a1_retrievable: 2,
    a11_protocol: 2,
    a12_authentication: 2,
    i1_formal_language: 2,
    i2_registered_vocabularies: 2,
    i3_qualified_references: 2,
    r1_content: 2,
    r11_licence: 1,
    r12_provenance: 1,
    r13_community_standard: 1,
    r13_file_format: 1,
}
"""The checks, with the score that each metric can have at most."""


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.__name__)
def test_every_metric_is_met(harvest: Harvest, metric: Callable[[Harvest], float]) -> None:
    """The score is full; only that of the persistent identifier lacks what a registered redirect brings."""
    expected = METRICS[metric] - (lacking(harvest) if metric is f1_persistent_identifier else 0)
    assert metric(harvest) == expected


def test_the_score_is_that_of_a_fair_data_set(harvest: Harvest) -> None:
    """25.5 of 26 points, 98 %."""
    assert sum(METRICS.values()) == 26
    assert sum(metric(harvest) for metric in METRICS) == 26 - lacking(harvest)


def lacking(found: Harvest) -> float:
    """What the persistent identifier lacks: half a point until it is registered, all below another base."""
    return 0.5 if found.iri.startswith("https://w3id.org/") else 1.0
