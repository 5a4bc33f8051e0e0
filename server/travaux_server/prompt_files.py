"""The shortest way to files: those that were asked for before are answered by the event loop itself."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop
from typing import Any

from flask import Flask

from travaux_build.errors import TravauxError
from travaux_server.direct import FILES
from travaux_server.files.release_files import known_file
from travaux_server.front import Request, Turn, answer_with, lines_of
from travaux_server.http.account import Accounts
from travaux_server.http.envelope import COMMON, PAGE
from travaux_server.http.file_reply import FileReply, reply_with
from travaux_server.service import Service, borrow_service

METHODS = frozenset({"GET", "HEAD"})
CONDITIONS = {
    b"range": "HTTP_RANGE",
    b"if-range": "HTTP_IF_RANGE",
    b"if-match": "HTTP_IF_MATCH",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"if-unmodified-since": "HTTP_IF_UNMODIFIED_SINCE",
}
"""Headers of a request that decide what is sent of a file, with their names in WSGI."""
ALIKE = (*COMMON, *PAGE)
LINES = lines_of(ALIKE)


class PromptFiles:
    """Answers for files at once (`Hosted.begin`); whatever is not simple it leaves to the application."""

    def __init__(self, app: Flask, accounts: Accounts, prefix: str) -> None:
        self._app = app
        self._accounts = accounts
        self._folder = (prefix + FILES).encode()

    def __call__(self, request: Request, turn: Turn, _loop: AbstractEventLoop) -> bool:
        path = request.target
        if not path.startswith(self._folder) or request.method not in METHODS:
            return False
        begun = time.thread_time()
        if not self._accounts.standing(request.client).is_open:
            return False
        service = borrow_service(self._app)
        try:
            reply = self._reply(service, request)
        except TravauxError:
            return False
        finally:
            service.engine.give_back()
        if reply is None:
            return False
        self._accounts.charge(request.client, time.thread_time() - begun)
        headers = [*ALIKE, *reply.headers, *self._accounts.headers(self._accounts.standing(request.client))]
        answer = answer_with(reply.body, reply.status, headers)
        answer.lines, answer.ready = LINES, len(ALIKE)
        turn.respond(answer)
        return True

    def _reply(self, service: Service, request: Request) -> FileReply | None:
        """The reply; None for what is no file of the release being served that was asked for before."""
        version, _, name = request.target.removeprefix(self._folder).decode("latin-1").partition("/")
        if version != service.release.manifest.version:
            return None
        accepted = request.headers.get(b"accept-encoding", b"").decode("latin-1")
        file = known_file(service, version, name, accepted)
        if file is None:
            return None
        environment: dict[str, Any] = {
            wsgi: request.headers[header].decode("latin-1")
            for header, wsgi in CONDITIONS.items()
            if header in request.headers
        }
        return reply_with(file, {**environment, "REQUEST_METHOD": request.method})
