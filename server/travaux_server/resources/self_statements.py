"""What a document states about itself: topic, data set, licence, release, graphs, sources and pages."""

from __future__ import annotations

from collections.abc import Iterator

from travaux_server.resources.document import Document
from travaux_server.resources.outline import Outline
from travaux_server.resources.paging import page_query
from travaux_server.resources.standard_terms import DCTERMS, FOAF, PROV, TYPE, VOID, XSD
from travaux_server.service import Service

HYDRA = "http://www.w3.org/ns/hydra/core#"
RELATIONS = {"first": "first", "prev": "previous", "next": "next", "last": "last"}
"""The Hydra Core Vocabulary's names of relations between pages, by those of HTTP."""


def self_statements(service: Service, document: Document, outline: Outline) -> list[str]:
    """The statements as lines of N-Triples, the same whatever format the document is in."""
    iri = document.iri(service.release.iris)
    found = [(iri, TYPE, FOAF + "Document"), (iri, FOAF + "primaryTopic", document.about)]
    found += [(iri, property_, value) for property_, value in _provenance(service, document, outline)]
    lines = [f"<{subject}> <{property_}> <{value}> ." for subject, property_, value in found]
    return lines + list(_pages(document, iri))


def _provenance(service: Service, document: Document, outline: Outline) -> Iterator[tuple[str, str]]:
    release = service.release
    if document.about != release.iris.dataset:
        yield VOID + "inDataset", release.iris.dataset
    yield DCTERMS + "license", release.manifest.licence
    yield DCTERMS + "isPartOf", release.iris.release(release.manifest.version)
    for graph in outline.graphs:
        yield PROV + "wasDerivedFrom", graph
    for source in outline.sources:
        yield DCTERMS + "source", source


def _pages(document: Document, iri: str) -> Iterator[str]:
    """A document of several pages is a collection of statements that lead to the thing; each is a view."""
    others = document.pages.others()
    if not others:
        return
    view = iri + page_query(document.pages.number)
    yield f"<{iri}> <{TYPE}> <{HYDRA}Collection> ."
    yield f'<{iri}> <{HYDRA}totalItems> "{document.pages.total}"^^<{XSD}integer> .'
    yield f"<{iri}> <{HYDRA}view> <{view}> ."
    yield f"<{view}> <{TYPE}> <{HYDRA}PartialCollectionView> ."
    for relation, number in others.items():
        yield f"<{view}> <{HYDRA}{RELATIONS[relation]}> <{iri}{page_query(number)}> ."
