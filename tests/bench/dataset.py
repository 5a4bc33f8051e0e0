"""The data of a run: one file of triples for the others, and a release of the same for our server."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse, serialize

from travaux_build.files.store import write_store
from travaux_build.publish import make_current
from travaux_build.release import Release, current_release, write_file, write_manifest, write_store_digests

from .generator import generate

RECORD = "record"
VERSION = "2000.01.1"


@dataclass(frozen=True)
class Dataset:
    """Data ready to be loaded: N-Triples without duplicates, and a folder of releases to be served."""

    name: str
    triples: int
    file: Path
    releases: Path

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.file.read_bytes()).hexdigest()


def make_dataset(name: str, releases: Path, folder: Path) -> Dataset:
    """The current release of `releases` as it is (`record`), or so many triples (`20k`) in its shape."""
    folder.mkdir(parents=True, exist_ok=True)
    release = current_release(releases)
    quads = list(_quads(release))
    if name != RECORD:
        quads = generate(quads, count_of(name))
        release = _write_release(release, quads, folder / "releases")
    triples = sorted({Quad(quad.subject, quad.predicate, quad.object) for quad in quads}, key=str)
    file = folder / "data.nt"
    serialize((quad.triple for quad in triples), str(file), format=RdfFormat.N_TRIPLES)
    return Dataset(name, len(triples), file.resolve(), release.folder.parent)


def count_of(name: str) -> int:
    """Number of triples that a name such as `20k` stands for. Raises `ValueError`."""
    return int(name.removesuffix("k")) * 1000 if name.endswith("k") else int(name)


def _quads(release: Release) -> Iterator[Quad]:
    for quad in parse(path=str(release.dump), format=RdfFormat.N_QUADS):
        assert isinstance(quad, Quad)
        yield quad


def _write_release(model: Release, quads: Sequence[Quad], releases: Path) -> Release:
    """A release of `quads` that is otherwise like `model`, without its tables, queries, other dumps."""
    folder = releases / VERSION
    if folder.exists():
        known = current_release(releases)
        if known.manifest.content_digest == _digest(quads):
            return known
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(sorted(f"{quad} .\n" for quad in quads)).encode()
    name = model.dump.relative_to(model.folder).as_posix()
    file = write_file(folder, name, "application/n-quads", text)
    write_store(folder, quads)
    write_store_digests(folder)
    counts = Counter(str(quad.graph_name)[1:-1] for quad in quads)
    manifest = replace(
        model.manifest,
        version=VERSION,
        content_digest=_digest(quads),
        canonical_hash=file.sha256,
        prefixes=dict(model.manifest.prefixes),
        graphs=tuple(
            replace(graph, triples=counts[graph.iri]) for graph in model.manifest.graphs if counts[graph.iri]
        ),
        triples=len(quads),
        files=(file,),
    )
    write_manifest(folder, manifest)
    make_current(releases, VERSION)
    return current_release(releases)


def _digest(quads: Sequence[Quad]) -> str:
    digest = hashlib.sha256()
    for quad in quads:
        digest.update(str(quad).encode())
    return digest.hexdigest()
