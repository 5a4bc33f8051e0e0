"""A server process over real HTTP: how it starts, bears bad clients, takes up releases, heals and ends."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import pytest

from travaux_build.release import Release

COMMAND = "from travaux_server.commands.serve import serve; serve()"
QUERY = "from travaux_server.commands.query import query; query()"
FOREVER = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + "}"
ASK = "/sparql?query=" + quote("ASK {}")


class Server:
    """A server process, its port, and its standard error in a file."""

    def __init__(self, process: subprocess.Popen[str], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def get(self, path: str, timeout: float = 10) -> tuple[int, bytes]:
        """Status and body of a GET."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def send(self, request: bytes) -> bytes:
        """What comes back for these bytes until the server closes or is silent for a second."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(request)
            received = b""
            with suppress(TimeoutError, ConnectionResetError):
                while part := connection.recv(65536):
                    received += part
            return received

    def family(self) -> list[int]:
        """The processes of the engine: parents of workers, then workers."""
        parents = children(self.process.pid)
        return parents + [worker for parent in parents for worker in children(parent)]


@pytest.fixture(scope="module")
def releases(small_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A releases folder of our own, whose current release can be exchanged."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(small_release.folder, folder / small_release.folder.name)
    (folder / "current").symlink_to(small_release.folder.name)
    return folder


@pytest.fixture(scope="module")
def server(releases: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(releases, tmp_path_factory.mktemp("log")) as running:
        yield running


@contextmanager
def serving(releases: Path, logs: Path, *options: str) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = logs / "stderr"
    command = [sys.executable, "-c", COMMAND, "--releases", str(releases), "--port", str(port)]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, "--workers", "2", "--deadline", "1", *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment(),
        )
    server = Server(process, port, log)
    try:
        wait_until(lambda: answers(server), 20)
        yield server
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


def answers(server: Server) -> bool:
    with suppress(OSError):
        return server.get(ASK)[0] == 200
    return False


def wait_until(holds: object, seconds: float) -> float:
    """Seconds until `holds()` is true; fails after `seconds`."""
    assert callable(holds)
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds
        time.sleep(0.02)
    return time.monotonic() - begun


def children(process: int) -> list[int]:
    """The processes whose parent is this one, and that have not ended."""
    found = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    return [child for child in found if _state(child)[0] != "Z" and _state(child)[1] == str(process)]


def is_running(process: int) -> bool:
    return _state(process)[0] not in ("Z", "")


def _state(process: int) -> tuple[str, str]:
    """State and parent of a process; empty when there is none."""
    try:
        state, parent = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[:2]
    except OSError:
        return "", ""
    return state, parent


def test_a_long_query_stops_while_another_client_is_answered(server: Server) -> None:
    """A cross product ends with 503 at the deadline; meanwhile other clients have their answers at once."""
    outcome: list[int] = []
    thread = Thread(target=lambda: outcome.append(server.get("/sparql?query=" + quote(FOREVER))[0]))
    begun = time.monotonic()
    thread.start()
    time.sleep(0.2)
    for _ in range(5):
        asked = time.monotonic()
        assert server.get(ASK)[0] == 200
        assert time.monotonic() - asked < 0.5
    thread.join()
    assert outcome == [503]
    assert 0.9 < time.monotonic() - begun < 1.6


def test_hostile_queries_leave_the_server_as_it_was(server: Server) -> None:
    """What the guard refuses and what it lets pass to the engine: each is answered, and so is the next."""
    parent = server.family()[0]
    for text in (
        "SELECT * WHERE " + "{" * 3000,
        "SELECT (" + "STR(" * 90 + "1" + ")" * 90 + " AS ?x) {}",
        "SELECT * {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + "} ORDER BY ?a1 LIMIT 1",
        "SELECT ?z { BIND('0123456789' AS ?a0) "
        + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(40))
        + "}",
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ):
        begun = time.monotonic()
        assert server.get("/sparql?query=" + quote(text))[0] in (200, 400, 413, 503)
        assert time.monotonic() - begun < 1.5
        assert server.get(ASK)[0] == 200
    assert server.family()[0] == parent


def test_half_open_requests_take_nothing_from_others(server: Server) -> None:
    """With 150 requests begun and not ended, and as many bodies that never come, others are answered."""
    begun = b"GET /sparql HTTP/1.1\r\nHost: x\r\n"
    waiting = HEAD + b"Content-Length: 9\r\n\r\nA"
    connections = []
    try:
        for number in range(300):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=2)
            connection.sendall(begun if number % 2 else waiting)
            connections.append(connection)
        asked = time.monotonic()
        assert server.get(ASK)[0] == 200
        assert time.monotonic() - asked < 1
    finally:
        for connection in connections:
            connection.close()


HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        (CHUNKED + b"6\r\nASK {}\r\n0\r\n\r\n", {200}),
        (CHUNKED + b"6\r\nASK {}\r\n", set()),
        (CHUNKED + b"zz\r\nASK {}\r\n0\r\n\r\n", {400}),
        (CHUNKED + b"186A00\r\n" + b"#" * 1_600_000 + b"\r\n0\r\n\r\n", {413}),
        (HEAD + b"Content-Length: 6\r\n\r\nASK {}", {200}),
        (HEAD + b"Content-Length: 9\r\n\r\nASK {}", set()),
        (HEAD + b"Content-Length: 2000000\r\n\r\n" + b"#" * 100, {413}),
        (HEAD + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}", {400}),
        (HEAD + b"Content-Length: -1\r\n\r\nASK {}", {400}),
        (HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", {400}),
        (HEAD + b"\r\nASK {}", {411}),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", {431}),
        (b"GET /sparql?query=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {431}),
    ],
)
def test_no_answer_is_given_to_part_of_a_body(server: Server, request_: bytes, statuses: set[int]) -> None:
    """A body is read whole within its limits, or refused, or waited for; never guessed at."""
    received = server.send(request_)
    found = {int(received.split(b" ")[1])} if received else set()
    assert found == statuses
    assert server.get(ASK)[0] == 200


def test_the_log_has_one_line_per_request(server: Server) -> None:
    """Whatever a client sends, it writes one line of printable characters to the log, and no long one."""
    for target in (b"/no%0d%0athing?%1b[31m", b"/nothing?" + b"a" * 9000):
        server.send(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    wait_until(lambda: server.log.read_bytes().count(b"thing") == 2, 2)
    lines = [line for line in server.log.read_bytes().split(b"\n") if b"thing" in line]
    assert len(lines) == 2
    for line in lines:
        assert all(0x20 <= byte < 0x7F for byte in line)
        assert b" 404 " in line
        assert len(line) < 700


def test_bytes_that_no_url_has_are_refused(server: Server) -> None:
    """A target with raw control characters or raw bytes beyond ASCII is answered 400."""
    for target in (b"/a\x1b", b"/\xc3\xa9", b"/a\x00"):
        received = server.send(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert received.split(b" ")[1] in (b"400", b"404")


def test_a_killed_worker_and_a_killed_parent_are_replaced(server: Server) -> None:
    """After kill -9 of a worker, then of the parent, queries are answered again within a second."""
    parent, *workers = server.family()
    os.kill(workers[0], signal.SIGKILL)
    assert wait_until(lambda: answers(server), 1) < 1
    os.kill(parent, signal.SIGKILL)
    wait_until(lambda: not any(is_running(process) for process in (parent, *workers)), 1)
    assert wait_until(lambda: answers(server), 1) < 1
    assert server.family()[0] != parent


def test_a_new_release_is_taken_up_without_a_failed_request(server: Server, releases: Path) -> None:
    """While clients ask, the link is moved: every request is answered, and soon by the new release."""
    old = (releases / "current").readlink().name
    new = old.rpartition(".")[0] + ".99"
    shutil.copytree(releases / old, releases / new)
    rename_release(releases / new, new)
    statuses: list[int] = []
    done = Event()

    def keep_asking() -> None:
        while not done.is_set():
            statuses.append(server.get(ASK)[0])

    clients = [Thread(target=keep_asking) for _ in range(2)]
    for client in clients:
        client.start()
    (releases / "next").symlink_to(new)
    (releases / "next").rename(releases / "current")
    wait_until(lambda: json.loads(server.get("/health")[1])["release"] == new, 10)
    time.sleep(0.3)
    done.set()
    for client in clients:
        client.join()
    assert len(statuses) > 10
    assert set(statuses) == {200}
    wait_until(lambda: len(children(server.process.pid)) == 1, 3)


def test_a_damaged_release_is_not_taken_up(server: Server, releases: Path) -> None:
    """A link to a release that is damaged is reported, by the file's name, and the old one goes on."""
    before = json.loads(server.get("/health")[1])["release"]
    bad = before.rpartition(".")[0] + ".100"
    shutil.copytree(releases / before, releases / bad)
    with (releases / bad / "manifest.json").open("a") as manifest:
        manifest.write(" ")
    (releases / "next").symlink_to(bad)
    (releases / "next").rename(releases / "current")
    wait_until(lambda: "manifest.json" in server.log.read_text(), 5)
    assert json.loads(server.get("/health")[1])["release"] == before


