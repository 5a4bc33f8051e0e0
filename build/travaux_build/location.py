"""Where in the content files a resource, or one of its properties, is stated."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Location:
    """A place in a content file: `file` relative to the content's root, `line` and `column` from 1."""

    file: str
    line: int
    column: int


@dataclass
class Locations:
    """From a subject's IRI, and a predicate's, to the place in the files where they are stated."""

    _subjects: dict[str, Location] = field(default_factory=dict)
    _properties: dict[tuple[str, str], Location] = field(default_factory=dict)

    def add(self, location: Location, subject: str, predicate: str | None = None) -> None:
        """Record a place; the first one recorded for a subject or property stays."""
        if predicate is None:
            self._subjects.setdefault(subject, location)
        else:
            self._properties.setdefault((subject, predicate), location)

    def find(self, subject: str, predicate: str | None = None) -> Location | None:
        """The place of the property if it is known, else of the subject, else None."""
        if predicate is not None and (subject, predicate) in self._properties:
            return self._properties[subject, predicate]
        return self._subjects.get(subject)
