"""Dumps: two parsers find the same triples in every format, and the bytes are those of the standards."""

from __future__ import annotations

import csv
import gzip
import hashlib
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml
import zstandard
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib import OWL, SKOS, Dataset, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.term import Node

from travaux_build import rdf
from travaux_build.errors import Refused
from travaux_build.location import Location, Locations
from travaux_build.release import Release

FORMATS = {
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
}
FORMATS |= {"jsonld": RdfFormat.JSON_LD, "rdf": RdfFormat.RDF_XML}
RDFLIB = {"nq": "nquads", "trig": "trig", "ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
GRAPHS = {"nq", "trig"}
"""Formats that keep the graphs apart."""


@cache
def quads_of(dump: Path) -> frozenset[Quad]:
    return frozenset(parse(path=str(dump), format=FORMATS[dump.suffix[1:]]))


def as_rdflib(term: object) -> Node:
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    assert isinstance(term, Literal)
    if term.language:
        return RdflibLiteral(term.value, lang=term.language)
    plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
    return RdflibLiteral(term.value, datatype=None if plain else URIRef(term.datatype.value), normalize=False)


def as_rdflib_triple(triple: Triple) -> tuple[Node, ...]:
    return as_rdflib(triple.subject), as_rdflib(triple.predicate), as_rdflib(triple.object)


def plain(triple: tuple[Node, Node, Node]) -> tuple[Node, ...]:
    """rdflib keeps `^^xsd:string` apart from no datatype; RDF 1.1 does not."""
    subject, predicate, value = triple
    if isinstance(value, RdflibLiteral) and str(value.datatype).endswith("#string"):
        value = RdflibLiteral(str(value))
    return subject, predicate, value


@pytest.mark.parametrize("suffix", FORMATS)
def test_both_parsers_find_the_same_triples_in_every_format(
    real_release: Release, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyoxigraph and rdflib read from each dump the triples of the N-Quads dump, no more and no fewer."""
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", False)
    monkeypatch.setattr("rdflib.term.NORMALIZE_LITERALS", False, raising=False)
    dump = real_release.path(f"dumps/{real_release.manifest.id}.{suffix}")
    expected = quads_of(real_release.dump)
    triples = {quad.triple for quad in expected}
    found = quads_of(dump)
    assert {quad.triple for quad in found} == triples
    if suffix in GRAPHS:
        assert found == expected
        dataset = Dataset()
        dataset.parse(data=dump.read_text(encoding="utf-8"), format=RDFLIB[suffix])
        assert {
            (*plain((subject, predicate, value)), name) for subject, predicate, value, name in dataset.quads()
        } == {(*as_rdflib_triple(quad.triple), as_rdflib(quad.graph_name)) for quad in expected}
    else:
        graph = Graph()
        graph.parse(data=dump.read_text(encoding="utf-8"), format=RDFLIB[suffix])
        assert {plain(triple) for triple in graph} == {as_rdflib_triple(triple) for triple in triples}


@pytest.mark.parametrize(
    ("program", "arguments", "suffix"),
    [
        ("rapper", ["-q", "-i", "turtle", "-o", "ntriples"], "ttl"),
        ("rapper", ["-q", "-i", "rdfxml", "-o", "ntriples"], "rdf"),
        ("serdi", ["-i", "turtle", "-o", "ntriples"], "ttl"),
        ("serdi", ["-i", "nquads", "-o", "nquads"], "nq"),
    ],
)
def test_a_third_parser_agrees(
    real_release: Release, program: str, arguments: list[str], suffix: str
) -> None:
    """A parser of other descent, where one is installed, reads the same triples from a dump."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    dump = real_release.path(f"dumps/{real_release.manifest.id}.{suffix}")
    output = subprocess.run([program, *arguments, str(dump)], capture_output=True, check=True).stdout
    assert frozenset(parse(output, format=RdfFormat.N_QUADS)) == quads_of(dump)


def test_the_dump_of_a_graph_holds_that_graph(real_release: Release) -> None:
    """dumps/graphs/<name>.ttl has exactly the triples of <base>graph/<name>."""
    for graph in real_release.manifest.graphs:
        found = quads_of(real_release.path(f"dumps/graphs/{graph.name}.ttl"))
        expected = {
            quad.triple
            for quad in quads_of(real_release.dump)
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value == graph.iri
        }
        assert {quad.triple for quad in found} == expected


def test_twins_unpack_to_the_dump_and_carry_no_time_and_no_name(real_release: Release) -> None:
    """Each dump has a .gz and a .zst beside it with the same content, and nothing of the moment in them."""
    dumps = [file.name for file in real_release.manifest.files if file.name.startswith("dumps/")]
    plain_dumps = [name for name in dumps if not name.endswith((".gz", ".zst"))]
    assert sorted(dumps) == sorted(f"{name}{twin}" for name in plain_dumps for twin in ("", ".gz", ".zst"))
    for name in plain_dumps:
        text = real_release.path(name).read_bytes()
        packed = real_release.path(f"{name}.gz").read_bytes()
        assert gzip.decompress(packed) == text
        assert packed[3:10] == b"\x00\x00\x00\x00\x00\x02\xff"  # no flags, no time; best; unknown system
        assert zstandard.ZstdDecompressor().decompress(real_release.path(f"{name}.zst").read_bytes()) == text


def test_the_canonical_hash_is_that_of_rdfc_10(real_release: Release) -> None:
    """Without blank nodes, RDFC-1.0 is sorted canonical N-Quads: computed here from what rdflib reads."""
    dataset = Dataset()
    dataset.parse(data=real_release.dump.read_text(encoding="utf-8"), format="nquads")
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}

    def written(term: Node) -> str:
        if isinstance(term, URIRef):
            return f"<{term}>"
        assert isinstance(term, RdflibLiteral)
        text = '"' + "".join(escapes.get(character, character) for character in str(term)) + '"'
        if term.language:
            return f"{text}@{term.language}"
        is_string = term.datatype is None or str(term.datatype).endswith("#string")
        return text if is_string else f"{text}^^<{term.datatype}>"

    lines = sorted(
        f"{written(subject)} {written(predicate)} {written(value)} <{name}> .\n"
        for subject, predicate, value, name in dataset.quads()
    )
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert real_release.manifest.canonical_hash == digest


def test_no_dump_has_a_blank_node(real_release: Release) -> None:
    """Every node can be linked to."""
    for quad in quads_of(real_release.dump):
        assert not isinstance(quad.subject, BlankNode)
        assert not isinstance(quad.object, BlankNode)


def one_quad(value: str, predicate: str = "https://example.org/p") -> Quad:
    graph = NamedNode("https://example.org/graph")
    return Quad(
        NamedNode("https://example.org/s"), NamedNode(predicate), Literal(value, language="en"), graph
    )


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_refused_with_its_place(character: str) -> None:
    """What would make every XML answer ill-formed never gets into a release."""
    locations = Locations()
    locations.add(Location("data/record/a.yaml", 7, 3), "https://example.org/s", "https://example.org/p")
    with pytest.raises(Refused) as caught:
        rdf.refuse_unwritable([one_quad(f"a{character}b")], locations)
    assert str(caught.value).startswith("data/record/a.yaml:7:3: [https://example.org/s]")
    assert f"U+{ord(character):04X}" in str(caught.value)


def test_a_property_without_a_name_at_its_end_is_refused() -> None:
    """RDF/XML cannot write a property whose IRI ends in a digit after a slash, so no format may hold it."""
    with pytest.raises(Refused, match="does not end in a name"):
        rdf.refuse_unwritable([one_quad("a", "https://example.org/2026")], Locations())


@pytest.mark.parametrize("form", rdf.FORMATS, ids=lambda form: form.suffix)
def test_hard_texts_survive_every_format(form: rdf.Format) -> None:
    """Quotes, line ends, separators, markup, other scripts and astral characters come back as they went."""
    texts = ['"', "\\", "a\nb", "a\rb", "\t", "\u2028", "\x85", "<b>&amp;]]>", "أمينة", "蕨", "😀", " a ", ""]
    quads = {one_quad(text, "https://example.org/terms#p.é-1") for text in texts}
    text = rdf.write(quads, form, {"t": "https://example.org/terms#", "e": "https://example.org/"})
    assert rdf.read(text, form) == (quads if form.graphs else {quad.triple for quad in quads})
    assert text == rdf.write(
        sorted(quads, key=hash), form, {"t": "https://example.org/terms#", "e": "https://example.org/"}
    )


def test_mappings_are_an_sssom_table(real_release: Release) -> None:
    """The table has a header that is YAML in comments, and a row for each match that graph/links states."""
    lines = real_release.path("tables/mappings.sssom.tsv").read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("# ")]
    assert set(yaml.safe_load("\n".join(line[2:] for line in head))) >= {
        "mapping_set_id",
        "license",
        "curie_map",
    }
    rows = list(csv.DictReader(lines[len(head) :], delimiter="\t"))
    graph = Graph().parse(real_release.path("dumps/graphs/links.ttl"))
    matches = {
        (str(subject), str(other))
        for subject, relation, other in graph
        if relation == OWL.sameAs or (str(relation).startswith(str(SKOS)) and "Match" in str(relation))
    }
    assert {(row["subject_id"], row["object_id"]) for row in rows} == matches
    assert all(row["comment"] and row["mapping_justification"] for row in rows)
