"""Dumps: the dataset, its union and each graph in files of several formats, with compressed twins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from travaux_build import rdf
from travaux_build.files.twins import write_with_twins
from travaux_build.release import File

OF_A_GRAPH = (rdf.N_QUADS, rdf.TURTLE)
"""N-Quads, which keep the graph's name and can be put one after the other, and Turtle, to be read."""


@dataclass(frozen=True)
class Dump:
    """A file to be dumped: its name in the release, its format, and the graph's name or "" for all graphs."""

    name: str
    form: rdf.Format
    graph: str


def dumps_of(identity: str, graphs: Iterable[str]) -> list[Dump]:
    """The dumps of a dataset with that id and those graphs; each has twins with `.gz` and `.zst` after it."""
    whole = [Dump(f"dumps/{identity}.{form.suffix}", form, "") for form in rdf.FORMATS]
    parts = [
        Dump(f"dumps/graphs/{graph}.{form.suffix}", form, graph)
        for graph in sorted(graphs)
        for form in OF_A_GRAPH
    ]
    return whole + parts


def write_dumps(
    folder: Path, dumps: Iterable[Dump], quads: Mapping[str, Sequence[Quad]], prefixes: Mapping[str, str]
) -> Iterator[File]:
    """Write each dump and its twins below `folder`; `quads` are by the name of their graph."""
    everything = [quad for graph in quads.values() for quad in graph]
    union = len(rdf.union(everything))
    for dump in dumps:
        chosen = quads[dump.graph] if dump.graph else everything
        text = rdf.write(chosen, dump.form, prefixes)
        count = len(chosen) if dump.graph or dump.form.graphs else union
        yield from write_with_twins(folder, dump.name, dump.form.media_type, text, count, always=True)


def by_graph(quads: Iterable[Quad], names: Mapping[str, str]) -> dict[str, list[Quad]]:
    """Quads by the name of their graph; `names` leads from graph IRIs to names and may hold empty ones."""
    found: dict[str, list[Quad]] = {name: [] for name in names.values()}
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode)  # refuse_unwritable has seen to it
        found[names[quad.graph_name.value]].append(quad)
    return found
