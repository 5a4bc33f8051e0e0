"""The queries that a release brings along, each with a title and a description in its first comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from travaux_server.per_release import once_per_release
from travaux_server.service import Service

FIELD = re.compile(r"# ?(\w+):\s*(.*)")
CONTINUED = re.compile(r"#\s{2,}(.*)")
LAST = 10**6
"""Order of the queries that state none."""


@dataclass(frozen=True)
class ExampleQuery:
    """A query: `key` is its file's name without suffix, `text` the query without its front matter."""

    key: str
    title: str
    description: str
    order: int
    text: str


@once_per_release
def example_queries(service: Service) -> Mapping[str, ExampleQuery]:
    """The queries of the release being served, by key, in their order."""
    found = []
    for file in service.release.manifest.files:
        name = PurePosixPath(file.name)
        if name.suffix == ".rq" and name.parent.as_posix() == "queries":
            found.append(parse_query(name.stem, service.release.path(file.name).read_text("utf-8")))
    return {query.key: query for query in sorted(found, key=lambda query: (query.order, query.title))}


def parse_query(key: str, text: str) -> ExampleQuery:
    """A query from the text of its file, whose first comments are its front matter."""
    lines = text.split("\n")
    length = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    said: dict[str, str] = {}
    field = ""
    for line in lines[:length]:
        if continued := CONTINUED.fullmatch(line):
            said[field] = f"{said.get(field, '')} {continued[1]}"
        elif found := FIELD.fullmatch(line):
            field = found[1]
            said[field] = found[2]
    order = said.get("order", "").strip()
    return ExampleQuery(
        key=key,
        title=said.get("title") or key.replace("-", " ").capitalize(),
        description=said.get("description", ""),
        order=int(order) if order.isdecimal() else LAST,
        text="\n".join(lines[length:]).strip() + "\n",
    )
