"""The words of the data files: the JSON-LD context, held to the few features that all readers agree on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused

Kind = Literal["text", "reference", "literal", "reverse"]
XSD = "http://www.w3.org/2001/XMLSchema#"
KEYWORDS = {"id": "@id", "type": "@type", "entries": "@graph"}
"""The words that stand for JSON-LD keywords: the reader knows these three and needs all of them."""
DATATYPES = (
    *("string", "integer", "decimal", "boolean", "date", "dateTime"),
    *("gYear", "gYearMonth", "anyURI", "language"),
)
"""Local names of the XML Schema types whose values can be checked."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
DEFINITION_KEYS = {"@id", "@type", "@container", "@reverse"}


@dataclass(frozen=True)
class Word:
    """A key of the data files. `iri` is the predicate, for a `reverse` word that of the nested entries.

    `text` words hold a map from languages to texts, `reference` words ids, `literal` words values of the
    XML Schema type `datatype` (its local name). `many` says that a list is welcome.
    """

    name: str
    iri: str
    kind: Kind
    datatype: str
    many: bool


@dataclass(frozen=True)
class Context:
    """Words by name, types (of others' vocabularies) by name, and the JSON-LD context to parse with."""

    words: Mapping[str, Word]
    types: Mapping[str, str]
    json_ld: Mapping[str, object]


def read_context(content: Content) -> Context:
    """The context of the content; raises `Refused` naming each word that uses what is not accepted."""
    file = content.name(content.context_file)
    text = content.text(content.context_file)
    twice: list[str] = []

    def distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        twice.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=distinct)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg}"
        raise Refused([Problem(file, error.lineno, error.colno, "", message, "correct it here")]) from error
    except RecursionError as error:
        raise Refused([Problem(file, 0, 0, "", "is nested too deeply", "flatten it")]) from error
    definitions = document.get("@context") if isinstance(document, dict) else None
    if not isinstance(definitions, dict) or set(document) != {"@context"}:
        raise Refused([Problem(file, 1, 1, "", "holds more or less than one @context", "keep just that")])
    reading = _Reading(file, text, content, definitions)
    for word in twice:
        reading.refuse(word, "is defined twice", "keep one definition")
    return reading.read()


class _Reading:
    """One pass over the definitions, collecting words, types and faults."""

    def __init__(self, file: str, text: str, content: Content, definitions: dict[str, object]) -> None:
        self._file, self._text, self._iris = file, text, content.iris
        self._definitions = definitions
        self._problems: list[Problem] = []

    def refuse(self, word: str, message: str, remedy: str) -> None:
        offset = max(self._text.find(f"{json.dumps(word)}:"), 0)
        line = self._text.count("\n", 0, offset) + 1
        column = offset - self._text.rfind("\n", 0, offset)
        self._problems.append(Problem(self._file, line, column, word, message, remedy))

    def read(self) -> Context:
        words, types = {}, {}
        self._keywords()
        for name, definition in self._definitions.items():
            if name in ("@base", "@vocab") or KEYWORDS.get(name) == definition or not self._named(name):
                continue
            if isinstance(definition, dict):
                if word := self._word(name, definition):
                    words[name] = word
            elif not isinstance(definition, str) or definition.startswith("@"):
                self.refuse(name, "is neither an IRI nor a definition", 'use {"@id": …} or a plain IRI')
            elif definition.endswith(("/", "#")):
                continue
            elif name[0].isupper():
                types[name] = self._expand(name)
            else:
                words[name] = Word(name, self._expand(name), "literal", "string", False)
        if self._problems:
            raise Refused(self._problems)
        return Context(words, types, {"@context": self._definitions})

    def _keywords(self) -> None:
        for keyword, due in (("@base", self._iris.things), ("@vocab", self._iris.terms)):
            if self._definitions.get(keyword) != due:
                self.refuse(keyword, f"is not {due}", "the two follow from one base")
        for name, keyword in KEYWORDS.items():
            if self._definitions.get(name) != keyword:
                self.refuse(name, f"does not stand for {keyword}", f'write "{name}": "{keyword}"')

    def _named(self, name: str) -> bool:
        if NAME.fullmatch(name):
            return True
        self.refuse(
            name, "is not a word of letters and digits", "of the keywords only @base and @vocab are set"
        )
        return False

    def _word(self, name: str, definition: dict[str, object]) -> Word | None:
        before = len(self._problems)
        for key in sorted(set(definition) - DEFINITION_KEYS):
            self.refuse(name, f"uses {key}, which is not accepted", "use @id, @type, @container, @reverse")
        container = definition.get("@container", "")
        if container not in ("", "@set", "@language"):
            self.refuse(name, f"has the container {container}", "use @set, @language or none")
        datatype = definition.get("@type", "")
        local = str(datatype).removeprefix("xsd:")
        if datatype not in ("", "@id") and (local == datatype or local not in DATATYPES):
            accepted = ", ".join(f"xsd:{local}" for local in DATATYPES)
            self.refuse(name, f"has the type {datatype}", f"use @id or one of {accepted}")
        if container == "@language" and datatype:
            self.refuse(name, "has both a language container and a type", "keep one of the two")
        if "@reverse" in definition and ("@id" in definition or datatype or container == "@language"):
            self.refuse(name, "has more than @reverse and @container @set", "keep these")
        if len(self._problems) > before:
            return None
        many = container == "@set"
        if "@reverse" in definition:
            return Word(name, self._expand(str(definition["@reverse"])), "reverse", "", many)
        iri = self._expand(name)
        if container == "@language":
            return Word(name, iri, "text", "", True)
        if datatype == "@id":
            return Word(name, iri, "reference", "", many)
        return Word(name, iri, "literal", local or "string", many)

    def _expand(self, term: str, seen: frozenset[str] = frozenset()) -> str:
        """The IRI of a term or compact IRI (JSON-LD 1.1 API, section 5.2, for what is accepted here)."""
        definition = self._definitions.get(term)
        target: object = definition
        if isinstance(definition, dict):
            target = definition.get("@id", definition.get("@reverse", term))
        if isinstance(target, str) and target != term and term not in seen:
            return self._expand(target, seen | {term})
        prefix, colon, local = term.partition(":")
        if not colon:
            return self._iris.terms + term
        if local.startswith("//"):
            return term
        namespace = self._definitions.get(prefix)
        if isinstance(namespace, str) and namespace.endswith(("/", "#")):
            return namespace + local
        self.refuse(term, f"has the prefix {prefix}, which is not defined", "define it, ending in / or #")
        return term
