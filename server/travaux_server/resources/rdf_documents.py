"""Documents as RDF: the same triples in every format and, in N-Quads, each with the graphs that state it."""

from __future__ import annotations

from collections.abc import Sequence

from travaux_server.engine import SOLUTIONS_JSON
from travaux_server.http.negotiate import N_QUADS, RDF, Variant, by_name
from travaux_server.resources.document import PAGE_SIZE, Document
from travaux_server.resources.nquads import lines_of
from travaux_server.resources.outline import Outline
from travaux_server.resources.self_statements import self_statements
from travaux_server.resources.standard_terms import LABELS
from travaux_server.service import Service


def document_of(service: Service, document: Document, outline: Outline, variant: Variant) -> bytes:
    """The document about a thing, in a variant. Raises `QueryError`.

    It holds the triples about the thing and about its parts (whose IRIs are its own with a fragment), those
    that lead to the thing, `PAGE_SIZE` of them a page, the labels of all that these name, and what the
    document states of itself. Pages after the first hold of the thing itself no more than the label.
    """
    return _write(service, document, outline, variant, _about(document), "")


def graph_document_of(
    service: Service, document: Document, outline: Outline, variant: Variant, graph: str
) -> bytes:
    """A document that is a whole graph, with what any graph says of itself. Raises `QueryError`."""
    return _write(service, document, outline, variant, _of_itself(document.about), graph)


def graph_of(service: Service, graphs: Sequence[str], variant: Variant) -> bytes:
    """All triples of some graphs, in a variant, and no others. Raises `QueryError`."""
    return service.engine.evaluate(
        "CONSTRUCT { ?subject ?property ?value } WHERE { ?subject ?property ?value }",
        solutions=SOLUTIONS_JSON,
        graph=by_name(variant.name, RDF).media_type,
        default_graphs=tuple(graphs),
        named_graphs=(),
    ).body


def _write(
    service: Service, document: Document, outline: Outline, variant: Variant, pattern: str, graph: str
) -> bytes:
    own = self_statements(service, document, outline)
    if variant.name == N_QUADS.name:
        pattern = f"{{ {pattern} }} OPTIONAL {{ GRAPH ?graph {{ ?subject ?property ?value }} }}"
        whole = f"UNION {{ {_whole(graph)} BIND(<{graph}> AS ?graph) }}" if graph else ""
        query = f"SELECT DISTINCT ?graph ?subject ?property ?value WHERE {{ {{ {pattern} }} {whole} }}"
        return "".join([*sorted(f"{line}\n" for line in own), *lines_of(service.engine.rows(query))]).encode()
    whole = f"UNION {{ {_whole(graph)} }}" if graph else ""
    return service.engine.evaluate(
        f"CONSTRUCT {{ ?subject ?property ?value . {' '.join(own)} }} WHERE {{ {{ {pattern} }} {whole} }}",
        solutions=SOLUTIONS_JSON,
        graph=by_name(variant.name, RDF).media_type,
    ).body


def _whole(graph: str) -> str:
    return f"GRAPH <{graph}> {{ ?subject ?property ?value }}"


def _of_itself(iri: str) -> str:
    """A pattern for the triples with a thing as subject or object."""
    return (
        f"{{ <{iri}> ?property ?value BIND(<{iri}> AS ?subject) }} "
        f"UNION {{ ?subject ?property <{iri}> BIND(<{iri}> AS ?value) }}"
    )


def _about(document: Document) -> str:
    """A pattern for the triples of one page of the document about a thing, as ?subject ?property ?value."""
    about, label = f"<{document.about}>", f"<{LABELS[0]}>"
    part = f'FILTER(STRSTARTS(STR(?part), "{document.about}#"))'
    incoming = (
        f"{{ SELECT ?subject ?property WHERE {{ ?subject ?property {about} }} "
        f"ORDER BY ?property ?subject LIMIT {PAGE_SIZE} OFFSET {document.pages.offset} }}"
    )
    found = [
        f"{incoming} BIND({about} AS ?value)",
        f"{incoming.replace('?property', '?from')} ?subject {label} ?value BIND({label} AS ?property)",
    ]
    if document.pages.number > 1:
        found.append(f"{about} {label} ?value BIND({about} AS ?subject) BIND({label} AS ?property)")
    else:
        found += [
            f"{about} ?property ?value BIND({about} AS ?subject)",
            f"{about} ?to ?part {part} ?part ?property ?value BIND(?part AS ?subject)",
            f"{about} ?to ?subject . ?subject {label} ?value BIND({label} AS ?property)",
            f"{about} ?to ?part {part} ?part ?from ?subject . ?subject {label} ?value "
            f"BIND({label} AS ?property)",
        ]
    return " UNION ".join(f"{{ {one} }}" for one in found)
