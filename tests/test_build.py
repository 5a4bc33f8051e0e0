"""Building: the same content gives the same bytes, and only content that changed gives a new release."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

from travaux_build.content import open_content
from travaux_build.errors import Refused
from travaux_build.pipeline import build
from travaux_build.release import Release, current_release, versions

ROOT = Path(__file__).parents[1]
GARDEN = "https://example.org/garden/"
ELSEWHERE = """
import os, random, sys, time
from travaux_build.commands.main import main

scan, entries, clock = os.scandir, os.listdir, time.time
class Shuffled:
    def __init__(self, path="."):
        with scan(path) as found:
            listed = list(found)
        self.found = iter(random.sample(listed, len(listed)))
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def __iter__(self): return self
    def __next__(self): return next(self.found)
    def close(self): pass
os.scandir = Shuffled
os.listdir = lambda path=".": random.sample(found := entries(path), len(found))
time.time = lambda: clock() + 10 * 365 * 86400
os.umask(0o027)
sys.argv[0] = "travaux"
main()
"""
"""The command where folders list files in any order, the clock is ten years on and the umask another."""


def reproducible(release: Path) -> dict[str, bytes]:
    """Every file of a release but the database, the time of publication, and the list of their digests."""
    return {
        path.relative_to(release).as_posix(): path.read_bytes()
        for path in release.rglob("*")
        if path.is_file() and path.parent.name != "store" and path.name not in ("store.sha256", "published")
    }


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_the_same_content_gives_the_same_bytes_everywhere(
    small_release: Release, tmp_path: Path, seed: str
) -> None:
    """Hash seed, time zone, language, umask, clock, folder and order of files leave no trace in a release."""
    content = tmp_path / "a folder elsewhere"
    shutil.copytree(ROOT / "tests" / "content", content, ignore=shutil.ignore_patterns(".schemas"))
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "C"}
    result = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, "build", "--content", content, "--releases", tmp_path / "releases"],
        env=environment,
        cwd=tmp_path,
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert reproducible(tmp_path / "releases" / "current") == reproducible(small_release.folder)


def test_line_ends_and_byte_order_marks_make_no_difference(
    small_release: Release, small_content: Path, tmp_path: Path
) -> None:
    """Content checked out with CRLF, or saved with a byte order mark, gives the same bytes."""
    for path in small_content.rglob("*"):
        if path.is_file() and path.name != "context.jsonld":
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    release = build(open_content(small_content), tmp_path / "releases")
    assert reproducible(release.folder) == reproducible(small_release.folder)


def test_unchanged_content_makes_no_new_release(
    small_content: Path, tmp_path: Path, travaux: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """A second build finds its work done and says so; --again makes a release that says the same."""
    releases = tmp_path / "releases"
    first = build(open_content(small_content), releases)
    second = travaux("build", "--content", small_content, "--releases", releases)
    assert second.returncode == 0
    assert "nothing to do" in second.stderr
    assert versions(releases) == ("2026.01.1",)
    assert travaux("build", "--content", small_content, "--releases", releases, "--again").returncode == 0
    assert versions(releases) == ("2026.01.1", "2026.01.2")
    assert current_release(releases).manifest.content_digest == first.manifest.content_digest


def test_changed_content_makes_the_next_release_and_leaves_the_old_one(
    small_content: Path, tmp_path: Path
) -> None:
    """A release is never touched again: the next number is made beside it and becomes the current one."""
    releases = tmp_path / "releases"
    first = build(open_content(small_content), releases)
    before = {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()}
    people = small_content / "data" / "reference" / "people.yaml"
    people.write_text(people.read_text(encoding="utf-8").replace("Béla", "Bela"), encoding="utf-8")
    second = build(open_content(small_content), releases)
    assert second.manifest.version == "2026.01.2"
    assert current_release(releases) == second
    assert {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()} == before


def test_changes_lead_from_one_release_to_the_next(small_content: Path, tmp_path: Path) -> None:
    """The RDF Patch applied to the old dump gives the new one; the JSON counts and names what changed."""
    releases = tmp_path / "releases"
    first = build(open_content(small_content), releases)
    assert first.path("changes.rdfp").read_text(encoding="utf-8").splitlines() == [
        f"H id <{GARDEN}releases/2026.01.1> .",
        "TX .",
        "TC .",
    ]
    people = small_content / "data" / "reference" / "people.yaml"
    people.write_text(people.read_text(encoding="utf-8").replace("Béla", "Bela"), encoding="utf-8")
    second = build(open_content(small_content), releases)
    patch = second.path("changes.rdfp").read_text(encoding="utf-8").split("\n")
    assert patch[:3] == [
        f"H id <{GARDEN}releases/2026.01.2> .",
        f"H prev <{GARDEN}releases/2026.01.1> .",
        "TX .",
    ]
    lines = set(first.dump.read_text(encoding="utf-8").split("\n"))
    for row in patch[3:-2]:
        operation, line = row[:2], row[2:]
        assert (line in lines) == (operation == "D ")
        lines ^= {line}
    assert lines == set(second.dump.read_text(encoding="utf-8").split("\n"))
    changes = json.loads(second.path("changes.json").read_bytes())
    assert changes["previous"] == f"{GARDEN}releases/2026.01.1"
    assert changes["graphs"][f"{GARDEN}graph/reference"] == {"added": 1, "removed": 1}
    (bela,) = [one for one in changes["resources"] if one["id"] == f"{GARDEN}id/person/bela"]
    assert [one["value"] for one in bela["added"]] == ['"Bela"@en']
    assert [one["value"] for one in bela["removed"]] == ['"Béla"@en']


def test_another_base_replaces_the_one_that_content_is_written_with(
    small_content: Path, tmp_path: Path
) -> None:
    """With a base given, nothing in the release still stands below the base of the files."""
    base = "https://data.example.net/record/"
    release = build(open_content(small_content, base), tmp_path / "releases")
    assert release.manifest.base == base
    for file in release.manifest.files:
        if not file.name.endswith((".gz", ".zst")):
            assert GARDEN.encode() not in release.path(file.name).read_bytes(), file.name


def test_a_rule_of_the_content_adds_to_the_inferred_graph(small_release: Release) -> None:
    """What follows by a rule is in the release, in a graph of its own."""
    assert (
        f"<{GARDEN}id/proposal/spring-1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        f"<{GARDEN}ontology#Statement> <{GARDEN}graph/inferred> ."
    ) in small_release.dump.read_text(encoding="utf-8")


def test_tables_hold_a_row_for_each_member_of_a_class_with_labels_beside_ids(small_release: Release) -> None:
    """A table is CSV as RFC 4180 has it, with the words of the context for heads."""
    table = small_release.path("tables/Proposal.csv").read_bytes().decode()
    heads, first, second, end = table.split("\r\n")
    assert heads == (
        "id,type,label@en,label@fr,text@en,meeting,meeting label@en,proposedBy,proposedBy label@en,"
        "concerns,concerns label@en,ordinal,cost"
    )
    assert first.startswith("proposal/spring-1,Proposal|Statement,Plant two apple trees,,")
    assert '"Two apple trees should stand by the gate; ""the more, the merrier"" < & >."' in first
    assert first.endswith("meeting/spring,Spring meeting,person/amina,Amina,plant/apple,Apple,1,79.9")
    assert ",person/bela,Béla,plant/apple|plant/rose,Apple|Rose,2," in second
    assert end == ""


def test_the_description_counts_itself_and_names_every_input(small_release: Release) -> None:
    """VoID counts are those of the dump, PROV names each content file with its digest, all have labels."""
    store = Store()
    store.extend(parse(path=str(small_release.dump), format=RdfFormat.N_QUADS))
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in small_release.manifest.prefixes.items())

    def answer(query: str) -> set[tuple[str, ...]]:
        rows = store.query(prefixes + query, use_default_graph_as_union=True)
        return {tuple(getattr(value, "value", "") for value in row) for row in rows}  # type: ignore[union-attr]

    counted = {(graph.iri, str(graph.triples)) for graph in small_release.manifest.graphs}
    assert answer("SELECT ?graph ?count { ?graph a sd:NamedGraph ; void:triples ?count }") == counted
    total = str(small_release.manifest.triples)
    assert answer(f"SELECT ?count {{ <{GARDEN}dataset> void:triples ?count }}") == {(total,)}
    content = open_content(ROOT / "tests" / "content")
    release = f"{GARDEN}releases/2026.01.1"
    used = "SELECT ?build ?file ?digest { ?build prov:used ?file . ?file schema:sha256 ?digest }"
    assert answer(used) == {
        (f"{release}#build", f"{release}#{name}", digest) for name, digest in content.digests()
    }
    graph = f"<{GARDEN}graph/description>"
    unnamed = (
        f"SELECT ?node {{ GRAPH {graph} {{ ?node ?p ?o }} FILTER NOT EXISTS {{ ?node rdfs:label ?label }} }}"
    )
    assert answer(unnamed) == set()


def test_every_distribution_is_a_file_of_the_release(real_release: Release) -> None:
    """What the description offers for download is there under the name that the manifest lists."""
    base = f"{real_release.manifest.base}releases/{real_release.manifest.version}/"
    offered = [
        quad.object.value.removeprefix(base)
        for quad in parse(path=str(real_release.dump), format=RdfFormat.N_QUADS)
        if quad.predicate.value == "http://www.w3.org/ns/dcat#downloadURL"
    ]
    dumps = [file.name for file in real_release.manifest.files if file.name.startswith("dumps/")]
    assert sorted(offered) == sorted(dumps)


def test_queries_of_the_content_are_in_the_release(small_release: Release) -> None:
    """The server shows the queries that curators wrote, as they were when the release was made."""
    source = ROOT / "tests" / "content" / "data" / "queries" / "proposals.rq"
    assert small_release.path("queries/proposals.rq").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("name", ["inferred", "Record", "my record"])
def test_a_folder_that_cannot_name_a_graph_is_refused(small_content: Path, name: str) -> None:
    """A folder of data becomes part of an IRI, and must not take a name that the build uses itself."""
    shutil.copytree(small_content / "data" / "reference", small_content / "data" / name)
    with pytest.raises(Refused, match=f"data/{name}:"):
        build(open_content(small_content), small_content / "releases")


def test_a_card_that_names_a_thing_unknown_to_the_data_is_refused(small_content: Path) -> None:
    """Every IRI of ours that is published resolves, those of places and themes as well."""
    card = small_content / "data" / "dataset.yaml"
    places = f"places:\n  {GARDEN}id/plant/appel:\n    en: Apple\n"
    card.write_text(card.read_text(encoding="utf-8") + places, encoding="utf-8")
    with pytest.raises(Refused, match=r"data/dataset\.yaml: .*plant/appel\] is nothing"):
        build(open_content(small_content), small_content / "releases")
    card.write_text(card.read_text(encoding="utf-8").replace("plant/appel", "plant/apple"), encoding="utf-8")
    release = build(open_content(small_content), small_content / "releases")
    place = f"<{GARDEN}id/plant/apple> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = release.path("catalogue.nt").read_text("utf-8").splitlines()
    assert f"{place} <http://purl.org/dc/terms/Location> ." in lines


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: garden\n", "", "lacks the key id"),
        ("licence: https", "license: https", "did you mean licence?"),
        ('"2026.01"', '"2026.13"', "2026.13 is not a year and month"),
        ("  name: Garden project", "  nam: Garden project", "publisher has no name"),
        ('  en: "Garden: what', '  de: "Garden: what', "has no English text"),
        ("https://creativecommons", "creativecommons", "is not an http(s) IRI"),
        ("[garden, tests]", "garden", "is not a list"),
        ("  thing: https", "  Thing: https", "Thing is not a prefix of small letters"),
        ("contact:\n  name: Garden office", "contact:\n  nam: Garden office", "contact has no name"),
        ("office@example.org", "office", "office is not a mail address"),
        ('start: "2026-01-01"', 'start: "2026-01"', "2026-01 is not a day"),
        ('  end: "2026-01-31"\n', "", "period has no end"),
        ("  fr: http://pub", "  French: http://pub", "French is not a language tag"),
        ("    en: Environment\n", "", "has no English text"),
    ],
)
def test_a_faulty_card_is_refused_with_its_line(
    small_content: Path, old: str, new: str, expected: str
) -> None:
    """Mistakes in data/dataset.yaml are reported like those in any data file."""
    card = small_content / "data" / "dataset.yaml"
    text = card.read_text(encoding="utf-8")
    assert old in text
    card.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        build(open_content(small_content), small_content / "releases")
    problems = [str(problem) for problem in caught.value.problems]
    assert any(expected in problem for problem in problems), problems
    assert all(problem.startswith("data/dataset.yaml:") for problem in problems)
