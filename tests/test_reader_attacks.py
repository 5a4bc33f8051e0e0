"""Hostile and broken data files: a message with the file, at once; never a traceback, a hang or a signal."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest

from travaux_build.content import Content, open_content
from travaux_build.errors import Problem, Refused
from travaux_build.reading.reader import read

ROOT = Path(__file__).parents[1]
GOOD = """\
# yaml-language-server: $schema=../../.schemas/Entries.schema.json
entries:
  - id: theme/education
    type: Theme
    label:
      en: Education
      fr: Éducation
    altLabel:
      en: >-
        Schooling at
        any age
"""
HEAD = b"".join(GOOD.encode().splitlines(keepends=True)[:2])


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """A content folder with the real ontology and no data yet."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    (tmp_path / "data" / "record").mkdir(parents=True)
    return open_content(tmp_path)


def refused(content: Content) -> list[str]:
    """The problems that reading ends with, which must not take more than two seconds."""
    start = time.process_time()
    with pytest.raises(Refused) as caught:
        read(content)
    assert time.process_time() - start < 2
    return [str(problem) for problem in caught.value.problems]


def write(content: Content, name: str, raw: bytes) -> Path:
    path = content.root / "data" / "record" / name
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("name", "raw", "place"),
    [
        ("a.yaml", b"[" * 100_000, ":3:"),
        ("a.yaml", b"{a: " * 100_000, ":3:"),
        ("a.yaml", b"- " * 100_000, ":3:"),
        ("a.yaml", b'"' + b"a" * 1_000_000, ":"),
        ("a.yaml", b"- a: &a {b: c}\n- d: {<<: [*a, *a, *a]}\n", ":3:6:"),
        ("a.yaml", b"- id: theme/a\n  id: theme/b\n  type: Theme\n", ":4:"),
        ("a.yaml", b"- id: theme/a\n  type: Theme\n  notation: a\0b\n", ":5:"),
        ("a.yaml", b"- id: theme/a\n  type: Theme\n  notation: \xff\n", ":5:"),
        ("a.yaml", b"- id: theme/a\n  type: Theme\n  notation: \xc0\xaf\n", ":5:"),
        ("a.yaml", b"- id: theme/a\n  type: Theme\n  notation: \xed\xa0\x80\n", ":5:"),
        ("a.yaml", "- id: theme/a\n  type: Theme\n  notation: a\u2066b\n".encode(), ":5:"),
        ("a.yaml", b'- id: theme/a\n  type: Theme\n  notation: "\\uD800"\n', ":5:"),
        ("a.yaml", b"", ": holds nothing"),
        ("a.yaml", b"- !!python/object/apply:os.system ['true']\n", ":3:"),
        ("a.csv", b"id,type\n" + b'"' + b"a" * 3_000_000, ":2:"),
        ("a.csv", b"", ":1:"),
        ("a.csv", b"id,type\ntheme/a,Theme\xff\n", ":"),
        ("a.csv", b"id,type\ntheme/a\0,Theme\n", ":2:"),
        ("a.jsonl", b"[" * 100_000, ":1:"),
        ("a.jsonl", b'{"id":' * 100_000, ":1:"),
        ("a.jsonl", b'{"id": "theme/a", "type": "Theme", "ordinal": ' + b"9" * 10_000 + b"}\n", ":1:"),
        ("a.jsonl", b'{"id": "theme/a", "type": "Theme", "notation": "\\ud800"}\n', ":1:"),
        ("a.jsonl", b'{"id": "theme/a", "type": "Theme", "la\\ud800bel\\u202e": {"en": "x"}}\n', ":1:"),
        ("a.jsonl", b'{"id": "theme/a", "type": "The\\u001bme"}\n', ":1:"),
        ("a.jsonl", b"NaN\n", ":1:"),
        ("a.nt", b"<http://a.b/c> <http://a.b/d> " + b"<<( " * 50_000, ":1:"),
        ("a.nq", b"<http://a.b/c> <http://a.b/d> " + b"<< " * 50_000, ":1:"),
        ("a.nq", b'<http://a.b/c> <http://a.b/d> "' + b"a" * 1_000_000, ":1:"),
        ("a.nt", b'<http://a.b/c> <http://a.b/d> "a\\u0000b" .\n', ":1:"),
        ("a.nt", b"<http://a.b/c\r\nX: y> <http://a.b/d> <http://a.b/e> .\n", ":1:"),
        ("a.ttl", b"<http://a.b/c> <http://a.b/d> " + b"[ <http://a.b/d> " * 50_000, ":"),
        ("a.ttl", b"<http://a.b/c> <http://a.b/d> " + b"( " * 50_000, ":"),
        ("a.ttl", b"<http://a.b/c> <http://a.b/d> " + b"<< " * 50_000, ":"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
def test_hostile_files_are_refused_at_their_line(content: Content, name: str, raw: bytes, place: str) -> None:
    """Whatever a file is made of, the refusal names it and, where there is one, the line."""
    write(content, name, (HEAD if name == "a.yaml" and raw else b"") + raw)
    found = refused(content)
    assert any(line.startswith(f"data/record/{name}{place}") for line in found), found
    assert all(len(line) < 1000 and line.isprintable() for line in found)


def test_the_byte_order_mark_and_line_ends_do_not_matter(content: Content) -> None:
    """With a byte order mark, with CRLF or with CR, a file says exactly the same."""
    texts = [GOOD, "\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD.replace("\n", "\r")]
    readings = []
    for text in texts:
        write(content, "a.yaml", text.encode())
        readings.append(read(content))
    assert len(readings[0].quads) == 4
    assert all(reading == readings[0] for reading in readings)


def test_a_huge_file_is_refused_unread(content: Content) -> None:
    """100 MB of YAML are refused by size and not read."""
    with write(content, "a.yaml", GOOD.encode()).open("r+b") as file:
        file.truncate(100_000_000)
    (found,) = refused(content)
    assert found.startswith("data/record/a.yaml: has 100,000,000 bytes")


def test_a_fifo_is_refused_and_not_waited_for(content: Content) -> None:
    """A FIFO, from which reading would never return, is refused."""
    os.mkfifo(content.root / "data" / "record" / "a.yaml")
    assert refused(content) == [
        "data/record/a.yaml: is not a regular file — remove it or replace it by a file"
    ]


def test_a_folder_named_like_a_file_is_refused(content: Content) -> None:
    """A folder whose name ends like a data file is refused."""
    (content.root / "data" / "record" / "a.yaml").mkdir()
    assert "is not a regular file" in refused(content)[0]


def test_links_out_of_the_content_are_refused(
    content: Content, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A link to a file or a folder elsewhere is refused: what is published lies in the content."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "a.yaml").write_text(GOOD, encoding="utf-8")
    record = content.root / "data" / "record"
    (record / "a.yaml").symlink_to(elsewhere / "a.yaml")
    (record / "folder").symlink_to(elsewhere)
    found = refused(content)
    assert found[0].startswith("data/record/a.yaml: leads out of the content folder")
    assert found[1].startswith("data/record/folder: is a link to a folder")


def test_links_that_lead_nowhere_are_refused(content: Content) -> None:
    """A link in a circle and a link to nothing are refused by name."""
    record = content.root / "data" / "record"
    (record / "a.yaml").symlink_to(record / "a.yaml")
    (record / "b.yaml").symlink_to(record / "none.yaml")
    found = refused(content)
    assert [line.partition(":")[0] for line in found] == ["data/record/a.yaml", "data/record/b.yaml"]


def test_a_name_that_is_not_utf_8_is_refused_and_can_be_printed(content: Content) -> None:
    """A file name of arbitrary bytes is reported in a form that any terminal takes."""
    name = os.fsencode(content.root / "data" / "record") + b"/\xff.yaml"
    Path(os.fsdecode(name)).write_text(GOOD, encoding="utf-8")
    found = refused(content)
    assert any("\\udcff.yaml" in line for line in found)
    assert all(line.encode() for line in found)


def test_a_file_that_vanishes_or_cannot_be_read_is_a_fault(content: Content) -> None:
    """What cannot be read is reported: never fewer records without a word."""
    path = write(content, "a.yaml", GOOD.encode())
    path.chmod(0)
    if os.geteuid() == 0:
        path.unlink()
        path.symlink_to("gone.yaml")
    assert refused(content)[0].startswith("data/record/a.yaml: ")


@pytest.mark.parametrize("seed", range(4))
def test_random_damage_is_read_or_refused(content: Content, seed: int) -> None:
    """However a file is damaged, reading ends with quads or with problems that can be printed."""
    chance = random.Random(seed)
    sources = {
        "a.yaml": GOOD,
        "a.csv": 'id,type,label@en\ntheme/one,Theme,"One, ""1"""\ntheme/two,Theme,Two\n',
        "a.jsonl": '{"id": "theme/one", "type": "Theme", "label": {"en": "One"}, "ordinal": 1}\n',
        "a.ttl": "@prefix t: <https://w3id.org/travaux/ontology#> .\n<theme/a> a t:Theme ; t:value 'x' .\n",
    }
    pieces = [
        "[",
        "}",
        '"',
        "'",
        "- ",
        ": ",
        "\n",
        "\t",
        "\0",
        "&a ",
        "*a",
        "!!x ",
        "<<: ",
        "? ",
        "|\n",
        "%",
        "|",
    ]
    for _ in range(60):
        name = chance.choice(sorted(sources))
        text = sources[name]
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(text))
            piece = chance.choice([*pieces, "\u202e", "\\ud800", "<http://", "_:b", "---\n", text[place:]])
            text = text[:place] + piece * chance.choice((1, 2, 50)) + text[place + chance.randrange(9) :]
        path = write(content, name, text.encode())
        problems: tuple[Problem, ...] = ()
        try:
            read(content)
        except Refused as refused:
            problems = refused.problems
        assert {problem.file for problem in problems} <= {f"data/record/{name}"}
        assert all(str(problem).isprintable() for problem in problems)
        path.unlink()
