"""The front over real HTTP: what it reads, refuses and passes on, whom it drops, and how it ends."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from typing import Any

import pytest

from travaux_build.errors import TravauxError
from travaux_server.front import Answer, Hosted, Limits, Listener, Place, Request, Turn

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HOST = b"Host: x\r\n"
LAST = HOST + b"Connection: close\r\n"


@contextmanager
def serving(
    application: Application,
    limits: Limits | None = None,
    *,
    prefix: str = "",
    proxies: tuple[str, ...] = (),
    begin: Callable[[Request, Turn, AbstractEventLoop], bool] = lambda _request, _turn, _loop: False,
) -> Iterator[tuple[int, Listener]]:
    """A front before an application, in a thread of this process: its port, and the listener."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    place = Place("127.0.0.1", port, prefix)
    listener = Listener(
        Hosted(application, begin=begin), place, limits or Limits(), proxies=proxies, quiet=True
    )
    thread = Thread(target=listener.serve)
    thread.start()
    try:
        yield port, listener
    finally:
        listener.stop()
        thread.join(10)
        assert not thread.is_alive()


def mirror(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers with its own environment in JSON, and the body as text."""
    body = environment["wsgi.input"].read()
    seen = {key: value for key, value in environment.items() if isinstance(value, str)}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({**seen, "body": body.decode("latin-1")}).encode()]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    limits = Limits(
        head_seconds=0.5, body_seconds=0.5, body_bytes=1000, bodies_bytes=2500, linger_seconds=0.5
    )
    with serving(mirror, limits, prefix="/base") as (port, _listener):
        yield port


def exchange(port: int, sent: bytes, seconds: float = 3) -> bytes:
    """All that comes back until the server hangs up."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=seconds)) as connection:
        connection.sendall(sent)
        received = []
        with suppress(ConnectionResetError):
            while part := connection.recv(1_000_000):
                received.append(part)
        return b"".join(received)


def statuses(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def seen(received: bytes) -> dict[str, str]:
    """What `mirror` saw, of the last answer received."""
    found: dict[str, str] = json.loads(received.rpartition(b"\r\n\r\n")[2])
    return found


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GE T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00", 400),
        (b"GET / HTTP/7.3\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n" + b"a" * 1001, 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", 408),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na", 408),
        (b"GET / HTTP/1.1\r\nHost", 408),
        (b"GET / HTTP/1.1\r\n" + b"A: " + b"a" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"A: a\r\n" * 20_000, 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    ],
)
def test_what_is_no_whole_request_is_refused_with_a_reason(port: int, head: bytes, status: int) -> None:
    """Each has its status, a problem in JSON, and the end of the connection; the application sees none."""
    received = exchange(port, head)
    assert statuses(received) == [status]
    assert b"Connection: close\r\n" in received
    assert json.loads(received.rpartition(b"\r\n\r\n")[2])["status"] == status


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (b"POST / HTTP/1.1\r\n" + LAST + b"Content-Length: 3\r\n\r\nabc", "abc"),
        (b"POST / HTTP/1.1\r\n" + LAST + b"Content-Length: 0\r\n\r\n", ""),
        (
            b"POST / HTTP/1.1\r\n"
            + LAST
            + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
            "abc",
        ),
        (b"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", "abc"),
        (b"GET / HTTP/1.0\r\n\r\n", ""),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", ""),
    ],
)
def test_a_body_is_passed_on_whole_and_with_its_length(port: int, sent: bytes, body: str) -> None:
    """By length or in chunks, in HTTP/1.1 or 1.0; an offer to upgrade is passed over."""
    found = seen(exchange(port, sent))
    assert found["body"] == body
    assert int(found.get("CONTENT_LENGTH", "0")) == len(body)
    assert "HTTP_TRANSFER_ENCODING" not in found


