"""Regular expressions of `sh:pattern`: only those that a matcher that backtracks finishes soon."""

from __future__ import annotations

import re

MAXIMUM_OPEN = 2
"""Repetitions without an upper bound that one pattern may hold: each multiplies the time by the length."""
BOUNDED = re.compile(r"\{(\d+)(?:,(\d+))?\}")
MAXIMUM_BOUND = 100


def pattern_fault(pattern: str) -> str:
    """Why a pattern is refused: it is malformed, repeats a repetition, or repeats without end too often."""
    try:
        re.compile(pattern)
    except re.error as error:
        return f"is no regular expression: {error}"
    repeats = 0
    inside: list[bool] = [False]
    text = _without_literals(pattern)
    for offset, character in enumerate(text):
        if character == "(":
            inside.append(False)
        elif character == ")":
            repeated = inside.pop()
            if repeated and _repeats(text, offset + 1):
                return "repeats a group that repeats something itself: some texts would take for ever"
            inside[-1] = inside[-1] or repeated
        elif _opens(text, offset):
            repeats += 1
            inside[-1] = True
    if repeats > MAXIMUM_OPEN:
        return f"has {repeats} repetitions without a bound, more than {MAXIMUM_OPEN}"
    return ""


def _without_literals(pattern: str) -> str:
    """The pattern with escapes and character classes each replaced by a letter."""
    escaped = re.sub(r"\\.", "a", pattern)
    return re.sub(r"\[\^?\]?[^\]]*\]", "a", escaped)


def _opens(text: str, offset: int) -> bool:
    """Whether a repetition without bound, or with a high one, stands here."""
    if text[offset] in "*+":
        return True
    if text[offset] != "{":
        return False
    found = BOUNDED.match(text, offset)
    return not found or int(found[2] or found[1]) > MAXIMUM_BOUND


def _repeats(text: str, offset: int) -> bool:
    return offset < len(text) and (text[offset] in "*+" or text[offset] == "{")
