"""A loader for the plain part of YAML: no anchors, tags, merge keys, duplicate keys, and nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from travaux_build.errors import Problem
from travaux_build.reading.characters import clean
from travaux_build.reading.nodes import Fields, Items, Node, Scalar

MAXIMUM_CHARACTERS = 8_000_000
MAXIMUM_DEPTH = 40
"""Levels of lists and mappings within each other."""
MAXIMUM_BRACKETS = 200
"""Brackets open at once, those in texts included: the C parser's time grows with their square."""
MAXIMUM_INDENT = 400
LONGEST = 120
"""Characters of a message that quotes the file."""
BRACKET = re.compile(r"[\[{]|[\]}]")
INDICATORS = re.compile(rf"^(?: *[-?:](?=\s|$)){{{MAXIMUM_DEPTH + 1}}}", re.MULTILINE)
INDENT = re.compile(rf"^ {{{MAXIMUM_INDENT}}}", re.MULTILINE)
IDENTITY = re.compile(r"[ -]*id: *[\"']?([^\s\"'#]+)")
LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
QUOTE = 'put the text in quotes, or start it with ">-" on a line of its own'
REMEDIES = {
    "mapping values are not allowed": f'if the text contains ": ", {QUOTE}',
    "cannot start any token": QUOTE,
    "unexpected end of stream": "close the quote",
    "but found another document": "make it a file of its own",
}
IMPLIED = {"bool": "boolean", "null": "nothing", "int": "number", "float": "number", "timestamp": "date"}
ALSO_IMPLIED = {"y": "boolean", "Y": "boolean", "n": "boolean", "N": "boolean"}
OTHER_NUMBER = re.compile(r"[-+]?(?:0o[0-7]+|(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+)")


@dataclass(frozen=True)
class Document:
    """The root of a file, None if there is none, and everything that is wrong with its form."""

    root: Node | None
    problems: tuple[Problem, ...]


@dataclass
class _Open:
    """A list or mapping that is being read; `key` waits for its value."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Scalar, Node]] | None = None
    key: Scalar | None = None
    lines: dict[str, int] = field(default_factory=dict)
    faulty: bool = False


def parse_yaml(text: str, file: str) -> Document:
    """Read a YAML text; `file` is the name that its problems carry. Never raises for what the text holds.

    Reading goes on after every fault that leaves the rest readable; a fault of syntax ends it.
    """
    problems = _overload(text, file)
    if problems:
        return Document(None, tuple(problems))
    text, problems = clean(text, file, tabs=False)
    builder = _Builder(file, problems)
    try:
        builder.read(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join(filter(None, (error.context, error.problem)))
        remedy = next((advice for words, advice in REMEDIES.items() if words in message), "")
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        remedy = remedy or "check indentation, quotes and brackets here and on the line before"
        problems.append(Problem(file, line, column, "", f"is not YAML: {message}", remedy))
    lines = text.split("\n")
    return Document(builder.root, tuple(_with_entry(problem, lines) for problem in problems))


def implied(text: str) -> str:
    """What YAML takes an unquoted text for other than text: boolean, number, date, nothing; else empty."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    for tag, pattern in [*resolvers.get(text[:1], []), *resolvers.get(None, [])]:
        if pattern.match(text):
            return IMPLIED.get(tag.rpartition(":")[2], "something special")
    return "number" if OTHER_NUMBER.fullmatch(text) else ALSO_IMPLIED.get(text, "")


