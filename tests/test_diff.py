"""The difference of two releases: in words, as JSON, as RDF Patch, and found without reading all."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from travaux_build.content import open_content
from travaux_build.errors import ReleaseError
from travaux_build.files.changes import changes_between, patch_of
from travaux_build.files.dump_lines import Value, opened, statement_of, value_of
from travaux_build.files.edits import edits_of
from travaux_build.pipeline import build
from travaux_build.release import Release, open_release

ROOT = Path(__file__).parents[1]
GARDEN = "https://example.org/garden/"
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of the small content: in the second a plant is new, and a person has another name."""
    root = tmp_path_factory.mktemp("diff")
    content = Path(
        shutil.copytree(
            ROOT / "tests" / "content", root / "content", ignore=shutil.ignore_patterns(".schemas")
        )
    )
    build(open_content(content), root / "releases")
    people = content / "data" / "reference" / "people.yaml"
    people.write_text(people.read_text("utf-8").replace("Béla", "Bálint"), "utf-8")
    build(open_content(content), root / "releases")
    return root / "releases"


def both(releases: Path) -> tuple[Release, Release]:
    old, new = (open_release(releases / version) for version in ("2026.01.1", "2026.01.2"))
    return old, new


def test_a_patch_makes_the_new_release_of_the_old_one(releases: Path) -> None:
    """Removals taken from the old dump and additions put to it give the new dump, byte for byte."""
    old, new = both(releases)
    lines = set(old.dump.read_text("utf-8").splitlines())
    for row in patch_of(changes_between(old, new), new.iris).splitlines():
        if row.startswith("D "):
            lines.remove(row[2:])
        elif row.startswith("A "):
            assert row[2:] not in lines
            lines.add(row[2:])
    assert "".join(f"{line}\n" for line in sorted(lines, key=str.encode)) == new.dump.read_text("utf-8")


def test_the_difference_backwards_is_the_other_way_round(releases: Path) -> None:
    """What was added from A to B is removed from B to A; from a release to itself nothing changes."""
    old, new = both(releases)
    there, back = changes_between(old, new), changes_between(new, old)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert changes_between(old, old).added == changes_between(old, old).removed == ()


def test_edits_speak_of_things_and_properties_by_their_labels(releases: Path) -> None:
    """A changed name is one edit of one person, from the old text to the new, in the graph of its file."""
    old, new = both(releases)
    edited = next(one for one in edits_of(changes_between(old, new), old, new) if one.edits)
    assert (edited.thing.iri, edited.what) == (f"{GARDEN}id/person/bela", "changed")
    (edit,) = [one for one in edited.edits if one.property.text == "label"]
    assert edit.graph == "reference"
    assert "Béla" in edit.removed[0].text
    assert edit.added[0].text == edit.removed[0].text.replace("Béla", "Bálint")


def test_lines_about_each_subject_are_found(releases: Path) -> None:
    """For every subject of the dump the lines found are exactly its own; others are not held."""
    old, _ = both(releases)
    by_subject: dict[str, list[str]] = {}
    for line in old.dump.read_text("utf-8").splitlines():
        by_subject.setdefault(statement_of(line).subject, []).append(line)
    assert len(by_subject) > 100
    with opened(old.dump) as dump:
        for subject, lines in by_subject.items():
            assert dump.about(subject) == lines
            assert dump.holds(subject)
            assert dump.about(subject + "-not") == dump.about(subject[:-1] + "\x00") == []
            parts = {one for one in by_subject if one == subject or one.startswith(subject + "#")}
            assert dump.about_parts(subject) == sorted(line for one in parts for line in by_subject[one])
        assert list(dump.subjects(f"{GARDEN}id/")) == sorted(
            (one for one in by_subject if one.startswith(f"{GARDEN}id/")), key=lambda one: f"{one}>".encode()
        )
        assert not dump.holds("http://a.example/")
        assert not dump.holds("zzz://last")


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("<https://a.example/b>", Value(iri="https://a.example/b")),
        ('"a \\"b\\" \\\\ \\n\\u00e9"', Value(text='a "b" \\ \né')),
        ('"Genève"@fr-CH', Value(text="Genève", language="fr-CH")),
        (
            '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
            Value(text="1", datatype="http://www.w3.org/2001/XMLSchema#integer"),
        ),
    ],
)
def test_values_are_read(term: str, value: Value) -> None:
    """IRIs, escapes, languages and datatypes of N-Triples are understood."""
    assert value_of(term) == value


def test_a_line_that_is_none_is_refused() -> None:
    """A dump that is damaged is an error of ours, not a traceback."""
    with pytest.raises(ReleaseError, match="no line of N-Quads"):
        statement_of("<a> <b> .")


def test_the_command_tells_what_changed(releases: Path, travaux: Command) -> None:
    """As text with labels and values, as JSON and RDF Patch as the release itself has them."""
    arguments = ("diff", "2026.01.1", "current", "--releases", releases)
    told = travaux(*arguments)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("2026.01.1 → 2026.01.2: ")
    assert "person/bela" in told.stdout
    assert "label: “Béla" in told.stdout
    assert "→ “Bálint" in told.stdout
    new = open_release(releases / "2026.01.2")
    shown = travaux(*arguments, "--format", "json")
    assert json.loads(shown.stdout) == json.loads(new.path("changes.json").read_bytes())
    patch = travaux(*arguments, "--format", "rdf-patch")
    assert patch.stdout == new.path("changes.rdfp").read_text("utf-8")


def test_the_command_names_the_releases_there_are(releases: Path, travaux: Command) -> None:
    """An unknown version is one line with those that are known, and exit code 1."""
    result = travaux("diff", "2026.01.1", "2026.01.9", "--releases", releases)
    assert result.returncode == 1
    assert result.stderr.strip().endswith("has no release 2026.01.9; there are 2026.01.1, 2026.01.2")
