"""Retired IRIs: who asks for one is told that it is gone, why, and what replaced it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from travaux_server.http.negotiate import HTML, Variant
from travaux_server.http.problems import DETAILS, PLAIN
from travaux_server.per_release import once_per_release
from travaux_server.resources.document import Document
from travaux_server.resources.linked_data import DOCUMENTS, addresses, choose, split_suffix
from travaux_server.resources.links import Link, header_of
from travaux_server.resources.outline import Outline, outline_of
from travaux_server.resources.rdf_documents import document_of
from travaux_server.service import Service, current_service

blueprint = Blueprint("retired", __name__)
KINDS = ("/doc/", "/id/", "/graph/", "/linkset/")
FORMATS = (DETAILS, PLAIN, *DOCUMENTS)
REPLACED_BY = "http://purl.org/dc/terms/isReplacedBy"


@dataclass(frozen=True)
class Retirement:
    """An IRI that is retired: its label and the reason in English, and the IRIs that replaced it."""

    iri: str
    label: str
    reason: str
    replaced_by: tuple[str, ...]


@blueprint.before_app_request
def refuse() -> Response | None:
    """410 for what is retired (RFC 9110, section 15.5.11), in the format asked for; others pass."""
    if not request.path.startswith(KINDS):
        return None
    service = current_service()
    path, named = split_suffix(request.path.removeprefix("/linkset").lstrip("/"))
    iri = service.release.iris.base + ("id/" + path[4:] if path.startswith("doc/") else path)
    found = retired_of(service).get(iri)
    return _answer(service, found, named, path) if found else None


@once_per_release
def retired_of(service: Service) -> Mapping[str, Retirement]:
    """All IRIs that the release says are retired. Raises `QueryError`."""
    rows = service.engine.rows(
        f"""
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?iri ?label ?reason ?heir WHERE {{
          GRAPH <{service.release.iris.graph("description")}> {{
            ?iri owl:deprecated true ; rdfs:label ?label ; skos:changeNote ?reason .
            OPTIONAL {{ ?iri <{REPLACED_BY}> ?heir }}
            FILTER(LANG(?label) = "en" && LANG(?reason) = "en")
          }}
        }}
        """
    )
    heirs: dict[tuple[str, str, str], set[str]] = {}
    for row in rows:
        known = heirs.setdefault((row["iri"].value, row["label"].value, row["reason"].value), set())
        known.update([row["heir"].value] if "heir" in row else [])
    return {key[0]: Retirement(*key, tuple(sorted(found))) for key, found in heirs.items()}


def _answer(service: Service, found: Retirement, named: Variant | None, path: str) -> Response:
    variant = choose(named, FORMATS)
    response = Response(_body(service, found, variant, path), 410, content_type=variant.content_type)
    relation = f"successor-version {REPLACED_BY}"
    links = [Link(relation, addresses().href(iri)) for iri in found.replaced_by]
    response.headers["Link"] = header_of([*links, Link("version-history", _history(path))])
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _body(service: Service, found: Retirement, variant: Variant, path: str) -> str | bytes:
    title, detail = "Gone", f"{found.label} is retired since release {found.reason}"
    if variant.name == HTML.name:
        return render_template("retired.html", found=found, history=_history(path))
    if variant.name == PLAIN.name:
        return "\n".join([f"410 {title}", detail, *found.replaced_by, ""])
    if variant.name == DETAILS.name:
        body = {"type": "about:blank", "status": 410, "title": title, "detail": detail}
        return json.dumps({**body, "replacedBy": found.replaced_by}, ensure_ascii=False) + "\n"
    document = Document(f"doc/{path[3:]}" if path.startswith("id/") else path, found.iri)
    return document_of(service, document, outline_of(service, found.iri) or Outline(), variant)


def _history(path: str) -> str:
    return addresses().path("history/" + ("doc/" + path[3:] if path.startswith("id/") else path))
