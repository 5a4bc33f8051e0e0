"""Building under adversity: killed, starved, interrupted or crowded, it leaves the current release."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from travaux_build import publish
from travaux_build.content import open_content
from travaux_build.errors import ReleaseError
from travaux_build.pipeline import build
from travaux_build.release import current_release, open_release, versions

KILLS = 20
LIMITED = """
import resource, sys
from travaux_build.commands.main import main

largest = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
main()
"""


def start(content: Path, releases: Path, largest: int = -1) -> subprocess.Popen[str]:
    """A build in a process of its own, in which no file can grow beyond `largest` bytes; -1 is no limit."""
    return subprocess.Popen(
        [sys.executable, "-c", LIMITED, str(largest), "build", "--content", content, "--releases", releases],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def edit(content: Path, number: int) -> None:
    """Change the content, so that a build has something to do."""
    people = content / "data" / "reference" / "people.yaml"
    lines = [line for line in people.read_text(encoding="utf-8").split("\n") if "altLabel" not in line]
    lines = [line for line in lines if not line.startswith("      hu:")]
    people.write_text("\n".join(lines).rstrip() + f"\n      hu: Béla {number}\n", encoding="utf-8")


def test_a_build_killed_at_any_moment_leaves_whole_releases_only(small_content: Path, tmp_path: Path) -> None:
    """After kill -9 the current release opens, every visible one is whole, and the next build succeeds."""
    releases = tmp_path / "releases"
    started = time.monotonic()
    with start(small_content, releases) as first:
        assert first.wait() == 0
    duration = time.monotonic() - started
    moments = random.Random(20261124)
    killed = 0
    for number in range(KILLS):
        edit(small_content, number)
        known = versions(releases)
        with start(small_content, releases) as process:
            time.sleep(duration * moments.uniform(0.3, 1.05))
            process.kill()
            killed += process.wait() == -signal.SIGKILL
        assert current_release(releases).manifest.version in versions(releases)
        for version in versions(releases)[len(known) :]:
            open_release(releases / version)
    assert killed > KILLS / 4
    with start(small_content, releases) as last:
        assert last.wait() == 0
    assert current_release(releases).manifest.content_digest == open_content(small_content).digest()
    assert [path.name for path in releases.iterdir() if path.name.startswith(publish.UNFINISHED)] == []


def test_builds_at_once_make_one_release(small_content: Path, tmp_path: Path) -> None:
    """Who comes second waits, then finds the work done."""
    releases = tmp_path / "releases"
    processes = [start(small_content, releases) for _ in range(4)]
    results = [(process.communicate(timeout=120), process.returncode) for process in processes]
    assert [code for _, code in results] == [0, 0, 0, 0]
    assert versions(releases) == ("2026.01.1",)
    assert sum("nothing to do" in errors for (_, errors), _ in results) == 3


def test_a_build_waits_for_the_one_that_holds_the_lock(small_content: Path, tmp_path: Path) -> None:
    """While another build writes, nothing is written, and the one who waits is told."""
    releases = tmp_path / "releases"
    with publish.locked(releases, lambda message: None):
        process = start(small_content, releases)
        assert process.stderr is not None
        assert "another build is writing" in process.stderr.readline()
        assert versions(releases) == ()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert versions(releases) == ("2026.01.1",)


@pytest.mark.parametrize("size", [0, 100, 5_000, 20_000, 60_000])
def test_a_full_disk_leaves_the_old_release(small_content: Path, tmp_path: Path, size: int) -> None:
    """Where no file can grow beyond a size, the build says which one failed, and changes nothing."""
    releases = tmp_path / "releases"
    old = build(open_content(small_content), releases)
    edit(small_content, size)
    with start(small_content, releases, size) as process:
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 1, output + errors
    assert "Traceback" not in errors
    assert "File too large" in errors
    assert len(errors.strip().split("\n")) == 1
    assert current_release(releases) == old
    assert sorted(path.name for path in releases.iterdir()) == [".lock", "2026.01.1", "current"]


def test_refused_content_leaves_the_old_release(small_content: Path, tmp_path: Path) -> None:
    """Content with a fault is never published, in part or whole."""
    releases = tmp_path / "releases"
    old = build(open_content(small_content), releases)
    people = small_content / "data" / "reference" / "people.yaml"
    people.write_text(people.read_text(encoding="utf-8").replace("label:", "lable:"), encoding="utf-8")
    with start(small_content, releases) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "data/reference/people.yaml:5:" in errors
    assert current_release(releases) == old
    assert sorted(path.name for path in releases.iterdir()) == [".lock", "2026.01.1", "current"]


def test_an_interrupted_build_leaves_nothing_behind(small_content: Path, tmp_path: Path) -> None:
    """Ctrl-C ends the build without a traceback and without a trace."""
    releases = tmp_path / "releases"
    build(open_content(small_content), releases)
    edit(small_content, 1)
    with start(small_content, releases) as process:
        deadline = time.monotonic() + 60
        while process.poll() is None and not [*releases.glob(f"{publish.UNFINISHED}*")]:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, 1)
    assert "Traceback" not in errors
    assert [*releases.glob(f"{publish.UNFINISHED}*")] == []
    assert current_release(releases).manifest.version in versions(releases)


def test_a_damaged_newest_release_is_reported_and_passed_over(small_content: Path, tmp_path: Path) -> None:
    """A build next to a damaged release says so and makes a sound one."""
    releases = tmp_path / "releases"
    first = build(open_content(small_content), releases)
    first.dump.write_bytes(b"")
    with start(small_content, releases) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "dumps/garden.nq: has 0 bytes" in errors
    assert current_release(releases).manifest.version == "2026.01.2"


def test_a_release_that_exists_is_never_overwritten(small_content: Path, tmp_path: Path) -> None:
    """Publishing refuses a version that is taken, whatever lies there."""
    releases = tmp_path / "releases"
    release = build(open_content(small_content), releases)
    with pytest.raises(ReleaseError, match="never overwritten"):
        publish.publish(release.folder, releases, release.manifest.version)


def test_releases_that_cannot_be_written_are_named(small_content: Path, tmp_path: Path) -> None:
    """A folder of releases that is a file, or lies in one, is an error in one line."""
    (tmp_path / "file").write_text("", encoding="ascii")
    with start(small_content, tmp_path / "file" / "releases") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert "Not a directory" in errors
