"""The files of releases, ready to be sent: which twin a client gets, and what is said of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from werkzeug.datastructures import Accept
from werkzeug.http import http_date, parse_accept_header

from travaux_build.release import MANIFEST, File, Release
from travaux_server.files.catalogue import TWINS
from travaux_server.http.file_reply import Sendable
from travaux_server.per_release import once_per_release
from travaux_server.resources.addresses import Addresses
from travaux_server.service import Service
from travaux_server.versions.kept import file_path, stated_file

FOR_EVER = "public, max-age=31536000, immutable"
CSV = "text/csv"
CSVW = "application/csvm+json"
PARAMETERS = {CSV: "; charset=utf-8; header=present"}
"""What is said of a media type besides; texts of others are said to be UTF-8."""
AS_IT_IS = ""
"""The coding of a file that is not compressed on the way."""
LEAST_WEIGHT = 0.0001
"""That of a file as it is, where a client names only codings: welcome, but liked less than those."""
LONGEST_HEADER = 200
"""An Accept-Encoding longer than this is not heeded."""
Liking = tuple[tuple[str, ...], ...]
"""Codings that a client likes equally, the best first."""


def ready_file(service: Service, release: Release, name: str, root: str, accept_encoding: str) -> Sendable:
    """The file that a client gets of a release, looked at once. 404 for one that the release has not.

    `root` is the path under which the server is mounted. Raises `ReleaseError` if the file is damaged.
    """
    version = release.manifest.version
    found = known_file(service, version, name, accept_encoding)
    if found is None:
        liking = _liking(accept_encoding)
        found = _known(service)[version, name, liking] = _made_ready(service, release, name, root, liking)
    return found


def known_file(service: Service, version: str, name: str, accept_encoding: str) -> Sendable | None:
    """Likewise, if it was asked for before."""
    return _known(service).get((version, name, _liking(accept_encoding)))


@once_per_release
def names_of(service: Service) -> frozenset[str]:
    """The names of the files of the release being served, less that of its manifest."""
    return frozenset(file.name for file in service.release.manifest.files)


@once_per_release
def _known(_service: Service) -> dict[tuple[str, str, Liking], Sendable]:
    """What was made ready so far."""
    return {}


def _made_ready(service: Service, release: Release, name: str, root: str, liking: Liking) -> Sendable:
    stated = _manifest(release) if name == MANIFEST else stated_file(release, name)
    coding, sent = _preferred(release, stated, liking)
    headers = [
        ("Content-Type", _content_type(stated)),
        ("Content-Disposition", f"inline; filename={PurePosixPath(name).name}"),
        ("Cache-Control", FOR_EVER),
        ("Vary", "Accept-Encoding"),
        ("Link", ", ".join(_links(release, stated, Addresses(release.iris, root)))),
    ]
    if coding != AS_IT_IS:
        headers.append(("Content-Encoding", coding))
    if release is service.release:
        headers.append(("X-Release", release.manifest.version))
    path = file_path(release, sent.name)
    return Sendable(path, sent.bytes, sent.sha256, http_date(path.stat().st_mtime), tuple(headers))


def _manifest(release: Release) -> File:
    text = release.path(MANIFEST).read_bytes()
    return File(MANIFEST, "application/json", len(text), hashlib.sha256(text).hexdigest())


def _content_type(file: File) -> str:
    is_text = file.media_type.startswith("text/")
    return file.media_type + PARAMETERS.get(file.media_type, "; charset=utf-8" if is_text else "")


def _links(release: Release, stated: File, here: Addresses) -> Iterator[str]:
    folder = f"releases/{release.manifest.version}"
    for file in release.manifest.files if stated.media_type == CSV else ():
        if file.media_type == CSVW:
            yield f'<{here.path(f"{folder}/{file.name}")}>; rel="describedby"; type="{CSVW}"'
    yield f'<{here.path(folder)}>; rel="collection"'
    yield f'<{here.path("dataset")}>; rel="describedby collection"'
    yield f'<{release.manifest.licence}>; rel="license"'


def _preferred(release: Release, stated: File, liking: Liking) -> tuple[str, File]:
    """The coding, and the file or its twin in it: what the client likes best, of equals the smallest."""
    files = {file.name: file for file in release.manifest.files}
    twins = {coding: files.get(stated.name + suffix) for suffix, coding in TWINS.items()}
    for codings in liking:
        found = [(file.bytes, coding, file) for coding in codings if (file := twins.get(coding))]
        found += [(stated.bytes, AS_IT_IS, stated)] if AS_IT_IS in codings else []
        if found:
            return min(found, key=lambda one: one[:2])[1:]
    return AS_IT_IS, stated


def _liking(accept_encoding: str) -> Liking:
    """What a client likes; one that names no coding gets files as they are (RFC 9110, section 12.5.3)."""
    return _parsed(accept_encoding if len(accept_encoding) <= LONGEST_HEADER else "")


@lru_cache(maxsize=1000)
def _parsed(accept_encoding: str) -> Liking:
    weights = {AS_IT_IS: LEAST_WEIGHT}
    for name, weight in parse_accept_header(accept_encoding, Accept):
        coding = AS_IT_IS if name.lower() == "identity" else name.lower()
        if coding in (AS_IT_IS, *TWINS.values()):
            weights[coding] = weight
    ranks = sorted({weight for weight in weights.values() if weight > 0}, reverse=True)
    return tuple(tuple(sorted(name for name, weight in weights.items() if weight == rank)) for rank in ranks)
