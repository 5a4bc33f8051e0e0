"""Histories: which releases changed a thing, and what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from travaux_build.files.dump_lines import opened
from travaux_build.files.edits import Edited, edits_in, in_words, label_in
from travaux_build.release import Release
from travaux_server.http.negotiate import HTML, Variant
from travaux_server.resources.linked_data import addresses, choose, send
from travaux_server.resources.links import Link
from travaux_server.service import Service, current_service
from travaux_server.versions.kept import kept_releases
from travaux_server.versions.kept_changes import consecutive, text_of_shown
from travaux_server.versions.mementos import ORIGINAL

blueprint = Blueprint("histories", __name__)
JSON = Variant("json", "application/json", "JSON")
FORMATS = (HTML, JSON)


@dataclass(frozen=True)
class Step:
    """What a release did to a thing: `what` is published, changed or gone; edits only of what changed.

    `previous` is the version of the release before, empty for the first one that is kept.
    """

    version: str
    previous: str
    published: datetime
    what: str
    edited: tuple[Edited, ...]


@blueprint.get("/history/<path:path>")
def history(path: str) -> Response:
    """The history of what a document is about, the newest first; `path` may end in a format's suffix."""
    service = current_service()
    named = next((one for one in FORMATS if path.endswith(one.suffix)), None)
    path = path.removesuffix(named.suffix) if named else path
    about = _about(service, path)
    steps = list(_steps(service, about)) if about else []
    if not steps:
        raise NotFound(f"no release that is kept says anything of a document {path}")
    variant, here = choose(named, FORMATS), f"history/{path}"
    body = (_as_page if variant.name == HTML.name else _as_json)(service, about, path, steps[::-1])
    links = [Link("alternate", addresses().path(here + one.suffix), one.media_type) for one in FORMATS]
    response = send(body, variant, addresses().path(here + variant.suffix), links)
    del response.headers["X-Release"]  # it depends on which releases are kept
    return response


def _as_page(service: Service, about: str, path: str, steps: Sequence[Step]) -> str:
    return render_template(
        "history.html",
        steps=steps,
        about=about,
        label=_label(service, about),
        path=path,
        text_of_shown=text_of_shown,
    )


def _as_json(_service: Service, about: str, _path: str, steps: Sequence[Step]) -> str:
    history = [{**asdict(step), "published": step.published.isoformat()} for step in steps]
    return json.dumps({"id": about, "history": history}, ensure_ascii=False)


def _about(service: Service, path: str) -> str:
    """The IRI of what the document with a path is about; empty for a path of no document."""
    if not ORIGINAL.fullmatch(path):
        return ""
    iris = service.release.iris
    kind, _, key = path.partition("/")
    return iris.thing(key) if kind == "doc" else iris.base + path


def _steps(service: Service, about: str) -> Iterator[Step]:
    before: list[str] = []
    for old, new in consecutive(service):
        lines = _lines(new, about)
        previous = old.manifest.version if old else ""
        edited: tuple[Edited, ...] = ()
        if old is None or not before:
            what = "published" if lines else ""
        elif not lines:
            what = "gone"
        else:
            removed, added = set(before) - set(lines), set(lines) - set(before)
            found = edits_in(sorted(removed), sorted(added), old, new)
            edited = tuple(one for one in found if one.edits)
            what = "changed" if edited else ""
        if what:
            yield Step(new.manifest.version, previous, new.published, what, edited)
        before = lines


def _label(service: Service, about: str) -> str:
    """What the thing is called in the newest release that says anything of it."""
    for release in reversed(kept_releases(service)):
        with opened(release.dump) as dump:
            if dump.about(about):
                return label_in(dump, about)
    return in_words(about)


def _lines(release: Release, about: str) -> list[str]:
    """What a release states of a thing and of its parts; nothing if it is retired."""
    with opened(release.dump) as dump:
        return dump.about_parts(about) if dump.is_stated(about, release.iris) else []
