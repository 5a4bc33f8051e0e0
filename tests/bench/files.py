"""The files of the benchmark of downloads: a release with a small, a middling and a large one in it."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

from travaux_build.publish import make_current
from travaux_build.release import Release, current_release, open_release, write_file, write_manifest

SIZES = {"small": 10_000, "middle": 4_000_000, "large": 128_000_000}
FILES = {name: f"dumps/{name}.nq" for name in SIZES}
MEDIA_TYPE = "application/n-quads"
SEED = 4


def write_files(releases: Path, folder: Path) -> Release:
    """A copy of the current release below `folder`, with the files of `FILES`, which hold random bytes."""
    model = current_release(releases)
    shutil.rmtree(folder, ignore_errors=True)
    place = folder / "releases" / model.manifest.version
    shutil.copytree(model.folder, place)
    chance = random.Random(SEED)
    added = tuple(
        write_file(place, FILES[name], MEDIA_TYPE, chance.randbytes(size)) for name, size in SIZES.items()
    )
    manifest = model.manifest
    files = (*manifest.files, *added)
    write_manifest(place, replace(manifest, files=files, prefixes=dict(manifest.prefixes)))
    make_current(place.parent, manifest.version)
    return open_release(place)
