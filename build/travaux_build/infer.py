"""Inference: the rules of the ontology are applied to all that is stated until nothing new follows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QueryTriples, Store, Triple

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused
from travaux_build.reading.content_query import query_fault, syntax_position

MAXIMUM_ROUNDS = 25
"""Times that all rules are applied; rules about hierarchies need as many as these are deep, at most."""
MAXIMUM_TRIPLES = 5_000_000
INFERRED = "inferred"
GRAPH = re.compile(r"^#\s*graph:\s*([a-z][a-z0-9-]*)\s*$", re.MULTILINE)
"""The comment by which a rule says in which graph its triples belong; without one, in graph/inferred."""


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT query; `file` is relative to the content's root."""

    file: str
    text: str

    @property
    def graph(self) -> str:
        """The name of the graph for what the rule adds."""
        match = GRAPH.search(self.text)
        return match[1] if match else INFERRED

    def refuse(self, message: str, remedy: str, line: int = 0, column: int = 0) -> Refused:
        return Refused([Problem(self.file, line, column, "", message, remedy)])


def infer(quads: Iterable[Quad], content: Content) -> list[Quad]:
    """What follows from the quads, of all graphs together, by `ontology/rules/*.rq`.

    It goes to graph/inferred, or to the graph that a rule's comment `# graph: NAME` names. The rules run
    in the order of their names, over and over until none adds a triple. What is stated in some graph
    already is left out, and so is whatever would be said of a thing that is not ours: the hierarchies of
    others' terms are there to reason with, not to be repeated. A rule sees all of it, though. Raises
    `Refused`, naming the rule, if one is no CONSTRUCT query, makes blank nodes or comes to no end.
    """
    rules = read_rules(content)
    store = Store()
    store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    found: dict[Triple, str] = {}
    for _ in range(MAXIMUM_ROUNDS):
        productive = [rule for rule in rules if _apply(rule, store, found)]
        if not productive:
            break
    else:
        last = productive[-1]
        message = f"still adds triples after {MAXIMUM_ROUNDS} rounds"
        raise last.refuse(message, "a rule must not make something new out of what it has made itself")
    graphs = {name: NamedNode(content.iris.graph(name)) for name in found.values()}
    ours = (
        Quad(one.subject, one.predicate, one.object, graphs[name])
        for one, name in found.items()
        if isinstance(one.subject, NamedNode) and one.subject.value.startswith(content.iris.base)
    )
    return sorted(ours, key=str)


def read_rules(content: Content) -> list[Rule]:
    """The rules in the order of their file names; raises `Refused` with the faults of all of them."""
    rules = [Rule(content.name(path), content.text(path)) for path in content.rule_files()]
    problems: list[Problem] = []
    for rule in rules:
        line, fault = query_fault(rule.text)
        if fault:
            problems.extend(rule.refuse(fault, "split or simplify the rule", line).problems)
            continue
        try:
            if not isinstance(Store().query(rule.text), QueryTriples):
                remedy = "write CONSTRUCT { … } WHERE { … }"
                problems.extend(rule.refuse("is not a CONSTRUCT query", remedy).problems)
        except SyntaxError as error:
            line, column, message = syntax_position(error)
            refused = rule.refuse(f"is not SPARQL: {message}", "correct it here", line, column)
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return rules


def _apply(rule: Rule, store: Store, found: dict[Triple, str]) -> bool:
    """Add to the store, and to what was found, what the rule says that is new; whether there was any."""
    default = DefaultGraph()
    answers = store.query(rule.text)
    assert isinstance(answers, QueryTriples)
    fresh: dict[Triple, Quad] = {}
    for triple in answers:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode | Triple):
            raise rule.refuse("makes nodes that have no IRI", "make one with BIND(IRI(CONCAT(…)) AS ?node)")
        quad = Quad(triple.subject, triple.predicate, triple.object, default)
        if quad not in store:
            fresh[triple] = quad
        if len(found) + len(fresh) > MAXIMUM_TRIPLES:
            raise rule.refuse(f"adds more than {MAXIMUM_TRIPLES:,} triples", "make the rule narrower")
    store.extend(fresh.values())
    found.update(dict.fromkeys(fresh, rule.graph))
    return bool(fresh)
