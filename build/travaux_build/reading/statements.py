"""N-Triples, N-Quads and Turtle as data: statements checked one by one against the same rules as entries."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from travaux_build.errors import Problem
from travaux_build.location import Location
from travaux_build.reading.characters import clean, faults
from travaux_build.reading.context import DATATYPES, XSD
from travaux_build.reading.entries import Entry, Found, Mention, Terms
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.nodes import Scalar
from travaux_build.reading.values import LONGEST_SHOWN, Fault, identity_fault, literal_faults
from travaux_build.reading.vocabulary import RDF_TYPE

POSITION = re.compile(r"^Parser error at .*?: ")
MAXIMUM_QUOTED = 20
"""Times `<<` may stand on a line: the parser recurses into quoted triples, which are refused anyway."""
CHECKED = {XSD + local: local for local in DATATYPES if local != "string"}


@dataclass
class _Subject:
    """What a file says of one of our things, as far as locations go."""

    line: int
    types: list[str] = field(default_factory=list)
    properties: dict[str, int] = field(default_factory=dict)


class StatementReader:
    """Checks the statements of one file; `graph` is the IRI of the file's graph, `name` its short name."""

    def __init__(self, file: str, name: str, graph: str, terms: Terms, found: Found) -> None:
        self._file, self._name, self._terms, self._found = file, name, terms, found
        self._graph = NamedNode(graph)
        self._subjects: dict[str, _Subject] = {}

    def lines(self, text: str, form: RdfFormat) -> list[Quad]:
        """Read N-Triples or N-Quads line by line, so that each fault has its line and none hides another."""
        text, problems = clean(text, self._file, tabs=True)
        self._found.problems.extend(problems)
        quads: list[Quad] = []
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if line.count("<<") > MAXIMUM_QUOTED:
                self._refuse(
                    number, 1, "", ("holds quoted triples", "state each fact as a triple of its own")
                )
                continue
            try:
                parsed = list(parse(line, format=form))
            except SyntaxError as error:
                message = POSITION.sub("", error.msg)[:LONGEST_SHOWN]
                fault = (f"is not a statement: {message}", "write <subject> <predicate> <object> .")
                self._refuse(number, error.offset or 1, "", fault)
                continue
            quads += [checked for quad in parsed if (checked := self.check(quad, number))]
        return quads

    def check(self, quad: Quad, line: int) -> Quad | None:
        """The statement in the file's graph, or None if it is refused."""
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if not isinstance(subject, NamedNode) or self._anonymous(subject) or self._anonymous(value):
            what = "a quoted triple" if isinstance(value, Triple) else "a blank node"
            self._refuse(
                line, 1, "", (f"holds {what}", "give every thing an id, so that it can be linked to")
            )
            return None
        entry = subject.value.removeprefix(self._terms.things)
        if not isinstance(quad.graph_name, DefaultGraph) and quad.graph_name != self._graph:
            shown = getattr(quad.graph_name, "value", "")
            remedy = f"leave the graph out, or write <{self._graph.value}>"
            self._refuse(line, 1, entry, (f"states something in the graph {shown}, not in its own", remedy))
        for term in (subject, predicate):
            self._term(term, line, entry)
        if isinstance(value, NamedNode):
            self._object(value, predicate, line, entry)
        elif isinstance(value, Literal):
            self._literal(value, line, entry)
        if subject.value.startswith(self._terms.things):
            known = self._subjects.setdefault(entry, _Subject(line))
            known.properties.setdefault(predicate.value, line)
            if predicate.value == RDF_TYPE and isinstance(value, NamedNode):
                known.types.append(value.value)
        return Quad(subject, predicate, value, self._graph)

    def _anonymous(self, term: NamedNode | BlankNode | Literal | Triple) -> bool:
        """Whether a term has no name of its own; `#node-` is how Turtle's blank nodes come here."""
        if isinstance(term, NamedNode):
            return term.value.startswith(f"{self._graph.value}#node-")
        return isinstance(term, BlankNode | Triple)

    def close(self) -> None:
        """Hand over, after the last statement, what the file declares."""
        for identity, subject in self._subjects.items():
            places = [(iri, Location(self._file, line, 1)) for iri, line in subject.properties.items()]
            location = Location(self._file, subject.line, 1)
            types = tuple(subject.types)
            self._found.entries.append(Entry(identity, types, self._name, location, tuple(places)))

    def _object(self, value: NamedNode, predicate: NamedNode, line: int, entry: str) -> None:
        things = self._terms.things
        if predicate.value == RDF_TYPE and value.value.startswith(self._terms.namespace):
            if value.value not in self._terms.vocabulary.classes:
                self._unknown(value.value, line, entry)
        elif self._term(value, line, entry) and value.value.startswith(things):
            mention = Mention(value.value.removeprefix(things), Location(self._file, line, 1), entry)
            self._found.mentions.append(mention)

    def _term(self, term: NamedNode, line: int, entry: str) -> bool:
        iri, things = term.value, self._terms.things
        if iri.startswith(things) and (fault := identity_fault(iri.removeprefix(things))):
            self._refuse(line, 1, entry, fault)
            return False
        for message, remedy in faults(iri):
            self._refuse(line, 1, entry, (f"an IRI {message}", remedy))
        if not self._terms.known(iri):
            self._unknown(iri, line, entry)
        return True

    def _literal(self, value: Literal, line: int, entry: str) -> None:
        local = CHECKED.get(value.datatype.value, "")
        found = literal_faults(local, Scalar(value.value, line, 1)) if local else faults(value.value)
        for message, remedy in found:
            self._refuse(line, 1, entry, (message if local else f"a literal {message}", remedy))

    def _unknown(self, iri: str, line: int, entry: str) -> None:
        vocabulary, namespace = self._terms.vocabulary, self._terms.namespace
        known = [one.removeprefix(namespace) for one in [*vocabulary.classes, *vocabulary.properties]]
        local = iri.removeprefix(namespace)
        remedy = did_you_mean(local, known) or "declare it in ontology/ first"
        self._refuse(line, 1, entry, (f"the ontology has no {local}", remedy))

    def _refuse(self, line: int, column: int, entry: str, fault: Fault) -> None:
        self._found.problems.append(Problem(self._file, line, column, entry, *fault))
