"""What is wrong with a malformed query, told from its tokens where the parser does not say it."""

from __future__ import annotations

import re
from difflib import get_close_matches

from travaux_server.engine.errors import MalformedQuery
from travaux_server.tokens import FORMS, Token, position, tokens

PAIRS = {"{": "}", "(": ")", "[": "]"}
LONGEST = 100_000
"""Characters of a text that is read once more for its fault; a longer one comes only past the guard."""
SYMBOL = re.compile(r'"[^"\s]{1,3}"|[A-Z]{2,}')


def diagnose(
    text: str, prefixes: frozenset[str], expected: str, line: int = 0, column: int = 0
) -> MalformedQuery:
    """The error that tells most: an unclosed string or bracket, a keyword misspelt, a prefix undeclared.

    Else what the parser said: the place where it gave up, what it `expected` there, and what stands there.
    """
    if len(text) > LONGEST:
        return _parser(text, expected, line, column)
    found = list(tokens(text))
    fault = _keyword(text, found) or _unclosed(text, found) or _prefix(text, found, prefixes)
    return fault or _parser(text, expected, line, column)


def _at(text: str, token: Token, message: str, hint: str) -> MalformedQuery:
    line, column = position(text, token.start)
    return MalformedQuery(message, line, column, hint)


def _keyword(text: str, found: list[Token]) -> MalformedQuery | None:
    if not found:
        return MalformedQuery("the query is empty", 1, 1, "begin with SELECT, ASK, CONSTRUCT or DESCRIBE")
    named = [token for token in found if token.kind == "word"]
    if any(token.text.upper() in FORMS for token in named):
        return None
    first = next((token for token in named if token.text.upper() not in ("PREFIX", "BASE")), found[0])
    near = get_close_matches(first.text.upper(), FORMS, 1)
    hint = f"did you mean {near[0]}?" if near else "begin with SELECT, ASK, CONSTRUCT or DESCRIBE"
    return _at(text, first, f"{_shown(first.text)} begins no query", hint)


def _unclosed(text: str, found: list[Token]) -> MalformedQuery | None:
    opened: list[Token] = []
    for token in found:
        if token.kind == "unclosed":
            return _at(text, token, "a string begins here and does not end", "close it with the same quote")
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close":
            if not opened:
                return _at(text, token, f"{token.text} closes nothing", "remove it, or open it before")
            start = opened.pop()
            if PAIRS[start.text] != token.text:
                line, column = position(text, start.start)
                message = f"{token.text} cannot close the {start.text} of line {line}, column {column}"
                return _at(text, token, message, f"write {PAIRS[start.text]} here")
    if opened:
        last = opened[-1]
        return _at(text, last, f"{last.text} is never closed", f"add {PAIRS[last.text]}")
    return None


def _prefix(text: str, found: list[Token], prefixes: frozenset[str]) -> MalformedQuery | None:
    known = set(prefixes)
    declared = False
    for token in found:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if declared:
                known.add(prefix)
            elif prefix not in known:
                near = get_close_matches(prefix, known, 1)
                hint = f"did you mean {near[0]}:?" if near else f"add PREFIX {prefix}: <…> before the query"
                return _at(text, token, f"the prefix {_shown(prefix + ':')} is not declared", hint)
        declared = token.kind == "word" and token.text.upper() == "PREFIX"
    return None


def _parser(text: str, expected: str, line: int, column: int) -> MalformedQuery:
    if not line:
        return MalformedQuery(expected)
    items = expected.removeprefix("one of ").split(", ")
    phrase = next((item for item in items if item[0].isupper() and " " in item), "")
    if phrase:
        return MalformedQuery(phrase, line, column)
    lines = text.splitlines()
    rest = lines[line - 1][column - 1 :].split() if line <= len(lines) else []
    message = f"{_shown(rest[0])} is not expected here" if rest else "the query ends too early here"
    symbols = [symbol.strip('"') for symbol in SYMBOL.findall(expected)][:8]
    return MalformedQuery(message, line, column, f"expected: {' '.join(symbols)}" if symbols else "")


def _shown(word: str) -> str:
    return f"“{word[:40]}…”" if len(word) > 40 else f"“{word}”"
