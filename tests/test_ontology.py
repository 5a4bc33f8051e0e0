"""The ontology is complete, agrees with what uses it, and contradicts neither itself nor the data."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import owlrl
import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from travaux_build.content import open_content
from travaux_build.infer import infer
from travaux_build.reading.reader import read
from travaux_build.reading.turtle import read_ontology
from travaux_build.sources.wording import EXACT

ROOT = Path(__file__).parents[1]
TERMS = "https://w3id.org/travaux/ontology#"
ONTOLOGY = rdflib.URIRef("https://w3id.org/travaux/ontology")
SCHEMA = rdflib.Namespace("https://schema.org/")
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
FILES = sorted((ROOT / "ontology").glob("*.ttl"))
KEYWORDS = {"id", "type", "entries"}


@cache
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in FILES:
        graph.parse(path)
    return graph


@cache
def data() -> tuple[Quad, ...]:
    """All that is stated and inferred, without the ontology."""
    content = open_content(ROOT)
    stated = read(content).quads
    return (*stated, *infer([*stated, *read_ontology(content)], content))


def own(nodes: object) -> set[str]:
    return {str(node).removeprefix(TERMS) for node in nodes if str(node).startswith(TERMS)}  # type: ignore[attr-defined]


def declared() -> set[str]:
    return own(ontology().subjects(RDF.type))


def words_in(text: str) -> set[str]:
    """Own terms in Turtle or SPARQL: `tv:word`, comments left aside."""
    bare = re.sub(r"(?m)(^|\s)#[^\n]*", " ", text)
    return set(re.findall(r"\btv:(\w+)", bare))


def used_in_context() -> set[str]:
    definitions = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    found = set()
    for word, definition in definitions.items():
        if isinstance(definition, dict):
            term = definition.get("@id", definition.get("@reverse", word))
            found.add(term if ":" not in term else "")
    return found - {""}


def used_elsewhere() -> dict[str, set[str]]:
    """Own terms by the place that uses them."""
    iris = {
        node.value for quad in data() for node in (quad.predicate, quad.object) if isinstance(node, NamedNode)
    }
    places = {"data": own(iris), "context": used_in_context()}
    files = [*(ROOT / "shapes").glob("*.ttl"), *(ROOT / "ontology" / "rules").glob("*.rq")]
    files += (ROOT / "data" / "queries").glob("*.rq")
    for path in files:
        places[path.name] = words_in(path.read_text(encoding="utf-8"))
    return places


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_two_parsers_agree(path: Path) -> None:
    """rdflib and pyoxigraph read the same triples in each file."""
    theirs = {tuple(map(str, triple)) for triple in rdflib.Graph().parse(path)}
    ours = {
        tuple(str(getattr(node, "value", node)) for node in (quad.subject, quad.predicate, quad.object))
        for quad in parse(path=path, format=RdfFormat.TURTLE)
    }
    assert ours == theirs


def test_every_own_term_says_what_it_means() -> None:
    """Each own term has one label and one definition in English, and says where it belongs."""
    for name in declared():
        term = rdflib.URIRef(TERMS + name)
        for predicate in (RDFS.label, SKOS.definition):
            texts = [
                text for text in ontology().objects(term, predicate) if getattr(text, "language", "") == "en"
            ]
            assert len(texts) == 1, (name, predicate)
        assert list(ontology().objects(term, RDFS.isDefinedBy)) == [ONTOLOGY], name


def test_every_own_property_has_domain_and_range_or_a_reason() -> None:
    """What a property leads from and to is stated, by classes or by the reason why there are none."""
    for kind in PROPERTIES:
        for prop in ontology().subjects(RDF.type, kind):
            if not str(prop).startswith(TERMS):
                continue
            reason = " ".join(map(str, ontology().objects(prop, SKOS.scopeNote)))
            for stated, alternative, word in (
                (RDFS.domain, SCHEMA.domainIncludes, "no domain"),
                (RDFS.range, SCHEMA.rangeIncludes, "no range"),
            ):
                classes = [*ontology().objects(prop, stated), *ontology().objects(prop, alternative)]
                assert classes or word in reason, (prop, word)
                assert not (classes and word in reason), (prop, word, "has a reason and a class")


def test_every_own_class_has_a_place() -> None:
    """Each own class is a kind of some other class, of ours or of a reused vocabulary."""
    for one in ontology().subjects(RDF.type, OWL.Class):
        if str(one).startswith(TERMS):
            assert (one, RDFS.subClassOf, None) in ontology(), one


def test_no_own_term_is_used_undeclared() -> None:
    """Data, context, shapes, rules and queries use only own terms that the ontology declares."""
    unknown = {place: terms - declared() for place, terms in used_elsewhere().items() if terms - declared()}
    assert not unknown


def test_no_own_term_is_declared_for_nothing() -> None:
    """Each declared term is used by data, context, shapes, rules or queries."""
    assert not declared() - set().union(*used_elsewhere().values())


def test_no_own_term_is_used_undeclared_in_the_ontology() -> None:
    """Own terms that the ontology's files name are declared in them (the namespace itself is no term)."""
    nodes = {node for triple in ontology() for node in triple}
    assert not own(nodes) - declared() - {""}


