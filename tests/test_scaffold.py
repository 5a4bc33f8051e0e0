"""Scaffolding: a document becomes the skeleton of its record, and messages lead through what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Command = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parents[1]
SUMMARY = ROOT / "tests" / "second-record" / "summary.txt"
RULES = ROOT / "tests" / "library" / "rules.txt"
NAMING = """Compact for names

I. Introduction

{sentences}

II. Areas

a. Ideas

Ideas put forward:

- Let IOM and UN-Women train social service providers
"""
FILLED = {
    "title": "A title of our own",
    "statement": "A restatement that somebody has still to write.",
    "label": "A name of our own",
    "scope": "What the area covers.",
    "heldBy": "[actor/participants]",
    "quantifier": "quantifier/unquantified",
    "stance": "stance/notes",
    "theme": "[theme/human-rights]",
    "measure": "[measure/implement]",
    "startDate": '"2018-06-04"',
    "endDate": '"2018-06-04"',
    "inProcess": "process/global-compact-for-migration",
}
"""What a hurried curator might write for each word that the skeleton leaves open."""
TIMES = (("10:00", "11:30"), ("15:00", "16:00"))


@pytest.fixture(scope="module")
def own_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's content; tests write only to folders of their own in it or outside of it."""
    root = tmp_path_factory.mktemp("own") / "content"
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, root / name)
    return root


@pytest.fixture(scope="module")
def skeleton(travaux: Command, own_content: Path) -> Path:
    """The folder of the skeleton that the invented summary becomes."""
    arguments = ("--id", "qh-2", "--title", "Summary: the second session", "--content", own_content)
    result = travaux("scaffold", SUMMARY, *arguments, COLUMNS="100")
    assert (result.returncode, result.stderr) == (0, "")
    assert "travaux check" in result.stdout
    return own_content / "data" / "record" / "qh-2"


