"""The proof of a release: what it asks, what it finds, and that nothing is published against it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import run_wsgi_app

from travaux_build.content import open_content
from travaux_build.errors import TravauxError
from travaux_build.pipeline import build
from travaux_build.release import CURRENT, Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.proof import prove
from travaux_server.proof.asking import Asker
from travaux_server.proof.comparing import Examination
from travaux_server.proof.held import Held
from travaux_server.proof.page import Page
from travaux_server.proof.prove import examine
from travaux_server.settings import Settings

SMALL = Path(__file__).parent / "content"
LIBRARY = Path(__file__).parent / "library"
Command = Callable[..., "subprocess.CompletedProcess[str]"]
SETTINGS = Settings(workers=2, quiet=True, work_per_minute=0)
OTHER_BASE = "https://data.example/some/where/"
PLACE = "<https://example.org/garden/nowhere>"
NOWHERE = (
    f"<https://example.org/garden/id/plant/rose> <http://www.w3.org/2000/01/rdf-schema#seeAlso> {PLACE} .\n"
)


def test_the_real_release_is_proved(real_release: Release) -> None:
    """Every IRI that the real release mints resolves in every format to what the release says of it."""
    proven = examine(real_release)
    assert proven.faults == ()
    assert proven.iris > 2_700
    assert proven.documents > 1_800
    assert proven.requests > 5 * proven.documents
    assert proven.triples > real_release.manifest.triples


@pytest.mark.parametrize("content", [SMALL, LIBRARY], ids=["small", "library"])
@pytest.mark.parametrize("base", [None, OTHER_BASE], ids=["own", "other"])
def test_other_content_is_proved_under_any_base(content: Path, base: str | None, tmp_path: Path) -> None:
    """The proof knows no content and no base."""
    release = build(open_content(content, base), tmp_path)
    assert base in (None, release.manifest.base)
    assert "6 formats of each" in prove(release.folder)


def test_what_does_not_resolve_is_not_published(
    small_content: Path, tmp_path: Path, travaux: Command
) -> None:
    """An IRI that leads nowhere stops the build, which names it; without the proof it is published."""
    (small_content / "data" / "links" / "nowhere.nt").write_text(NOWHERE)
    releases = tmp_path / "releases"
    refused = travaux("build", "--content", small_content, "--releases", releases)
    assert refused.returncode == 1
    assert "https://example.org/garden/nowhere as Turtle: answers 404 where 200 is due" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(releases.glob("[!.]*")) == []
    hurried = travaux("build", "--content", small_content, "--releases", releases, "--no-proof")
    assert hurried.returncode == 0
    assert (releases / CURRENT).is_symlink()
    found = travaux("prove", "--releases", releases)
    assert (found.returncode, found.stdout) == (1, "")
    assert "https://example.org/garden/nowhere" in found.stderr


def test_a_release_may_say_less_than_the_one_before(small_content: Path, tmp_path: Path) -> None:
    """What an earlier release counted and described, and the new one has not, bars no proof."""
    note = small_content / "data" / "links" / "note.nt"
    note.write_text(NOWHERE.replace("rdf-schema#seeAlso", "rdf-schema#comment").replace(PLACE, '"A note"'))
    before = build(open_content(small_content), tmp_path)
    note.unlink()
    after = build(open_content(small_content), tmp_path, proofs=[prove])
    gone = set(Held(before).minted()[before.iris.dataset]) - set(Held(after).minted()[after.iris.dataset])
    assert gone
    assert after.manifest.version == "2026.01.2"


def test_the_command_says_what_it_proved(small_release: Release, travaux: Command) -> None:
    """`travaux prove` says how many IRIs in how many documents it asked for."""
    result = travaux("prove", "--releases", small_release.folder.parent)
    assert result.returncode == 0
    assert "IRIs in" in result.stdout
    assert "triples alike in every RDF format" in result.stdout


@pytest.fixture(scope="module")
def engine(small_release: Release) -> Iterator[Engine]:
    with Engine(small_release, SETTINGS) as started:
        yield started


def without(part: bytes) -> Callable[[bytes], bytes]:
    return lambda body: b"".join(line for line in body.splitlines(True) if part not in line)


@pytest.mark.parametrize(
    ("media_type", "change", "fault"),
    [
        ("application/n-triples", without(b"primaryTopic"), "differs from N-Triples"),
        ("text/turtle", lambda body: body.replace(b"Amina", b"Amino"), "as Turtle: differs from N-Triples"),
        ("application/rdf+xml", lambda body: body[:-20], "as RDF/XML: is no application/rdf+xml"),
        ("application/ld+json", lambda body: b"[]", "as JSON-LD: differs from N-Triples in"),
        ("application/n-quads", lambda body: body.replace(b"graph/reference>", b"graph/record>"), "graphs"),
        ("text/html", lambda body: body.replace(b"<h1>", b"<h1>Who? </h1><p>"), "has </h1> where none"),
        ("text/html", lambda body: body.replace(b"Amina</bdi></h1>", b"</bdi></h1>"), "has a heading that"),
    ],
)
def test_a_wrong_answer_is_found(
    engine: Engine, media_type: str, change: Callable[[bytes], bytes], fault: str
) -> None:
    """An answer that is changed on its way, in one format only, is told from what it should be."""
    faults = faults_of(tampered(engine, (media_type,), change))
    assert any(fault in found for found in faults), faults


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda body: body.replace(b"Amina", b"Amino"), "invents"),
        (lambda body: body.replace(b"Amina", b"Amino"), "lacks"),
        (lambda body: body.replace(b"primaryTopic", b"topic"), "does not say"),
    ],
)
def test_an_error_in_every_format_is_found(
    engine: Engine, change: Callable[[bytes], bytes], fault: str
) -> None:
    """Formats that agree with each other, but not with the release, are told as well."""
    types = ("application/n-triples", "text/turtle", "application/rdf+xml", "application/ld+json")
    faults = faults_of(tampered(engine, (*types, "application/n-quads"), change))
    assert any(fault in found for found in faults), faults


def test_a_page_with_the_same_id_twice() -> None:
    """Two things cannot have one anchor."""
    assert Page('<!doctype html><p id="a"></p><p id="a"></p>').faults == ["has the id a twice"]
    assert Page("<!doctype html><main><br></main>").faults == []


def test_a_release_that_is_none(tmp_path: Path) -> None:
    """A folder without a release is said to be none."""
    with pytest.raises(TravauxError, match=r"manifest\.json"):
        prove(tmp_path)


def faults_of(app: Flask) -> tuple[str, ...]:
    """What the proof finds wrong with one person and her document."""
    held = Held(app.extensions["travaux"].release)
    document = held.release.iris.thing("person/amina")
    return Examination(held, Asker(app), document, held.minted()[document]).verdict().faults


def tampered(engine: Engine, media_types: Iterable[str], change: Callable[[bytes], bytes]) -> Flask:
    """The application, with bodies of some media types changed on their way out."""
    app = create_app(engine.release, engine, SETTINGS)
    inner = app.wsgi_app

    def outer(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        parts, status, headers = run_wsgi_app(inner, environment, buffered=True)
        body = b"".join(parts)
        if headers.get("Content-Type", "").partition(";")[0] in media_types:
            body = change(body)
        headers.remove("Content-Length")
        start_response(status, list(headers))
        return [body]

    app.wsgi_app = outer  # type: ignore[method-assign, assignment]
    return app
