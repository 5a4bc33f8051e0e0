"""Mementos (RFC 7089): at which releases a document was there, and the links from one to another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from travaux_build.files.dump_lines import opened
from travaux_build.release import Release
from travaux_server.resources.addresses import IN_PATH
from travaux_server.resources.linked_data import DOCUMENTS, split_suffix
from travaux_server.service import Service
from travaux_server.versions.kept import kept_releases

WHOLE = ("dataset", "ontology", "shapes")
SUFFIXES = "|".join(variant.name for variant in DOCUMENTS)
ORIGINAL = re.compile(rf"(?:doc|graph)/.+|(?:{'|'.join(WHOLE)})(?:\.(?:{SUFFIXES}))?", re.DOTALL)
"""Paths of documents, with or without the suffix of a format, that have mementos."""
LINK_FORMAT = "application/link-format"
ACCEPT_DATETIME = "%a, %d %b %Y %H:%M:%S GMT"


@dataclass(frozen=True)
class Memento:
    """A document as it was at a release, and when that was published."""

    version: str
    path: str
    moment: datetime

    @property
    def datetime(self) -> str:
        """The moment as HTTP writes it."""
        return http_date(self.moment)

    def url(self, service: Service) -> str:
        return url(service, f"releases/{self.version}/{self.path}")


def url(service: Service, path: str) -> str:
    """The absolute address of a decoded path below the root, as readers reach it."""
    return f"{service.settings.url}/{quote(path, IN_PATH)}"


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def read_http_date(text: str) -> datetime | None:
    """The moment that an Accept-Datetime header names (RFC 7089, section 2.1.1); None if it names none."""
    try:
        return datetime.strptime(text.strip(), ACCEPT_DATETIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def mementos_of(service: Service, path: str) -> list[Memento]:
    """The mementos of the document with a path, oldest first; none for what has never been there."""
    return [
        Memento(release.manifest.version, path, release.published)
        for release in kept_releases(service)
        if _is_in(release, path)
    ]


def at(mementos: Sequence[Memento], moment: datetime | None) -> Memento:
    """The memento that was the newest at a moment, or else the first; without a moment, the last."""
    if moment is None:
        return mementos[-1]
    return next((one for one in reversed(mementos) if one.moment <= moment), mementos[0])


def links_of_original(service: Service, path: str) -> str:
    """The value of a Link header by which an original resource leads to its mementos (section 2.2)."""
    timegate, timemap = url(service, f"timegate/{path}"), url(service, f"timemap/link/{path}")
    return f'<{timegate}>; rel="timegate", <{timemap}>; rel="timemap"; type="{LINK_FORMAT}"'


def links_of_memento(service: Service, mementos: Sequence[Memento], chosen: Memento) -> str:
    """The same of a memento, and of the answer that leads to it: with its neighbours, the first, the last."""
    relations: dict[Memento, list[str]] = {mementos[0]: ["first"]}
    place = mementos.index(chosen)
    relations.setdefault(mementos[-1], []).append("last")
    if place > 0:
        relations.setdefault(mementos[place - 1], []).append("prev")
    if place + 1 < len(mementos):
        relations.setdefault(mementos[place + 1], []).append("next")
    relations.setdefault(chosen, [])
    original = f'<{url(service, chosen.path)}>; rel="original"'
    return ", ".join([original, links_of_original(service, chosen.path), *_written(service, relations)])


def timemap_as_links(service: Service, path: str, mementos: Sequence[Memento]) -> str:
    """A TimeMap in application/link-format (section 5)."""
    here = url(service, f"timemap/link/{path}")
    span = f'from="{mementos[0].datetime}"; until="{mementos[-1].datetime}"'
    relations: dict[Memento, list[str]] = {one: [] for one in mementos}
    relations[mementos[0]].append("first")
    relations[mementos[-1]].append("last")
    lines = [
        f'<{url(service, path)}>; rel="original"',
        f'<{here}>; rel="self"; type="{LINK_FORMAT}"; {span}',
        f'<{url(service, f"timegate/{path}")}>; rel="timegate"',
        *_written(service, relations),
    ]
    return ",\n".join(lines) + "\n"


def timemap_as_json(service: Service, path: str, mementos: Sequence[Memento]) -> dict[str, object]:
    """The same in the form that Memento clients know as JSON."""
    listed = [
        {"datetime": one.moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "uri": one.url(service)} for one in mementos
    ]
    return {
        "original_uri": url(service, path),
        "timegate_uri": url(service, f"timegate/{path}"),
        "timemap_uri": {
            "link_format": url(service, f"timemap/link/{path}"),
            "json_format": url(service, f"timemap/json/{path}"),
        },
        "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
    }


def _written(service: Service, relations: dict[Memento, list[str]]) -> Iterator[str]:
    for one, names in sorted(relations.items(), key=lambda pair: pair[0].moment):
        relation = " ".join([*names, "memento"])
        yield f'<{one.url(service)}>; rel="{relation}"; datetime="{one.datetime}"'


def _is_in(release: Release, path: str) -> bool:
    stem, _ = split_suffix(path)
    kind, _, key = stem.partition("/")
    if kind in WHOLE:
        return True
    if kind == "graph":
        return any(graph.name == key for graph in release.manifest.graphs)
    iris = release.iris
    keys = (path.removeprefix("doc/"), key)
    with opened(release.dump) as dump:
        return any(dump.is_stated(iris.thing(one), iris) for one in dict.fromkeys(keys))
