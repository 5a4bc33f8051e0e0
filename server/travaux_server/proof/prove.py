"""Proving a release: its application is asked, in this process, for all that the release names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from travaux_build.errors import TravauxError
from travaux_build.release import Release, open_release
from travaux_server.app import ARCHIVE, create_app
from travaux_server.engine import Engine
from travaux_server.proof.asking import Asker
from travaux_server.proof.comparing import Examination, Verdict
from travaux_server.proof.held import Held
from travaux_server.resources.linked_data import DOCUMENTS
from travaux_server.settings import Settings
from travaux_server.versions.archive import Archive

THREADS = 4
"""Documents examined at a time: while pages are made here, the engine's processes answer for others."""
SHOWN = 20
"""Faults that are told one by one."""
SETTINGS = Settings(quiet=True, work_per_minute=0, deadline=60, worker_memory=2**30)


class Unproven(TravauxError):
    """Raised when IRIs of a release do not lead to what it says of them; a line for each, up to a number."""

    def __init__(self, release: Release, proven: Proven) -> None:
        faults = proven.faults
        lines = [f"release {release.manifest.version}: {len(faults):,} faults in what its IRIs lead to"]
        lines += faults[:SHOWN]
        if len(faults) > SHOWN:
            lines.append(f"… and {len(faults) - SHOWN:,} more")
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Proven:
    """What was asked, in figures, and what was found wrong.

    `triples` is the sum over all documents of what each holds, which every RDF format of it says alike.
    """

    iris: int
    documents: int
    requests: int
    triples: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.iris:,} IRIs in {self.documents:,} documents, {len(DOCUMENTS)} formats of each: "
            f"{self.requests:,} answers, {self.triples:,} triples alike in every RDF format"
        )


def prove(folder: Path) -> str:
    """Prove the release in a folder, published or not; what was proved, in a line. Raises `Unproven`."""
    release = open_release(folder, verify=False)
    proven = examine(release)
    if proven.faults:
        raise Unproven(release, proven)
    return str(proven)


def examine(release: Release) -> Proven:
    """Ask for every IRI that is minted in a release, in every format, and compare. Raises `EngineDown`.

    What only the documents name, such as the files' checksums in the catalogue, is asked for as well.
    """
    held = Held(release)
    minted = held.minted()
    with Engine(release, SETTINGS) as engine:
        app = create_app(release, engine, SETTINGS)
        asker = Asker(app)

        def verdict(found: tuple[str, Sequence[str]]) -> Verdict:
            return Examination(held, asker, *found).verdict()

        with ThreadPoolExecutor(THREADS) as pool:
            verdicts = list(pool.map(verdict, minted.items()))
            beyond = _beyond(held, minted, verdicts)
            verdicts += pool.map(verdict, beyond.items())
        cast(Archive, app.extensions[ARCHIVE]).close()
    return Proven(
        iris=sum(map(len, (*minted.values(), *beyond.values()))),
        documents=len(minted | beyond),
        requests=sum(one.requests for one in verdicts),
        triples=sum(one.triples for one in verdicts),
        faults=tuple(fault for one in verdicts for fault in one.faults),
    )


def _beyond(
    held: Held, minted: Mapping[str, Sequence[str]], verdicts: Iterable[Verdict]
) -> dict[str, list[str]]:
    """The IRIs that only documents name, by document, less those of documents that have been asked for.

    What belongs to another release was proved when that was made.
    """
    iris = held.release.iris
    known = {iri for found in minted.values() for iri in found}
    known |= {iris.document(iris.key(iri)) for iri in minted}
    found: dict[str, list[str]] = {}
    others, own = iris.release(""), iris.release(held.release.manifest.version)
    for iri in sorted(set().union(*(one.named for one in verdicts))):
        is_of_another = iri.startswith(others) and not iri.startswith((f"{own}/", f"{own}#"))
        if iri.partition("?")[0] not in known and not is_of_another:
            found.setdefault(iri.partition("#")[0], []).append(iri)
    return found
