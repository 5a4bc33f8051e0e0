"""The shortest way to the SPARQL endpoint: queries that need not wait are asked by the event loop itself."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop
from functools import partial

from flask import Flask

from travaux_build.errors import TravauxError
from travaux_server.direct import QUERIES
from travaux_server.engine import Answer as Evaluated
from travaux_server.engine import Result
from travaux_server.front import Answer, Request, Turn, lines_of
from travaux_server.http.account import Accounts
from travaux_server.http.asked import Asked
from travaux_server.http.cost import Cost
from travaux_server.http.envelope import COMMON, PAGE
from travaux_server.http.problems import reply_of
from travaux_server.http.reply import Reply
from travaux_server.query.protocol import begin, conclude, reply_with
from travaux_server.query.question import Question, is_page_wanted, question_in
from travaux_server.service import Service, borrow_service

HEADERS = (b"accept", b"accept-encoding", b"if-none-match", b"content-type", b"content-encoding")
"""Those that `Asked` holds, in its order."""
METHODS = frozenset({"GET", "HEAD", "POST"})
ALIKE = (*COMMON, *PAGE)
LINES = lines_of(ALIKE)
LONGEST = 4000
"""Bytes of a query string and a body whose reading does not hold up others; those of longer ones wait."""
LARGE = 8 * 1024
"""Bytes of an answer from which on it is compressed in another thread."""


class Prompt:
    """Answers what it can at once (`Hosted.begin`); everything else it leaves to the application."""

    def __init__(self, app: Flask, accounts: Accounts, prefix: str) -> None:
        self._app = app
        self._accounts = accounts
        self._paths = frozenset((prefix + path).encode() for path in QUERIES)

    def __call__(self, request: Request, turn: Turn, loop: AbstractEventLoop) -> bool:
        path, _, query_string = request.target.partition(b"?")
        if path not in self._paths or request.method not in METHODS:
            return False
        asked = _asked(request, query_string)
        if (
            len(query_string) + len(asked.body) > LONGEST
            or is_page_wanted(asked.accept)
            or not self._accounts.standing(request.client).is_open
        ):
            return False
        service = borrow_service(self._app)
        is_begun = False
        try:
            is_begun = _Course(service, asked, request.client, self._accounts, turn).begin(loop)
        except TravauxError:
            return False
        finally:
            if not is_begun:
                service.engine.give_back()
        return is_begun


class _Course:
    """One request on its way from question to answer; its service is given back at the end."""

    def __init__(self, service: Service, asked: Asked, client: str, accounts: Accounts, turn: Turn) -> None:
        self._service = service
        self._asked = asked
        self._client = client
        self._accounts = accounts
        self._turn = turn
        self._begun = time.perf_counter()
        self._worked = time.thread_time()
        """Until the first part is done, when it began; then how long it took."""

    def begin(self, loop: AbstractEventLoop) -> bool:
        """Whether the request is being answered. Raises `TravauxError` if something is wrong with it."""
        question = question_in(self._service, self._asked)
        if question is None:
            return False
        if question.is_answered(self._asked.if_none_match):
            self._service.engine.give_back()
            reply = Reply(304, question.headers)
            self._turn.respond(self._answer(reply, time.thread_time() - self._worked))
            return True
        is_begun = begin(self._service, question, loop, partial(self._hear, question))
        self._worked = time.thread_time() - self._worked
        return is_begun

    def _hear(self, question: Question, result: Result, takes_time: bool) -> None:
        """Respond with a result; by a thread of the crew if that takes time."""
        if not takes_time and question.coding:
            evaluated = result()
            takes_time = len(evaluated.body) > LARGE
            result = partial(_same, evaluated)
        if takes_time:
            self._turn.hand_over(partial(self._finish, question, result))
        else:
            self._turn.respond(self._finish(question, result))

    def _finish(self, question: Question, result: Result) -> Answer:
        resumed = time.thread_time()
        cost = Cost()
        try:
            reply = reply_with(conclude(result, self._begun, cost), question)
        except TravauxError as error:
            reply = reply_of(error, self._asked.accept)
        finally:
            self._service.engine.give_back()
        return self._answer(reply, cost.seconds + self._worked + time.thread_time() - resumed)

    def _answer(self, reply: Reply, seconds: float) -> Answer:
        """The reply in the envelope of every answer, for which the client's account is charged."""
        accounts = self._accounts
        accounts.charge(self._client, seconds)
        headers = [*ALIKE, *reply.headers, *accounts.headers(accounts.standing(self._client))]
        if reply.status != 304:
            headers.append(("Content-Length", str(len(reply.body))))
        body = b"" if self._asked.method == "HEAD" else reply.body
        return Answer(reply.status, headers, body, lines=LINES, ready=len(ALIKE))


def _same(answer: Evaluated) -> Evaluated:
    return answer


def _asked(request: Request, query_string: bytes) -> Asked:
    accept, accept_encoding, if_none_match, content_type, content_encoding = [
        request.headers.get(name, b"").decode("latin-1") for name in HEADERS
    ]
    return Asked(
        request.method,
        query_string.decode("latin-1"),
        accept,
        accept_encoding,
        if_none_match,
        content_type,
        content_encoding,
        b"".join(request.body) if request.method == "POST" else b"",
    )
