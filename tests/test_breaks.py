"""What would break links is refused: dropped IRIs, terms removed, a version that hides a change."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from travaux_build.content import open_content
from travaux_build.errors import Refused
from travaux_build.pipeline import build, examine
from travaux_build.release import Release, versions

GARDEN = "https://example.org/garden/"
Command = Callable[..., "subprocess.CompletedProcess[str]"]
Edit = Callable[[str, str, str], None]
NEW = """  - id: person/cleo
    type: Person
    label:
      en: Cleo "the Great"
"""
RETIRED = """- id: person/cleo
  label: {en: Cleo}
  since: "2026.01.2"
  replacedBy: [person/amina]
  reason: {en: Two entries for one person}
"""
PERSON = 'garden:Person a owl:Class ; rdfs:label "Person"@en ;'
VERSIONED = 'rdfs:label "Garden ontology"@en ; owl:versionInfo "{}" .'


@pytest.fixture
def edit(small_content: Path) -> Edit:
    """Replaces a text that stands in a file of the content."""

    def replace(file: str, old: str, new: str) -> None:
        path = small_content / file
        text = path.read_text("utf-8") if path.exists() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new, "utf-8")

    return replace


@pytest.fixture
def releases(small_content: Path, tmp_path: Path, edit: Edit) -> Path:
    """A folder with one release, in which a person stands who is then taken out of the content."""
    folder = tmp_path / "releases"
    edit("data/reference/people.yaml", "", NEW)
    edit("ontology/garden.ttl", 'rdfs:label "Garden ontology"@en .', VERSIONED.format("1.0.0"))
    build(open_content(small_content), folder)
    edit("data/reference/people.yaml", NEW, "")
    return folder


def refusal(content: Path, releases: Path) -> str:
    """What a build says that is refused; it must leave no release."""
    known = versions(releases)
    with pytest.raises(Refused) as caught:
        build(open_content(content), releases)
    assert versions(releases) == known
    return str(caught.value)


def ontology_of(release: Release) -> dict[str, str]:
    """What the ontology says of its versions, by local name of the property."""
    about = f"{GARDEN}ontology"
    quads = [one for one in parse(path=str(release.dump), format=RdfFormat.N_QUADS) if isinstance(one, Quad)]
    found = {
        one.predicate.value: str(one.object) for one in quads if getattr(one.subject, "value", "") == about
    }
    return {key.partition("#")[2]: value for key, value in found.items() if "ersion" in key}


def test_an_iri_that_is_gone_is_refused_with_the_line_that_retires_it(
    small_content: Path, releases: Path, edit: Edit
) -> None:
    """The message names the release, the file and a line which, given a reason, lets the build succeed."""
    message = refusal(small_content, releases)
    assert message.startswith(
        "data/retired.yaml: [person/cleo] was published in release 2026.01.1 and is gone"
    )
    line = message.partition("the line: ")[2]
    assert line == (
        '- {id: "person/cleo", label: {en: "Cleo \\"the Great\\""}, since: "2026.01.2", '
        'replacedBy: [], reason: {en: "…"}}'
    )
    edit("data/retired.yaml", "", line + "\n")
    assert "has no English text" in refusal(small_content, releases)
    edit("data/retired.yaml", "…", "She has left")
    assert build(open_content(small_content), releases).manifest.version == "2026.01.2"


def test_the_check_knows_what_was_published(small_content: Path, releases: Path, travaux: Command) -> None:
    """`travaux check` says the same as the build would; in a folder without releases nothing is missed."""
    result = travaux("check", "--content", small_content, "--releases", releases)
    assert (result.returncode, "[person/cleo] was published in release" in result.stderr) == (1, True)
    result = travaux("check", "--content", small_content, "--releases", releases / "none")
    assert (result.returncode, result.stderr) == (0, "")


def test_what_is_retired_is_proved_to_be_gone(
    small_content: Path, releases: Path, edit: Edit, travaux: Command
) -> None:
    """The build asks for every IRI, also for those that are retired, and is content with 410 for these."""
    edit("data/retired.yaml", "", RETIRED)
    result = travaux("build", "--content", small_content, "--releases", releases)
    assert (result.returncode, "Proved: " in result.stdout) == (0, True), result.stderr


def test_a_release_states_what_is_retired(small_content: Path, releases: Path, edit: Edit) -> None:
    """Deprecated, with label, reason and what replaced it; later releases go on saying so."""
    edit("data/retired.yaml", "", RETIRED)
    build(open_content(small_content), releases)
    edit("data/reference/people.yaml", "Amina", "Amina B.")
    latest = build(open_content(small_content), releases)
    lines = [line for line in latest.dump.read_text("utf-8").splitlines() if "person/cleo>" in line]
    stated = {
        re.sub(r"^<[^>]*> <[^>]*[/#](\w+)> (.*) <[^>]*/(\w+)> \.$", r"\1 \2 \3", line) for line in lines
    }
    boolean = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    assert stated == {
        f"deprecated {boolean} description",
        f"isReplacedBy <{GARDEN}id/person/amina> description",
        'label "Cleo"@en description',
        'changeNote "2026.01.2: Two entries for one person"@en description',
    }


def test_nothing_is_retired_before_its_last_release(small_content: Path, releases: Path, edit: Edit) -> None:
    """An entry that says since when must not be belied by a release that still has the thing."""
    edit("data/retired.yaml", "", RETIRED.replace("2026.01.2", "2026.01.1"))
    message = refusal(small_content, releases)
    assert message == (
        "data/retired.yaml:1:3: [person/cleo] is retired since 2026.01.1, and release 2026.01.1 still has it "
        "— write the first release without it"
    )


def test_an_iri_of_any_kept_release_counts(small_content: Path, releases: Path, edit: Edit) -> None:
    """What an old release published is missed even if the newest one was made without it."""
    edit("data/retired.yaml", "", RETIRED)
    build(open_content(small_content), releases)
    (small_content / "data" / "retired.yaml").unlink()
    assert "was published in release 2026.01.2" in refusal(small_content, releases)


def test_another_base_is_another_publication(small_content: Path, releases: Path) -> None:
    """A release with other IRIs drops none of those."""
    other = build(open_content(small_content, "https://other.example/"), releases)
    assert other.manifest.version == "2026.01.2"


def test_a_graph_is_an_iri_too(small_content: Path, releases: Path, edit: Edit) -> None:
    """A folder of data that is renamed takes its graph away, which is refused by the graph's IRI."""
    edit("data/retired.yaml", "", RETIRED)
    statements = small_content / "data" / "links" / "fern.nq"
    statements.write_text(statements.read_text("utf-8").replace("graph/links", "graph/ties"), "utf-8")
    statements.parent.rename(small_content / "data" / "ties")
    assert f"data/retired.yaml: [{GARDEN}graph/links] was published" in refusal(small_content, releases)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("person/amina", "person/amine", "is replaced by person/amine, which nothing states — did you mean"),
        ("person/amina", "person/cleo", "is replaced by person/cleo, which is retired itself"),
        ("id: person/cleo", "id: person/bela", "[person/bela] is retired and still stated"),
        ("since: ", "since: v", "is no version"),
        ("reason:", "raeson:", "has the unknown key raeson — did you mean reason"),
        ("  since: ", "  sense: ", "lacks the key since"),
        ("[person/amina]", "person/amina", "replacedBy is not a list"),
        ("- id", "id", "is not a list of entries"),
    ],
)
def test_entries_with_faults_are_refused(
    small_content: Path, edit: Edit, old: str, new: str, expected: str
) -> None:
    """Each fault of the list is found without any release, so by `travaux check` as well."""
    text = RETIRED.replace(old, new, 1)
    if old == "- id":
        text = text.replace("\n  ", "\n")
    edit("data/retired.yaml", "", text)
    with pytest.raises(Refused, match=re.escape(expected)):
        examine(open_content(small_content))


