"""The JSON Schema of the value of one word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from travaux_build.reading.context import Word
from travaux_build.reading.values import IDENTITY
from travaux_build.schemas.class_shapes import Demand

Schema = Mapping[str, "bool | int | str | Sequence[str] | Schema | Sequence[Schema]"]
"""A JSON Schema, or a part of one."""
TEXT: Schema = {"type": "string", "minLength": 1, "pattern": r"^\S(?:[\s\S]*\S)?$"}
SUBTAGS = "(?:-[A-Za-z0-9]{1,8})*"
"""What may follow the first part of a language tag."""
REFERENCE: Schema = {"type": "string", "pattern": rf"^(?:{IDENTITY.pattern}|https?://[^/?#\s<>][^\s<>]*)$"}
ID: Schema = {
    "type": "string",
    "pattern": f"^{IDENTITY.pattern}$",
    "description": "kind/key, in lower-case letters, digits, hyphens and dots; never changed once published",
}
DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
LITERALS: Mapping[str, Schema] = {
    "string": TEXT,
    "integer": {"type": ["integer", "string"], "pattern": "^(?:0|-?[1-9][0-9]*)$"},
    "decimal": {"type": ["number", "string"], "pattern": r"^-?[0-9]+(?:\.[0-9]+)?$"},
    "boolean": {"type": ["boolean", "string"], "pattern": "^(?:true|false)$"},
    "date": {"type": "string", "pattern": f"^{DATE}$"},
    "dateTime": {
        "type": "string",
        "pattern": rf"^{DATE}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})$",
    },
    "gYear": {"type": ["integer", "string"], "pattern": "^[0-9]{4}$"},
    "gYearMonth": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
    "anyURI": {"type": "string", "pattern": r"^https?://[^/?#\s<>][^\s<>]*$"},
    "language": {"type": "string", "pattern": f"^[a-z]{{2,3}}{SUBTAGS}$"},
}
"""By the type's local name. Unquoted digits are numbers to an editor, hence the pairs of types."""


def word_schema(word: Word, demand: Demand, description: str, things: str) -> Schema:
    """The schema of a word that holds texts, references or literals.

    `things` is the namespace of our ids, by which the values that a shape lists become ids.
    """
    if word.kind == "text":
        return {"description": description, **_texts(demand)}
    value = REFERENCE if word.kind == "reference" else LITERALS[word.datatype]
    if demand.allowed:
        value = {"enum": [allowed.removeprefix(things) for allowed in demand.allowed]}
    elif demand.pattern and word.kind == "literal" and _portable(demand.pattern):
        value = {"allOf": [value, {"pattern": demand.pattern}]}
    if not word.many:
        return {"description": description, **value}
    return {"description": description, **_one_or_more(value, demand.maximum)}


def _texts(demand: Demand) -> Schema:
    single = demand.one_per_language or demand.maximum == 1
    text = TEXT if single else _one_or_more(TEXT)
    languages = "|".join(map(re.escape, demand.languages)) or "[a-z]{2,3}"
    return {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(demand.languages or ("en",), True),
        "patternProperties": {f"^(?:{languages}){SUBTAGS}$": text},
        "additionalProperties": False,
    }


def _one_or_more(value: Schema, maximum: int | None = None) -> Schema:
    several: Schema = {"type": "array", "minItems": 1, "uniqueItems": True, "items": value}
    return {"anyOf": [value, {**several, **({"maxItems": maximum} if maximum else {})}]}


def _portable(pattern: str) -> bool:
    """Whether a pattern of XPath means the same to the editors' regular expressions."""
    if re.search(r"\\[iIcCpP]|\[[^\]]*-\[", pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
