"""The releases that are kept beside the one being served, and the files that each holds."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from werkzeug.exceptions import NotFound

from travaux_build.errors import ReleaseError
from travaux_build.release import File, Release, open_release, versions
from travaux_server.per_release import once_per_release
from travaux_server.service import Service


def kept_versions(service: Service) -> tuple[str, ...]:
    """The versions that are kept, oldest first; the one being served is among them."""
    current = service.release.manifest.version
    found = versions(service.release.folder.parent)
    return found if current in found else (*found, current)


def kept_release(service: Service, version: str) -> Release:
    """A release by its version; 404 for one that is not kept. Raises `ReleaseError` for a damaged one."""
    if version == service.release.manifest.version:
        return service.release
    if version not in kept_versions(service):
        raise NotFound(f"there is no release {version}; those there are: {service.settings.url}/releases")
    opened = _opened(service)
    if version not in opened:
        opened[version] = open_release(service.release.folder.parent / version, verify=False)
    return opened[version]


def kept_releases(service: Service) -> list[Release]:
    """All releases that are kept with the base of the one being served, oldest first, less damaged ones."""
    found = []
    for version in kept_versions(service):
        with suppress(ReleaseError):
            found.append(kept_release(service, version))
    base = service.release.manifest.base
    return [one for one in found if one.manifest.base == base and one.seems_whole]


@once_per_release
def _opened(_service: Service) -> dict[str, Release]:
    """The other releases opened so far, by version."""
    return {}


def stated_file(release: Release, name: str) -> File:
    """What the manifest states of a file; 404 for one that it does not list."""
    for file in release.manifest.files:
        if file.name == name:
            return file
    raise NotFound(f"release {release.manifest.version} has no file {name}")


def file_path(release: Release, name: str) -> Path:
    """Where a file lies. Raises `ReleaseError` if it is not the regular file that was published."""
    try:
        path = release.path(name)
    except ReleaseError as error:
        raise NotFound(str(error)) from error
    if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(release.folder):
        raise ReleaseError(f"{name} of release {release.manifest.version} is damaged; restore it from a copy")
    return path