def test_the_ontology_says_its_version(small_content: Path, releases: Path, edit: Edit) -> None:
    """Version IRI and prior version follow from the number, and stay while it does."""
    edit("data/reference/people.yaml", "", NEW)
    edit("ontology/garden.ttl", VERSIONED.format("1.0.0"), VERSIONED.format("1.1.0"))
    second = build(open_content(small_content), releases)
    edit("data/reference/people.yaml", "Amina", "Amina B.")
    third = build(open_content(small_content), releases)
    assert second.manifest.ontology == third.manifest.ontology == "1.1.0"
    expected = {
        "versionInfo": '"1.1.0"',
        "versionIRI": f"<{GARDEN}ontology/1.1.0>",
        "priorVersion": f"<{GARDEN}ontology/1.0.0>",
    }
    assert ontology_of(second) == ontology_of(third) == expected


@pytest.mark.parametrize(
    ("old", "new", "least", "why"),
    [
        (
            PERSON,
            f'garden:Tree a owl:Class ; rdfs:label "Tree"@en .\n{PERSON}',
            "1.1.0",
            "terms are new (Tree)",
        ),
        (
            PERSON,
            PERSON + " owl:deprecated true ;",
            "1.1.0",
            "terms are newly deprecated (https://example.org/garden/ontology#Person)",
        ),
        (
            "A member of the council.",
            "Whoever sits in it.",
            "1.0.1",
            "what the ontology says has changed (Person)",
        ),
    ],
)
def test_a_change_of_terms_asks_for_a_version(
    small_content: Path, releases: Path, edit: Edit, old: str, new: str, least: str, why: str
) -> None:
    """New terms raise the second number, others changes the third; the message has the number to write."""
    edit("data/reference/people.yaml", "", NEW)
    edit("ontology/garden.ttl", old, new)
    why = why.replace(f"{GARDEN}ontology#", "")
    message = refusal(small_content, releases)
    assert message == (
        f"ontology/garden.ttl:8:1: {why} since release 2026.01.1, whose ontology has the version 1.0.0 — "
        f'write owl:versionInfo "{least}"'
    )
    edit("ontology/garden.ttl", VERSIONED.format("1.0.0"), VERSIONED.format(least))
    assert build(open_content(small_content), releases).manifest.ontology == least