def entries(path: Path) -> list[dict[str, object]]:
    """The entries of a file: those of its list, or those nested under recommendations."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = data.get("entries") or data["recommendations"]
    assert isinstance(found, list)
    return found


def named(travaux: Command, content: Path, folder: Path, sentences: str) -> dict[str, object]:
    """The entry that is suggested for one sentence."""
    source = folder / "names.txt"
    source.write_text(NAMING.format(sentences=sentences), encoding="utf-8")
    result = travaux("scaffold", source, "--id", "n-1", "--content", content, "--output", folder / "n-1")
    assert (result.returncode, result.stderr) == (0, "")
    (entry,) = entries(folder / "n-1" / "positions" / "i-introduction.yaml")
    return entry


def fill(folder: Path) -> None:
    """Write something for every word of a skeleton that is left open."""
    for path in folder.rglob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        times = iter(TIMES)
        for place, line in enumerate(lines):
            indent, word = line[: len(line) - len(line.lstrip())], line.strip().removesuffix(":")
            if not line.endswith(":") or word in ("entries", "recommendations", "parts", "programme"):
                continue
            below = lines[place + 1] if place + 1 < len(lines) else ""
            if word == "startTime":
                start, end = next(times)
                lines[place] = f'{indent}startTime: "2018-06-04T{start}:00+02:00"'
                lines[place + 1] = f'{indent}endTime: "2018-06-04T{end}:00+02:00"'
            elif below.strip() == "en:":
                lines[place + 1] += f" {FILLED[word]}"
            elif word in FILLED and not below.startswith(indent + "  "):
                lines[place] += f" {FILLED[word]}"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def test_a_skeleton_has_the_files_of_a_record(skeleton: Path) -> None:
    """Document, meeting, passages, programme, a file for each area with a list and each part with text."""
    found = {path.relative_to(skeleton).as_posix() for path in skeleton.rglob("*") if path.is_file()}
    assert found == {
        *("document.yaml", "meeting.yaml", "passages.csv", "programme.yaml"),
        *("recommendations/a-engines.yaml", "recommendations/b-bells-and-signals.yaml"),
        *("positions/i-introduction.yaml", "positions/ii-a-engines.yaml"),
        *("positions/ii-b-bells-and-signals.yaml", "positions/iii-conclusions.yaml"),
    }
    document = yaml.safe_load((skeleton / "document.yaml").read_text(encoding="utf-8"))
    assert document["title"] == {"en": "Summary: the second session"}
    assert [part["label"]["en"] for part in document["parts"][1]["parts"]] == ["Engines", "Bells and signals"]
    second = entries(skeleton / "recommendations" / "a-engines.yaml")[1]
    assert (second["id"], second["ordinal"], second["notation"]) == ("recommendation/qh-2-a-2", 2, "a-2")
    assert second["passage"] == ["passage/qh-2-a-2"]


def test_a_skeleton_holds_no_sentence_of_the_text(skeleton: Path) -> None:
    """No five words in a row of any sentence or list item get into a file, not even into a comment."""
    body = SUMMARY.read_text(encoding="utf-8").split("I. Introduction\n\n", 1)[1].split("ANNEX")[0]
    lines = [re.findall(r"\w+", re.sub("<[^>]*>", "", line).lower()) for line in body.splitlines()]
    runs = {" ".join(line[start : start + 5]) for line in lines for start in range(len(line) - 4)}
    assert len(runs) > 50
    for path in skeleton.rglob("*.*"):
        written = " ".join(re.findall(r"\w+", path.read_text(encoding="utf-8").lower()))
        assert not [run for run in runs if run in written], path


def test_messages_lead_through_what_is_missing(travaux: Command, own_content: Path, skeleton: Path) -> None:
    """The check names every empty word with file and line; once they are filled, the record is complete."""
    blanks = {
        f"data/record/qh-2/{path.relative_to(skeleton).as_posix()}:{number}:"
        for path in skeleton.rglob("*.yaml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.fullmatch(r" *(en|heldBy|quantifier|stance|theme|measure|\w+Date|\w+Time|inProcess):", line)
    }
    assert len(blanks) > 50
    result = travaux("check", "--content", own_content)
    assert result.returncode == 1
    assert all(any(line.startswith(blank) for line in result.stderr.splitlines()) for blank in blanks)
    assert len(result.stderr.splitlines()) == len(blanks)
    fill(skeleton)
    result = travaux("check", "--content", own_content)
    assert (result.returncode, result.stderr) == (0, "")
    arguments = ("--source", SUMMARY, "--document", "document/qh-2", "--content", own_content)
    assert travaux("coverage", *arguments).returncode == 0


def test_nothing_is_overwritten(travaux: Command, own_content: Path, tmp_path: Path) -> None:
    """If one file exists, none is written."""
    (tmp_path / "document.yaml").write_text("mine", encoding="utf-8")
    result = travaux("scaffold", SUMMARY, "--id", "qh-3", "--content", own_content, "--output", tmp_path)
    assert result.returncode == 1
    assert "document.yaml exist already" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["document.yaml"]
    assert (tmp_path / "document.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("sentence", "word", "expected"),
    [
        (
            "The special procedures and treaty bodies spoke.",
            "mentions",
            ["special-procedures", "treaty-bodies"],
        ),
        ("IOM spoke, iom did not.", "mentions", ["iom"]),
        ("All stood together.", "invokes", None),
        ("The TOGETHER campaign, or Together, was praised.", "invokes", ["together"]),
        ("It named the Sustainable Development Goals.", "invokes", ["sustainable-development-goals"]),
        ("Migrant workers spoke.", "concernsGroup", ["migrant-workers"]),
        ("Social service providers spoke.", "mentions", ["social-service-providers"]),
        ("The panelists left.", "mentions", ["panellists"]),
        ("A non-migrants club met.", "concernsGroup", None),
    ],
)
def test_names_are_recognized(
    travaux: Command, own_content: Path, tmp_path: Path, sentence: str, word: str, expected: list[str] | None
) -> None:
    """The longest name counts, alone as a word; abbreviations and proper names only as they are written."""
    found = named(travaux, own_content, tmp_path, sentence).get(word)
    assert isinstance(found, list) or found is None
    assert (found and [one.partition("/")[2] for one in found]) == expected


def test_the_broader_is_not_suggested_beside_the_narrower(
    travaux: Command, own_content: Path, tmp_path: Path
) -> None:
    """Of two themes that a sentence names, one within the other, the more specific stays."""
    themes = yaml.safe_load((ROOT / "data/reference/concepts/themes.yaml").read_text(encoding="utf-8"))
    labels = {one["id"]: one["label"]["en"] for one in themes["concepts"]}
    narrow = next(
        one
        for one in themes["concepts"]
        if one.get("broader") and labels[one["broader"][0]] not in one["label"]["en"]
    )
    sentence = f"It was about {labels[narrow['broader'][0]]} and {narrow['label']['en']}."
    assert named(travaux, own_content, tmp_path, sentence)["theme"] == [narrow["id"]]


def test_another_genre_is_another_file_of_content(
    travaux: Command, library_content: Path, tmp_path: Path
) -> None:
    """Classes, words and files come from ontology/genres: house rules become rules, and no Python changes."""
    arguments = (
        "--id",
        "new-rules",
        "--genre",
        "rules",
        "--content",
        library_content,
        "--title",
        "New rules",
    )
    source = tmp_path / "rules.txt"
    source.write_text(RULES.read_text(encoding="utf-8").replace("Quiet", "Silence"), encoding="utf-8")
    result = travaux("scaffold", source, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    folder = library_content / "data" / "record" / "new-rules"
    rules = entries(folder / "rules" / "reading.yaml")
    assert [one["id"] for one in rules] == ["rule/new-rules-ii-1", "rule/new-rules-ii-2"]
    assert rules[0]["label"] == {"en": None}
    result = travaux("check", "--content", library_content)
    assert result.returncode == 1
    assert "data/record/new-rules/rules/reading.yaml:8:" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("type: Rule", "type: Rul", "there is no class Rul; did you mean Rule?"),
        ("names: [book]", "names: [boook]", "the context has no word boook; did you mean book?"),
        ("each: item", "each: itme", "rules.yaml:25:11: has the unknown name itme"),
        ("entries: rule", "entries: ruel", "has the unknown name ruel"),
    ],
)
def test_faults_of_a_genre_are_named(
    travaux: Command, library_content: Path, old: str, new: str, expected: str
) -> None:
    """A genre that speaks of what is not there is refused, and nothing is written."""
    path = library_content / "ontology" / "genres" / "rules.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    result = travaux("scaffold", RULES, "--id", "r-2", "--genre", "rules", "--content", library_content)
    assert result.returncode == 1
    assert expected in result.stderr
    assert not (library_content / "data" / "record" / "r-2").exists()


def test_an_unknown_genre_and_a_wrong_id(travaux: Command, library_content: Path) -> None:
    """There are messages for a genre that does not exist and for an id that no record can have."""
    result = travaux("scaffold", RULES, "--id", "r-2", "--content", library_content)
    assert (result.returncode, "there is no such genre; there are rules" in result.stderr) == (1, True)
    assert travaux("scaffold", RULES, "--id", "R 2", "--content", library_content).returncode == 2


def test_a_text_without_headings_is_refused(travaux: Command, library_content: Path, tmp_path: Path) -> None:
    """What is no document of the kind is said to be none."""
    source = tmp_path / "letter.txt"
    source.write_text("Dear readers, all is well.\n", encoding="utf-8")
    result = travaux("scaffold", source, "--id", "r-2", "--genre", "rules", "--content", library_content)
    assert result.returncode == 1
    assert "has no numbered heading" in result.stderr
