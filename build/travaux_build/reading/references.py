"""Between entries: each thing is declared once, and whatever is spoken of is declared."""

from __future__ import annotations

from collections.abc import Iterator

from travaux_build.errors import Problem
from travaux_build.location import Location, Locations
from travaux_build.reading.entries import Entry, Found, Mention
from travaux_build.reading.near import nearest


def cross_check(found: Found) -> list[Problem]:
    """Ids declared twice or nowhere, and references to what nobody declares."""
    declared: dict[str, Entry] = {}
    problems = list(_declare(found.entries, declared))
    cache: dict[str, str] = {}
    missing = [one for one in found.mentions if one.id not in declared and one.id not in found.salvaged]
    for mention in missing:
        if mention.id not in cache:
            cache[mention.id] = _advice(mention.id, declared)
        problems.append(_problem(mention, f"no entry has the id {mention.id}", cache[mention.id]))
    return problems


def locate(entries: list[Entry], things: str) -> Locations:
    """The places of all subjects and their properties; `things` is the namespace of ids."""
    locations = Locations()
    for entry in sorted(entries, key=lambda entry: not entry.types):
        locations.add(entry.location, things + entry.id)
        for predicate, location in entry.properties:
            locations.add(location, things + entry.id, predicate)
    return locations


def _declare(entries: list[Entry], declared: dict[str, Entry]) -> Iterator[Problem]:
    """Fill `declared` from the entries that have a type, and report who else claims to declare the same."""
    for entry in entries:
        if entry.types:
            first = declared.setdefault(entry.id, entry)
            if first is not entry:
                yield _twice(entry, first)
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if not entry.types:
            file = entry.location.file
            first = seen.setdefault((entry.id, file), entry)
            if entry.id not in declared:
                mention = Mention(entry.id, entry.location, entry.id)
                yield _problem(mention, "the entry has no type", "add one, such as type: Theme")
            elif declared[entry.id].location.file == file:
                yield _twice(entry, declared[entry.id])
            elif first is not entry:
                yield _twice(entry, first)


def _twice(entry: Entry, first: Entry) -> Problem:
    message = f"the id {entry.id} is declared at {place(first.location)} already"
    mention = Mention(entry.id, entry.location, entry.id)
    return _problem(mention, message, "rename one of the two, or make them one entry")


def _advice(missing: str, declared: dict[str, Entry]) -> str:
    """The declared id that is nearest: of the same kind, else with the same key under another kind."""
    kind, _, key = missing.partition("/")
    alike = [identity for identity in declared if identity.startswith(f"{kind}/")]
    near = nearest(missing, alike)
    if not near:
        near = next((one for one in sorted(declared) if one.partition("/")[2] == key), "")
    if not near:
        kinds = {identity.partition("/")[0] for identity in declared}
        other = nearest(kind, kinds - {kind})
        near = nearest(missing, [one for one in declared if one.startswith(f"{other}/")]) if other else ""
    if near:
        return f"did you mean {near} ({place(declared[near].location)})?"
    return "declare it in a data file, or correct it"


def place(location: Location) -> str:
    """A location as an editor opens it."""
    return f"{location.file}:{location.line}"


def _problem(mention: Mention, message: str, remedy: str) -> Problem:
    location = mention.location
    return Problem(location.file, location.line, location.column, mention.entry, message, remedy)
