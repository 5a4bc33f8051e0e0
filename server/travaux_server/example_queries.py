"""The queries that a release brings along, each with a title and a description in its first comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from travaux_server.per_release import once_per_release
from travaux_server.service import Service

COMMENT = re.compile(r"#\s*(title|description)\s*:\s*(.*)")


@dataclass(frozen=True)
class ExampleQuery:
    """A query: `key` is its file's name without suffix, `text` the query without its first comments."""

    key: str
    title: str
    description: str
    text: str


@once_per_release
def example_queries(service: Service) -> Mapping[str, ExampleQuery]:
    """The queries of the release being served, by key, sorted by it."""
    found = {}
    for file in service.release.manifest.files:
        name = PurePosixPath(file.name)
        if name.suffix == ".rq" and name.parent.as_posix() == "queries":
            found[name.stem] = parse_query(name.stem, service.release.path(file.name).read_text("utf-8"))
    return dict(sorted(found.items()))


def parse_query(key: str, text: str) -> ExampleQuery:
    """A query from the text of its file; its title is its key in words if the file gives none."""
    said: dict[str, list[str]] = {}
    lines = text.splitlines()
    field = ""
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        line = lines.pop(0)
        match = COMMENT.fullmatch(line.strip())
        if match:
            field = match[1]
            said.setdefault(field, []).append(match[2])
        elif field and line.startswith("#"):
            said[field].append(line.lstrip("# "))
    title = " ".join(said.get("title", [])) or key.replace("-", " ").capitalize()
    return ExampleQuery(key, title, " ".join(said.get("description", [])), "\n".join(lines).strip() + "\n")
