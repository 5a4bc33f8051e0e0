"""schema.org: the data set as search engines want to know it, in JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from travaux_build.description import Download, Edition, graph_label
from travaux_build.files.class_tables import Table

CONTEXT = "https://schema.org/"
Node = dict[str, object]


def schema_org(
    edition: Edition, graphs: Iterable[str], tables: Iterable[Table], downloads: Sequence[Download]
) -> Node:
    """A `Dataset` that says what DCAT says; https://schema.org/Dataset."""
    card, iris = edition.card, edition.iris
    publisher: Node = {"@type": "Organization", "@id": edition.publisher, "name": card.publisher}
    if card.contact:
        email = {"email": card.contact.email} if card.contact.email else {}
        contact = {"@type": "ContactPoint", "name": card.contact.name, "url": iris.base, **email}
        publisher["contactPoint"] = contact
    record: Node = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": iris.dataset,
        "url": iris.base,
        "identifier": iris.dataset,
        "name": card.title["en"],
        "alternateName": [text for tag, text in sorted(card.title.items()) if tag != "en"],
        "description": card.description["en"],
        "version": edition.version,
        "datePublished": edition.month,
        "creator": publisher,
        "publisher": {"@id": edition.publisher},
        "license": card.licence,
        "isAccessibleForFree": True,
        "conditionsOfAccess": "public",
        "keywords": list(card.keywords),
        "inLanguage": list(card.languages),
        "about": [
            {"@type": "DefinedTerm", "@id": theme, "name": label["en"]}
            for theme, label in card.themes.items()
        ],
        "spatialCoverage": [
            {"@type": "Place", "@id": place, "name": label["en"]} for place, label in card.places.items()
        ],
        "temporalCoverage": "/".join(card.period or ()),
        "variableMeasured": [table.label for table in tables],
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": iris.catalogue, "url": iris.catalogue},
        "distribution": [_file(edition, download) for download in downloads if download.is_whole],
        "hasPart": [_part(edition, graph) for graph in graphs],
    }
    return {key: value for key, value in record.items() if value not in ("", [])}


def _file(edition: Edition, download: Download) -> Node:
    file = edition.iris.file(edition.version, download.name)
    return {
        "@type": "DataDownload",
        "@id": file,
        "name": download.name,
        "contentUrl": file,
        "encodingFormat": [one for one in (download.media_type, download.coding) if one],
        "contentSize": f"{download.bytes} B",
        "sha256": download.sha256,
    }


def _part(edition: Edition, graph: str) -> Node:
    label = graph_label(graph, edition.card)
    return {"@type": "Dataset", "@id": edition.iris.graph(graph), "name": label}
