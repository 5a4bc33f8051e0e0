"""`travaux query`: what it prints, in which format, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from travaux_build.release import Release

MAIN = "from travaux_build.commands.main import main; main()"


def run(small_release: Release, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command on the small release, with `text` on standard input."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.run(
        [sys.executable, "-c", MAIN, "query", "--releases", str(small_release.folder.parent), *arguments],
        check=False,
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "100"},
    )


def test_a_select_is_a_table(small_release: Release) -> None:
    """Without a format, rows are a table with the variables as header and the number of rows below."""
    ended = run(small_release, "SELECT ?x ?y { VALUES (?x ?y) { (1 'a'@fr) (2 UNDEF) } }")
    assert ended.returncode == 0
    for shown in ("x", "y", "a @fr", "2 rows"):
        assert shown in ended.stdout


def test_the_query_comes_as_argument_file_or_standard_input(small_release: Release, tmp_path: Path) -> None:
    """The three ways to give a query give the same answer."""
    text = "SELECT (7 AS ?x) {}"
    (tmp_path / "seven.rq").write_text(text)
    expected = "x\n7\n"
    assert run(small_release, text, "--format", "csv").stdout == expected
    assert run(small_release, "--file", str(tmp_path / "seven.rq"), "--format", "csv").stdout == expected
    assert run(small_release, "-", "--format", "csv", text=text).stdout == expected


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("ASK {}", None, "yes\n"),
        ("ASK { FILTER(false) }", None, "no\n"),
        ("SELECT (1 AS ?x) {}", "tsv", "?x\n1\n"),
        (
            "CONSTRUCT { <http://e/s> <http://e/p> 1 } WHERE {}",
            "nt",
            '<http://e/s> <http://e/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n',
        ),
        (
            "CONSTRUCT { <http://e/s> <http://e/p> 1 } WHERE {}",
            None,
            "<http://e/s> <http://e/p> 1 .\n",
        ),
    ],
)
def test_each_kind_of_answer(small_release: Release, query: str, name: str | None, expected: str) -> None:
    """Booleans are words, graphs Turtle, and a format named is written as it is."""
    ended = run(small_release, query, *(("--format", name) if name else ()))
    assert (ended.returncode, ended.stdout) == (0, expected)


def test_json_is_for_programs(small_release: Release) -> None:
    """The JSON is SPARQL Results JSON and nothing besides."""
    ended = run(small_release, "ASK {}", "--format", "json")
    assert json.loads(ended.stdout) == {"head": {}, "boolean": True}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["SELECT {"], 1, "never closed"),
        (["SELECT * { SERVICE <http://e/> {} }"], 1, "SERVICE"),
        (["SELECT * { ?s nowhere:name ?o }"], 1, "line 1, column 15"),
        ([], 2, "give the query"),
        (["ASK {}", "--file", "-"], 2, "not both"),
        (["ASK {}", "--format", "pdf"], 2, "pdf"),
        (["ASK {}", "--format", "ttl"], 2, "--format ttl"),
        (["ASK {}", "--releases", "/nonexistent"], 1, "release"),
    ],
)
def test_faults_are_one_line_and_a_code(
    small_release: Release, arguments: list[str], code: int, words: str
) -> None:
    """A refused query is 1, misuse is 2, and neither is a traceback."""
    ended = run(small_release, *arguments)
    assert ended.returncode == code
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
