"""Where documents are found: by the path that a client asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from werkzeug.exceptions import NotFound

from travaux_server.http.negotiate import Variant
from travaux_server.resources.document import Document, Pages
from travaux_server.resources.linked_data import split_suffix
from travaux_server.resources.outline import Outline, outline_of
from travaux_server.resources.paging import page_asked_for
from travaux_server.service import Service


@dataclass(frozen=True)
class Located:
    """A document that there is, with the outline of what it is about."""

    document: Document
    outline: Outline


def locate_thing(service: Service, path: str) -> tuple[Located, Variant | None]:
    """The page asked for of the document about a thing, and the format if `path` ends in one's suffix.

    A key that ends like a suffix goes before the suffix. 404 for what is unknown, and for a page too many.
    """
    key, named = split_suffix(path)
    outline = outline_of(service, service.release.iris.thing(path)) if named else None
    if outline is not None:
        key, named = path, None
    else:
        outline = outline_of(service, service.release.iris.thing(key))
    iri = service.release.iris.thing(key)
    if outline is None:
        raise NotFound(f"release {service.release.manifest.version} knows nothing with the IRI {iri}")
    return Located(Document(f"doc/{key}", iri, _pages(outline)), outline), named


def locate_whole(service: Service, path: str) -> Located:
    """The document that describes the data as a whole and has that path; 404 if there is none."""
    iris = service.release.iris
    known = {"ontology": iris.ontology, "shapes": iris.shapes}
    known |= {"dataset": iris.dataset, "catalogue": iris.catalogue}
    known.update((f"graph/{graph.name}", graph.iri) for graph in service.release.manifest.graphs)
    if path not in known:
        raise NotFound(f"release {service.release.manifest.version} has no document {path}")
    return Located(Document(path, known[path]), outline_of(service, known[path]) or Outline())


def locate(service: Service, path: str) -> Located:
    """The document with a path, whatever it is about; 404 if there is none."""
    kind, _, key = path.partition("/")
    if kind != "doc":
        return locate_whole(service, path)
    found, named = locate_thing(service, key)
    if named is not None:
        raise NotFound(f"there is one linkset for all formats: leave out {named.suffix}")
    return found


def _pages(outline: Outline) -> Pages:
    pages = Pages(total=outline.incoming)
    return replace(pages, number=page_asked_for(pages.last))
