"""Downloads: what there is to download, and the files of every release that is kept."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from travaux_server.files.catalogue import shelves
from travaux_server.files.download_lines import lines_for
from travaux_server.files.release_files import ready_file
from travaux_server.http.file_reply import reply_with
from travaux_server.resources.linked_data import send_page
from travaux_server.service import current_service
from travaux_server.versions.kept import kept_release

blueprint = Blueprint("downloads", __name__)


@blueprint.get("/download")
def download() -> Response:
    """What there is to download of the release being served."""
    service = current_service()
    manifest = service.release.manifest
    lines = lines_for(manifest, service.settings.url)
    return send_page(render_template("download.html", shelves=shelves(manifest), lines=lines))


@blueprint.get("/releases/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """A file of a release, whole or in part; those of the release being served are sent before (`direct`)."""
    service = current_service()
    accepted = request.headers.get("Accept-Encoding", "")
    found = ready_file(service, kept_release(service, version), name, request.script_root, accepted)
    return reply_with(found, request.environ).response()