def test_a_body_comes_in_pieces_and_after_a_sign(port: int) -> None:
    """A client that expects 100 Continue gets it; pieces that come one by one are joined."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=3)) as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\n" + LAST + b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        )
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        for piece in (b"ab", b"cd"):
            connection.sendall(piece)
            time.sleep(0.05)
        assert seen(connection.recv(65536))["body"] == "abcd"


def test_all_bodies_together_are_bounded(port: int) -> None:
    """When more bytes of unfinished bodies are held than the limit, one is refused with 503."""
    start = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\n" + b"a" * 900
    with (
        closing(socket.create_connection(("127.0.0.1", port), timeout=3)) as first,
        closing(socket.create_connection(("127.0.0.1", port), timeout=3)) as second,
    ):
        first.sendall(start)
        second.sendall(start)
        time.sleep(0.1)
        assert statuses(exchange(port, start)) == [503]
    time.sleep(0.1)
    assert statuses(exchange(port, b"POST / HTTP/1.1\r\n" + LAST + b"Content-Length: 1\r\n\r\na")) == [200]


def test_requests_sent_ahead_are_answered_in_order(port: int) -> None:
    """Twenty requests in one piece have twenty answers, each its own, then the connection ends as asked."""
    sent = b"".join(b"GET /base/%d HTTP/1.1\r\n" % number + HOST + b"\r\n" for number in range(20))
    received = exchange(port, sent + b"GET /base/20 HTTP/1.1\r\n" + LAST + b"\r\n")
    paths = [json.loads(part.split(b"\r\n\r\n")[1])["PATH_INFO"] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert paths == [f"/{number}" for number in range(21)]


@pytest.mark.parametrize("is_asked_before", [True, False])
def test_thousands_of_requests_sent_ahead_are_answered(is_asked_before: bool) -> None:
    """However many wait behind a slow one: answers that come at once are not given one out of the other."""
    count = 3000

    def slow_at_first(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environment["PATH_INFO"] == "/slow":
            time.sleep(0.3)
        headers = [("Content-Length", "2"), ("ETag", '"1"'), ("X-Release", "")]
        start_response("200 OK", headers)
        return [b"ok"]

    def at_once(request: Request, turn: Turn, _loop: AbstractEventLoop) -> bool:
        if is_asked_before or request.target == b"/slow":
            return False
        turn.respond(Answer(200, [("Content-Length", "2")], b"ok"))
        return True

    quick = b"GET /quick HTTP/1.1\r\n" + HOST + b"\r\n"
    with (
        serving(slow_at_first, begin=at_once) as (port, _listener),
        socket.create_connection(("127.0.0.1", port), timeout=30) as client,
    ):
        client.sendall(quick)
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET /slow HTTP/1.1\r\n" + HOST + b"\r\n" + quick * count)
        client.shutdown(socket.SHUT_WR)
        received = b""
        while part := client.recv(1_000_000):
            received += part
    assert received.count(b"HTTP/1.1 200") == count + 1


def test_a_request_before_a_bad_one_is_answered_first(port: int) -> None:
    """What is right is answered, what follows and is wrong is refused."""
    received = exchange(port, b"GET / HTTP/1.1\r\n" + HOST + b"\r\nPOST / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert statuses(received) == [200, 411]


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/base/a%20b?c=%20", "/a b", "c=%20"),
        (b"/base", "", ""),
        (b"/basement", "/basement", ""),
        (b"http://other/base/x?y", "/x", "y"),
        (b"/base/%E2%82%AC", "/â\x82¬", ""),
    ],
)
def test_the_environment_says_where(port: int, target: bytes, path: str, query: str) -> None:
    """Path below the prefix, percent-decoded once; query as sent; nothing by Host or by what proxies send."""
    sent = (
        b"GET " + target + b" HTTP/1.1\r\nX-Forwarded-Host: evil\r\nX_Under: evil\r\nForwarded: for=evil\r\n"
    )
    found = seen(exchange(port, sent + LAST + b"\r\n"))
    assert (found["SCRIPT_NAME"], found["PATH_INFO"], found["QUERY_STRING"]) == ("/base", path, query)
    assert "evil" not in json.dumps(found)
    assert found["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        ((), b"203.0.113.9", "127.0.0.1"),
        (("10.0.0.0/8",), b"203.0.113.9", "127.0.0.1"),
        (("127.0.0.0/8",), b"203.0.113.9", "203.0.113.9"),
        (("127.0.0.1", "10.0.0.0/8"), b"198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        (("127.0.0.1",), b"2001:db8::1", "2001:db8::1"),
        (("127.0.0.1",), b"no address", "127.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_names_the_client(
    proxies: tuple[str, ...], forwarded: bytes, client: str
) -> None:
    """The client is the last address of X-Forwarded-For that is no trusted proxy; else it is the peer."""
    with serving(mirror, proxies=proxies) as (port, _listener):
        sent = b"GET / HTTP/1.1\r\nX-Forwarded-For: " + forwarded + b"\r\n" + LAST + b"\r\n"
        assert seen(exchange(port, sent))["REMOTE_ADDR"] == client


def test_a_proxy_that_is_no_address_is_an_error() -> None:
    """The message names what was given."""
    with pytest.raises(TravauxError, match=r"nonsense.*network"):
        Listener(Hosted(mirror), Place("127.0.0.1", 1), Limits(), proxies=("nonsense",))


def test_an_answer_has_one_date() -> None:
    """The date is the front's, also where the application states one (RFC 9110, 6.6.1)."""

    def dated(_environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Date", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Content-Length", "2")])
        return [b"ok"]

    with (
        serving(dated) as (port, _listener),
        closing(http.client.HTTPConnection("127.0.0.1", port)) as client,
    ):
        client.request("GET", "/")
        dates = client.getresponse().headers.get_all("Date")
    assert dates is not None
    assert len(dates) == 1
    assert "1970" not in dates[0]


