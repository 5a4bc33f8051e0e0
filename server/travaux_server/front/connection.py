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

from travaux_server.front.answer import CLOSE, CONTINUE, KEEP, SERVER, Answer
from travaux_server.front.cache import Ready
from travaux_server.front.desk import Desk
from travaux_server.front.gateway import call
from travaux_server.front.journal import entry
from travaux_server.front.limits import AHEAD, AT_ONCE, HELD
from travaux_server.front.reception import Reception, Refused
from travaux_server.front.request import Request
from travaux_server.front.stretch import Stretch

LATE = Refused(408, "the request was not sent in time")
FAILED = Answer(500, [("Content-Length", "0")])


class Connection(asyncio.Protocol):
    """Every method is called in the thread of the event loop, except that `_work` runs in one of the crew's.

    `ends` is the time, of the loop's clock, at which the connection is given up if nothing happens.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reception = Reception(desk.limits, desk.held, lambda: self._transport.write(CONTINUE))
        self._requests: deque[Request] = deque()
        self._under_way: Request | None = None
        self._answer: Answer | None = None
        self._left = self._left_then = 0
        self._is_full = self._is_refused = self._is_told = self._is_gone = False
        self._is_last = self._is_over = self._is_turning = False
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
        self._is_over = True
        return self._is_occupied

    def data_received(self, data: bytes) -> None:
        if self._is_refused or self._is_last or self._is_over:
            return
        if self._stage == "idle" and not (self._is_occupied or self._is_full):
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
        else:
            self._next()

    def expire(self) -> None:
        """The time is over: say so to a client that was sending, and hang up."""
        if self._stage in ("head", "body") and not (self._is_occupied or self._is_refused):
            self._refuse(LATE)
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
        return self._is_occupied or self._transport.get_write_buffer_size() > 0

    @property
    def _is_occupied(self) -> bool:
        """Whether a request is being answered, or waits for its turn."""
        return self._under_way is not None or bool(self._requests)

    def _receive(self, request: Request) -> None:
        request.begun = time.perf_counter()
        request.client = self._peer
        if self._is_proxy:
            self._desk.name_client(request)
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
        """Answer the next requests: several if that is done at once, while the client takes the answers."""
        if self._is_turning:
            return
        self._is_turning = True
        try:
            for turn in range(AHEAD + 1):
                if self._under_way or self._is_gone or self._is_last or self._is_told or self._is_full:
                    return
                if not self._requests:
                    self._refuse(self._reception.refused)
                    return
                if turn < AHEAD:
                    self._begin(self._requests.popleft())
            self._desk.loop.call_soon(self._next)
        finally:
            self._is_turning = False

    def _begin(self, request: Request) -> None:
        """Begin to answer a request, which may be done on return."""
        if len(self._requests) == AHEAD:
            self._transport.resume_reading()
        ready = self._desk.cache.find(request)
        lasts = request.keep_alive and not self._is_over
        if ready is not None and lasts and self._give(ready, request.forwarded):
            return
        self._under_way = request
        self.ends = math.inf
        if self._desk.hosted.begin(request, self, self._desk.loop):
            return
        if not self._desk.crew.take_on(partial(self._work, partial(self._call, request))):
            self.respond(self._desk.refusal(503, "too many requests are waiting", 1))

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

    def _refuse(self, refused: Refused | None) -> None:
        """Answer what is no request, if there is such, and hang up once the client can have read why."""
        if refused is None:
            return
        self._reception.close()
        self._is_refused = self._is_told = True
        self._under_way = Request(client=self._peer, keep_alive=False, begun=time.perf_counter())
        self.respond(self._desk.refusal(refused.status, refused.detail))

    def respond(self, answer: Answer) -> None:
        """Send the answer to the request under way; in the thread of the loop."""
        request = self._under_way
        if self._is_gone or request is None:
            answer.close()
            return
        desk = self._desk
        desk.cache.offer(request, answer)
        is_end = self._is_over and not self._requests
        is_last = not request.keep_alive or self._is_last or is_end or desk.is_stopping
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
