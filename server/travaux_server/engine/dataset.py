"""The graphs that a query asks: those of the request, those of its FROM clauses, or all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self
from urllib.parse import urljoin

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from travaux_server.engine.messages import Request
from travaux_server.engine.store import Loaded
from travaux_server.tokens import ABSOLUTE, FORMS, Token, declared_prefixes, tokens

SHORT_TEXT = 500
"""Characters of a text that is sooner searched for the prefixes it uses than the engine has read all."""
Graph = NamedNode | DefaultGraph


@dataclass(frozen=True)
class Dataset:
    """A store, and which of its graphs are the default graph and the named ones; None for all that it has.

    RDF merges the graphs of a default graph: a triple that is in two of them is there once. The engine gives
    it twice, so that such graphs are merged here, in a store of their own.
    """

    store: Store
    default: tuple[Graph, ...] | None = None
    named: tuple[NamedNode, ...] | None = None

    @classmethod
    def of(cls, loaded: Loaded, request: Request) -> Self:
        """The dataset of a request. Raises `ValueError` for a graph whose name is no absolute IRI."""
        lowered = request.text.lower()
        if request.default_graphs is not None or request.named_graphs is not None:
            names: tuple[Sequence[str], Sequence[str]] = (
                request.default_graphs or (),
                request.named_graphs or (),
            )
        elif "from" in lowered and (clauses := _clauses(request.text, loaded)):
            names = clauses
        else:
            return cls(loaded.whole if "graph" in lowered or "from" in lowered else loaded.plain)
        default, named = (tuple(map(NamedNode, dict.fromkeys(graphs))) for graphs in names)
        if len(default) < 2 or loaded.disjoint:
            return cls(loaded.whole, default, named)
        store = Store()
        store.extend(
            Quad(quad.subject, quad.predicate, quad.object) for quad in _quads(loaded.whole, default)
        )
        store.extend(_quads(loaded.whole, named))
        return cls(store, (DefaultGraph(),), named)

    def query(self, text: str, base: str, prefixes: dict[str, str]) -> Any:
        """What the engine answers. Raises `SyntaxError`, and what else the engine raises."""
        if len(text) < SHORT_TEXT:
            prefixes = {name: iri for name, iri in prefixes.items() if f"{name}:" in text}
        if self.default is None:
            return self.store.query(text, base_iri=base, prefixes=prefixes)
        return self.store.query(
            text,
            base_iri=base,
            prefixes=prefixes,
            default_graph=list(self.default),
            named_graphs=list(self.named or ()),
        )

    def triples(self, subject: Any, predicate: Any, value: Any) -> Iterator[Quad]:
        """The quads of the default graph that match; None matches all."""
        for graph in (DefaultGraph(),) if self.default is None else self.default:
            yield from self.store.quads_for_pattern(subject, predicate, value, graph)


def _quads(store: Store, graphs: Sequence[NamedNode]) -> Iterator[Quad]:
    for graph in graphs:
        yield from store.quads_for_pattern(None, None, None, graph)


def _clauses(text: str, loaded: Loaded) -> tuple[list[str], list[str]] | None:
    """The graphs of the FROM and of the FROM NAMED clauses; None if there are none, or one is malformed."""
    found = list(tokens(text))
    start = next((at for at, token in enumerate(found) if token.text.upper() in FORMS), len(found))
    prefixes = {**loaded.prefixes, **declared_prefixes(text)}
    default: list[str] = []
    named: list[str] = []
    for at in range(start, len(found)):
        if found[at].kind == "open" and found[at].text == "{" and _is_pattern(found, at):
            break
        if found[at].kind == "word" and found[at].text.upper() == "FROM":
            is_named = found[at + 1 : at + 2] and found[at + 1].text.upper() == "NAMED"
            names = found[at + 2 : at + 3] if is_named else found[at + 1 : at + 2]
            iri = iri_of(names[0], prefixes, base_of(found, loaded.base)) if names else ""
            if not iri:
                return None
            (named if is_named else default).append(iri)
    return (default, named) if default or named else None


def _is_pattern(found: list[Token], at: int) -> bool:
    """Whether this bracket opens the query's pattern, and not the template of a CONSTRUCT."""
    return at == 0 or found[at - 1].text.upper() != "CONSTRUCT"


def base_of(found: Sequence[Token], base: str) -> str:
    """The base that the BASE clauses of a query make of the release's."""
    for word, iri in pairwise(found):
        if word.kind == "word" and word.text.upper() == "BASE" and iri.kind == "iri":
            base = urljoin(base, iri.text[1:-1])
    return base


def iri_of(token: Token, prefixes: dict[str, str], base: str) -> str:
    """The IRI that a token stands for; empty if it stands for none, or is written with escapes."""
    if "\\" in token.text:
        return ""
    if ABSOLUTE.fullmatch(token.text):
        return token.text[1:-1]
    if token.kind == "iri":
        return urljoin(base, token.text[1:-1])
    prefix, colon, name = token.text.partition(":")
    return prefixes[prefix] + name if token.kind == "name" and colon and prefix in prefixes else ""
