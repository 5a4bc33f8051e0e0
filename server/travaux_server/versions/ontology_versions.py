"""Versions of the ontology: each leads to a release that has it (`owl:versionIRI`)."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from travaux_server.resources.linked_data import addresses, split_suffix
from travaux_server.service import current_service
from travaux_server.versions.kept import kept_releases

blueprint = Blueprint("ontology_versions", __name__)


@blueprint.get("/ontology/<version>")
def ontology(version: str) -> Response:
    """To the ontology of the newest release with that version; in a format, if its suffix is given."""
    number, variant = split_suffix(version)
    suffix = variant.suffix if variant else ""
    for release in reversed(kept_releases(current_service())):
        if number and release.manifest.ontology == number:
            return redirect(addresses().path(f"releases/{release.manifest.version}/ontology{suffix}"), 302)
    raise NotFound(f"no release that is kept has a version {number} of the ontology")