def test_sigterm_ends_the_server_after_the_requests_begun(releases: Path, tmp_path: Path) -> None:
    """On SIGTERM a query under way is answered, then all processes are gone, with exit code 0."""
    point_to_good(releases)
    with serving(releases, tmp_path) as server:
        family = server.family()
        outcome: list[int] = []
        path = "/sparql?timeout=0.8&query=" + quote(FOREVER)
        thread = Thread(target=lambda: outcome.append(server.get(path)[0]))
        thread.start()
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=5) == 0
        thread.join()
        assert outcome == [503]
        assert len(family) >= 2
        wait_until(lambda: not any(is_running(process) for process in family), 1)
        with pytest.raises(ConnectionRefusedError):
            server.get(ASK)


def test_kill_9_leaves_no_orphan(releases: Path, tmp_path: Path) -> None:
    """When the server is killed outright, parent and workers are gone within a second, also a busy one."""
    point_to_good(releases)
    with serving(releases, tmp_path, "--deadline", "5") as server:
        family = server.family()
        thread = Thread(target=lambda: suppressed(server, "/sparql?query=" + quote(FOREVER)))
        thread.start()
        time.sleep(0.3)
        server.process.kill()
        server.process.wait()
        assert len(family) >= 2
        wait_until(lambda: not any(is_running(process) for process in family), 1)
        thread.join()


