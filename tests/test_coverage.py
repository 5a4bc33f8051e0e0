"""Coverage: each sentence, item and row of a source has an entry, or is named by its offsets."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parents[1]
SECOND = ROOT / "tests" / "second-record"
SUMMARY = SECOND / "summary.txt"
REAL = ROOT.parent / "shared" / "source" / "gcm-thematic-session-1-summary.txt"
WITHOUT = "a-2"
"""The list item whose entry one test takes away."""


@pytest.fixture
def incomplete(second_content: Path, tmp_path: Path) -> Path:
    """A copy of the content from which one recommendation of the second record is missing."""
    root = Path(shutil.copytree(second_content, tmp_path / "content"))
    path = root / "data" / "record" / "qh-1" / "recommendations" / "a-engines.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index(f"  - id: recommendation/qh-1-{WITHOUT}")], encoding="utf-8")
    actors = root / "data" / "reference" / "quiet-harbours" / "actors.yaml"
    named = actors.read_text(encoding="utf-8")
    actors.write_text(named.replace(f"    passage: [passage/qh-1-{WITHOUT}]\n", ""), encoding="utf-8")
    return root


def cover(travaux: Command, content: Path, *options: object) -> subprocess.CompletedProcess[str]:
    """The outcome of `travaux coverage` on the second record."""
    arguments = ("--source", SUMMARY, "--document", "document/qh-1", "--content", content)
    return travaux("coverage", *arguments, *options, COLUMNS="100")


def shares(text: str) -> dict[str, str]:
    """The share of each part, by the part's key, and of all."""
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if line.count("│") > 4
    ]
    return {row[0] or row[1]: row[4] for row in rows if row[4]}


def test_a_record_that_leaves_nothing_out(travaux: Command, second_content: Path) -> None:
    """Each part is covered whole, what needs no entry is counted with its reason, and the exit code is 0."""
    result = cover(travaux, second_content)
    assert (result.returncode, result.stderr) == (0, "")
    assert shares(result.stdout) == dict.fromkeys(("i", "ii-a", "ii-b", "iii", "annex-1", "All"), "100%")
    assert "\nno entry:" not in result.stdout
    assert "needs no entry: 1 × column heads of a table" in result.stdout
    assert "needs no entry: 7 × table of contents: repeats the headings" in result.stdout


def test_a_piece_without_an_entry_is_named_by_its_offsets(travaux: Command, incomplete: Path) -> None:
    """Who left out a list item learns which, and where it stands; the exit code is 1."""
    result = cover(travaux, incomplete)
    assert result.returncode == 1
    text = SUMMARY.read_text(encoding="utf-8")
    start, end = text.index("Draw up"), text.index("League") + len("League")
    assert f"no entry: item {WITHOUT}, characters {start}–{end}" in result.stdout
    assert result.stdout.count("\nno entry:") == 1
    assert shares(result.stdout)["ii-a"] == "75%"
    assert shares(result.stdout)["iii"] == "100%"


def test_a_page_shows_the_text_with_what_hangs_on_it(
    travaux: Command, second_content: Path, tmp_path: Path
) -> None:
    """The HTML form has each sentence with its entries; one sentence may carry two positions."""
    path = tmp_path / "coverage.html"
    result = cover(travaux, second_content, "--format", "html", "--output", path)
    assert (result.returncode, result.stderr) == (0, "")
    page = html.unescape(path.read_text(encoding="utf-8"))
    assert "whereas others asserted that ferries cannot wait for the morning." in page
    for expected in ("Engines off at night", "Ferries run at night too", "12 of 12"):
        assert expected in re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))


def test_a_page_without_the_text(travaux: Command, incomplete: Path, tmp_path: Path) -> None:
    """--outline-only shows outline and entries and no word of the sentences; what is missing still counts."""
    path = tmp_path / "coverage.html"
    result = cover(travaux, incomplete, "--format", "html", "--outline-only", "--output", path)
    assert result.returncode == 1
    page = html.unescape(path.read_text(encoding="utf-8"))
    assert "ferries cannot" not in page
    assert "11 of 12" in re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))
    assert "Ferries run at night too" in page


def test_a_source_that_does_not_fit_is_refused(
    travaux: Command, second_content: Path, tmp_path: Path
) -> None:
    """Coverage is not counted against another text than the one that the passages point into."""
    other = tmp_path / "summary.txt"
    other.write_text(SUMMARY.read_text(encoding="utf-8").replace("ferries", "barges"), encoding="utf-8")
    arguments = ("--source", other, "--document", "document/qh-1", "--content", second_content)
    result = travaux("coverage", *arguments)
    assert result.returncode == 1
    assert "of the source do not have the digest of this passage" in result.stderr


@pytest.mark.skipif(not REAL.is_file(), reason="the text of the real source is not at hand")
def test_the_real_record_leaves_nothing_out(travaux: Command) -> None:
    """Every sentence, list item and row of the first record's source has an entry."""
    result = travaux("coverage", "--source", REAL, "--content", ROOT, COLUMNS="100")
    assert (result.returncode, result.stderr) == (0, "")
    assert set(shares(result.stdout).values()) == {"100%"}
    assert len(shares(result.stdout)) > 20
