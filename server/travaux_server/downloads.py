"""Downloads: what there is to download, and the files of every release that is kept."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, render_template, request, send_file

from travaux_build.release import MANIFEST, File, Release
from travaux_server.catalogue import TWINS, shelves
from travaux_server.kept import file_path, kept_release, stated_file
from travaux_server.linked_data import addresses, send_page
from travaux_server.service import current_service

blueprint = Blueprint("downloads", __name__)
FOR_EVER = 365 * 24 * 3600


@blueprint.get("/download")
def download() -> Response:
    """What there is to download of the release being served."""
    service = current_service()
    return send_page(render_template("download.html", shelves=shelves(service.release.manifest)))


@blueprint.get("/releases/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """A file of a release, whole or in ranges; compressed on the way if the client can read that."""
    found = kept_release(current_service(), version)
    if name == MANIFEST:
        path = found.path(MANIFEST)
        stated = File(
            name, "application/json", path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
        )
    else:
        stated = stated_file(found, name)
    coding, sent = _smallest(found, stated)
    response = send_file(
        file_path(found, sent.name),
        mimetype=stated.media_type,
        download_name=stated.name.rpartition("/")[2],
        etag=sent.sha256,
        conditional=True,
        max_age=FOR_EVER,
    )
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    licence = found.manifest.licence
    response.headers["Link"] = (
        f'<{addresses().path(f"releases/{version}")}>; rel="collection", <{licence}>; rel="license"'
    )
    return response


def _smallest(release: Release, stated: File) -> tuple[str, File]:
    """The file, or the smallest of its twins in a coding that the client accepts, with the coding's name."""
    accepted = request.accept_encodings
    twins = {file.name: file for file in release.manifest.files}
    found = [("", stated)]
    for suffix, coding in TWINS.items():
        twin = twins.get(stated.name + suffix)
        if twin is not None and any(value.lower() == coding and weight > 0 for value, weight in accepted):
            found.append((coding, twin))
    return min(found, key=lambda pair: pair[1].bytes)
