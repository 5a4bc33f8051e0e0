"""The short way to queries and files: what programs ask passes by the framework that makes pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from travaux_build.errors import TravauxError
from travaux_server.files.release_files import names_of, ready_file
from travaux_server.http.asked import asked_in
from travaux_server.http.cost import cost_of
from travaux_server.http.file_reply import reply_with
from travaux_server.http.problems import reply_of
from travaux_server.query.protocol import reply_to
from travaux_server.query.question import is_page_wanted
from travaux_server.service import Service, borrow_service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

QUERIES = frozenset({"/sparql", "/sparql/"})
FILES = "/releases/"


class Direct:
    """A WSGI application around that of Flask: it answers queries itself, if no page is wanted, and files."""

    def __init__(self, app: Flask, application: WSGIApplication) -> None:
        self._app = app
        self._application = application

    def __call__(self, environment: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path, method = environment["PATH_INFO"], environment["REQUEST_METHOD"]
        is_read = method in ("GET", "HEAD")
        if is_read and path.startswith(FILES):
            return self._file(environment, start_response)
        accept = environment.get("HTTP_ACCEPT", "")
        if path not in QUERIES or not (is_read or method == "POST") or is_page_wanted(accept):
            return self._application(environment, start_response)
        service = borrow_service(self._app)
        try:
            asked = asked_in(environment, service.settings.body_bytes)
            reply = reply_to(service, asked, cost_of(environment))
        except TravauxError as error:
            reply = reply_of(error, accept)
        finally:
            service.engine.give_back()
        return reply.send(environment, start_response)

    def _file(self, environment: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """A file of the release being served; everything else below the releases is for the framework."""
        service = borrow_service(self._app)
        try:
            name = _name_in(service, environment["PATH_INFO"])
            if name is not None:
                root, accepted = environment["SCRIPT_NAME"], environment.get("HTTP_ACCEPT_ENCODING", "")
                file = ready_file(service, service.release, name, root, accepted)
                return reply_with(file, environment).send(start_response)
        except TravauxError as error:
            return reply_of(error, environment.get("HTTP_ACCEPT", "")).send(environment, start_response)
        finally:
            service.engine.give_back()
        return self._application(environment, start_response)


def _name_in(service: Service, path: str) -> str | None:
    """The name of the file of the release being served that a path leads to, if it leads to one."""
    name = path.removeprefix(f"{FILES}{service.release.manifest.version}/")
    return name if name in names_of(service) else None
