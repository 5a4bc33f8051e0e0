"""What changed between releases that are kept, in words, for pages and feeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import request

from travaux_build.files.changes import Changes, changes_between
from travaux_build.files.edits import DESCRIPTION, Edited, Shown, edits_in
from travaux_build.release import Release, open_release
from travaux_server.pages.texts import Text, direction_of
from travaux_server.resources.addresses import Addresses
from travaux_server.service import Service
from travaux_server.versions.kept import kept_releases

MOST_LINES = 5_000
"""Statements of a difference that are put in words; JSON and RDF Patch have them all."""


@dataclass(frozen=True)
class Difference:
    """What changed from the release `old` to `new`: numbers of statements, and the things that changed.

    `by_rule` of the statements only follow by rule; those by which the releases describe themselves are not
    among them but `about_releases`. `is_cut` says that there is more than the things named.
    """

    old: str
    new: str
    added: int
    removed: int
    things: tuple[Edited, ...]
    by_rule: int
    about_releases: int
    is_cut: bool


def difference(old: Release, new: Release) -> Difference:
    """What changed from one release to another."""
    return _difference(old.folder, new.folder)


def consecutive(service: Service) -> list[tuple[Release | None, Release]]:
    """Each release that is kept with the one before it, oldest first; the first has none."""
    found = kept_releases(service)
    return list(zip([None, *found], found, strict=False))


def things_in(difference: Difference) -> list[Edited]:
    """The things of which something is stated anew or no more, without those that only rules touch."""
    return [one for one in difference.things if one.edits]


def text_of_shown(shown: Shown) -> Text:
    return Text(shown.text, shown.language, direction_of(shown.language) if shown.language else "auto")


def address_of(edited: Edited, old: Release) -> str:
    """Where a thing that changed is to be seen: one that is gone, as it was at the older release."""
    version = old.manifest.version if edited.what == "gone" else ""
    return Addresses(old.iris, request.script_root, version).href(edited.thing.iri)


@lru_cache(maxsize=32)
def _difference(old_folder: Path, new_folder: Path) -> Difference:
    old, new = (open_release(folder, verify=False) for folder in (old_folder, new_folder))
    changes = changes_between(old, new)
    description = f" <{new.iris.graph(DESCRIPTION)}> ."
    removed, added = (_without(lines, description) for lines in (changes.removed, changes.added))
    things = edits_in(removed[:MOST_LINES], added[:MOST_LINES], old, new)
    return Difference(
        old=changes.previous,
        new=changes.version,
        added=len(added),
        removed=len(removed),
        things=tuple(things),
        by_rule=sum(one.by_rule for one in things),
        about_releases=_number(changes) - len(removed) - len(added),
        is_cut=max(len(removed), len(added)) > MOST_LINES,
    )


def _number(changes: Changes) -> int:
    return len(changes.added) + len(changes.removed)


def _without(lines: Iterable[str], end: str) -> list[str]:
    return [line for line in lines if not line.endswith(end)]
