"""N-Quads (W3C recommendation of 2014) written from rows of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from travaux_server.engine import Term

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def lines_of(rows: Iterable[Mapping[str, Term]]) -> list[str]:
    """A line for each row of `subject`, `property`, `value` and perhaps `graph`, in order, with line ends."""
    return sorted(
        " ".join(_written(row[name]) for name in ("subject", "property", "value", "graph") if name in row)
        + " .\n"
        for row in rows
    )


def _written(term: Term) -> str:
    if term.kind == "iri":
        return f"<{term.value}>"
    if term.kind == "blank":
        return f"_:{term.value}"
    text = '"' + "".join(ESCAPES.get(character, character) for character in term.value) + '"'
    if term.language:
        return f"{text}@{term.language}"
    return f"{text}^^<{term.datatype}>" if term.datatype else text