class _Builder:
    """Builds the tree from the parser's events, on a stack of its own, so that no depth can overflow."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.root: Node | None = None
        self._file = file
        self._problems = problems
        self._stack: list[_Open] = []
        self._documents = 0

    def read(self, events: Iterator[yaml.Event]) -> None:
        for event in events:
            if not self._take(event):
                return

    def _take(self, event: yaml.Event) -> bool:
        """Take an event; False where reading must end."""
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.ScalarEvent):
            self._decorated(event, line, column)
            plain = not event.style
            value = event.value
            if plain and self._is_key() and value == "<<":
                self._fault(line, column, "a merge key (<<)", "write the fields out where they belong")
            self._add(Scalar(value, line, column, implied(value) if plain else ""))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._decorated(event, line, column)
            if self._is_key():
                self._fault(line, column, "a list or mapping as a key", "use a plain word as the key")
                self._stack[-1].faulty = True
            if len(self._stack) >= MAXIMUM_DEPTH:
                self._fault(line, column, f"nested more than {MAXIMUM_DEPTH} deep", "flatten it")
                return False
            mapping = isinstance(event, yaml.MappingStartEvent)
            self._stack.append(_Open(line, column, pairs=[] if mapping else None))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            top = self._stack.pop()
            if top.pairs is None:
                self._add(Items(tuple(top.items), top.line, top.column))
            else:
                self._add(Fields(tuple(top.pairs), top.line, top.column))
        elif isinstance(event, yaml.AliasEvent):
            self._fault(line, column, f"an alias (*{event.anchor})", "write the value out")
            self._add(Scalar(str(event.anchor), line, column))
        elif isinstance(event, yaml.DocumentStartEvent):
            if event.version or event.tags:
                self._fault(1, 1, "a YAML directive", "delete the line that starts with %")
            self._documents += 1
            if self._documents > 1:
                self._fault(line, column, "a second document", "make it a file of its own")
                return False
        return True

    def _decorated(self, event: yaml.NodeEvent, line: int, column: int) -> None:
        if event.anchor:
            self._fault(line, column, f"an anchor (&{event.anchor})", "delete it and write values out")
        tag = getattr(event, "tag", None)
        if tag:
            self._fault(line, column, f"a tag ({tag})", "delete it; the word decides the type")

    def _is_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].pairs is not None and self._stack[-1].key is None

    def _add(self, node: Node) -> None:
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        if top.pairs is None:
            top.items.append(node)
        elif top.key is None:
            top.key = node if isinstance(node, Scalar) else Scalar("", node.line, node.column)
        else:
            key, top.key = top.key, None
            if top.faulty:
                top.faulty = False
            elif key.text in top.lines:
                where = f"line {top.lines[key.text]} already has the key {key.text!r}"
                self._fault(key.line, key.column, where, "keep one of the two", contains="")
            else:
                top.lines[key.text] = key.line
                top.pairs.append((key, node))

    def _fault(self, line: int, column: int, what: str, remedy: str, contains: str = "contains ") -> None:
        self._problems.append(Problem(self._file, line, column, "", contains + what[:LONGEST], remedy))


def _overload(text: str, file: str) -> list[Problem]:
    """What must not reach the C parser: too long, too deep, judged without regard to quotes."""
    if len(text) > MAXIMUM_CHARACTERS:
        message = f"has {len(text):,} characters, more than {MAXIMUM_CHARACTERS:,}"
        return [Problem(file, 0, 0, "", message, "split it, or use CSV or JSON Lines")]
    depth = 0
    for match in BRACKET.finditer(text):
        depth = depth + 1 if match.group() in "[{" else max(depth - 1, 0)
        if depth > MAXIMUM_BRACKETS:
            message = f"more than {MAXIMUM_BRACKETS} brackets are open"
            return [_at(text, match.start(), file, message, "close them")]
    for pattern in (INDICATORS, INDENT):
        if found := pattern.search(text):
            message = f"nested more than {MAXIMUM_DEPTH} deep"
            return [_at(text, found.start(), file, message, "flatten it, and indent by two spaces")]
    return []


def _at(text: str, offset: int, file: str, message: str, remedy: str) -> Problem:
    line = text.count("\n", 0, offset) + 1
    return Problem(file, line, offset - text.rfind("\n", 0, offset), "", message, remedy)


def _with_entry(problem: Problem, lines: list[str]) -> Problem:
    """The problem with the nearest id above it: good enough for a reader where there is no tree."""
    for line in reversed(lines[: problem.line]):
        if match := IDENTITY.match(line):
            entry = match.group(1)
            return Problem(problem.file, problem.line, problem.column, entry, problem.message, problem.remedy)
    return problem
