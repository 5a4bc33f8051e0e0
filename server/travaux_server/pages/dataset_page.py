"""The page about the data set: what is said of it, and how many things of which class it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from travaux_server.pages.names import Name, names_of
from travaux_server.pages.page_model import ResourcePage, Value
from travaux_server.pages.resource_page import page_of
from travaux_server.resources.addresses import Addresses
from travaux_server.resources.standard_terms import VOID
from travaux_server.service import Service

PARTITIONS = {"classes": ("class", "entities"), "properties": ("property", "triples")}
"""What VoID calls the term that a partition is made by, and the figure that says how large it is."""


@dataclass(frozen=True)
class Partition:
    """A part of the data set by a class or property: the anchor of its IRI, the term, and how large it is."""

    anchor: str
    name: Name
    href: str
    size: int


def dataset_page(service: Service, addresses: Addresses) -> Mapping[str, object]:
    """The variables of the template: the page of the data set, and its partitions. Raises `QueryError`."""
    dataset = service.release.iris.dataset
    page = page_of(service, addresses, dataset)
    partitions = {kind: _partitions(service, addresses, *terms) for kind, terms in PARTITIONS.items()}
    anchors = {one.anchor for found in partitions.values() for one in found}
    folder = service.release.iris.file(service.release.manifest.version, "")
    return {"page": page and _without(page, anchors, folder), **partitions}


def _without(page: ResourcePage, anchors: set[str], folder: str) -> ResourcePage:
    """The page without the parts that have these anchors, and rows that lead to them or to files alone."""
    parts = {page.iri + "#" + anchor for anchor in anchors}
    sections = [
        replace(section, rows=tuple(row for row in section.rows if not _leads_to(row.values, parts, folder)))
        for section in page.sections
    ]
    kept = tuple(part for part in page.parts if part.anchor not in anchors)
    return replace(page, sections=tuple(section for section in sections if section.rows), parts=kept)


def _leads_to(values: Sequence[Value], parts: set[str], folder: str) -> bool:
    iris = [value.link.name.iri if value.link else "" for value in values]
    return all(iri in parts or iri.startswith(folder) for iri in iris)


def _partitions(service: Service, addresses: Addresses, term: str, figure: str) -> list[Partition]:
    """The partitions by a kind of term, the largest first."""
    dataset = service.release.iris.dataset
    rows = service.engine.rows(
        f"SELECT ?part ?term ?size WHERE {{ <{dataset}> <{VOID}{term}Partition> ?part . "
        f"?part <{VOID}{term}> ?term ; <{VOID}{figure}> ?size }} ORDER BY DESC(?size) ?term"
    )
    names = names_of(service.engine, [row["term"].value for row in rows])
    return [
        Partition(
            anchor=row["part"].value.removeprefix(dataset + "#"),
            name=names[row["term"].value],
            href=addresses.href(row["term"].value),
            size=int(row["size"].value),
        )
        for row in rows
    ]
