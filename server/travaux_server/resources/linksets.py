"""Linksets (RFC 9264): the links of a document, of each of its formats and of its thing, as one document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response

from travaux_server.http.negotiate import HTML
from travaux_server.resources.addresses import ascii_iri
from travaux_server.resources.linked_data import addresses, choose, linked, send
from travaux_server.resources.links import LINKSETS, Link, Linked
from travaux_server.resources.located import locate
from travaux_server.service import current_service

blueprint = Blueprint("linksets", __name__)
Contexts = Mapping[str, Sequence[Link]]
"""Links by their context, all addresses absolute, as a linkset may be read anywhere."""


@blueprint.get("/linkset/<path:path>")
def linkset(path: str) -> Response:
    """The links of the document with a path, which may end in the suffix of one of the two formats."""
    service = current_service()
    named = next((one for one in LINKSETS if path.endswith(one.suffix)), None)
    path = path.removesuffix(named.suffix) if named else path
    found = locate(service, path)
    variant = choose(named, LINKSETS)
    contexts = _contexts(linked(service, found.document, found.outline))
    body = _as_json(contexts) if variant.name == "json" else _as_text(contexts)
    return send(body, variant, addresses().path(f"linkset/{path}{variant.suffix}"))


def _contexts(found: Linked) -> Contexts:
    """The document as a whole has all its links; its formats have those that are not the same for all."""
    here = found.here.path(found.document.path)
    contexts = {here: found.links(HTML)}
    for variant in found.variants:
        contexts[found.address(variant)] = [one for one in found.links(variant) if one.relation != "item"]
    if found.document.about != found.document.canonical(found.service.release.iris):
        contexts[ascii_iri(found.document.about)] = found.links(None)
    for link in contexts[here]:
        if link.relation == "item":
            contexts.setdefault(link.href, [Link("collection", here)])
    return {
        found.absolute(context): [
            Link(one.relation, found.absolute(one.href), one.media_type) for one in links
        ]
        for context, links in contexts.items()
    }


def _as_json(contexts: Contexts) -> str:
    """RFC 9264, section 4.2."""
    found = []
    for context, links in contexts.items():
        relations: dict[str, list[dict[str, str]]] = {}
        for link in links:
            target = {"href": link.href, **({"type": link.media_type} if link.media_type else {})}
            relations.setdefault(link.relation, []).append(target)
        found.append({"anchor": context, **relations})
    return json.dumps({"linkset": found}, indent=1) + "\n"


def _as_text(contexts: Contexts) -> str:
    """RFC 9264, section 4.1."""
    return (
        ",\n".join(
            f'<{link.href}>; rel="{link.relation}"; anchor="{context}"'
            + (f'; type="{link.media_type}"' if link.media_type else "")
            for context, links in contexts.items()
            for link in links
        )
        + "\n"
    )
