"""Lists of all things of a class, for those who would rather look than query."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from travaux_server.pages.counts import ClassCount, classes_of, tops
from travaux_server.pages.names import Name, in_order, names_of
from travaux_server.per_release import once_per_release
from travaux_server.resources.addresses import ascii_iri
from travaux_server.resources.linked_data import addresses, send_page
from travaux_server.resources.links import Link, fitting
from travaux_server.resources.paging import other_pages, page_asked_for, page_query
from travaux_server.service import Service, current_service

blueprint = Blueprint("browse", __name__)
PAGE = 100
SORTED = 5_000
"""Largest class whose things are put in order as a whole; a larger one comes in the order of its IRIs."""


@blueprint.get("/browse")
def index() -> Response:
    """All classes, with the number of their things."""
    classes = classes_of(current_service())
    return send_page(render_template("browse.html", classes=tops(classes)))


@blueprint.get("/browse/<key>")
def listing(key: str) -> Response:
    """A page of the things of a class; `page` counts from 1."""
    service = current_service()
    found = classes_of(service).get(key)
    if found is None:
        raise NotFound(f"release {service.release.manifest.version} has no things of a class called {key}")
    last = max(1, -(-found.count // PAGE))
    number = page_asked_for(last)
    first = (number - 1) * PAGE
    names = _names(service, found, first)
    links = _links(service, key, names, number, last)
    shown = {"found": found, "names": names, "number": number, "last": last, "first": first + 1}
    return send_page(render_template("listing.html", links=fitting(links), **shown), links=links)


def _links(service: Service, key: str, names: Iterable[Name], number: int, last: int) -> list[Link]:
    """What the page is, to programs: part of a collection, with its items."""
    here = addresses()
    path = here.path(f"browse/{key}")
    query = page_query(number) if number > 1 else ""
    return [
        Link(
            "canonical",
            f"{ascii_iri(service.release.manifest.base)}{path.removeprefix(here.path(''))}{query}",
        ),
        Link("license", ascii_iri(service.release.manifest.licence)),
        Link("collection", here.path("dataset")),
        *(Link(one, f"{path}{page_query(page)}") for one, page in other_pages(number, last).items()),
        *(Link("item", here.href(name.iri)) for name in names),
    ]


def _names(service: Service, found: ClassCount, start: int) -> list[Name]:
    if found.count > SORTED:
        rows = service.engine.rows(_query(service, found) + f" ORDER BY ?thing LIMIT {PAGE} OFFSET {start}")
        return list(names_of(service.engine, (row["thing"].value for row in rows)).values())
    lists = _lists(service)
    if found.key not in lists:
        rows = service.engine.rows(_query(service, found))
        lists[found.key] = tuple(
            in_order(names_of(service.engine, [row["thing"].value for row in rows]).values())
        )
    return list(lists[found.key][start : start + PAGE])


@once_per_release
def _lists(_service: Service) -> dict[str, tuple[Name, ...]]:
    """The ordered lists made so far, by the key of their class: at most as many as there are classes."""
    return {}


def _query(service: Service, found: ClassCount) -> str:
    things = service.release.iris.things
    return (
        f"SELECT DISTINCT ?thing WHERE {{ ?thing a <{found.name.iri}> "
        f'FILTER(STRSTARTS(STR(?thing), "{things}")) }}'
    )
