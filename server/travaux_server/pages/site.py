"""What all pages share: who publishes, how links are made, and what browsers may load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from travaux_server.engine import QueryError, Term
from travaux_server.pages.counts import classes_of
from travaux_server.pages.names import Name, names_of
from travaux_server.pages.structured_data import structured_data
from travaux_server.pages.texts import text_of
from travaux_server.query.example_queries import example_queries
from travaux_server.resources.addresses import ascii_iri
from travaux_server.resources.linked_data import DOCUMENTS, addresses
from travaux_server.service import current_service

blueprint = Blueprint("site", __name__)
LABELLED = 500
"""Things in a table of results whose labels are looked up; the others show their IRI."""


@blueprint.record
def set_up(state: BlueprintSetupState) -> None:
    """Leave out of the pages the line ends of the templates' own lines."""
    state.app.jinja_env.trim_blocks = True
    state.app.jinja_env.lstrip_blocks = True


@blueprint.app_context_processor
def shared() -> dict[str, object]:
    """What every template may use."""
    service = current_service()
    return {
        "manifest": service.release.manifest,
        "iris": service.release.iris,
        "addresses": addresses(),
        "text_of": text_of,
        "names_in": names_in,
        "ascii_iri": ascii_iri,
        "variants": DOCUMENTS,
        "public_url": service.settings.url,
        "listing_of": listing_of,
        "structured_data": lambda: structured_data(service),
        "examples": lambda: list(example_queries(service).values()),
    }


@blueprint.after_app_request
def leave_out_host(response: Response) -> Response:
    """Redirects lead to a path: the Host header is the client's word, and never repeated."""
    location = response.headers.get("Location", "")
    if location.startswith(request.host_url):
        response.headers["Location"] = "/" + location.removeprefix(request.host_url).lstrip("/")
        response.set_data("")
    return response


def names_in(rows: Sequence[Mapping[str, Term]]) -> Mapping[str, Name]:
    """The names of the things in rows of results that have one; none if the engine is busy elsewhere."""
    service = current_service()
    wanted = {term.value: None for row in rows for term in row.values() if term.kind == "iri"}
    try:
        return _with_label(names_of(service.engine, list(wanted)[:LABELLED]).values())
    except QueryError:
        return {}


def _with_label(names: Iterable[Name]) -> Mapping[str, Name]:
    return {name.iri: name for name in names if name.has_label}


def listing_of(class_: str) -> str:
    """The key of the list of all things of a class; empty if there is none."""
    classes = classes_of(current_service()).values()
    return next((found.key for found in classes if found.name.iri == class_), "")
