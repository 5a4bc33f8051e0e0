"""The event stream (LDES, with TREE): what a release changed is a member, as it was in that release."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from travaux_build.files.changes import changes_between
from travaux_build.files.dump_lines import opened, statement_of
from travaux_build.iris import Iris
from travaux_build.release import Release, open_release
from travaux_server.service import Service
from travaux_server.versions.kept_changes import consecutive

PAGE_SIZE = 100
"""Members on a page."""
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCTERMS = "http://purl.org/dc/terms/"
ACTIVITY = "https://www.w3.org/ns/activitystreams#"
LDES = "https://w3id.org/ldes#"
TREE = "https://w3id.org/tree#"
CREATED, TYPE, VERSION_OF = DCTERMS + "created", DCTERMS + "type", DCTERMS + "isVersionOf"


def root(service: Service) -> list[str]:
    """The root node as lines of N-Triples: what the stream is, and a page's time span for each page."""
    iris = service.release.iris
    node, stream = iris.event_stream, iris.event_stream + "#stream"
    found = [
        _iri(stream, RDF_TYPE, LDES + "EventStream"),
        _iri(stream, TREE + "view", node),
        _iri(stream, LDES + "timestampPath", CREATED),
        _iri(stream, LDES + "versionOfPath", VERSION_OF),
        _iri(stream, DCTERMS + "license", service.release.manifest.licence),
        _iri(node, RDF_TYPE, TREE + "Node"),
    ]
    for kind in ("Create", "Update", "Delete"):
        found.append(_iri(stream, f"{LDES}version{kind}Path", TYPE))
        found.append(_iri(stream, f"{LDES}version{kind}Object", ACTIVITY + kind))
    for old, new in consecutive(service):
        for number in range(1, pages_of(old, new) + 1):
            found += _relations(iris, new, number)
    return found


def page(old: Release | None, new: Release, number: int) -> list[str]:
    """A page of the members that a release made, counted from 1, as lines of N-Triples."""
    iris = new.iris
    node, stream = iris.event_stream_page(new.manifest.version, number), iris.event_stream + "#stream"
    found = [
        _iri(stream, TREE + "view", iris.event_stream),
        _iri(node, RDF_TYPE, TREE + "Node"),
        f'<{node}> <{LDES}immutable> "true"^^<{XSD}boolean> .',
    ]
    keys = _members(old.folder if old else None, new.folder)
    for thing, kind in keys[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]:
        found += _member(new, thing, kind, stream)
    return found


def pages_of(old: Release | None, new: Release) -> int:
    """How many pages the members take that a release made."""
    return -(-len(_members(old.folder if old else None, new.folder)) // PAGE_SIZE)


def _relations(iris: Iris, release: Release, number: int) -> Iterator[str]:
    """The lower and the upper bound of a page's time span, which is one moment."""
    version = release.manifest.version
    for kind in ("GreaterThanOrEqualTo", "LessThanOrEqualTo"):
        relation = f"{iris.event_stream}#{version}-{number}-{kind}"
        yield _iri(iris.event_stream, TREE + "relation", relation)
        yield _iri(relation, RDF_TYPE, f"{TREE}{kind}Relation")
        yield _iri(relation, TREE + "node", iris.event_stream_page(version, number))
        yield _iri(relation, TREE + "path", CREATED)
        yield f"<{relation}> <{TREE}value> {_moment(release)} ."


def _member(release: Release, thing: str, kind: str, stream: str) -> Iterator[str]:
    """A thing as it was in a release, under an IRI of that version; of one that is gone, only that."""
    iris, version = release.iris, release.manifest.version
    member = iris.at_release(version, thing)
    yield _iri(stream, TREE + "member", member)
    yield _iri(member, VERSION_OF, thing)
    yield _iri(member, TYPE, ACTIVITY + kind)
    yield f"<{member}> <{CREATED}> {_moment(release)} ."
    if kind == "Delete":
        return
    with opened(release.dump) as dump:
        lines = dump.about_parts(thing)
    yield from dict.fromkeys(_in_version(line, thing, member) for line in lines)


def _in_version(line: str, thing: str, member: str) -> str:
    """The triple of a line, in which the thing and its parts have the IRIs of their version."""
    one = statement_of(line)
    subject, value = member + one.subject.removeprefix(thing), one.value
    if value.startswith(f"<{thing}#"):
        value = f"<{member}{value.removeprefix(f'<{thing}')}"
    return f"<{subject}> <{one.property}> {value} ."


@lru_cache(maxsize=16)
def _members(old_folder: Path | None, new_folder: Path) -> tuple[tuple[str, str], ...]:
    """The things that a release made, changed or dropped, each with what it did, ordered by IRI."""
    new = open_release(new_folder, verify=False)
    things = new.iris.things
    if old_folder is None:
        with opened(new.dump) as dump:
            known = {iri.partition("#")[0] for iri in dump.subjects(things)}
            return tuple((iri, "Create") for iri in sorted(known) if dump.is_stated(iri, new.iris))
    old = open_release(old_folder, verify=False)
    changes = changes_between(old, new)
    statements = map(statement_of, (*changes.removed, *changes.added))
    changed = {one.subject.partition("#")[0] for one in statements if one.subject.startswith(things)}
    found = []
    with opened(old.dump) as before, opened(new.dump) as now:
        for iri in sorted(changed):
            was, is_now = before.is_stated(iri, old.iris), now.is_stated(iri, new.iris)
            if was or is_now:
                found.append((iri, "Update" if was and is_now else "Create" if is_now else "Delete"))
    return tuple(found)


def _moment(release: Release) -> str:
    return f'"{release.published.strftime("%Y-%m-%dT%H:%M:%SZ")}"^^<{XSD}dateTime>'


def _iri(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> <{value}> ."
