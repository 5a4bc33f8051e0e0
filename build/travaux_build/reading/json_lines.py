"""JSON Lines as entries: one JSON object on each line, with the words of the data files."""

from __future__ import annotations

import json
import re

from travaux_build.errors import Problem
from travaux_build.reading.characters import clean
from travaux_build.reading.nodes import Fields, Items, Node, Scalar
from travaux_build.reading.strict_yaml import MAXIMUM_DEPTH
from travaux_build.reading.values import shown

BLANK = re.compile(r"[ \t]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
CONSTANTS = {"true": "boolean", "false": "boolean", "null": "nothing"}
IDENTITY = re.compile(r'"id"\s*:\s*"([^"\\]*)"')


class _Malformed(Exception):
    """Raised inside a line that is not JSON or goes against the rules, at a column counted from 1."""

    def __init__(self, column: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.column, self.message, self.remedy = column, message, remedy


def parse_json_lines(text: str, file: str) -> tuple[list[Node], list[Problem]]:
    """The entries of the lines, and what is wrong with the form of others; blank lines are passed over."""
    text, problems = clean(text, file, tabs=True)
    entries = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                entries.append(_Line(line, number).read())
            except _Malformed as error:
                identity = IDENTITY.search(line)
                entry = identity[1] if identity else ""
                problems.append(Problem(file, number, error.column, entry, error.message, error.remedy))
    return entries, problems


class _Line:
    """A reader of one JSON text (RFC 8259) that keeps places and refuses duplicate keys and deep nesting."""

    def __init__(self, text: str, number: int) -> None:
        self._text, self._number, self._position = text, number, 0
        self._strings = json.JSONDecoder()

    def read(self) -> Node:
        node = self._value(1)
        if self._next():
            raise self._malformed("more than one value stands on the line", "one entry on each line")
        return node

    def _value(self, depth: int) -> Node:
        following = self._next()
        column = self._position + 1
        if depth > MAXIMUM_DEPTH:
            raise self._malformed(f"nested more than {MAXIMUM_DEPTH} deep", "flatten it")
        if following == "{":
            return self._fields(depth, column)
        if following == "[":
            items: list[Node] = []
            while self._more("[", "]", first=not items):
                items.append(self._value(depth + 1))
            return Items(tuple(items), self._number, column)
        if following == '"':
            return self._string()
        if match := NUMBER.match(self._text, self._position):
            self._position = match.end()
            return Scalar(match.group(), self._number, column, "number")
        for constant, kind in CONSTANTS.items():
            if self._text.startswith(constant, self._position):
                self._position += len(constant)
                return Scalar("" if kind == "nothing" else constant, self._number, column, kind)
        raise self._malformed("a value is missing or is not JSON", "write texts in double quotes")

    def _fields(self, depth: int, column: int) -> Fields:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while self._more("{", "}", first=not pairs):
            if self._next() != '"':
                raise self._malformed("a key in double quotes is missing", "complete it")
            key = self._string()
            if key.text in pairs:
                self._position = key.column - 1
                raise self._malformed(f"the key {shown(key.text)} stands twice", "keep one of the two")
            if self._next() != ":":
                raise self._malformed("a colon is missing", "write it after the key")
            self._position += 1
            pairs[key.text] = (key, self._value(depth + 1))
        return Fields(tuple(pairs.values()), self._number, column)

    def _more(self, opening: str, closing: str, first: bool) -> bool:
        """Step over the opening, a comma or the closing character; whether a further member follows."""
        following = self._next()
        if first and following == opening:
            self._position += 1
            if self._next() != closing:
                return True
        elif following == ",":
            self._position += 1
            return True
        elif following != closing:
            raise self._malformed(f"a comma or {closing} is missing", "complete it")
        self._position += 1
        return False

    def _string(self) -> Scalar:
        column = self._position + 1
        try:
            value, self._position = self._strings.raw_decode(self._text, self._position)
        except json.JSONDecodeError as error:
            self._position = error.pos
            raise self._malformed(f"is not JSON: {error.msg}", "correct the text here") from error
        return Scalar(str(value), self._number, column)

    def _next(self) -> str:
        """The next character that is not blank, empty at the end."""
        match = BLANK.match(self._text, self._position)
        self._position = match.end() if match else self._position
        return self._text[self._position : self._position + 1]

    def _malformed(self, message: str, remedy: str) -> _Malformed:
        return _Malformed(self._position + 1, message, remedy)
