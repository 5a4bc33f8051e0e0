"""Downloads: what there is to download, and the files of every release that is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from flask import Blueprint, Response, render_template, request

from travaux_build.release import MANIFEST, File, Release
from travaux_server.catalogue import TWINS, shelves
from travaux_server.download_lines import lines_for
from travaux_server.file_answer import send
from travaux_server.kept import file_path, kept_release, stated_file
from travaux_server.linked_data import addresses, send_page
from travaux_server.service import current_service

blueprint = Blueprint("downloads", __name__)
FOR_EVER = "public, max-age=31536000, immutable"
CSV = "text/csv"
CSVW = "application/csvm+json"
PARAMETERS = {CSV: "; charset=utf-8; header=present"}
"""What is said of a media type besides; texts of others are said to be UTF-8."""
LEAST_WEIGHT = 0.0001
"""That of a file as it is, where a client names only codings: welcome, but liked less than those."""


@blueprint.get("/download")
def download() -> Response:
    """What there is to download of the release being served."""
    service = current_service()
    manifest = service.release.manifest
    lines = lines_for(manifest, service.settings.url)
    return send_page(render_template("download.html", shelves=shelves(manifest), lines=lines))


@blueprint.get("/releases/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """A file of a release, whole or in part; its smaller twin if the client can read that."""
    service = current_service()
    release = kept_release(service, version)
    stated = _manifest(release) if name == MANIFEST else stated_file(release, name)
    coding, sent = _preferred(release, stated)
    response = send(file_path(release, sent.name), _content_type(stated), sent.sha256)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Disposition"] = f"inline; filename={PurePosixPath(name).name}"
    response.headers["Link"] = ", ".join(_links(release, stated))
    if coding:
        response.headers["Content-Encoding"] = coding
    if release is service.release:
        response.headers["X-Release"] = version
    return response


def _manifest(release: Release) -> File:
    text = release.path(MANIFEST).read_bytes()
    return File(MANIFEST, "application/json", len(text), hashlib.sha256(text).hexdigest())


def _content_type(file: File) -> str:
    is_text = file.media_type.startswith("text/")
    return file.media_type + PARAMETERS.get(file.media_type, "; charset=utf-8" if is_text else "")


def _links(release: Release, stated: File) -> Iterator[str]:
    here = addresses()
    for file in release.manifest.files if stated.media_type == CSV else ():
        if file.media_type == CSVW:
            address = here.path(f"releases/{release.manifest.version}/{file.name}")
            yield f'<{address}>; rel="describedby"; type="{CSVW}"'
    yield f'<{here.path(f"releases/{release.manifest.version}")}>; rel="collection"'
    yield f'<{release.manifest.licence}>; rel="license"'


def _preferred(release: Release, stated: File) -> tuple[str, File]:
    """The file or a twin, with the name of its coding: what the client likes best, of equals the smallest.

    A client that names no coding gets the file as it is (RFC 9110, section 12.5.3).
    """
    weights = {name.lower(): weight for name, weight in request.accept_encodings}
    twins = {file.name: file for file in release.manifest.files}
    found = [(weights.get("identity", LEAST_WEIGHT), "", stated)]
    for suffix, coding in TWINS.items():
        twin = twins.get(stated.name + suffix)
        if twin is not None and weights.get(coding, 0) > 0:
            found.append((weights[coding], coding, twin))
    _, coding, sent = min(found, key=lambda one: (-one[0], one[2].bytes))
    return coding, sent
