"""The lines that the page of downloads has for programs: each is run as it stands, against a server."""

from __future__ import annotations

import csv
import html
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from csvw import CSVW

from travaux_build.release import Release
from travaux_server.selftest.subject import Subject, running

LINES = re.compile(
    r'<pre [^>]*aria-labelledby="([a-z-]+)"><code class="language-([a-z]+)">(.*?)</code>', re.DOTALL
)
KEYS = ("curl", "rdflib", "pyoxigraph", "pandas", "sqlite", "r-rdf", "r-table")


@pytest.fixture(scope="module")
def server(small_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """A server that names itself in its pages."""
    folder = tmp_path_factory.mktemp("lines")
    with running(small_release.folder.parent, folder, "--quiet", "--workers", "2") as subject:
        yield subject


@pytest.fixture
def lines(server: Subject) -> dict[str, tuple[str, str]]:
    """Language and text of the lines on the page, by their key."""
    page = server.ask("/download", headers={"Accept": "text/html"}).body.decode()
    return {key: (language, html.unescape(text)) for key, language, text in LINES.findall(page)}


def expected(key: str, release: Release) -> str:
    """What the lines print of the release."""
    manifest = release.manifest
    with release.path("tables/Meeting.csv").open(encoding="utf-8", newline="") as stream:
        heads, *rows = csv.reader(stream)
    return {
        "curl": f"{manifest.id}.ttl: OK\n",
        "rdflib": f"{manifest.triples}\n",
        "pyoxigraph": f"{sum(graph.triples for graph in manifest.graphs)}\n",
        "pandas": f"({len(rows)}, {len(heads)})\n",
        "sqlite": "('meeting/spring', 'Spring meeting')\n",
        "r-rdf": f"Total of {manifest.triples} triples",
        "r-table": f"[1] {len(rows)} {len(heads)}\n",
    }[key]


def test_the_page_has_lines_for_all(lines: dict[str, tuple[str, str]]) -> None:
    """For curl, three ways of Python to RDF and tables, SQL and R; nothing else pretends to be tested."""
    assert tuple(lines) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_lines_do_what_they_say(
    key: str, lines: dict[str, tuple[str, str]], small_release: Release, tmp_path: Path
) -> None:
    """Copied and run in an empty folder, they succeed and print what is in the file."""
    language, text = lines[key]
    library = re.search(r"library\((\w+)\)", text)
    if language == "r" and (shutil.which("Rscript") is None or not _has_r_library(library)):
        pytest.skip("R, or a library of it, is not installed")
    commands = {
        "sh": ["sh", "-ec", text],
        "python": [sys.executable, "-c", text],
        "r": ["Rscript", "-e", text],
    }
    result = subprocess.run(
        commands[language], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    assert expected(key, small_release) in result.stdout


def _has_r_library(library: re.Match[str] | None) -> bool:
    if library is None:
        return True
    asked = subprocess.run(["Rscript", "-e", library.group()], capture_output=True, check=False)
    return asked.returncode == 0


def test_a_reader_of_csvw_finds_the_description_by_itself(server: Subject, small_release: Release) -> None:
    """Given only the address of a table, it follows the Link to the metadata, and finds the table valid."""
    place = f"http://127.0.0.1:{server.port}/releases/{small_release.manifest.version}/tables/Proposal.csv"
    group = CSVW(place, validate=True)
    assert not group.no_metadata
    assert group.is_valid, [str(warning.message) for warning in group.warnings]
    table = next(table for table in group.tables if table.local_name == "Proposal.csv")
    assert [row["proposedBy"] for row in table.iterdicts()] == ["person/amina", "person/bela"]
