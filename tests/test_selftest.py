"""The self-test: its bounded form against a server of ours, and that it tells when a wall falls."""

from __future__ import annotations

import re
import socket
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from travaux_build.release import Release
from travaux_server.selftest.exchange import exchange
from travaux_server.selftest.family import TRAP, Case
from travaux_server.selftest.findings import percentile
from travaux_server.selftest.hostile import FAMILIES, cases
from travaux_server.selftest.pressure import half_open
from travaux_server.selftest.processes import census, is_running, memory
from travaux_server.selftest.subject import Subject, running
from travaux_server.selftest.trap import Trap
from travaux_server.selftest.walls import attack

Command = Callable[..., "subprocess.CompletedProcess[str]"]
REAL = [
    "SELECT ?label WHERE { ?thing a ?class ; rdfs:label ?label FILTER(LANG(?label) = 'en') } ORDER BY ?label"
]


def nothing() -> None:
    """A step that nobody watches."""


def test_the_walls_stand_with_the_guard_and_without(small_release: Release, travaux: Command) -> None:
    """Some of every family is answered in time, no process ends, nobody connects out: exit code 0."""
    options = ("--queries", "240", "--deadline", "0.3", "--releases", small_release.folder.parent)
    ended = travaux("selftest", *options)
    assert (ended.returncode, ended.stderr) == (0, "")
    figures = re.findall(r"^  (\S.*?)  +(\S.*)$", ended.stdout, re.MULTILINE)
    told = Counter(name for name, _ in figures)
    expected = "queries tried|worst answer time|deaths of server or parent|connections out|peak memory"
    assert {name: told[name] for name in expected.split("|")} == dict.fromkeys(expected.split("|"), 2)
    for name, value in figures:
        if name == "queries tried":
            assert value == "240"
        if name in ("deaths of server or parent", "connections out"):
            assert value == "0"
    assert "All walls stand." in ended.stdout


def test_the_long_form_has_2500_different_queries_of_every_family() -> None:
    """They are the same each time, and with few of them every family still has its turn."""
    made = cases(2_500, REAL, "http://127.0.0.1:1/")
    assert made == cases(2_500, REAL, "http://127.0.0.1:1/")
    assert len({case.body for case in made}) > 2_400
    assert {family.name for family in FAMILIES} <= {case.family for case in made}
    few = cases(240, REAL, "http://127.0.0.1:1/")
    assert len(few) == 240
    assert {family.name for family in FAMILIES} <= {case.family for case in few}
    assert any(b"http://127.0.0.1:1/" in case.body for case in few)
    assert not any(TRAP.encode() in case.body for case in made)


def test_a_connection_out_is_seen() -> None:
    """The listener counts whoever connects, once, also after they have gone."""
    with Trap() as trap:
        assert trap.count() == 0
        port = int(trap.address.rstrip("/").rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port)).close()
        assert (trap.count(), trap.count()) == (1, 1)


def test_an_answer_that_comes_late_is_a_fall(served: Subject) -> None:
    """Against a deadline shorter than the server's own, a long query is told by its family."""
    text = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + "}"
    with Trap() as trap:
        found = attack(served, [Case("cross", 6, text.encode())], trap, 0.2, "Late", nothing)
    assert any("cross 6: answered after" in fall for fall in found.falls)


def test_a_server_that_ends_is_a_fall(small_release: Release, tmp_path: Path) -> None:
    """When the server's process ends, its death is counted and the query named."""
    with (
        running(small_release.folder.parent, tmp_path, "--quiet", "--work-per-minute", "0") as subject,
        Trap() as trap,
    ):
        made = [Case("none", 1, b"ASK {}"), Case("none", 2, b"ASK { }")]
        found = attack(subject, made, trap, 1.0, "Ended", subject.process.kill)
    assert dict(found.figures)["deaths of server or parent"] != "0"
    assert any("processes ended" in fall for fall in found.falls)


def test_pillars_are_told_from_workers(served: Subject) -> None:
    """The server and the engine's parent must never end; workers may. All of them have memory."""
    now = census(served.process.pid)
    assert served.process.pid in now.pillars
    assert len(now.pillars) >= 2
    assert len(now.workers) >= 2
    assert all(is_running(process) for process in now.pillars | now.workers)
    assert memory(now.pillars) > 20 * 2**20


def test_half_open_connections_are_borne(served: Subject) -> None:
    """With 300 connections that never finish a request, normal queries are answered within a second."""
    found = half_open(served, 300, 2.0)
    assert found.falls == ()
    assert dict(found.figures)["connections not let in"] == "0"


def test_releases_are_exchanged_under_load(small_release: Release, tmp_path: Path) -> None:
    """While clients ask, two releases follow: no request fails, and each answer is of the one it says."""
    releases = tmp_path / "releases"
    releases.mkdir()
    (releases / small_release.folder.name).symlink_to(small_release.folder)
    (releases / "current").symlink_to(small_release.folder.name)
    with running(releases, tmp_path, "--quiet", "--work-per-minute", "0") as subject:
        found = exchange(subject, small_release, releases, 2, nothing)
    assert [fall for fall in found.falls if "memory" not in fall] == []


def test_a_share_of_values_is_told() -> None:
    """Of a hundred values, 95 lie below the 96th; of none, the share is 0."""
    assert percentile([float(number) for number in range(100)], 0.95) == 95.0
    assert percentile([], 0.95) == 0.0
    assert percentile([3.0], 1.0) == 3.0
