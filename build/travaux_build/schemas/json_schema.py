"""JSON Schemas by which editors complete, explain and check data files: from context, ontology and shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from travaux_build.content import Content
from travaux_build.reading.context import Word
from travaux_build.reading.entries import Terms
from travaux_build.reading.reader import read_terms
from travaux_build.schemas.class_shapes import Demand, Demands, read_class_shapes
from travaux_build.schemas.word_schemas import ID, Schema, word_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SUFFIX = ".schema.json"
ENTRIES = "Entries"
ENTRY = f"{ENTRIES}{SUFFIX}#/$defs/entry"
PREFIX = re.compile(r"PREFIX\s+(\S*:)\s*<([^>]*)>", re.IGNORECASE)
TEMPLATE = re.compile(r"CONSTRUCT\s*\{(.*?)\}\s*WHERE", re.IGNORECASE | re.DOTALL)


def write_schemas(content: Content, folder: Path) -> list[Path]:
    """Write `<Type>.schema.json` for every type and for `Entries` into the folder; the paths written.

    The folder is the content's `.schemas`, which the first lines of data files name. Schemas of types that
    are no more are deleted. Raises `Refused` if ontology, context or shapes cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, schema in make_schemas(content).items():
        path = folder / (name + SUFFIX)
        text = json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        paths.append(path)
    for path in set(folder.glob("*" + SUFFIX)) - set(paths):
        path.unlink()
    return paths


def make_schemas(content: Content) -> dict[str, Schema]:
    """The schema of each type by its name, and of `Entries`."""
    terms = read_terms(content)
    maker = _Maker(terms, read_class_shapes(content), _inferred(content))
    schemas = {name: maker.of_class(name, iri) for name, iri in sorted(terms.types.items())}
    return {**schemas, ENTRIES: maker.of_entries()}


class _Maker:
    """Makes schemas from what the content says of its terms; `inferred` properties need not be written."""

    def __init__(self, terms: Terms, shapes: Mapping[str, Demands], inferred: frozenset[str]) -> None:
        self._terms, self._shapes, self._inferred = terms, shapes, inferred
        self._words = terms.context.words
        self._reversed = {word.iri for word in self._words.values() if word.kind == "reverse"}
        self._above = {name: terms.vocabulary.with_superclasses(iri) for name, iri in terms.types.items()}

    def of_class(self, name: str, iri: str) -> Schema:
        """The schema of an entry of a class: id, type and the words that its shape, or one above, has."""
        demands = self._demands(name)
        properties: dict[str, Schema] = {"id": ID, "type": self._type(name)}
        for word in self._words.values():
            demand = demands.get(("^" if word.kind == "reverse" else "") + word.iri)
            if word.kind == "reverse":
                if demand or self._nests(name, word):
                    properties[word.name] = self._nested(word)
            elif demand or not demands:
                text = (demand.description if demand else "") or self._definition(word)
                properties[word.name] = word_schema(word, demand or Demand(), text, self._terms.things)
        needed = self._needed(demands)
        return {
            "$schema": DIALECT,
            "title": name,
            "description": self._terms.vocabulary.classes.get(iri, ""),
            "type": "object",
            "properties": properties,
            "required": ["id", "type"],
            **({"allOf": needed} if needed else {}),
            "additionalProperties": False,
        }

    def of_entries(self) -> Schema:
        """The schema of a file with a list of entries of any type; each is held to the schema of its own."""
        names = sorted(self._terms.types)
        chosen: list[Schema] = [
            {
                "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                "then": {"$ref": name + SUFFIX},
            }
            for name in names
        ]
        several: Schema = {"type": "array", "minItems": 1, "items": {"enum": names}}
        entry: Schema = {
            "type": "object",
            "properties": {"id": ID, "type": {"anyOf": [{"enum": names}, several]}},
            "required": ["id"],
            "allOf": chosen,
        }
        listed: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/entry"}}
        return {
            "$schema": DIALECT,
            "title": ENTRIES,
            "description": "A list of entries of any type.",
            "type": "object",
            "properties": {"entries": listed},
            "required": ["entries"],
            "additionalProperties": False,
            "$defs": {"entry": entry},
        }

    def _demands(self, name: str) -> Demands:
        found: dict[str, Demand] = {}
        for iri in self._above[name]:
            for path, demand in self._shapes.get(iri, {}).items():
                found[path] = found[path].and_also(demand) if path in found else demand
        return found

    def _needed(self, demands: Demands) -> list[Schema]:
        """That words are there whose property must have a value, unless rules or nesting supply it."""
        supplied = self._inferred | self._terms.vocabulary.implied | self._reversed
        needed: list[Schema] = []
        for path, demand in demands.items():
            names = [
                word.name for word in self._words.values() if word.iri == path and word.kind != "reverse"
            ]
            if demand.minimum and names and path not in supplied:
                needed.append({"anyOf": [{"required": [name]} for name in names]})
        return needed

    def _type(self, name: str) -> Schema:
        several: Schema = {"type": "array", "contains": {"const": name}, "items": {"type": "string"}}
        return {"anyOf": [{"const": name}, several], "description": "the class of the entry"}

    def _definition(self, word: Word) -> str:
        return self._terms.vocabulary.properties.get(word.iri, "")

    def _nests(self, name: str, word: Word) -> bool:
        """Whether entries of a class can be what the property of a reverse word leads to."""
        ranges = set(self._terms.vocabulary.ranges.get(word.iri, frozenset()))
        for demands in self._shapes.values():
            ranges |= demands[word.iri].classes if word.iri in demands else frozenset()
        return not ranges or not ranges.isdisjoint(self._above[name])

    def _nested(self, word: Word) -> Schema:
        domains = set(self._terms.vocabulary.domains.get(word.iri, frozenset()))
        names = [name for name, above in self._above.items() if not domains or not domains.isdisjoint(above)]
        item: Schema = {
            "allOf": [
                {"$ref": ENTRY},
                {"properties": {"type": {"enum": sorted(names)}}, "required": ["type"]},
            ]
        }
        listed: Schema = {"type": "array", "minItems": 1, "items": item}
        return {"description": self._definition(word), **listed}


def _inferred(content: Content) -> frozenset[str]:
    """The IRIs in the templates of the rules: what they state need not be written."""
    found: set[str] = set()
    for path in content.rule_files():
        text = content.text(path)
        prefixes = dict(PREFIX.findall(text))
        for template in TEMPLATE.findall(text):
            for prefix, local in re.findall(r"(?<![<\w])([A-Za-z][\w-]*:)([A-Za-z][\w-]*)", template):
                found.add(prefixes.get(prefix, prefix) + local)
    return frozenset(found)
