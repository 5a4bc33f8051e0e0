"""Passages: an invented summary is cut, anchored and verified through the command."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from travaux_build.commands.anchor import anchor
from travaux_build.sources.source import Source, read_source

SUMMARY = """Compact for quiet harbours

CONTENTS

- I. Introduction
- II. Subjects

{contents}

ANNEX: Programme

I. Introduction

The session was opened by H.E. Mr. Anders Berg of the Harbour Board. It was well attended, and a page ended
in the middle of a

sentence that goes on here. Was it long? "Not at all." Nobody objected.

II. Subjects

{areas}

ANNEX – Programme

Day 1 – Monday, 4 June 2018

10:00 – 10:15\t Opening \tRoom 1

Time\tSession

15:00 – 17:50\t Panel 1. Boats
"""
LETTERS = "abcdefghijkl"


def printed(letter: str) -> str:
    """The letter as the invented summary prints it: an l as a capital I."""
    return "I" if letter == "l" else letter


@pytest.fixture
def summary(tmp_path: Path) -> Path:
    """The invented summary as a file."""
    contents = "\n".join(f"- {printed(letter)}. Subject {letter}" for letter in LETTERS)
    area = "{head}. Subject {letter}\n\nBoats matter.\n\nIdeas put forward:\n\n"
    area += "- Mend {letter}\n\n- Paint boats in\n blue\n"
    areas = "\n".join(area.format(head=printed(letter), letter=letter) for letter in LETTERS)
    path = tmp_path / "summary.txt"
    path.write_text(SUMMARY.format(contents=contents, areas=areas), encoding="utf-8")
    return path


@pytest.fixture
def source(summary: Path) -> Source:
    """The invented summary, cut."""
    return read_source(summary)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest content folder that the command accepts."""
    (tmp_path / "ontology").mkdir()
    context = '{"@context": {"@base": "https://example.org/h/id/"}}'
    (tmp_path / "ontology" / "context.jsonld").write_text(context, encoding="utf-8")
    return tmp_path


def run(folder: Path, summary: Path, *options: str) -> tuple[object, str]:
    """The exception and the output of `travaux anchor`."""
    arguments = ["--source", str(summary), "--content", str(folder), "--document", "document/h-1", *options]
    result = CliRunner().invoke(anchor, arguments)
    return result.exception, result.output


def texts(source: Source, kind: str) -> list[str]:
    """The pieces of one kind as plain text."""
    return [source.plain(segment) for segment in source.segments if segment.kind == kind]


def test_a_sentence_cut_by_a_page_break_is_one_segment(source: Source) -> None:
    """A blank line inside a sentence does not end it."""
    assert texts(source, "sentence")[1].endswith("in the middle of a sentence that goes on here.")


def test_a_list_item_over_two_lines_is_one_segment(source: Source) -> None:
    """A continuation line belongs to its item."""
    assert texts(source, "item").count("Paint boats in blue") == len(LETTERS)


def test_abbreviations_and_quotations_do_not_end_sentences(source: Source) -> None:
    """Sentences end at their own full stops, with the closing quotation mark."""
    assert (
        texts(source, "sentence")[0] == "The session was opened by H.E. Mr. Anders Berg of the Harbour Board."
    )
    assert texts(source, "sentence")[2:5] == ["Was it long?", '"Not at all."', "Nobody objected."]


def test_a_capital_i_where_l_is_due_is_the_letter_l(source: Source) -> None:
    """The twelfth area is l, however it is printed, and its items are keyed so."""
    assert [part.notation for part in source.parts if part.parent == "ii"] == list(LETTERS)
    assert {"l-heading", "l-1", "l-2"} <= {segment.key for segment in source.segments}


def test_an_area_never_shares_its_keys_with_a_part(source: Source) -> None:
    """Area i of part II is keyed apart from part I, and no two pieces have one key."""
    keys = [segment.key for segment in source.segments]
    assert {"i-s1", "ii-i-s1", "ii-i-1", "h-s1"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_rows_of_the_annex_are_segments_and_headers_are_furniture(source: Source) -> None:
    """Only a line that starts with a span of time is a row."""
    assert [text[:13] for text in texts(source, "row")] == ["10:00 – 10:15", "15:00 – 17:50"]
    assert texts(source, "furniture") == ["Time Session"]


def test_every_character_but_space_lies_in_one_segment(source: Source) -> None:
    """Segments cover the text without overlap; between them stand blanks and bullets only."""
    end = 0
    for segment in source.segments:
        assert segment.start >= end
        assert set(source.text[end : segment.start]) <= set(" \n-")
        end = segment.end
    assert source.text[end:].strip() == ""


def test_written_passages_verify_and_are_stable(folder: Path, summary: Path) -> None:
    """Writing twice gives the same table, and it holds."""
    assert run(folder, summary, "--write")[0] is None
    table = folder / "data/record/h-1/passages.csv"
    first = table.read_bytes()
    assert run(folder, summary, "--write")[0] is None
    assert table.read_bytes() == first
    exception, output = run(folder, summary)
    assert exception is None
    assert "passages verified" in output


def test_a_changed_character_is_refused_with_the_line_of_its_passage(folder: Path, summary: Path) -> None:
    """Other text under a passage's offsets is an error that names the row."""
    run(folder, summary, "--write")
    changed = summary.read_text(encoding="utf-8").replace("Mend c", "Lend c")
    summary.write_text(changed, encoding="utf-8")
    exception, _ = run(folder, summary)
    with (folder / "data/record/h-1/passages.csv").open(encoding="utf-8") as stream:
        line = next(n for n, row in enumerate(csv.reader(stream), 1) if row[0] == "passage/h-1-c-1")
    assert str(exception).startswith(f"data/record/h-1/passages.csv:{line}:1: [passage/h-1-c-1]")


def test_moved_text_is_found_again(folder: Path, summary: Path) -> None:
    """When text is put in above, the error says where the same words stand now; --write moves the rows."""
    run(folder, summary, "--write")
    summary.write_text("A line above\n\n" + summary.read_text(encoding="utf-8"), encoding="utf-8")
    assert "the same words stand at" in str(run(folder, summary)[0])
    assert run(folder, summary, "--write")[0] is None


def test_a_passage_made_by_hand_is_kept_and_held_to_its_digest(folder: Path, summary: Path) -> None:
    """Half a sentence may be a passage: --write leaves its row alone, and verification covers it."""
    run(folder, summary, "--write")
    table = folder / "data/record/h-1/passages.csv"
    source = read_source(summary)
    start = source.text.index("It was well attended")
    row = ["passage/h-1-i-s2-a", "Passage", "Half of it", "document/h-1", "part/h-1-i", "2", str(start)]
    row += [str(start + 20), source.digest(start, start + 20)]
    table.write_text(table.read_text(encoding="utf-8") + ",".join(row) + "\n", encoding="utf-8")
    assert run(folder, summary, "--write")[0] is None
    assert "passage/h-1-i-s2-a" in table.read_text(encoding="utf-8")
    table.write_text(table.read_text(encoding="utf-8").replace(row[-1], "0" * 64), encoding="utf-8")
    assert "passage/h-1-i-s2-a" in str(run(folder, summary)[0])


def test_a_text_without_headings_is_refused(folder: Path, tmp_path: Path) -> None:
    """What is no summary of this genre is refused by name."""
    text = tmp_path / "poem.txt"
    text.write_text("Roses are red.\n", encoding="utf-8")
    assert "no numbered heading" in str(run(folder, text)[0])
