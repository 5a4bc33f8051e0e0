"""The nearest of the known words to a mistyped one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LIKENESS = 0.72
"""From 0 (nothing in common) to 1 (equal): what is less alike is not worth suggesting."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, empty if none is; capitals count only between equals."""
    by_lower: dict[str, list[str]] = {}
    for candidate in sorted(known):
        by_lower.setdefault(candidate.lower(), []).append(candidate)
    matches = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=LIKENESS)
    if not matches:
        return ""
    return max(by_lower[matches[0]], key=lambda one: difflib.SequenceMatcher(None, word, one).ratio())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question to ask whoever wrote that word, empty if no known word is near."""
    candidate = nearest(word, known)
    return f"did you mean {candidate}?" if candidate else ""
