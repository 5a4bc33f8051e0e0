"""Mappings to other data sets as SSSOM, the table that vocabulary maintainers exchange."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from travaux_build.card import Card
from travaux_build.files.facts import Facts, label_of
from travaux_build.files.twins import write_with_twins
from travaux_build.iris import Iris
from travaux_build.release import File

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MATCHES = "http://www.w3.org/2004/02/skos/core#"
SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"
COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "object_id"),
    *("mapping_justification", "comment", "record_id"),
)
JUSTIFICATION = "semapv:ManualMappingCuration"
CURIES = {
    "skos": MATCHES,
    "owl": "http://www.w3.org/2002/07/owl#",
    "semapv": "https://w3id.org/semapv/vocab/",
}


def write_mappings(
    folder: Path, facts: Facts, card: Card, version: str, iris: Iris, evidence: str
) -> Iterator[File]:
    """Write `tables/mappings.sssom.tsv`, if there are mappings; https://mapping-commons.github.io/sssom/tsv/.

    A mapping is a statement with a node of its own (rdf:subject, rdf:predicate, rdf:object) whose predicate
    is a SKOS match or owl:sameAs. `evidence` is the IRI of the property that says where it was found.
    """
    rows = sorted(_rows(facts, evidence))
    if rows:
        text = io.StringIO()
        text.writelines(f"# {line}\n" for line in _header(card, version, iris))
        writer = csv.writer(text, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
        data = text.getvalue().encode()
        media_type = "text/tab-separated-values"
        yield from write_with_twins(folder, "tables/mappings.sssom.tsv", media_type, data, len(rows))


def _rows(facts: Facts, evidence: str) -> Iterator[tuple[str, ...]]:
    for node, statement in facts.items():
        parts = [statement.get(RDF + part, []) for part in ("subject", "predicate", "object")]
        if all(len(part) == 1 for part in parts):
            subject, predicate, other = (part[0] for part in parts)
            is_match = predicate.value.startswith(MATCHES) or predicate.value == SAME_AS
            if is_match and isinstance(other, NamedNode):
                found = "; ".join(sorted({value.value for value in statement.get(evidence, [])}))
                label = label_of(facts, subject.value, "en")
                yield (
                    *(subject.value, label, _curie(predicate.value), other.value),
                    *(JUSTIFICATION, " ".join(found.split()), node),
                )


def _header(card: Card, version: str, iris: Iris) -> Iterator[str]:
    yield f"mapping_set_id: {iris.file(version, 'tables/mappings.sssom.tsv')}"
    yield f"mapping_set_title: {json.dumps(card.title['en'], ensure_ascii=False)}"
    yield f"mapping_set_version: {version}"
    yield f"license: {card.licence}"
    yield "curie_map:"
    for prefix, namespace in CURIES.items():
        yield f"  {prefix}: {namespace}"


def _curie(iri: str) -> str:
    for prefix, namespace in CURIES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
