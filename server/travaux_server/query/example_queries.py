"""The queries that a release brings along, each with a title, a description and its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from travaux_build.reading.query_file import QueryFile, parse_query
from travaux_server.per_release import once_per_release
from travaux_server.service import Service


@once_per_release
def example_queries(service: Service) -> Mapping[str, QueryFile]:
    """The queries of the release being served, by name, in their order."""
    found = []
    for file in service.release.manifest.files:
        name = PurePosixPath(file.name)
        if name.suffix == ".rq" and name.parent.as_posix() == "queries":
            text = service.release.path(file.name).read_text("utf-8")
            found.append(parse_query(text, name.stem, file.name))
    return {query.name: query for query in sorted(found, key=lambda query: (query.order, query.title))}