def test_many_silent_clients_take_nothing_from_others() -> None:
    """With 1,000 heads and 300 bodies begun and not ended, another client is answered at once."""
    with serving(mirror) as (port, _listener):
        held = []
        try:
            for number in range(1300):
                connection = socket.create_connection(("127.0.0.1", port), timeout=3)
                held.append(connection)
                body = number % 13 < 3
                connection.sendall(
                    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nA"
                    if body
                    else b"GET / HTTP/1.1\r\n"
                )
            for _ in range(5):
                begun = time.monotonic()
                assert statuses(exchange(port, b"GET / HTTP/1.1\r\n" + LAST + b"\r\n")) == [200]
                assert time.monotonic() - begun < 0.5
        finally:
            for connection in held:
                connection.close()


def test_one_connection_too_many_takes_the_place_of_the_oldest() -> None:
    """Past the limit, the client that has been silent longest is dropped, and the new one is answered."""
    with serving(mirror, Limits(connections=60)) as (port, _listener):
        held = [socket.create_connection(("127.0.0.1", port), timeout=3) for _ in range(60)]
        try:
            assert statuses(exchange(port, b"GET / HTTP/1.1\r\n" + LAST + b"\r\n")) == [200]
        finally:
            for connection in held:
                connection.close()


def test_a_client_that_does_not_read_is_dropped_and_the_answer_closed() -> None:
    """A long answer is made only as it is taken; who takes nothing for the time allowed loses it."""
    made: list[int] = []
    closed = Event()

    class Long:
        def __iter__(self) -> Iterator[bytes]:
            for number in range(100):
                made.append(number)
                yield b"a" * 1_000_000

        def close(self) -> None:
            closed.set()

    def long(_environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "100000000")])
        return Long()

    with serving(long, Limits(send_seconds=0.5)) as (port, _listener):
        with closing(socket.create_connection(("127.0.0.1", port), timeout=3)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n" + LAST + b"\r\n")
            assert closed.wait(5)
            assert len(made) < 50
        closed.clear()
        received = exchange(port, b"GET / HTTP/1.1\r\n" + LAST + b"\r\n", 10)
        assert len(received.partition(b"\r\n\r\n")[2]) == 100_000_000
        assert closed.wait(1)


def test_an_answer_shorter_than_stated_is_not_made_to_look_whole() -> None:
    """A long answer that ends too early ends the connection, so that the client can tell."""

    def short(_environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "3000000")])
        return iter([b"a" * 1_000_000])

    with serving(short) as (port, _listener):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            connection.getresponse().read()
        connection.close()


def test_when_all_threads_and_places_are_taken_others_are_told_at_once() -> None:
    """One thread and one waiting: the third request is 503 with Retry-After, the first two are answered."""
    go_on = Event()

    def slow(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        go_on.wait(5)
        return mirror(environment, start_response)

    request = b"GET / HTTP/1.1\r\n" + LAST + b"\r\n"
    with serving(slow, Limits(threads=1, waiting=1)) as (port, _listener):
        answers: list[bytes] = []
        clients = [Thread(target=lambda: answers.append(exchange(port, request, 6))) for _ in range(2)]
        for client in clients:
            client.start()
            time.sleep(0.1)
        refused = exchange(port, request)
        go_on.set()
        for client in clients:
            client.join()
    assert statuses(refused) == [503]
    assert b"Retry-After: 1\r\n" in refused
    assert [statuses(answer) for answer in answers] == [[200], [200]]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_application_that_fails_is_500_and_the_next_request_is_answered() -> None:
    """More failures than threads leave the front as able as before."""

    def failing(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environment["PATH_INFO"] == "/bad":
            raise ZeroDivisionError
        return mirror(environment, start_response)

    with serving(failing, Limits(threads=2)) as (port, _listener):
        for _ in range(5):
            assert statuses(exchange(port, b"GET /bad HTTP/1.1\r\n" + LAST + b"\r\n")) == [500]
        assert statuses(exchange(port, b"GET / HTTP/1.1\r\n" + LAST + b"\r\n")) == [200]
    for thread in enumerate_threads():
        if thread.name.startswith("crew-"):
            thread.join(3)


def test_stopping_answers_what_was_begun_and_takes_nothing_new() -> None:
    """The request under way is answered, with the end of the connection; idle connections end at once."""
    begun = Event()

    def slow(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun.set()
        time.sleep(0.3)
        return mirror(environment, start_response)

    with serving(slow) as (port, listener):
        answers: list[bytes] = []
        client = Thread(target=lambda: answers.append(exchange(port, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")))
        with closing(socket.create_connection(("127.0.0.1", port), timeout=3)) as idle:
            client.start()
            assert begun.wait(3)
            listener.stop()
            assert idle.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
        client.join()
    assert statuses(answers[0]) == [200]
    assert b"Connection: close\r\n" in answers[0]


def test_a_client_that_stops_sending_is_still_answered(port: int) -> None:
    """Half-closed by the client after its request: the answer comes, then the end."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=3)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
    assert statuses(received) == [200]
