"""The command `travaux`: exit codes, one line per fault with its place, help worth reading, no traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Command = Callable[..., "CompletedProcess[str]"]
COMMANDS = sorted(entry_points(group="travaux.commands").names)


def line_of(path: Path, text: str) -> int:
    """The line, from 1, on which a text first stands in a file."""
    return path.read_text(encoding="utf-8").partition(text)[0].count("\n") + 1


def test_help_lists_every_command_with_a_sentence(travaux: Command) -> None:
    """Commands of pipeline and server stand in one list, each with what it does."""
    result = travaux("--help")
    assert result.returncode == 0
    lines = [line.split(maxsplit=1) for line in result.stdout.partition("Commands:")[2].strip().splitlines()]
    assert [name for name, *_ in lines if name in COMMANDS] == COMMANDS
    assert {"anchor", "build", "check", "query", "serve"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_says_what_it_does(travaux: Command, name: str) -> None:
    """Each command explains itself and each of its options."""
    result = travaux(name, "--help")
    assert result.returncode == 0
    usage, _, options = result.stdout.partition("Options:")
    assert len(usage.split()) > 15
    assert "--help" in options


@pytest.mark.parametrize(
    "arguments",
    [
        ["bake"],
        ["build", "--colour", "red"],
        ["build", "--content", "/does/not/exist"],
        ["check", "surplus"],
    ],
)
def test_wrong_use_is_answered_with_2(travaux: Command, arguments: list[str]) -> None:
    """Who uses the command wrongly is told how to use it."""
    result = travaux(*arguments)
    assert result.returncode == 2
    assert "Usage: travaux" in result.stderr
    assert "Traceback" not in result.stderr


def test_check_says_what_it_checked(travaux: Command, small_content: Path) -> None:
    """When nothing is wrong, the command says of how much, and makes no release."""
    result = travaux("check", "--content", small_content)
    assert (result.returncode, result.stderr) == (0, "")
    assert "shapes checked: meeting, person, plant, proposal" in result.stdout
    assert not (small_content / "releases").exists()


def test_check_writes_the_schemas_that_data_files_name(travaux: Command, small_content: Path) -> None:
    """The first line of each YAML file leads to a JSON Schema that is there after a check."""
    assert travaux("check", "--content", small_content).returncode == 0
    for path in (small_content / "data").glob("*/*.yaml"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert (path.parent / first.partition("$schema=")[2]).is_file()


def test_content_that_cannot_be_written_to_is_checked_all_the_same(
    travaux: Command, small_content: Path
) -> None:
    """Where the schemas cannot be written, the check goes on."""
    (small_content / ".schemas").write_text("a file is in the way", encoding="utf-8")
    assert travaux("check", "--content", small_content).returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "marker"),
    [
        ("data/record/meeting.yaml", "    ordinal: 2", "    ordnial: 2", ""),
        ("data/record/meeting.yaml", "person/bela", "person/bella", ""),
        ("data/reference/plants.csv", "plant/rose,Plant", "plant/rose,Plan", ""),
        ("data/reference/more-plants.jsonl", '"plant/moss", "type"', '"plant/moss", "typ"', ""),
        ("data/links/apple.nt", "plant/apple>", "plant/apple", ""),
        ("data/links/fern.nq", "<https://example.com/fern>", "<https://example.com/fern", ""),
        ("data/links/rose.ttl", "rdfs:seeAlso", "rdf:seeAlso", ""),
        ("data/dataset.yaml", "keywords:", "keyword:", ""),
        ("ontology/context.jsonld", '"@type": "xsd:decimal"', '"@type": "xsd:decimel"', ""),
        ("ontology/garden.ttl", "garden:Plant a owl:Class ;", "garden:Plant a owl:Class", ""),
        ("ontology/rules/01-superclasses.rq", "WHERE {", "WHERE", ""),
        ("shapes/proposal.ttl", "sh:minInclusive 1", "sh:minInclusiv 1", "shapes:Proposal-ordinal a"),
        ("data/queries/proposals.rq", "SELECT ?ordinal", "SELEKT ?ordinal", ""),
    ],
)
def test_a_typing_error_in_any_kind_of_file_is_reported_with_its_line(
    travaux: Command, small_content: Path, file: str, old: str, new: str, marker: str
) -> None:
    """One slip of a finger gives exit code 1 and a line that begins with the file and the line.

    The line is that of the slip, or of `marker`, where the shape begins that has it.
    """
    path = small_content / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    line = line_of(path, marker or new)
    result = travaux("check", "--content", small_content)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    places = [found.partition(": ")[0].rpartition(":")[0] for found in result.stderr.splitlines()]
    assert f"{file}:{line}" in places, result.stderr


def test_what_a_shape_forbids_is_reported_with_its_line(travaux: Command, small_content: Path) -> None:
    """A fault that only the shapes can see names the line of the data file, too."""
    path = small_content / "data/record/meeting.yaml"
    text = path.read_text(encoding="utf-8").replace("    ordinal: 2", "    ordinal: 0")
    path.write_text(text, encoding="utf-8")
    result = travaux("check", "--content", small_content)
    assert result.returncode == 1
    assert result.stderr.startswith(f"data/record/meeting.yaml:{line_of(path, 'ordinal: 0')}:")
    assert "ordinal: one whole number from 1" in result.stderr


def test_all_faults_of_a_run_are_reported_at_once(travaux: Command, small_content: Path) -> None:
    """Whoever makes a mistake in each of several files, of whatever kind, reads of all of them."""
    slips = {
        "data/dataset.yaml": ("keywords:", "keyword:"),
        "data/queries/proposals.rq": ("SELECT", "SELEKT"),
        "data/record/meeting.yaml": ("ordinal: 2", "ordnial: 2"),
        "data/reference/people.yaml": ("type: Person", "typ: Person"),
        "shapes/plant.ttl": ("sh:minCount 1 ;", "sh:minCount 1"),
    }
    for name, (old, new) in slips.items():
        path = small_content / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    lines = travaux("check", "--content", small_content).stderr.splitlines()
    assert {line.partition(":")[0] for line in lines} == {*slips}


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_folder_without_content_is_an_error_in_one_line(
    travaux: Command, tmp_path: Path, command: str
) -> None:
    """A folder that holds nothing to build is named, with what was looked for."""
    result = travaux(command, "--content", tmp_path)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert f"{tmp_path}/ontology/context.jsonld" in result.stderr


@pytest.mark.parametrize("base", ["example.org/", "https://example.org/garden", "https://example.org/#x/"])
def test_a_base_that_cannot_be_one_is_refused(travaux: Command, small_content: Path, base: str) -> None:
    """The base is an http(s) IRI that ends in a slash, whether an option or the environment gives it."""
    by_option = travaux("check", "--content", small_content, "--base", base)
    by_environment = travaux("check", "--content", small_content, TRAVAUX_BASE=base)
    assert by_option.returncode == by_environment.returncode == 1
    assert by_option.stderr == by_environment.stderr
    assert f"base {base}: must be" in by_option.stderr


def test_build_is_quiet_but_for_its_summary(travaux: Command, small_content: Path, tmp_path: Path) -> None:
    """Without a terminal there is no progress; the summary has graphs, triples, files, bytes, seconds."""
    result = travaux("build", "--content", small_content, "--releases", tmp_path / "releases")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Release 2026.01.1" in result.stdout
    assert "Record: what was said" in result.stdout
    assert " files, " in result.stdout
    assert " MB, in " in result.stdout
    assert "\x1b" not in result.stdout


def test_content_is_found_from_any_folder_within_it(
    travaux: Command, small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who stands somewhere below the content need not name it."""
    monkeypatch.chdir(small_content / "data" / "record")
    result = travaux("check")
    assert result.returncode == 0
    assert result.stdout.startswith(f"{small_content}:")
    shutil.rmtree(small_content / "data" / "record")
