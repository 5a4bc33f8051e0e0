"""The queries of the content, `data/queries/*.rq`, read and checked against the ontology."""

from __future__ import annotations

import re

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused
from travaux_build.reading.content_query import SKIPPED
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.query_file import QueryFile, parse_query
from travaux_build.reading.vocabulary import read_vocabulary

PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)


def read_queries(content: Content) -> tuple[QueryFile, ...]:
    """All queries, sorted by file name; raises `Refused` with the faults of all of them.

    Besides what `parse_query` refuses, a term of our own that the ontology does not declare is a fault.
    """
    vocabulary = read_vocabulary(content)
    declared = {*vocabulary.classes, *vocabulary.properties}
    found: list[QueryFile] = []
    problems: list[Problem] = []
    for path in content.query_files():
        file = content.name(path)
        try:
            text = content.text(path)
            found.append(parse_query(text, path.stem, file))
            problems += _unknown_terms(text, content.iris.terms, declared, file)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return tuple(found)


def used_terms(text: str, namespace: str) -> dict[str, int]:
    """The names in a namespace that a query uses, each with the first line on which it does."""
    prefixes = [name for name, iri in PREFIX.findall(text) if iri == namespace]
    found: dict[str, int] = {}
    for number, line in enumerate(_without_texts(text).split("\n"), start=1):
        if PREFIX.search(line):
            continue
        written = [re.escape(prefix) + ":" for prefix in prefixes] + ["<" + re.escape(namespace)]
        for name in re.findall(rf"(?<![\w:])(?:{'|'.join(written)})([\w-]+)", line):
            found.setdefault(name, number)
    return found


def _without_texts(text: str) -> str:
    """The query with its comments and literals blanked, line by line; IRIs stay."""
    return SKIPPED.sub(
        lambda match: match[0] if match[0].startswith("<") else re.sub(r"[^\n]", " ", match[0]), text
    )


def _unknown_terms(text: str, namespace: str, declared: set[str], file: str) -> list[Problem]:
    names = {iri.removeprefix(namespace) for iri in declared}
    return [
        Problem(
            file,
            line,
            1,
            "",
            f"the ontology declares no term {name}",
            did_you_mean(name, names) or "declare it in ontology/, or use a term that is there",
        )
        for name, line in used_terms(text, namespace).items()
        if name not in names
    ]
