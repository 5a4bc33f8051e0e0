"""Documents as they were at a release: the same application answers, from the data of that release."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from flask import Flask

from travaux_build.errors import TravauxError
from travaux_build.release import VERSION
from travaux_server.http.cost import cost_of
from travaux_server.http.problems import reply_of
from travaux_server.resources.addresses import AT_RELEASE
from travaux_server.service import EXTENSION, LENT, Service, borrow_service
from travaux_server.versions.archive import Archive
from travaux_server.versions.kept import kept_release, kept_versions
from travaux_server.versions.mementos import ORIGINAL, links_of_memento, links_of_original, mementos_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

PLACES = "|".join(sorted(AT_RELEASE))
PATH = re.compile(rf"/releases/(?P<version>{VERSION.pattern})/(?P<path>(?:{PLACES})(?:[/.].*)?)", re.DOTALL)
FOUND = ("200", "206", "304")
GONE = "410"
FOR_EVER = ("Cache-Control", "public, max-age=31536000, immutable")
Headers = list[tuple[str, str]]
Failure = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None


class AtRelease:
    """A WSGI application around another: paths below a release are answered with the service of that release.

    What they answer are mementos (RFC 7089, pattern 2.1: original, TimeGate and mementos have addresses of
    their own), which never change; the originals say where theirs are.
    """

    def __init__(self, app: Flask, application: WSGIApplication, archive: Archive) -> None:
        self._app = app
        self._application = application
        self._archive = archive

    def __call__(self, environment: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        match = PATH.fullmatch(environment["PATH_INFO"])
        if match is None:
            return self._original(environment, start_response)
        begun = time.monotonic()
        try:
            service = self._borrow(match["version"])
        except TravauxError as error:
            return reply_of(error, environment.get("HTTP_ACCEPT", "")).send(environment, start_response)
        if service is None:
            return self._application(environment, start_response)
        cost_of(environment).seconds += time.monotonic() - begun
        path = match["path"].encode("latin-1").decode("utf-8", "replace")

        def extend(status: str, headers: Headers) -> Headers:
            if not status.startswith((*FOUND, "303")):
                return headers
            kept = [(name, value) for name, value in headers if name.lower() != "cache-control"]
            return [*_with_links(kept, self._links(service, path, status)), FOR_EVER]

        environment = {**environment, "PATH_INFO": "/" + match["path"], LENT: service}
        return self._application(environment, _extended(start_response, extend))

    def _original(self, environment: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """The answer about what there is now, which says where it is to be had as it was."""
        path = environment["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")[1:]
        if not ORIGINAL.fullmatch(path):
            return self._application(environment, start_response)

        def extend(status: str, headers: Headers) -> Headers:
            if not status.startswith((*FOUND, GONE)):
                return headers
            return _with_links(headers, [("Link", links_of_original(self._service(), path))])

        return self._application(environment, _extended(start_response, extend))

    def _links(self, service: Service, path: str, status: str) -> Headers:
        if not (status.startswith(FOUND) and ORIGINAL.fullmatch(path)):
            return []
        mementos = mementos_of(self._service(), path)
        version = service.release.manifest.version
        chosen = next((one for one in mementos if one.version == version), None)
        if chosen is None:
            return []
        links = links_of_memento(self._service(), mementos, chosen)
        return [("Memento-Datetime", chosen.datetime), ("Link", links)]

    def _service(self) -> Service:
        """The service of the current release, to look at its folder and not to ask its engine."""
        return cast(Service, self._app.extensions[EXTENSION])

    def _borrow(self, version: str) -> Service | None:
        """The service of a release, its engine borrowed; None for one that is not kept."""
        current = borrow_service(self._app)
        if version == current.release.manifest.version:
            return current
        current.engine.give_back()
        if version not in kept_versions(current):
            return None
        return self._archive.borrow(kept_release(current, version))


def _extended(start_response: StartResponse, extend: Callable[[str, Headers], Headers]) -> StartResponse:
    """The same start of an answer, with its headers extended."""

    def start(status: str, headers: Headers, error: Failure = None, /) -> Callable[[bytes], object]:
        extended = extend(status, headers)
        return start_response(status, extended, error) if error else start_response(status, extended)

    return start


def _with_links(headers: Headers, added: Headers) -> Headers:
    """Headers with others added; links go to those that are there."""
    links = [value for name, value in [*headers, *added] if name.lower() == "link"]
    rest = [pair for pair in [*headers, *added] if pair[0].lower() != "link"]
    return [*rest, ("Link", ", ".join(links))] if links else rest