def test_the_server_says_where_to_look(releases: Path, tmp_path: Path) -> None:
    """On starting, the command prints home, endpoint and downloads."""
    point_to_good(releases)
    with serving(releases, tmp_path) as server:
        server.process.terminate()
        printed = server.process.communicate(timeout=5)[0]
        for path in ("/", "/sparql", "/download"):
            assert f"http://127.0.0.1:{server.port}{path}\n" in printed


def test_a_port_that_is_taken_is_one_line(releases: Path) -> None:
    """A port in use is an error that names it, not a traceback."""
    point_to_good(releases)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        main = "from travaux_build.commands.main import main; main()"
        ended = subprocess.run(
            [sys.executable, "-c", main, "serve", "--releases", str(releases), "--port", port],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
            env=environment(),
        )
    assert ended.returncode == 1
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def suppressed(server: Server, path: str) -> None:
    with suppress(OSError, http.client.HTTPException):
        server.get(path)


def point_to_good(releases: Path) -> None:
    """Let `current` point to the first release, which is whole."""
    first = min(path.name for path in releases.iterdir() if path.is_dir() and not path.is_symlink())
    (releases / "next").symlink_to(first)
    (releases / "next").rename(releases / "current")


def rename_release(folder: Path, version: str) -> None:
    """Give a copied release another version, and its manifest the digest that goes with it."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["version"] = version
    path.write_text(json.dumps(manifest))
    digest = subprocess.run(["sha256sum", path.name], cwd=folder, capture_output=True, check=True).stdout
    (folder / "manifest.sha256").write_bytes(digest)
