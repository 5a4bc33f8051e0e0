"""Search engines, archives and reference managers are told what DCAT says, each in its own form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from datacite import schema45
from rdflib import DCAT, DCTERMS, RDF, RDFS, Graph, Literal, Namespace, URIRef

from travaux_build.release import SCHEMA_ORG, Release

ROOT = Path(__file__).parents[1]
SPDX = Namespace("http://spdx.org/rdf/terms#")
VERSION = URIRef(str(DCAT) + "version")
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@pytest.fixture(scope="module")
def dcat(release: Release) -> Graph:
    return Graph().parse(release.path("catalogue.ttl"))


def record(release: Release, name: str) -> Any:
    return json.loads(release.path(name).read_bytes())


def values(graph: Graph, subject: str, property_: URIRef) -> list[str]:
    return sorted(str(value) for value in graph.objects(URIRef(subject), property_))


def english(graph: Graph, subject: str, property_: URIRef) -> str:
    found = graph.objects(URIRef(subject), property_)
    return next(str(value) for value in found if isinstance(value, Literal) and value.language == "en")


def test_schema_org_says_what_dcat_says(release: Release, dcat: Graph) -> None:
    """Identity, texts, people, terms of use, subject and time: the two agree word by word."""
    found, dataset = record(release, SCHEMA_ORG), release.iris.dataset
    assert (found["@context"], found["@type"], found["@id"]) == ("https://schema.org/", "Dataset", dataset)
    assert found["name"] == english(dcat, dataset, DCTERMS.title)
    assert found["description"] == english(dcat, dataset, DCTERMS.description)
    single = {
        "identifier": DCTERMS.identifier,
        "version": VERSION,
        "datePublished": DCTERMS.issued,
        "license": DCTERMS.license,
        "url": DCAT.landingPage,
    }
    for name, property_ in single.items():
        assert [found[name]] == values(dcat, dataset, property_), name
    assert sorted(found["keywords"]) == values(dcat, dataset, DCAT.keyword)
    assert [found["creator"]["@id"]] == values(dcat, dataset, DCTERMS.creator)
    assert [found["publisher"]["@id"]] == values(dcat, dataset, DCTERMS.publisher)
    assert len(found.get("inLanguage", [])) == len(values(dcat, dataset, DCTERMS.language))
    assert sorted(one["@id"] for one in found.get("about", [])) == values(dcat, dataset, DCAT.theme)
    places = sorted(one["@id"] for one in found.get("spatialCoverage", []))
    assert places == values(dcat, dataset, DCTERMS.spatial)
    (period,) = dcat.objects(URIRef(dataset), DCTERMS.temporal)
    days = [str(dcat.value(period, one)) for one in (DCAT.startDate, DCAT.endDate)]
    assert found["temporalCoverage"] == "/".join(days)
    parts = {str(part) for part in dcat.subjects(DCTERMS.isPartOf, URIRef(dataset))}
    assert {one["@id"] for one in found["hasPart"]} == {part for part in parts if "#" not in part}
    for part in found["hasPart"]:
        assert part["name"] == english(dcat, part["@id"], RDFS.label)
    assert (URIRef(found["includedInDataCatalog"]["@id"]), RDF.type, DCAT.Catalog) in dcat


def test_schema_org_lists_the_files_that_dcat_lists(release: Release, dcat: Graph) -> None:
    """Address, format, compression, size and digest of each distribution of the data set are the same."""
    files = {one["@id"]: one for one in record(release, SCHEMA_ORG)["distribution"]}
    assert sorted(files) == values(dcat, release.iris.dataset, DCAT.distribution)
    for iri, file in files.items():
        assert [file["contentUrl"]] == values(dcat, iri, DCAT.downloadURL)
        formats = [*values(dcat, iri, DCAT.mediaType), *values(dcat, iri, DCAT.compressFormat)]
        assert [MEDIA_TYPES + one for one in file["encodingFormat"]] == formats
        assert file["contentSize"] == f"{dcat.value(URIRef(iri), DCAT.byteSize)} B"
        (checksum,) = values(dcat, iri, SPDX.checksum)
        assert [file["sha256"]] == [one.lower() for one in values(dcat, checksum, SPDX.checksumValue)]


def test_the_record_for_archives_keeps_its_schema(release: Release, dcat: Graph) -> None:
    """The DataCite record is valid by the schema of version 4.5, and says what DCAT says of the release."""
    found = record(release, "metadata/datacite.json")
    assert [error.message for error in schema45.validator.iter_errors(found)] == []
    iri = release.iris.release(release.manifest.version)
    assert found["url"] == iri
    assert [found["version"]] == values(dcat, iri, VERSION)
    assert [found["rightsList"][0]["rightsUri"]] == values(dcat, iri, DCTERMS.license)
    assert found["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    assert found["titles"][0]["title"] in english(dcat, iri, DCTERMS.title)
    keywords = values(dcat, release.iris.dataset, DCAT.keyword)
    assert keywords == sorted(one["subject"] for one in found["subjects"] if "valueUri" not in one)
    assert b"<resource " in schema45.tostring(found).encode()


def test_tables_are_told_with_every_column(release: Release) -> None:
    """Croissant has a record set for each CSV table of a class, a field for each of its columns, in order."""
    found = record(release, "metadata/croissant.json")
    files = {one["@id"]: one for one in found["distribution"]}
    stated = {file.name: file for file in release.manifest.files}
    described = {one["url"]: one for one in record(release, "tables/csv-metadata.json")["tables"]}
    assert sorted([*files, "edges.csv"]) == sorted(described)
    ids = {field["@id"] for records in found["recordSet"] for field in records["field"]}
    for records in found["recordSet"]:
        name = f"{records['@id']}.csv"
        file = stated[f"tables/{name}"]
        assert (files[name]["sha256"], files[name]["contentSize"]) == (file.sha256, f"{file.bytes} B")
        heads = release.path(file.name).read_bytes().decode().partition("\r\n")[0]
        columns = [field["source"]["extract"]["column"] for field in records["field"]]
        assert ",".join(columns) == heads
        assert {field["source"]["fileObject"]["@id"] for field in records["field"]} == {name}
        assert records["key"]["@id"] in ids
    assert len(ids) == sum(len(records["field"]) for records in found["recordSet"])


def test_the_citation_is_that_of_the_card(real_release: Release) -> None:
    """The file at the root of the repository says what that of the release says, but for its number."""
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    ours = yaml.safe_load(text.replace("https://w3id.org/travaux/", real_release.manifest.base))
    released = yaml.safe_load(real_release.path("metadata/CITATION.cff").read_text(encoding="utf-8"))
    assert released.pop("version") == real_release.manifest.version
    (identifier,) = [one for one in released["identifiers"] if one not in ours["identifiers"]]
    assert identifier["value"] == real_release.iris.release(real_release.manifest.version)
    same = released.keys() - {"message", "identifiers"}
    assert {name: ours[name] for name in same} == {name: released[name] for name in same}
    assert released["license"] == "CC-BY-4.0"
    assert {"cff-version", "message", "title", "authors"} <= ours.keys()
