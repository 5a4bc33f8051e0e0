"""Queries that stand in content: bounded before the engine sees them, and unable to reach out of it."""

from __future__ import annotations

import re

MAXIMUM_LENGTH = 10_000
"""Characters of a rule or constraint; longer ones cost the engine more than they are worth."""
MAXIMUM_NESTING = 40
"""Depth of brackets; the engine ends the process when it is some hundred times that."""
SKIPPED = re.compile(
    r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|<[^<>\"{}|^`\\\s]*>|#[^\n]*",
    re.DOTALL,
)
OUTWARD = re.compile(r"(?<![\w:?$])(SERVICE|LOAD|FROM)(?![\w:])", re.IGNORECASE)
NOT_BOUND = re.compile(r"(?<![\w:?$])(MINUS|VALUES)(?![\w:])", re.IGNORECASE)
POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def query_fault(text: str) -> tuple[int, str]:
    """The line (from 1) of what must not stand in a query of the content, and what it is; (0, "") if nothing.

    Refused are queries that are too long or too deeply nested, and those that name another source of data.
    """
    if len(text) > MAXIMUM_LENGTH:
        return 1, f"has {len(text):,} characters, more than {MAXIMUM_LENGTH:,}"
    bare = SKIPPED.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    depth = 0
    for offset, character in enumerate(bare):
        depth += (character in "({[") - (character in ")}]")
        if depth > MAXIMUM_NESTING:
            return bare.count("\n", 0, offset) + 1, f"is nested more than {MAXIMUM_NESTING} levels deep"
    if escape := re.search(r"\\[uU]", bare):
        line = bare.count("\n", 0, escape.start()) + 1
        return line, "uses an escape outside of texts: write the character itself"
    if found := OUTWARD.search(bare):
        line = bare.count("\n", 0, found.start()) + 1
        return line, f"uses {found[1].upper()}: a query of the content reads nothing but the content"
    return 0, ""


def binding_fault(text: str) -> str:
    """What a SHACL constraint must not use, since `$this` is bound beforehand (SHACL, section 5.3.1)."""
    bare = SKIPPED.sub(" ", text)
    if found := NOT_BOUND.search(bare):
        return f"uses {found[1].upper()}, which SHACL does not allow"
    return "" if re.search(r"[$?]this\b", bare) else "does not speak of $this"


def syntax_position(error: SyntaxError) -> tuple[int, int, str]:
    """Line and column (0 if not known) and the engine's words for what is wrong with a query."""
    found = POSITION.match(str(error))
    return (int(found[1]), int(found[2]), found[3].strip()) if found else (0, 0, str(error))
