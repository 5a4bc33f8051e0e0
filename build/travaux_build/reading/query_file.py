"""One query that is content: its front matter, its text, and the values that its parameters take."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store, Variable

from travaux_build.errors import Problem, Refused, TravauxError
from travaux_build.iris import Iris
from travaux_build.reading.content_query import SKIPPED, query_fault, syntax_position
from travaux_build.reading.near import did_you_mean

XSD = "http://www.w3.org/2001/XMLSchema#"
KEYS = ("title", "description", "parameter", "order")
KINDS = ("iri", "string", "integer", "date", "language")
"""Types of a parameter. A value of type `iri` is a thing's key or an absolute http(s) IRI."""
FIELD = re.compile(r"# ?(\w+):\s*(.*)")
CONTINUED = re.compile(r"#\s{2,}(.*)")
PARAMETER = re.compile(r"(\w+)\s+(\w+)\s*(?:—|–|-)\s*(\S.*)")
UPDATE = re.compile(r"(?<![\w:?$])(INSERT|DELETE|CLEAR|CREATE|DROP|COPY|MOVE|ADD)(?![\w:(])", re.IGNORECASE)
THING = re.compile(r"[a-z][a-z0-9-]*/[^\s<>\"{}|\\^`/]+")
ABSOLUTE = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
LAST = 10**6
"""Order of a query that states none."""
MAXIMUM_VALUE = 2000
"""Characters of a value that somebody gives to a parameter."""
ANY = NamedNode("urn:x:any")
EXAMPLES = {
    "iri": "write a key such as place/geneva, or an http(s) IRI",
    "integer": "write digits, for example 12",
    "date": "write year-month-day, for example 2026-01-31",
    "language": "write a language tag, for example ar",
}


class ValueRefused(TravauxError):
    """Raised when a value does not fit its parameter; names the parameter and says what would fit."""


@dataclass(frozen=True)
class Parameter:
    """A variable of the query for which a reader may give a value; `kind` is one of `KINDS`."""

    name: str
    kind: str
    description: str


@dataclass(frozen=True)
class QueryFile:
    """A query with what its front matter says; `name` is the file's name without suffix.

    `text` is the query itself, without the front matter. A value is bound to the variable of a parameter's
    name; a parameter without a value stays free, and the query answers for all. Queries are shown by `order`.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str
    order: int = LAST

    def with_values(self, values: Mapping[str, str], iris: Iris) -> str:
        """The query, with values by the names of parameters: a query of its own, to be run as it is.

        A value becomes a term and is joined to the answer by a VALUES clause at the end (SPARQL 1.1 Query,
        section 10.2). Raises `ValueRefused` for a value that does not fit; unknown names are left out.
        """
        terms = {
            parameter.name: bind(parameter, values[parameter.name], iris)
            for parameter in self.parameters
            if parameter.name in values
        }
        if not terms:
            return self.text
        names = " ".join(f"?{name}" for name in terms)
        return f"{self.text}VALUES ({names}) {{ ({' '.join(map(str, terms.values()))}) }}\n"


def parse_query(text: str, name: str, file: str) -> QueryFile:
    """The query in the text of a file; raises `Refused` with all that is wrong, by line of that file."""
    lines = text.split("\n")
    length = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    problems: list[Problem] = []
    said: dict[str, str] = {}
    parameters: list[Parameter] = []
    for number, key, value in _fields(lines[:length], file, problems):
        if key == "parameter":
            parameters += _parameter(value, number, file, problems)
        elif key in said:
            problems.append(Problem(file, number, 1, "", f"has a second {key}", "keep one"))
        else:
            said[key] = value
    for key in ("title", "description"):
        if not said.get(key):
            remedy = f"add a first line: # {key}: …"
            problems.append(Problem(file, 1, 1, "", f"has no {key}", remedy))
    if not INTEGER.fullmatch(said.get("order", "1")):
        remedy = "write # order: 1 for what readers shall see first, or leave it out"
        problems.append(Problem(file, 1, 1, "", f"order {said['order']!r} is no whole number", remedy))
    problems += _query_problems(text, parameters, file)
    if problems:
        raise Refused(problems)
    body = "\n".join(lines[length:]).strip() + "\n"
    order = int(said.get("order", LAST))
    return QueryFile(name, said["title"], said["description"], tuple(parameters), body, order)


def bind(parameter: Parameter, text: str, iris: Iris) -> NamedNode | Literal:
    """The term to substitute for the parameter's variable; raises `ValueRefused` if the text does not fit."""
    value = text.strip()
    if len(value) > MAXIMUM_VALUE:
        raise ValueRefused(f"{parameter.name}: the value has {len(value):,} characters; write a shorter one")
    if not value.isprintable():
        raise ValueRefused(
            f"{parameter.name}: the value has characters that cannot be seen; write it without"
        )
    try:
        term = _term(parameter.kind, value, iris)
    except ValueError:  # the engine knows more about IRIs than our pattern does
        term = None
    if term is None:
        shown = repr(value[:60]) if value else "an empty value"
        raise ValueRefused(f"{parameter.name}: {shown} is no {parameter.kind}; {EXAMPLES[parameter.kind]}")
    return term


