"""Copies of a release that differ in their version, and in one triple that says it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from travaux_build.release import (
    CURRENT,
    MANIFEST,
    MANIFEST_DIGEST,
    STORE_DIGESTS,
    Release,
    digest_of,
    write_manifest,
    write_store_digests,
)

FIRST = 9000
"""Number of the first copy; above those of releases that people make."""
VERSION = "SELECT ?version { <urn:x-selftest:release> <urn:x-selftest:version> ?version }"
"""Asks a copy that is held in memory which one it is."""


def twin(release: Release, releases: Path, number: int) -> Path:
    """The folder of the copy with that number, made in a folder of releases."""
    version = f"{release.manifest.version.rpartition('.')[0]}.{FIRST + number}"
    folder = Path(shutil.copytree(release.folder, releases / version))
    dump = folder / release.dump.relative_to(release.folder)
    with dump.open("a", encoding="utf-8") as stream:
        graph = release.manifest.graphs[0].iri
        stream.write(f'<urn:x-selftest:release> <urn:x-selftest:version> "{version}" <{graph}> .\n')
    name = dump.relative_to(folder).as_posix()
    files = tuple(
        replace(file, bytes=dump.stat().st_size, sha256=digest_of(dump)) if file.name == name else file
        for file in release.manifest.files
    )
    for digest in (MANIFEST, MANIFEST_DIGEST, STORE_DIGESTS):
        (folder / digest).unlink()
    prefixes = dict(release.manifest.prefixes)  # as the manifest's writer wants them
    write_manifest(folder, replace(release.manifest, version=version, files=files, prefixes=prefixes))
    write_store_digests(folder)
    return folder


def point_to(releases: Path, folder: Path) -> None:
    """Make a release the current one, in one step."""
    link = releases / "next"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)
    link.rename(releases / CURRENT)
