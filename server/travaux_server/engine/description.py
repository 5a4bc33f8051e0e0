"""DESCRIBE: what is said of things, what leads to those of our own, and the labels of all that these name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Triple

from travaux_server.engine.answer import INCOMING_TRIPLES
from travaux_server.engine.dataset import Dataset, base_of, iri_of
from travaux_server.engine.store import Loaded
from travaux_server.tokens import Token, declared_prefixes, tokens

LABELLED = 20_000
"""Things whose labels a worker keeps, at most."""
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def describe(text: str, loaded: Loaded, dataset: Dataset) -> Iterator[Triple]:
    """The triples, each once, of the description of all that a well-formed DESCRIBE query names or finds.

    They are a concise bounded description: the triples with the thing as subject, and those of the blank
    nodes that these lead to; for a thing whose IRI begins with the release's base, also those with it as
    object; and the labels (`rdfs:label`) of the things that all these name.
    """
    seen: set[Triple] = set()
    for thing in _things(text, loaded, dataset):
        for triple in _description(thing, loaded, dataset):
            if triple not in seen:
                seen.add(triple)
                yield triple


def _things(text: str, loaded: Loaded, dataset: Dataset) -> dict[NamedNode | BlankNode, None]:
    """The things to be described, in order: those named, then those that the pattern finds."""
    found = list(tokens(text))
    head = next(at for at, token in enumerate(found) if token.text.upper() == "DESCRIBE")
    end = next((at for at in range(head + 1, len(found)) if not _is_thing(found[at])), len(found))
    wanted = found[head + 1 : end]
    prologue, rest = text[: found[head].start], text[found[end].start :] if end < len(found) else ""
    things: dict[NamedNode | BlankNode, None] = {}
    if named := [token for token in wanted if token.kind in ("iri", "name")]:
        prefixes, base = {**loaded.prefixes, **declared_prefixes(text)}, base_of(found, loaded.base)
        iris = [iri_of(token, prefixes, base) for token in named]
        if all(iris):
            things.update((NamedNode(iri), None) for iri in iris)
        else:
            columns = " ".join(f"({token.text} AS ?thing{number})" for number, token in enumerate(named))
            things.update(_found(f"{prologue}SELECT {columns} {{}}", loaded, Dataset(loaded.plain)))
    variables = " ".join(token.text for token in wanted if token.kind in ("variable", "operator"))
    if variables and rest:
        things.update(_found(f"{prologue}SELECT {variables} {rest}", loaded, dataset))
    return things


def _is_thing(token: Token) -> bool:
    return token.kind in ("iri", "name", "variable") or token.text == "*"


def _found(query: str, loaded: Loaded, dataset: Dataset) -> Iterator[tuple[Any, None]]:
    for solution in dataset.query(query, loaded.base, loaded.prefixes):
        for term in solution:
            if isinstance(term, NamedNode | BlankNode):
                yield term, None


def _description(thing: NamedNode | BlankNode, loaded: Loaded, dataset: Dataset) -> Iterator[Triple]:
    nodes = [thing]
    named: dict[NamedNode, None] = {}
    for node in nodes:
        for quad in dataset.triples(node, None, None):
            yield quad.triple
            value = quad.object
            if isinstance(value, NamedNode):
                named[value] = None
            elif isinstance(value, BlankNode) and value not in nodes:
                nodes.append(value)
    if isinstance(thing, NamedNode) and thing.value.startswith(loaded.base):
        for quad in islice(dataset.triples(None, None, thing), INCOMING_TRIPLES):
            yield quad.triple
            if isinstance(quad.subject, NamedNode):
                named[quad.subject] = None
    for name in named:
        yield from _labels(name, loaded, dataset)


def _labels(name: NamedNode, loaded: Loaded, dataset: Dataset) -> Sequence[Triple]:
    """The labels of a thing; those of all graphs together are kept, since the data do not change."""
    if dataset.store is not loaded.plain or dataset.default is not None:
        return [quad.triple for quad in dataset.triples(name, LABEL, None)]
    kept = loaded.labels.get(name)
    if kept is None:
        kept = tuple(quad.triple for quad in dataset.triples(name, LABEL, None))
        if len(loaded.labels) < LABELLED:
            loaded.labels[name] = kept
    return kept
