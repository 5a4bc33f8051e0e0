"""What programs can ask of what was: versions of documents, changes and histories, described for OpenAPI."""

from __future__ import annotations

from travaux_server.http.negotiate import HTML, N_TRIPLES, TURTLE, Variant
from travaux_server.query.api_operations import NOT_MODIFIED, answer, in_path, operation
from travaux_server.query.api_schemas import TEXT, Schema

JSON = Variant("json", "application/json", "JSON")
PATCH = Variant("rdfp", "application/rdf-patch", "RDF Patch")
LINKS = Variant("link", "application/link-format", "links")
ATOM = Variant("atom", "application/atom+xml", "Atom")


def version_paths() -> dict[str, dict[str, Schema]]:
    """The paths with their operations."""
    path = in_path("path", TEXT | {"pattern": "^[^\ufffd]+$"}, "Path of a document, such as dataset")
    old, new = (in_path(name, TEXT, f"Version of the {name}er release") for name in ("old", "new"))
    version = in_path("version", TEXT, "Version, of a release or of the ontology")
    number = in_path("number", {"type": "integer", "minimum": 1}, "Number of a page")
    there = {"description": "It is there", "headers": {"Location": {"schema": TEXT, "required": True}}}

    def get(name: str, summary: str, variants: tuple[Variant, ...], *parameters: Schema) -> dict[str, Schema]:
        found = {"200": answer(summary, variants), "304": NOT_MODIFIED}
        return {"get": operation(name, summary, found, list(parameters), 404, 406, 413)}

    def lead(name: str, summary: str, *parameters: Schema) -> dict[str, Schema]:
        return {"get": operation(name, summary, {"302": there}, list(parameters), 400, 404)}

    return {
        "/timegate/{path}": lead("timegate", "A document as it was at the time in Accept-Datetime", path),
        "/timemap/link/{path}": get("timemap", "All versions of a document, as links", (LINKS,), path),
        "/timemap/json/{path}": get("timemapJson", "All versions of a document, as JSON", (JSON,), path),
        "/history/{path}": get("history", "Which releases changed a thing, and what", (HTML, JSON), path),
        "/releases/{old}..{new}": get("difference", "What changed", (HTML, JSON, PATCH), old, new),
        "/releases.atom": get("feed", "The newest releases", (ATOM,)),
        "/ldes": get("eventStream", "All changes, as an event stream", (TURTLE, N_TRIPLES)),
        "/ldes/{version}/{number}": get(
            "eventStreamPage", "A page of the event stream", (TURTLE, N_TRIPLES), version, number
        ),
        "/ontology/{version}": lead("ontologyVersion", "The ontology in one of its versions", version),
    }
