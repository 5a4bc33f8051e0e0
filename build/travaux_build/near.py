"""The nearest of the known words to a mistyped one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LIKENESS = 0.72
"""From 0 (nothing in common) to 1 (equal): what is less alike is not worth suggesting."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, empty if none is like it; capitals do not matter."""
    by_lower = {candidate.lower(): candidate for candidate in sorted(known)}
    matches = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=LIKENESS)
    return by_lower[matches[0]] if matches else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question to ask whoever wrote that word, empty if no known word is near."""
    candidate = nearest(word, known)
    return f"did you mean {candidate}?" if candidate else ""
