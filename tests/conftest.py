"""What tests share: releases of the small and of the real content, content to edit, and the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from travaux_build.content import open_content
from travaux_build.pipeline import build
from travaux_build.release import Release
from travaux_server.selftest.subject import Subject, running

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "content"
SECOND = ROOT / "tests" / "second-record"
LIBRARY = ROOT / "tests" / "library"
if "TRAVAUX_BASE" in os.environ:
    # The suite runs under another base: that of the real content, and of nothing else that it builds.
    os.environ["REAL_BASE"] = os.environ.pop("TRAVAUX_BASE")
REAL_BASE = os.environ.get("REAL_BASE")
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of tests/content, to be read only; its base is https://example.org/garden/."""
    return build(open_content(SMALL), tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def real_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the repository's own content, to be read only; TRAVAUX_BASE gives it another base."""
    return build(open_content(ROOT, REAL_BASE), tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="session", params=["small_release", "real_release"])
def release(request: pytest.FixtureRequest) -> Release:
    """One after the other, the releases of the small and of the real content, to be read only."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Release)
    return found


@pytest.fixture(scope="session")
def served(small_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """A server process of the small release, for tests that leave it as it was."""
    options = ["--quiet", "--workers", "2", "--deadline", "2", "--work-per-minute", "0"]
    options += ["--public-url", "https://data.example/base"]
    with running(small_release.folder.parent, tmp_path_factory.mktemp("served"), *options) as subject:
        yield subject


@pytest.fixture(scope="session")
def chronicle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three releases of the small content, to be read only.

    In the second a person has another name; in the third another one is retired, and a term is new.
    """
    root = tmp_path_factory.mktemp("chronicle")
    content = Path(shutil.copytree(SMALL, root / "content", ignore=shutil.ignore_patterns(".schemas")))
    people, ontology = content / "data/reference/people.yaml", content / "ontology/garden.ttl"
    cleo = "  - id: person/cleo\n    type: Person\n    label:\n      en: Cleo\n"

    def edit(path: Path, old: str, new: str) -> None:
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new, "utf-8")

    edit(people, "", cleo)
    edit(ontology, "a owl:Ontology ;", 'a owl:Ontology ; owl:versionInfo "1.0.0" ;')
    build(open_content(content), root / "releases")
    edit(people, "Amina", "Amina B.")
    build(open_content(content), root / "releases")
    edit(people, cleo, "")
    (content / "data/retired.yaml").write_text(
        '- id: person/cleo\n  label: {en: Cleo}\n  since: "2026.01.3"\n'
        "  replacedBy: [person/amina]\n  reason: {en: The same person under another name}\n",
        "utf-8",
    )
    edit(ontology, '"1.0.0" ;', '"1.1.0" ;')
    edit(ontology, "", '\ngarden:Tree a owl:Class ; rdfs:label "Tree"@en ; rdfs:subClassOf garden:Plant .\n')
    build(open_content(content), root / "releases")
    return root / "releases"


@pytest.fixture(scope="session")
def second_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own content with a second, invented record in it, to be read only."""
    root = tmp_path_factory.mktemp("second") / "content"
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copytree(SECOND / "data", root / "data", dirs_exist_ok=True)
    return root


@pytest.fixture
def library_content(tmp_path: Path) -> Path:
    """A copy of tests/library that a test may change."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "library", ignore=shutil.ignore_patterns(".schemas")))


@pytest.fixture
def small_content(tmp_path: Path) -> Path:
    """A copy of tests/content that a test may change."""
    return Path(shutil.copytree(SMALL, tmp_path / "content", ignore=shutil.ignore_patterns(".schemas")))


@pytest.fixture(scope="session")
def travaux() -> Command:
    """Runs the command `travaux` with arguments, in an environment to which keywords are added."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("travaux"), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, **environment},
        )

    return run
