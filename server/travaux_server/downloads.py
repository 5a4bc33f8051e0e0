"""Downloads: the releases there are, what each holds, and its files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, render_template, request, send_file
from werkzeug.exceptions import NotFound

from travaux_build.errors import ReleaseError
from travaux_build.release import MANIFEST, File, Release, open_release, versions
from travaux_server.catalogue import TWINS, shelves
from travaux_server.describe import graph_of
from travaux_server.linked_data import Document, addresses, choose, respond, send_page
from travaux_server.negotiate import HTML, RDF, TURTLE, Variant
from travaux_server.per_release import once_per_release
from travaux_server.service import Service, current_service

blueprint = Blueprint("downloads", __name__)
FOR_EVER = 365 * 24 * 3600
JSON = Variant("json", "application/json", "JSON")
DESCRIPTION = "dumps/graphs/description.ttl"


@blueprint.get("/download")
def download() -> Response:
    """What there is to download of the release being served."""
    service = current_service()
    return send_page(render_template("download.html", shelves=shelves(service.release.manifest)))


@blueprint.get("/releases")
def releases() -> Response:
    """All releases that are kept, the newest first."""
    service = current_service()
    found = [_release(service, version) for version in reversed(_versions(service))]
    return _of_the_folder(send_page(render_template("releases.html", releases=found)))


@blueprint.get("/releases/<version>")
def release(version: str) -> Response:
    """One release: what it holds, as a page, as its manifest, or as its description in RDF."""
    service = current_service()
    found = _release(service, version)
    is_current = version == service.release.manifest.version
    variant = choose(None, (HTML, JSON, *(RDF if is_current else (TURTLE,))))
    if variant.name == HTML.name:
        body = render_template(
            "release.html",
            release=found.manifest,
            shelves=shelves(found.manifest),
            is_current=is_current,
        )
        return _of_the_folder(send_page(body, vary="Accept"))
    if variant.name == JSON.name:
        content = found.path(MANIFEST).read_bytes()
    elif is_current:
        content = graph_of(service, [service.release.iris.graph("description")], variant)
    else:
        content = _path(found, DESCRIPTION).read_bytes()
    document = Document(f"releases/{version}", service.release.iris.release(version))
    response = respond(service, document, variant, content, variants=())
    del response.headers["Content-Location"]
    return _of_the_folder(response)


@blueprint.get("/releases/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """A file of a release, whole or in ranges; compressed on the way if the client can read that."""
    found = _release(current_service(), version)
    if name == MANIFEST:
        path = found.path(MANIFEST)
        stated = File(
            name, "application/json", path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
        )
    else:
        stated = _stated(found, name)
    coding, sent = _smallest(found, stated)
    response = send_file(
        _path(found, sent.name),
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


def _of_the_folder(response: Response) -> Response:
    """Let the answer not pass for one of the release being served alone: it depends on which are kept."""
    del response.headers["X-Release"]
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


def _versions(service: Service) -> tuple[str, ...]:
    """The versions that are kept, oldest first; the one being served is among them."""
    current = service.release.manifest.version
    found = versions(service.release.folder.parent)
    return found if current in found else (*found, current)


def _release(service: Service, version: str) -> Release:
    """A release by its version; 404 for one that is not kept. Raises `ReleaseError` for a damaged one."""
    if version == service.release.manifest.version:
        return service.release
    if version not in _versions(service):
        raise NotFound(f"there is no release {version}; {addresses().path('releases')} lists those there are")
    opened = _opened(service)
    if version not in opened:
        opened[version] = open_release(service.release.folder.parent / version, verify=False)
    return opened[version]


@once_per_release
def _opened(_service: Service) -> dict[str, Release]:
    """The other releases opened so far, by version."""
    return {}


def _stated(release: Release, name: str) -> File:
    for file in release.manifest.files:
        if file.name == name:
            return file
    raise NotFound(f"release {release.manifest.version} has no file {name}")


def _path(release: Release, name: str) -> Path:
    """Where a file lies. Raises `ReleaseError` if it is not the regular file that was published."""
    try:
        path = release.path(name)
    except ReleaseError as error:
        raise NotFound(str(error)) from error
    if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(release.folder):
        raise ReleaseError(f"{name} of release {release.manifest.version} is damaged; restore it from a copy")
    return path
