"""Dumps: the dataset, its union and each graph in files of every format, with compressed twins."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import zstandard
from pyoxigraph import NamedNode, Quad

from travaux_build import rdf
from travaux_build.release import File, write_file

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""No name, no time, best compression, unknown system (RFC 1952, section 2.3)."""
GZIP_LEVEL = 9
ZSTANDARD_LEVEL = 12
TWINS = {"gz": "application/gzip", "zst": "application/zstd"}


@dataclass(frozen=True)
class Dump:
    """A file to be dumped: its name in the release, its format, and the graph's name or "" for all graphs."""

    name: str
    form: rdf.Format
    graph: str


def dumps_of(identity: str, graphs: Iterable[str]) -> list[Dump]:
    """The dumps of a dataset with that id and those graphs; each has twins with `.gz` and `.zst` after it."""
    whole = [Dump(f"dumps/{identity}.{form.suffix}", form, "") for form in rdf.FORMATS]
    return whole + [Dump(f"dumps/graphs/{graph}.ttl", rdf.TURTLE, graph) for graph in sorted(graphs)]


def write_dumps(
    folder: Path, dumps: Iterable[Dump], quads: Mapping[str, Sequence[Quad]], prefixes: Mapping[str, str]
) -> Iterator[File]:
    """Write each dump and its twins below `folder`; `quads` are by the name of their graph."""
    everything = [quad for graph in quads.values() for quad in graph]
    for dump in dumps:
        text = rdf.write(quads[dump.graph] if dump.graph else everything, dump.form, prefixes)
        yield write_file(folder, dump.name, dump.form.media_type, text)
        yield write_file(folder, f"{dump.name}.gz", TWINS["gz"], gzip(text))
        yield write_file(folder, f"{dump.name}.zst", TWINS["zst"], zstd(text))


def by_graph(quads: Iterable[Quad], names: Mapping[str, str]) -> dict[str, list[Quad]]:
    """Quads by the name of their graph; `names` leads from graph IRIs to names and may hold empty ones."""
    found: dict[str, list[Quad]] = {name: [] for name in names.values()}
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode)  # refuse_unwritable has seen to it
        found[names[quad.graph_name.value]].append(quad)
    return found


def gzip(text: bytes) -> bytes:
    """RFC 1952, with neither a file's name nor a time in it."""
    compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    trailer = struct.pack("<II", zlib.crc32(text), len(text) & 0xFFFFFFFF)
    return GZIP_HEADER + compressor.compress(text) + compressor.flush() + trailer


def zstd(text: bytes) -> bytes:
    """RFC 8878, in one thread, with content size and checksum."""
    return zstandard.ZstdCompressor(level=ZSTANDARD_LEVEL, write_checksum=True, threads=0).compress(text)
