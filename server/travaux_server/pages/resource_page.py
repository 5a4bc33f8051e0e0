"""The page of a thing: what it is, what is said of it, and what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from travaux_server.engine import Term
from travaux_server.pages.names import Name, in_order, name_from, names_of
from travaux_server.pages.page_model import IncomingList, Part, Quotation, ResourcePage, Section
from travaux_server.pages.presentation import Place, Presentation, presentation_of
from travaux_server.pages.sections import SectionMaker
from travaux_server.pages.texts import Text, best_of, text_of
from travaux_server.resources.addresses import Addresses
from travaux_server.resources.describe import (
    Incoming,
    Statement,
    Wording,
    incoming_of,
    incoming_page_of,
    statements_about,
    statements_in,
    wording_of,
)
from travaux_server.resources.document import PAGE_SIZE, Pages
from travaux_server.resources.standard_terms import EXACT, LABELS, NOTATION, RDFS, TYPE
from travaux_server.service import Service

SHOWN = 60
"""Links by one property that a page shows, shared by the lists it makes; the rest is a query away."""
FEWEST = 8
"""Links that each list shows if it has them."""
MOST_CLASSES = 12
"""Lists by class into which the things that refer to one by the same property are told apart."""
FIRST = Pages()
INFERRED = "inferred"
"""Name of the graph of what follows by rule."""


def page_of(service: Service, addresses: Addresses, iri: str, pages: Pages = FIRST) -> ResourcePage | None:
    """The page of a thing; None if the release says nothing of it. Raises `QueryError`.

    Of the pages of a thing to which many lead, those after the first show what leads to it and nothing else.
    """
    statements = statements_about(service, iri)
    own = [one for one in statements if one.subject == iri]
    if not own:
        return None
    is_first = pages.number == 1
    incoming = incoming_of(service, iri) if is_first else incoming_page_of(service, iri, pages)
    wording = wording_of(service, iri)
    presentation = presentation_of(service)
    names = _names(service, statements, incoming, presentation)
    classes = [one.value.value for one in own if one.property == TYPE]
    maker = SectionMaker(names, presentation, addresses, classes)
    stated = [one for one in own if one.graphs != (INFERRED,)]
    name = name_from(iri, _facts(own))
    lead = _lead(presentation, stated)
    shown = [one for one in stated if one is not lead and not _is_in_heading(one, name)]
    kinds = [maker.link(one.value.value) for one in stated if one.property == TYPE]
    page = ResourcePage(
        iri=iri,
        name=name,
        kinds=tuple(sorted(kinds, key=lambda link: link.name.label.value)),
        lead=text_of(lead.value) if lead else None,
        quotations=tuple(_quotations(iri, wording, maker)),
        other_labels=_labels_in_other_languages(stated, name),
        sections=maker.sections(shown),
        incoming=tuple(
            _incoming(iri, incoming, maker, presentation, classes, SHOWN if is_first else PAGE_SIZE)
        ),
        inferred=Section(None, maker.rows(one for one in own if one.graphs == (INFERRED,))),
        parts=tuple(_parts(iri, [one for one in statements if one.subject != iri], maker, presentation)),
        graphs=tuple(sorted({graph for one in stated for graph in one.graphs})),
    )
    if is_first:
        return page
    return replace(page, quotations=(), sections=(), inferred=Section(None, ()), parts=())


def parts_in(service: Service, addresses: Addresses, document: str, graph: str) -> list[Part]:
    """What a graph says of each node whose IRI is that of a document with a fragment, by IRI.

    Leaves out that they belong to the document. Raises `QueryError`.
    """
    statements = statements_in(service, service.release.iris.graph(graph))
    own = [
        one for one in statements if one.subject.startswith(document + "#") and one.value.value != document
    ]
    presentation = presentation_of(service)
    names = _names(service, own, (), presentation)
    return _parts(document, own, SectionMaker(names, presentation, addresses), presentation)


def _names(
    service: Service,
    statements: Sequence[Statement],
    incoming: Sequence[Incoming],
    presentation: Presentation,
) -> Mapping[str, Name]:
    """The names of all that a page names, and of the classes of that."""
    named = {one.property for one in statements} | {found.property for found in incoming}
    named.update(one.value.value for one in statements if one.value.kind == "iri")
    named.update(subject for found in incoming for subject in found.subjects)
    named.update(presentation.inverses.get(found.property, found.property) for found in incoming)
    names = dict(names_of(service.engine, named))
    classes = {class_ for found in incoming for one in found.subjects for class_ in names[one].classes}
    names.update(names_of(service.engine, classes - named))
    return names


def _lead(presentation: Presentation, statements: Iterable[Statement]) -> Statement | None:
    """The statement that says what the thing is, in the language that suits best."""
    ranks = presentation.leads
    leads = [one for one in statements if one.property in ranks and one.value.kind == "literal"]
    best = min((ranks[one.property] for one in leads), default=0)
    foremost = [one for one in leads if ranks[one.property] == best]
    chosen = best_of(one.value for one in foremost)
    return next((one for one in foremost if one.value == chosen), None)


def _quotations(iri: str, wording: Iterable[Wording], maker: SectionMaker) -> Iterable[Quotation]:
    """The words of passages in the order of the passages, as many as a page shows."""
    by_passage = {one.passage: one.words for one in wording}
    for name in in_order(map(maker.name, by_passage))[:SHOWN]:
        link = maker.link(name.iri) if name.iri != iri else None
        yield Quotation(text_of(by_passage[name.iri]), link)


def _is_in_heading(statement: Statement, name: Name) -> bool:
    """Whether a statement needs no row: the head of the page says it."""
    if statement.property in (TYPE, NOTATION, EXACT, LABELS[0]):
        return True
    return statement.property in LABELS and statement.value.value == name.label.value


def _incoming(
    iri: str,
    incoming: Iterable[Incoming],
    maker: SectionMaker,
    presentation: Presentation,
    classes: Sequence[str],
    shown: int,
) -> Iterable[IncomingList]:
    """The lists of what refers to a thing: first those that have a name from its own side."""
    lists = []
    for found in incoming:
        place = presentation.inverse_place(classes, found.property)
        inverse = presentation.inverses.get(found.property)
        is_inverse = bool(place.name or inverse)
        label = place.name or maker.property_label(inverse or found.property, Place())
        by_class = _by_class(found, maker)
        most = max(FEWEST, shown // len(by_class)) if shown < PAGE_SIZE else PAGE_SIZE
        for class_, count, names in by_class:
            links = tuple(maker.link(name.iri) for name in in_order(names)[:most])
            kind = maker.name(class_).label if class_ else None
            query = _query(found.property, iri, class_)
            made = IncomingList(label, kind, count, is_inverse, links, query)
            lists.append(((not is_inverse, place.order, label.value, -count), made))
    return [made for _, made in sorted(lists, key=lambda pair: pair[0])]


def _by_class(found: Incoming, maker: SectionMaker) -> list[tuple[str, int, list[Name]]]:
    """The subjects of an incoming property by their class: its IRI, their number, their names.

    Where not all are at hand, or they have too many classes to tell apart, they stay together.
    """
    by_class: dict[str, list[Name]] = {}
    for name in map(maker.name, found.subjects):
        by_class.setdefault(name.classes[0] if name.classes else "", []).append(name)
    if len(found.subjects) < found.count or len(by_class) > MOST_CLASSES:
        return [("", found.count, [name for names in by_class.values() for name in names])]
    return [(class_, len(names), names) for class_, names in sorted(by_class.items())]


def _query(property_: str, iri: str, class_: str) -> str:
    """A query for all things of a class, or all if it is empty, that refer to a thing by a property."""
    of_class = f"a <{class_}> ; " if class_ else ""
    return (
        f"SELECT ?thing ?label\nWHERE {{\n  ?thing {of_class}<{property_}> <{iri}> .\n"
        f'  OPTIONAL {{ ?thing <{RDFS}label> ?label FILTER(LANG(?label) = "en") }}\n}}\nORDER BY ?label\n'
    )


def _parts(
    document: str, statements: Iterable[Statement], maker: SectionMaker, presentation: Presentation
) -> list[Part]:
    by_subject: dict[str, list[Statement]] = {}
    for one in statements:
        by_subject.setdefault(one.subject, []).append(one)
    return [
        _part(subject, subject.removeprefix(document + "#"), by_subject[subject], maker, presentation)
        for subject in sorted(by_subject)
    ]


def _part(
    iri: str, anchor: str, statements: Sequence[Statement], maker: SectionMaker, presentation: Presentation
) -> Part:
    lead = _lead(presentation, statements)
    name = name_from(iri, _facts(statements))
    shown = [one for one in statements if one is not lead and not _is_in_heading(one, name)]
    return Part(
        anchor=anchor,
        name=name,
        kinds=tuple(maker.link(one.value.value) for one in statements if one.property == TYPE),
        lead=text_of(lead.value) if lead else None,
        section=Section(None, maker.rows(shown)),
    )


def _facts(statements: Iterable[Statement]) -> dict[str, list[Term]]:
    facts: dict[str, list[Term]] = {}
    for statement in statements:
        facts.setdefault(statement.property, []).append(statement.value)
    return facts


def _labels_in_other_languages(statements: Iterable[Statement], name: Name) -> tuple[Text, ...]:
    labels = {text_of(one.value) for one in statements if one.property == LABELS[0]} - {name.label}
    return tuple(sorted(labels, key=lambda label: (label.language, label.value)))
