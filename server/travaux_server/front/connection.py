"""One connection: requests in, one after the other, and their answers out in the same order."""

from __future__ import annotations

import asyncio
import math
import socket
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import cast

from travaux_server.front.answer import Answer, refusal
from travaux_server.front.cache import Ready
from travaux_server.front.desk import Desk
from travaux_server.front.gateway import call
from travaux_server.front.journal import entry
from travaux_server.front.reception import Reception
from travaux_server.front.request import Request
from travaux_server.front.stretch import Stretch

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SERVER = b"Server: Travaux\r\n"
CLOSE = b"Connection: close\r\n"
KEEP = b"Connection: keep-alive\r\n"
AHEAD = 16
"""Requests sent before their turn at which no more are read for now."""
FAILED = Answer(500, [("Content-Length", "0")])
HELD = {"high": 256 * 1024, "low": 32 * 1024}
"""Bytes of an answer that may wait for a client, and how few must be left before more are added."""
AT_ONCE = 4 * 1024 * 1024
"""Bytes of a file sent before it is the turn of other connections."""


class Connection(asyncio.Protocol):
    """Every method is called in the thread of the event loop, except that `_work` runs in one of the crew's.

    `ends` is the time, of the loop's clock, at which the connection is given up if nothing happens.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reception = Reception(desk.limits, desk.held, self._go_on)
        self._requests: deque[Request] = deque()
        self._under_way: Request | None = None
        self._answer: Answer | None = None
        self._left = self._left_then = 0
        self._is_full = self._is_refused = self._is_told = self._is_gone = self._is_last = False
        self._peer = ""
        self._is_proxy = False
        self._stage = "idle"
        self.ends = math.inf

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(**HELD)
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, HELD["high"])
        self._socket: int = connection.fileno()
        self._peer = str((self._transport.get_extra_info("peername") or [""])[0])
        self._is_proxy = self._desk.is_trusted(self._peer)
        self.ends = self._desk.now + self._desk.limits.head_seconds
        self._desk.connections.add(self)
        self._desk.make_room()

    def connection_lost(self, _error: Exception | None) -> None:
        self._is_gone = True
        self._desk.connections.discard(self)
        self._requests.clear()
        self._reception.close()
        self._end_answer()

    def eof_received(self) -> bool:
        """Answer what was asked before the client stopped sending; else hang up."""
        self._is_last = True
        return self._under_way is not None

    def data_received(self, data: bytes) -> None:
        if self._is_refused or self._is_last:
            return
        if self._under_way is None and self._stage == "idle":
            ready = self._desk.cache.at_sight(data)
            if ready is not None and self._give(ready, ready.forwarded):
                return
        requests = self._reception.feed(data)
        for request in requests:
            self._receive(request)
        self._set_stage()
        if self._reception.refused is not None:
            self._is_refused = True
            self._next()
        elif len(self._requests) > AHEAD:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        if self._answer is not None:
            self._send()

    def expire(self) -> None:
        """The time is over: say so to a client that was sending, and hang up."""
        if self._stage in ("head", "body") and self._under_way is None and not self._is_refused:
            self._refuse(408, "the request was not sent in time")
        elif self._transport.get_write_buffer_size() or self._is_refused:
            self._transport.abort()
        else:
            self._transport.close()

    def stop(self) -> None:
        """Take no new request: hang up now, or after the answer under way."""
        self._is_last = True
        self._requests.clear()
        if self._under_way is None:
            self._transport.close()

    @property
    def is_busy(self) -> bool:
        return self._under_way is not None or self._transport.get_write_buffer_size() > 0

    def _receive(self, request: Request) -> None:
        request.begun = time.perf_counter()
        request.client = self._peer
        forwarded = request.headers.get(b"x-forwarded-for")
        if forwarded is not None and self._is_proxy:
            request.forwarded = self._desk.client(forwarded.decode("latin-1"))
            request.client = request.forwarded or self._peer
        self._requests.append(request)
        self._next()

    def _set_stage(self) -> None:
        """Count the time for what is being received from its first byte on."""
        stage = self._reception.stage
        if stage != self._stage and self._under_way is None:
            limits = self._desk.limits
            self.ends = self._desk.now + (limits.body_seconds if stage == "body" else limits.head_seconds)
        self._stage = stage

    def _next(self) -> None:
        """Begin to answer the next request, unless one is being answered."""
        if self._under_way is not None or self._is_gone:
            return
        if not self._requests:
            refused = self._reception.refused
            if refused is not None:
                self._refuse(refused.status, refused.detail)
            return
        request = self._requests.popleft()
        if len(self._requests) == AHEAD:
            self._transport.resume_reading()
        ready = self._desk.cache.find(request)
        if ready is not None and request.keep_alive and self._give(ready, request.forwarded):
            self._next()
            return
        self._under_way = request
        self.ends = math.inf
        if self._desk.hosted.begin(request, self, self._desk.loop):
            return
        if not self._desk.crew.take_on(partial(self._work, partial(self._call, request))):
            self.respond(self._own(503, "too many requests are waiting", 1))

    def _call(self, request: Request) -> Answer:
        if self._is_gone:
            return FAILED
        return call(self._desk.hosted.application, request.environment(self._desk.place))

    def hand_over(self, work: Callable[[], Answer]) -> None:
        """Have a thread of the crew work out the answer to the request under way, which has begun."""
        self._desk.crew.go_on(partial(self._work, work))

    def _work(self, work: Callable[[], Answer]) -> None:
        answer = FAILED
        try:
            answer = work()
        finally:
            self._desk.loop.call_soon_threadsafe(self.respond, answer)

    def _give(self, ready: Ready, forwarded: str) -> bool:
        """Give an answer that is kept; False if the client may ask nothing now."""
        desk = self._desk
        client = (self._is_proxy and forwarded) or self._peer
        standing = desk.hosted.standing(client)
        if standing is None or desk.is_stopping:
            return False
        self._transport.write(b"".join((ready.head, standing, desk.date, SERVER, b"\r\n", ready.body)))
        self.ends = desk.now + desk.limits.idle_seconds
        desk.journal.write(client, ready.entry, 0.0)
        return True

    def _own(self, status: int, detail: str, retry_after: int = 0) -> Answer:
        return refusal(status, detail, self._desk.hosted.headers, retry_after)

    def _refuse(self, status: int, detail: str) -> None:
        """Answer what is no request, and hang up once the client can have read why."""
        self._reception.close()
        self._is_refused = self._is_told = True
        self._under_way = Request(client=self._peer, keep_alive=False, begun=time.perf_counter())
        self.respond(self._own(status, detail))

    def respond(self, answer: Answer) -> None:
        """Send the answer to the request under way; in the thread of the loop."""
        request = self._under_way
        if self._is_gone or request is None:
            answer.close()
            return
        desk = self._desk
        desk.cache.offer(request, answer)
        is_last = not request.keep_alive or self._is_last or desk.is_stopping
        self._is_last = is_last
        sign = CLOSE if is_last else KEEP if request.version == "1.0" else b""
        head = b"".join((answer.head, desk.date, SERVER, sign, b"\r\n"))
        length = len(answer.body) or int(answer.header("content-length") or 0)
        if not desk.journal.is_quiet:
            milliseconds = (time.perf_counter() - request.begun) * 1000
            told = entry(request.method, request.target, answer.status, length)
            desk.journal.write(request.client, told, milliseconds)
        self._answer = answer
        if answer.pieces is None or request.method == "HEAD":
            self._transport.write(head + answer.body)
            self._finish()
        else:
            self._left = self._left_then = length
            if answer.stretch is not None:
                self._transport.set_write_buffer_limits(high=0)
            self._transport.write(head)
            self._send()

    def _send(self) -> None:
        """Hand on the answer for as long as the network takes it."""
        answer = self._answer
        if answer is None or answer.pieces is None:
            return
        handed = 0
        while not self._is_full and handed < AT_ONCE:
            if answer.stretch is not None:
                handed += self._send_stretch(answer.stretch)
            piece = next(answer.pieces, None)
            if piece is None:
                break
            self._left -= len(piece)
            self._transport.write(piece)
        else:
            self._wait()
            return
        if self._left:
            self._transport.abort()
        self._finish()

    def _send_stretch(self, stretch: Stretch) -> int:
        """Have the kernel send what it can while nothing waits in the transport; the number of bytes."""
        try:
            sent = stretch.send(self._socket, AT_ONCE)
        except OSError:
            self._transport.abort()
            return 0
        self._left -= sent
        return sent

    def _wait(self) -> None:
        """Go on when the client has taken enough, or after others; give up one that takes too little."""
        if not self._is_full:
            self._desk.loop.call_soon(self._send)
        if self._left_then - self._left >= HELD["high"] or self.ends == math.inf:
            self._left_then = self._left
            self.ends = self._desk.now + self._desk.limits.send_seconds

    def _finish(self) -> None:
        """The answer is on its way: go on to the next request, or hang up."""
        self._end_answer()
        self._under_way = None
        limits = self._desk.limits
        if self._is_told:
            if self._transport.can_write_eof():
                self._transport.write_eof()
            self.ends = self._desk.now + limits.linger_seconds
        elif self._is_last:
            self._transport.close()
            self.ends = self._desk.now + limits.send_seconds
        else:
            waits = bool(self._transport.get_write_buffer_size())
            self.ends = self._desk.now + (limits.send_seconds if waits else limits.idle_seconds)
            self._next()

    def _end_answer(self) -> None:
        if self._answer is not None:
            answer, self._answer = self._answer, None
            if answer.stretch is not None and not self._is_gone:
                self._transport.set_write_buffer_limits(**HELD)
            answer.close()

    def _go_on(self) -> None:
        self._transport.write(CONTINUE)
