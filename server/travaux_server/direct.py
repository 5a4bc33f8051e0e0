"""The short way to the SPARQL endpoint: queries of programs pass by the framework that makes pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from travaux_build.errors import TravauxError
from travaux_server.asked import asked_in
from travaux_server.cost import cost_of
from travaux_server.problems import reply_of
from travaux_server.protocol import is_page_wanted, reply_to
from travaux_server.service import borrow_service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

PATHS = frozenset({"/sparql", "/sparql/"})
METHODS = frozenset({"GET", "HEAD", "POST"})


class Direct:
    """A WSGI application around that of Flask: it answers queries itself, if no page is wanted."""

    def __init__(self, app: Flask, application: WSGIApplication) -> None:
        self._app = app
        self._application = application

    def __call__(self, environment: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        accept = environment.get("HTTP_ACCEPT", "")
        if (
            environment["PATH_INFO"] not in PATHS
            or environment["REQUEST_METHOD"] not in METHODS
            or is_page_wanted(accept)
        ):
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
