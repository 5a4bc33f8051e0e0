"""Restated, not copied: no tracked file repeats the source, its own names and titles apart."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "source" / "gcm-thematic-session-1-summary.txt"
RUN = 14
"""So many words in a row, the same as in the source, are a copy."""
NAMES = (
    "First informal thematic session on Human rights of all migrants, social inclusion, cohesion, and all "
    "forms of discrimination, including racism, xenophobia and intolerance",
    "preparatory process leading to the adoption of the global compact for safe, orderly and regular "
    "migration",
    "Permanent Representative of the Philippines to the United Nations and Other International Organizations "
    "in Geneva",
    "Principles and guidelines, supported by practical guidance, on the human rights protection of migrants "
    "in vulnerable situations within large and/or mixed movements",
    "Recommendations for addressing women's human rights in the global compact for a safe, orderly and "
    "regular migration",
)
"""Official names and titles, which are facts and stay exact: a run within one of them is no copy."""
WORD = re.compile(r"[a-z0-9']+")


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of `RUN` words of a text."""
    found = words(text)
    return (tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1))


def tracked() -> Iterator[tuple[str, str]]:
    """Name and text of each file that is tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in sorted(filter(None, listed.stdout.decode().split("\0"))):
        path = ROOT / name
        if path.is_file():
            yield name, path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.skipif(not REAL.is_file(), reason="the text of the real source is not at hand")
def test_no_file_repeats_the_source() -> None:
    """No tracked file has fourteen words in a row from the source, but in its names and titles."""
    source = set(runs(REAL.read_text(encoding="utf-8"))) - {run for name in NAMES for run in runs(name)}
    assert len(source) > 4000
    copied = {name: " ".join(run) for name, text in tracked() for run in runs(text) if run in source}
    assert not copied
