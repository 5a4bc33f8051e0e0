"""What a release holds, read from its dump: by subject, by object and by graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from travaux_build.release import Release
from travaux_server.engine import Quad, Triple, read_quads
from travaux_server.http.negotiate import N_QUADS
from travaux_server.resources.standard_terms import DEPRECATED, LABELS

Group = dict[str, set[Triple]]
LABEL = f"<{LABELS[0]}>"


class Held:
    """All quads of a release, in the words of N-Quads; their union is that of all graphs."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.graphs: dict[Triple, set[str]] = {}
        self._by_subject: Group = {}
        self._by_object: Group = {}
        self._by_graph: Group = {}
        for subject, predicate, value, graph in read_quads(release.dump.read_bytes(), N_QUADS.media_type):
            triple = (subject, predicate, value)
            self.graphs.setdefault(triple, set()).add(graph)
            self._by_subject.setdefault(subject, set()).add(triple)
            self._by_object.setdefault(value, set()).add(triple)
            self._by_graph.setdefault(graph, set()).add(triple)

    def about(self, iri: str) -> set[Triple]:
        """The triples with an IRI as subject."""
        return self._by_subject.get(f"<{iri}>", set())

    def is_retired(self, iri: str) -> bool:
        """Whether the release says of an IRI that nothing stands for it any more."""
        description = f"<{self.release.iris.graph('description')}>"
        return any(
            description in self.graphs[triple] for triple in self.about(iri) if triple[1] == f"<{DEPRECATED}>"
        )

    def leading_to(self, iri: str) -> set[Triple]:
        """The triples with an IRI as object."""
        return self._by_object.get(f"<{iri}>", set())

    def inside(self, graph: str) -> set[Triple]:
        """The triples of a graph."""
        return self._by_graph.get(f"<{graph}>", set())

    def quads(self, triples: Iterable[Triple]) -> set[Quad]:
        """Those of some triples that the release holds, once for each graph that states them."""
        return {(*triple, graph) for triple in triples for graph in self.graphs.get(triple, ())}

    def labels(self, terms: Iterable[str]) -> set[Triple]:
        """The labels (`rdfs:label`) of some terms."""
        return {one for term in terms for one in self._by_subject.get(term, ()) if one[1] == LABEL}

    def described(self, iri: str) -> set[Triple]:
        """All that the document about a thing has to say of it, on whichever of its pages.

        The triples about it and about its parts, those that lead to it, and the labels of what these name.
        """
        own = self.about(iri)
        parts = {value[1:-1] for _, _, value in own if value.startswith(f"<{iri}#")}
        found = own.union(*map(self.about, parts), self.leading_to(iri))
        return found | self.labels({term for subject, _, value in found for term in (subject, value)})

    def minted(self) -> dict[str, list[str]]:
        """Every IRI of the release's own, wherever it stands in a quad, by that of the document it is in."""
        found: dict[str, set[str]] = {}
        for term in self._terms():
            if term.startswith(f"<{self.release.manifest.base}"):
                iri = term[1:-1]
                found.setdefault(iri.partition("#")[0], set()).add(iri)
        return {document: sorted(iris) for document, iris in sorted(found.items())}

    def _terms(self) -> Iterator[str]:
        yield from self._by_subject
        yield from self._by_object
        yield from self._by_graph
        yield from {predicate for _, predicate, _ in self.graphs}