def _term(kind: str, value: str, iris: Iris) -> NamedNode | Literal | None:
    if kind == "string":
        return Literal(value)
    if kind == "iri" and ABSOLUTE.fullmatch(value):
        return NamedNode(value)
    if kind == "iri" and THING.fullmatch(value):
        return NamedNode(iris.thing(value))
    if kind == "integer" and INTEGER.fullmatch(value):
        return Literal(int(value))
    if kind == "date" and DATE.fullmatch(value) and _is_date(value):
        return Literal(value, datatype=NamedNode(XSD + "date"))
    if kind == "language" and LANGUAGE.fullmatch(value):
        return Literal(value.lower())
    return None


def _fields(lines: list[str], file: str, problems: list[Problem]) -> Iterator[tuple[int, str, str]]:
    """Line, key and value of each field, in order; an indented line continues the field before it."""
    fields: list[tuple[int, str, str]] = []
    for number, line in enumerate(lines, start=1):
        if continued := CONTINUED.fullmatch(line):
            if fields:
                start, key, value = fields.pop()
                fields.append((start, key, f"{value} {continued[1].strip()}".strip()))
            continue
        found = FIELD.fullmatch(line)
        if found and found[1] in KEYS:
            fields.append((number, found[1], found[2].strip()))
        elif found:
            remedy = did_you_mean(found[1], KEYS) or f"known are {', '.join(KEYS)}"
            problems.append(Problem(file, number, 3, "", f"{found[1]} is no key of the front matter", remedy))
        else:
            remedy = "write # title: …, or put an empty line before it to make it a comment of the query"
            problems.append(Problem(file, number, 1, "", "is no line of a front matter", remedy))
    yield from fields


def _parameter(value: str, number: int, file: str, problems: list[Problem]) -> list[Parameter]:
    found = PARAMETER.fullmatch(value)
    if not found:
        remedy = "write: name type — what it is, for example: place iri — a place"
        problems.append(Problem(file, number, 1, "", f"{value!r} is no parameter", remedy))
        return []
    if found[2] not in KINDS:
        remedy = did_you_mean(found[2], KINDS) or f"known are {', '.join(KINDS)}"
        problems.append(Problem(file, number, 1, "", f"{found[2]} is no type of a parameter", remedy))
    return [Parameter(found[1], found[2], found[3])]


def _query_problems(text: str, parameters: list[Parameter], file: str) -> list[Problem]:
    """What is wrong with the query itself, which is tried on an empty store: nothing is ever read."""
    line, fault = query_fault(text)
    if fault:
        return [Problem(file, line, 1, "", fault, "ask the content alone, in a shorter or plainer query")]
    bare = SKIPPED.sub(" ", text)
    if found := UPDATE.search(bare):
        message = f"uses {found[1].upper()}: an update is no query"
        return [Problem(file, 0, 0, "", message, "write SELECT, ASK, CONSTRUCT or DESCRIBE")]
    try:
        Store().query(text)
    except SyntaxError as error:
        line, column, message = syntax_position(error)
        remedy = "correct it here or just before"
        return [Problem(file, line, column, "", f"is not SPARQL: {message}", remedy)]
    problems = []
    for parameter in parameters:
        if wrong := _parameter_fault(text, bare, parameter.name):
            message, remedy = wrong
            problems.append(Problem(file, 0, 0, "", f"parameter {parameter.name} {message}", remedy))
    names = [parameter.name for parameter in parameters]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [Problem(file, 0, 0, "", f"has two parameters called {name}", "keep one") for name in twice]
    return problems


def _parameter_fault(text: str, bare: str, name: str) -> tuple[str, str] | None:
    variables = re.findall(r"[?$](\w+)", bare)
    if name not in variables:
        remedy = did_you_mean(name, variables) or f"use ?{name} in the query"
        return "is no variable of the query", remedy
    try:
        Store().query(text, substitutions={Variable(name): ANY})
    except RuntimeError:
        return (
            "is not among what the query selects",
            f"name ?{name} after SELECT",
        )
    return None


def _is_date(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True
