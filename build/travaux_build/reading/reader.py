"""Reading: every data file, in whatever syntax, becomes quads, once nothing is wrong with any of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused
from travaux_build.location import Locations
from travaux_build.reading.context import Context, read_context
from travaux_build.reading.entries import Entry, EntryReader, Found, Terms
from travaux_build.reading.json_lines import parse_json_lines
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.nodes import Node
from travaux_build.reading.references import cross_check, locate
from travaux_build.reading.statements import StatementReader
from travaux_build.reading.strays import find_strays
from travaux_build.reading.strict_yaml import parse_yaml
from travaux_build.reading.tables import parse_csv
from travaux_build.reading.triples import documents, json_ld, quads_of
from travaux_build.reading.turtle import line_of, read_turtle
from travaux_build.reading.vocabulary import Vocabulary, read_vocabulary

SALVAGE = re.compile(r"(?:^|[\s{,])\"?id\"?\s*:\s*[\"']?([^\s\"'#,}]+)", re.MULTILINE)
"""The ids in a YAML or JSON Lines file that cannot be read to the end."""


@dataclass(frozen=True)
class Reading:
    """What the data files say: quads in the graphs of their folders, where each stands, and the entries."""

    quads: tuple[Quad, ...]
    locations: Locations
    entries: tuple[Entry, ...]


def read(content: Content) -> Reading:
    """Read all data files; raises `Refused` with every problem in any of them."""
    terms = read_terms(content)
    run = _Run(content, terms)
    problems = find_strays(content)
    for graph, path in content.graph_files():
        try:
            run.read(graph, path, content.text(path))
        except Refused as refused:
            problems.extend(refused.problems)
    problems += run.found.problems
    problems += cross_check(run.found)
    if problems:
        raise Refused(dict.fromkeys(problems))
    quads = dict.fromkeys(run.quads)
    for document, graph in run.documents:
        quads.update(dict.fromkeys(quads_of(document, graph)))
    return Reading(tuple(quads), locate(run.found.entries, content.iris.things), tuple(run.found.entries))


def read_terms(content: Content) -> Terms:
    """What data files are written with; raises `Refused` if context and ontology do not fit each other."""
    context, vocabulary = read_context(content), read_vocabulary(content)
    terms = Terms(context, vocabulary, content.iris.things, content.iris.terms)
    if problems := _undeclared(content, context, vocabulary, terms):
        raise Refused(problems)
    return terms


def schema_line(file: str, kind: str) -> str:
    """The first line of a YAML file, which names the JSON Schema of its kind to editors."""
    return f"# yaml-language-server: $schema={'../' * file.count('/')}.schemas/{kind}.schema.json"


class _Run:
    """One pass over the data files: what they hold, and the JSON-LD documents with the IRI of their graph."""

    def __init__(self, content: Content, terms: Terms) -> None:
        self.found = Found()
        self.quads: list[Quad] = []
        self.documents: list[tuple[str, str]] = []
        self._content, self._terms = content, terms

    def read(self, graph: str, path: Path, text: str) -> None:
        """Read one file of the graph with that name."""
        file, iri = self._content.name(path), self._content.iris.graph(graph)
        if path.suffix in (".nt", ".nq", ".ttl"):
            self._statements(graph, path, text)
            return
        before = len(self.found.problems)
        reader = EntryReader(file, graph, self._terms, self.found)
        if path.suffix == ".yaml":
            document = parse_yaml(text, file)
            self.found.problems.extend(document.problems)
            if document.root is not None:
                self._schema_named(file, text, reader.root(document.root))
            elif not document.problems:
                self._refuse(file, 0, "holds nothing", "add an entry, or delete the file")
            if len(self.found.problems) == before and document.root is not None:
                self.documents.append((json_ld(document.root, self._terms.context), iri))
        else:
            entries, problems = self._rows(path, file, text)
            self.found.problems.extend(problems)
            for entry in entries:
                reader.entry(entry)
            if len(self.found.problems) == before:
                self.documents.extend((document, iri) for document in documents(entries, self._terms.context))
        if len(self.found.problems) > before:
            self.found.salvaged.update(SALVAGE.findall(text))

    def _rows(self, path: Path, file: str, text: str) -> tuple[list[Node], list[Problem]]:
        if path.suffix == ".csv":
            rows, problems = parse_csv(text, file, self._terms.context)
            return [*rows], problems
        return parse_json_lines(text, file)

    def _statements(self, graph: str, path: Path, text: str) -> None:
        file, iri = self._content.name(path), self._content.iris.graph(graph)
        reader = StatementReader(file, graph, iri, self._terms, self.found)
        if path.suffix == ".ttl":
            for quad in read_turtle(self._content, path, iri):
                line = line_of(text, quad.subject.value) if isinstance(quad.subject, NamedNode) else 0
                if checked := reader.check(quad, line):
                    self.quads.append(checked)
        else:
            form = RdfFormat.N_TRIPLES if path.suffix == ".nt" else RdfFormat.N_QUADS
            self.quads.extend(reader.lines(text, form))
        reader.close()

    def _schema_named(self, file: str, text: str, kind: str) -> None:
        first = text.partition("\n")[0]
        if kind in {*self._terms.types, "Entries"} and first != (due := schema_line(file, kind)):
            message = "the first line does not name the schema of the file's kind"
            self._refuse(file, 1, message, f"write {due}")

    def _refuse(self, file: str, line: int, message: str, remedy: str) -> None:
        self.found.problems.append(Problem(file, line, line, "", message, remedy))


def _undeclared(content: Content, context: Context, vocabulary: Vocabulary, terms: Terms) -> list[Problem]:
    """Words and types of the context that stand for own terms which the ontology does not declare."""
    file = content.name(content.context_file)
    lines = content.text(content.context_file).split("\n")
    named = [(word.name, word.iri, vocabulary.properties) for word in context.words.values()]
    named += [(name, iri, vocabulary.classes) for name, iri in context.types.items()]
    problems = []
    for name, iri, declared in named:
        if iri.startswith(terms.namespace) and iri not in declared:
            line = next((number for number, line in enumerate(lines, 1) if f'"{name}":' in line), 1)
            local = iri.removeprefix(terms.namespace)
            remedy = did_you_mean(local, [one.removeprefix(terms.namespace) for one in declared])
            message = f"{name} stands for {local}, which the ontology does not declare"
            problems.append(
                Problem(file, line, 1, name, message, remedy or "declare it, or correct the word")
            )
    return problems
