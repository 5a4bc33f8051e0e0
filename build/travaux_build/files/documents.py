"""The documents about things: their keys, in files that crawlers can be given one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from travaux_build.iris import Iris
from travaux_build.release import DOCUMENTS, File, write_file

MOST = 50_000
"""Addresses that a site map may hold; https://www.sitemaps.org/protocol.html."""


def write_documents(folder: Path, quads: Iterable[Quad], iris: Iris) -> Iterator[File]:
    """Write `documents/1.txt` and so on: a key a line, sorted, of each thing of which anything is said."""
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    keys = sorted(iris.key(iri) for iri in subjects if iri.startswith(iris.things) and "#" not in iri)
    for number, start in enumerate(range(0, len(keys), MOST), 1):
        text = "".join(f"{key}\n" for key in keys[start : start + MOST])
        yield write_file(folder, f"{DOCUMENTS}/{number}.txt", "text/plain", text.encode(), text.count("\n"))
