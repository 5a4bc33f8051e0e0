"""`travaux diff`: what changed between two releases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from travaux_build.errors import ReleaseError
from travaux_build.files.changes import Changes, changes_between, json_of, patch_of
from travaux_build.files.edits import Edit, Edited, Shown, edits_of
from travaux_build.release import CURRENT, Release, current_release, open_release, versions


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False),
    default="releases",
    show_default=True,
    help="Folder of the releases.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "rdf-patch"]),
    default="text",
    show_default=True,
    help="Words for people, JSON by resource, or RDF Patch that turns OLD into NEW.",
)
def diff(old: str, new: str, releases: Path, form: str) -> None:
    """Say what changed from release OLD to release NEW, each a version or `current`.

    As text it names things and properties by their labels and gives old and new values. What only follows by
    rule, and what a release says of itself, is counted; the other formats have every statement.

    \b
    Examples:
      travaux diff 2026.11.1 2026.11.2
      travaux diff 2026.11.1 current --format rdf-patch

    \b
    Exit codes: 0 done · 1 no such release, or a damaged one · 2 wrong use
    """
    before, after = (_release(releases, version) for version in (old, new))
    changes = changes_between(before, after)
    if form == "json":
        click.echo(json_of(changes, after.iris), nl=False)
    elif form == "rdf-patch":
        click.echo(patch_of(changes, after.iris), nl=False)
    else:
        for line in _told(changes, edits_of(changes, before, after), after):
            click.echo(line)


def _release(releases: Path, version: str) -> Release:
    if version == CURRENT:
        return current_release(releases)
    known = versions(releases)
    if version not in known:
        there = f"there are {', '.join(known)}" if known else "make one with: travaux build"
        raise ReleaseError(f"{releases}: has no release {version}; {there}")
    return open_release(releases / version)


def _told(changes: Changes, edits: list[Edited], release: Release) -> Iterator[str]:
    yield (
        f"{changes.previous} → {changes.version}: {len(changes.added):,} statements added, "
        f"{len(changes.removed):,} removed"
    )
    for one in edits:
        if one.edits and not one.is_about_release:
            yield ""
            what = "" if one.what == "changed" else f" ({one.what})"
            yield f"{one.thing.text}{what}  {release.iris.key(one.thing.iri)}"
            for edit in one.edits:
                yield f"  {edit.property.text}: {_change(edit)}"
    by_rule = sum(one.by_rule for one in edits)
    about = sum(one.is_about_release for one in edits)
    if by_rule or about:
        yield ""
        yield f"Besides: {by_rule:,} statements that follow by rule; {about:,} resources about the release"


def _change(edit: Edit) -> str:
    removed, added = (", ".join(map(_quoted, values)) for values in (edit.removed, edit.added))
    if removed and added:
        return f"{removed} → {added}"
    return f"+ {added}" if added else f"- {removed}"


def _quoted(shown: Shown) -> str:
    escaped = (one if one.isprintable() else one.encode("unicode_escape").decode() for one in shown.text)
    text = "".join(escaped)
    if shown.iri:
        return text
    return f"“{text}”" + (f" ({shown.language})" if shown.language not in ("", "en") else "")
