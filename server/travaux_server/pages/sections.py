"""Statements arranged for reading: in the groups and the order that shapes give, everything by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from travaux_server.pages.names import Name, in_order
from travaux_server.pages.page_model import Link, Row, Section, Value
from travaux_server.pages.presentation import Group, Place, Presentation
from travaux_server.pages.texts import FIRST_LANGUAGE, Text, text_of
from travaux_server.resources.addresses import Addresses, in_words
from travaux_server.resources.describe import Statement


class SectionMaker:
    """Arranges statements about things of some classes, by the names of all that they name."""

    def __init__(
        self,
        names: Mapping[str, Name],
        presentation: Presentation,
        addresses: Addresses,
        classes: Iterable[str] = (),
    ) -> None:
        self._names = names
        self._presentation = presentation
        self._addresses = addresses
        self._classes = tuple(classes)

    def sections(self, statements: Iterable[Statement]) -> tuple[Section, ...]:
        """The statements in the groups of their properties."""
        groups: dict[Group, list[Statement]] = {}
        for statement in statements:
            place = self._presentation.place(self._classes, statement.property)
            groups.setdefault(place.group, []).append(statement)
        ordered = sorted(groups, key=lambda group: (group.order, group.iri))
        return tuple(Section(group.label, self.rows(groups[group])) for group in ordered)

    def rows(self, statements: Iterable[Statement]) -> tuple[Row, ...]:
        """A row for each property: in the order of the shapes, then our own, then others' by name."""
        by_property: dict[str, list[Statement]] = {}
        for statement in statements:
            by_property.setdefault(statement.property, []).append(statement)
        places = {iri: self._presentation.place(self._classes, iri) for iri in by_property}
        rows = {iri: self._row(iri, places[iri], found) for iri, found in by_property.items()}

        def order(iri: str) -> tuple[float, bool, str]:
            return places[iri].order, not self._addresses.is_own(iri), rows[iri].label.value.casefold()

        return tuple(rows[iri] for iri in sorted(rows, key=order))

    def link(self, iri: str) -> Link:
        """A link to a thing, by its name."""
        return Link(self.name(iri), self._addresses.href(iri), not self._addresses.is_own(iri))

    def name(self, iri: str) -> Name:
        """What a thing is called; a name made from its IRI for want of a better one."""
        return self._names.get(iri) or Name(iri, Text(in_words(iri)), has_label=False)

    def property_label(self, iri: str, place: Place) -> Text:
        """What a property is called: its own label, else what shapes call it, else what its IRI says."""
        name = self.name(iri)
        if place.name is None or name.has_label:
            return name.label
        return replace(place.name, value=in_words(place.name.value))

    def _row(self, iri: str, place: Place, statements: Sequence[Statement]) -> Row:
        things = {one.value.value for one in statements if one.value.kind == "iri"}
        rank = {name.iri: place for place, name in enumerate(in_order(map(self.name, things)))}

        def order(one: Statement) -> tuple[int, bool, str, str]:
            value = one.value
            return rank.get(value.value, -1), value.language != FIRST_LANGUAGE, value.language, value.value

        values = tuple(self._value(one) for one in sorted(statements, key=order))
        agreed = {value.graphs for value in values}
        graphs = agreed.pop() if len(agreed) == 1 else ()
        return Row(self.property_label(iri, place), self._addresses.href(iri), values, graphs)

    def _value(self, statement: Statement) -> Value:
        if statement.value.kind == "iri":
            return Value(statement.graphs, link=self.link(statement.value.value))
        return Value(statement.graphs, text=text_of(statement.value))
