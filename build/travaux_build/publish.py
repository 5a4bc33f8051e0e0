"""Publishing: a release is made beside the others and appears among them whole, or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from travaux_build.errors import ReleaseError
from travaux_build.release import (
    CURRENT,
    Release,
    open_release,
    versions,
    write_published,
    write_store_digests,
)

LOCK = ".lock"
UNFINISHED = ".building-"
SECOND = timedelta(seconds=1)


@contextmanager
def locked(releases: Path, notice: Callable[[str], None]) -> Iterator[None]:
    """Hold the folder of the releases, made if need be, against every other build; wait for one under way.

    The kernel frees the lock when its process ends, however it ends; what such a process left is cleared.
    Every `OSError` within, a full disk above all, becomes a `ReleaseError`.
    """
    try:
        releases.mkdir(parents=True, exist_ok=True)
        with (releases / LOCK).open("a", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                notice(f"another build is writing to {releases}; waiting for it to end")
                fcntl.flock(lock, fcntl.LOCK_EX)
            for left in releases.glob(f"{UNFINISHED}*"):
                _discard(left)
            yield
    except OSError as error:
        where = error.filename or releases
        raise ReleaseError(f"{where}: {error.strerror or error}; releases are as they were") from error


@contextmanager
def workplace(releases: Path, version: str) -> Iterator[Path]:
    """A new folder to make a release in; whatever is left of it in the end is discarded."""
    folder = releases / f"{UNFINISHED}{version}"
    folder.mkdir()
    try:
        yield folder
    finally:
        _discard(folder)


def publish(folder: Path, releases: Path, version: str) -> Release:
    """Put a finished release among the others, on disk to the last byte, and make it the current one."""
    place = releases / version
    if place.exists() or place.is_symlink():
        raise ReleaseError(f"{place}: exists already, and a release is never overwritten")
    write_published(folder, _moment(releases))
    write_store_digests(folder)
    release = open_release(folder)  # reads everything back
    for path in sorted(folder.rglob("*"), reverse=True):
        _synchronize(path)
    _synchronize(folder)
    folder.rename(place)
    _synchronize(releases)
    make_current(releases, version)
    return Release(place.resolve(), release.manifest)


def _moment(releases: Path) -> datetime:
    """Now, but later than every release there is, so that no two are published in the same second."""
    moment = datetime.now(UTC).replace(microsecond=0)
    for version in versions(releases):
        with suppress(ReleaseError):
            moment = max(moment, open_release(releases / version, verify=False).published + SECOND)
    return moment


def make_current(releases: Path, version: str) -> None:
    """Let `current` point to that release: from one moment to the next, and never to nothing."""
    link = releases / CURRENT
    if link.is_symlink() and str(link.readlink()) == version:
        return
    new = releases / f"{UNFINISHED}{CURRENT}"
    new.symlink_to(version)
    new.replace(link)
    _synchronize(releases)


def newest_release(
    releases: Path, notice: Callable[[str], None], wanted: Callable[[Release], bool]
) -> Release | None:
    """The newest undamaged release of those that are wanted; gives notice of each damaged one met before."""
    for version in reversed(versions(releases)):
        try:
            release = open_release(releases / version)
        except ReleaseError as error:
            notice(str(error))
        else:
            if wanted(release):
                return release
    return None


def kept_releases(releases: Path, wanted: Callable[[Release], bool]) -> list[Release]:
    """The releases that are wanted and whose manifest and dump seem whole, oldest first."""
    found = []
    for version in versions(releases):
        with suppress(ReleaseError):
            release = open_release(releases / version, verify=False)
            if release.seems_whole and wanted(release):
                found.append(release)
    return found


def next_version(month: str, known: tuple[str, ...]) -> str:
    """`month` (`2026.11`) with the number after the highest that is known of it."""
    numbers = [int(version.rpartition(".")[2]) for version in known if version.startswith(f"{month}.")]
    return f"{month}.{max(numbers, default=0) + 1}"


def _discard(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _synchronize(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