def test_a_term_is_never_removed(small_content: Path, releases: Path, edit: Edit) -> None:
    """A term that is gone is refused whatever the version, and cannot be retired."""
    edit("data/reference/people.yaml", "", NEW)
    term = 'garden:Tree a owl:Class ; rdfs:label "Tree"@en .\n'
    edit("ontology/garden.ttl", PERSON, term + PERSON)
    edit("ontology/garden.ttl", VERSIONED.format("1.0.0"), VERSIONED.format("1.1.0"))
    build(open_content(small_content), releases)
    edit("ontology/garden.ttl", term, "")
    edit("ontology/garden.ttl", VERSIONED.format("1.1.0"), VERSIONED.format("2.0.0"))
    edit("data/retired.yaml", "", RETIRED.replace("person/cleo", f"{GARDEN}ontology#Tree"))
    message = refusal(small_content, releases)
    assert (
        "[Tree] release 2026.01.2 has this term, and it is gone — put it back, with owl:deprecated" in message
    )


@pytest.mark.parametrize(
    ("number", "expected"), [("0.9.0", "the version goes back"), ("1.0", "three numbers")]
)
def test_a_version_is_a_number_that_never_goes_back(
    small_content: Path, releases: Path, edit: Edit, number: str, expected: str
) -> None:
    """A lower version, or one that is not made of three numbers, is refused."""
    edit("data/reference/people.yaml", "", NEW)
    edit("ontology/garden.ttl", VERSIONED.format("1.0.0"), VERSIONED.format(number))
    assert expected in refusal(small_content, releases)
