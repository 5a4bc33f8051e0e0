"""A flat lexer of SPARQL 1.1: one pass and one regular expression cut a text into tokens, without a stack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
LETTERS = r"\w\u00b7\u0300-\u036f\u203f\u2040"
"""What names are made of, for use between brackets."""
KINDS = re.compile(
    rf"""
    (?P<space>[\s\ufeff]++|\#[^\r\n]*+)
  | (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]++|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
  | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]++|\\.))*+\"\"\"
        |\'\'\'(?:\'{{0,2}}(?:[^'\\]++|\\.))*+\'\'\'
        |"(?!"")(?:[^"\\\r\n]++|\\.)*+"
        |'(?!\'\')(?:[^'\\\r\n]++|\\.)*+')
  | (?P<unclosed>(?:\"\"\"|\'\'\').*+|["'][^\r\n]*+)
  | (?P<variable>[?$][{LETTERS}]++)
  | (?P<language>@[A-Za-z0-9\-]++)
  | (?P<blank>_:[{LETTERS}.\-]*+)
  | (?P<name>(?:[^\W\d_][{LETTERS}.\-]*+)?:(?:[{LETTERS}:.\-]|%[0-9A-Fa-f]{{2}}|\\.)*+)
  | (?P<word>[^\W\d_][{LETTERS}.\-]*+)
  | (?P<number>\.?\d[\d.]*+(?:[eE][+-]?\d++)?)
  | (?P<open>[{{(\[])
  | (?P<close>[}})\]])
  | (?P<mark>[.,;])
  | (?P<operator>[-+*/|^!=<>?&$])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""Each alternative ends where it first can and none is tried twice: a text is cut in linear time."""
PIECES = re.compile(rf"(?P<word>[^\W\d_][{LETTERS}]*+)|(?P<other>.)", re.DOTALL)
BEGINNING = re.compile(
    rf"""(?:[\s\ufeff]++|\#[^\r\n]*+|PREFIX\s++[A-Za-z0-9]*+:\s*+<[^\s<>]*+>|BASE\s*+<[^\s<>]*+>)*+
    ({"|".join(FORMS)})(?![{LETTERS}.\-:])""",
    re.VERBOSE | re.IGNORECASE,
)
"""Declarations as most queries have them, then the form."""
ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:[^\\]*>")
KEPT_CHARACTERS = 4000
"""Longest text whose tokens are kept: a query is cut once for all who look at it."""


class Token(NamedTuple):
    """A piece of a query: its kind (a group of `KINDS`), its text, and the offset at which it starts.

    A string that never ends is one token of the kind `unclosed`.
    """

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """All tokens but white space and comments. Time grows with the text's length and nothing else."""
    return iter(_kept(text)) if len(text) <= KEPT_CHARACTERS else _cut(text)


@lru_cache(maxsize=64)
def _kept(text: str) -> tuple[Token, ...]:
    """The tokens of a text that is short enough to be kept for the next who asks."""
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Token]:
    for match in KINDS.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "word" and not match[0].isalnum():
            for piece in PIECES.finditer(match[0]):
                yield Token(piece.lastgroup or "other", piece[0], match.start() + piece.start())
        elif kind != "space":
            yield Token(kind, match[0], match.start())


def words(text: str) -> Iterator[str]:
    """The keywords and other bare words, in capitals."""
    return (token.text.upper() for token in tokens(text) if token.kind == "word")


def form(text: str) -> str:
    """The query form: `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`; empty when there is none."""
    if usual := BEGINNING.match(text):
        return usual[1].upper()
    return next((word for word in words(text) if word in FORMS), "")


def declared_prefixes(text: str) -> dict[str, str]:
    """The prefixes that the query declares, with their absolute IRIs; relative ones are left out."""
    found = list(tokens(text))
    return {
        name.text[:-1]: iri.text[1:-1]
        for word, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word.text.upper() == "PREFIX" and name.kind == "name" and ABSOLUTE.fullmatch(iri.text)
    }


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1 and in characters, of an offset."""
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1