def test_every_reused_term_is_named() -> None:
    """Each class and property of others that the data use has a label, a meaning and a vocabulary."""
    used = {quad.predicate.value for quad in data()}
    used |= {
        quad.object.value
        for quad in data()
        if quad.predicate.value == str(RDF.type) and isinstance(quad.object, NamedNode)
    }
    due = (RDF.type, RDFS.label, SKOS.definition, RDFS.isDefinedBy)
    assert not {iri for iri in used for one in due if ontology().value(rdflib.URIRef(iri), one) is None}


def test_no_reused_term_is_named_for_nothing() -> None:
    """What the ontology says of others' terms, it says of terms that data, inference or the ontology use.

    A build with the text of a source uses one more.
    """
    named = set(rdflib.Graph().parse(ROOT / "ontology" / "reused.ttl").subjects(RDF.type))
    nodes = {
        node.value for quad in data() for node in (quad.predicate, quad.object) if isinstance(node, NamedNode)
    } | {EXACT.value}
    rest = {str(node) for triple in ontology() for node in triple[1:]}
    context = (ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    shapes = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "shapes").glob("*.ttl"))
    for term in named:
        prefix, _, name = ontology().namespace_manager.qname(str(term)).partition(":")
        short = f"{prefix}:{name}"
        assert str(term) in nodes | rest or short in context or short in shapes, term


def test_nothing_is_of_two_classes_that_exclude_each_other() -> None:
    """No thing in the data is, by statement or inference, of two classes that are declared disjoint."""
    store = Store()
    store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in data())
    for path in FILES:
        store.load(path=path, format=RdfFormat.TURTLE)
    clashes = store.query(
        """
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        SELECT ?thing ?one ?other WHERE { ?one owl:disjointWith ?other . ?thing a ?one, ?other }
        """
    )
    assert isinstance(clashes, QuerySolutions)
    assert not [str(clash) for clash in clashes]


def test_no_class_is_empty_by_definition() -> None:
    """No class stands below two classes that exclude each other, so each can have instances."""
    for one, other in ontology().subject_objects(OWL.disjointWith):
        below = set(ontology().transitive_subjects(RDFS.subClassOf, one))
        assert not below & set(ontology().transitive_subjects(RDFS.subClassOf, other)), (one, other)


def sample() -> rdflib.Graph:
    """The ontology and up to two instances of each class that have a property in no other instance."""
    about: dict[str, list[Quad]] = {}
    for quad in data():
        about.setdefault(str(quad.subject), []).append(quad)
    graph = rdflib.Graph()
    seen: set[tuple[str, str]] = set()
    graph += ontology()
    for quads in about.values():
        kinds = {str(quad.object) for quad in quads if quad.predicate.value == str(RDF.type)}
        features = {(kind, quad.predicate.value) for kind in kinds for quad in quads}
        if features - seen:
            seen |= features
            lines = "\n".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads)
            graph.parse(data=lines, format="nt")
    return graph


# The reasoner's own conversions of datatypes stay off: they would change rdflib for the whole process.
def test_a_reasoner_finds_no_contradiction() -> None:
    """OWL 2 RL over the ontology and data that use every property of every class ends without an error."""
    graph = sample()
    before = len(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, improved_datatypes=False).expand(graph)
    errors = rdflib.Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
    assert len(graph) > before
    assert not [str(text) for text in graph.objects(None, errors["error"])]
    assert not list(graph.subjects(RDF.type, OWL.Nothing))


def test_the_reasoner_would_find_a_contradiction() -> None:
    """The same reasoner does object to a person who is an organization: the test above can fail."""
    graph = rdflib.Graph()
    graph += ontology()
    somebody = rdflib.URIRef("https://w3id.org/travaux/id/actor/somebody")
    graph.add((somebody, RDF.type, rdflib.URIRef(TERMS + "Person")))
    graph.add((somebody, RDF.type, rdflib.URIRef(TERMS + "State")))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, improved_datatypes=False).expand(graph)
    errors = rdflib.Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
    assert list(graph.objects(None, errors["error"]))
