"""The release format: what an opened release promises, and that no damage to it goes unnoticed."""

from __future__ import annotations

import json
import os
import shutil
import socket
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from travaux_build.errors import ReleaseError
from travaux_build.release import Release, current_release, open_release, versions


@pytest.fixture
def copy(small_release: Release, tmp_path: Path) -> Path:
    """A copy of the small release that a test may damage."""
    return Path(shutil.copytree(small_release.folder, tmp_path / small_release.manifest.version))


def test_every_file_is_missed_when_it_is_deleted_cut_or_changed_in_one_bit(copy: Path) -> None:
    """Whatever happens to a file of a release, opening it refuses, naming the file or what it proves."""
    paths = sorted(path for path in copy.rglob("*") if path.is_file())
    assert len(paths) > 50
    for path in paths:
        whole, name = path.read_bytes(), path.relative_to(copy).as_posix()
        damages = [whole + b"\n"]
        if whole:
            middle = len(whole) // 2
            damages += [whole[:-1], whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], b""]
        names = [name]
        if name.endswith(".sha256"):
            names += ["manifest.json"] if name.startswith("manifest") else ["store/"]
        for damage in damages:
            path.write_bytes(damage)
            with pytest.raises(ReleaseError) as caught:
                open_release(copy)
            assert any(one in str(caught.value) for one in names), name
        path.unlink()
        with pytest.raises(ReleaseError, match=name.replace(".", r"\.")):
            open_release(copy)
        path.write_bytes(whole)
    assert open_release(copy).manifest.triples > 0


def test_a_file_replaced_by_a_link_is_refused(copy: Path, tmp_path: Path) -> None:
    """A release holds its files itself: a link leads elsewhere, even if to the same bytes."""
    outside = tmp_path / "outside.csv"
    inside = copy / "tables" / "Plant.csv"
    inside.rename(outside)
    inside.symlink_to(outside)
    with pytest.raises(ReleaseError, match=r"tables/Plant\.csv"):
        open_release(copy)


def test_only_files_of_the_manifest_have_a_path(small_release: Release) -> None:
    """No name leads out of the release, nor to a file that the manifest does not answer for."""
    assert small_release.path("dumps/garden.nq") == small_release.dump
    assert small_release.path("manifest.json").is_file()
    for name in ("../.lock", "/etc/passwd", "store/CURRENT", "dumps", "dumps/../manifest.json", ""):
        with pytest.raises(ReleaseError, match="has no file"):
            small_release.path(name)


def test_a_manifest_that_lists_a_file_outside_is_refused(copy: Path) -> None:
    """A manifest cannot make the server read beyond the release, even one whose digest is right."""
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    for name in ("../secret", "/etc/passwd"):
        manifest["files"][0]["name"] = name
        text = json.dumps(manifest).encode()
        (copy / "manifest.json").write_bytes(text)
        (copy / "manifest.sha256").write_text(f"{sha256(text).hexdigest()}  manifest.json\n")
        with pytest.raises(ReleaseError, match="outside the release"):
            open_release(copy)


def test_another_format_is_refused(copy: Path) -> None:
    """A release of a format that is not known is refused before any of it is used."""
    text = (copy / "manifest.json").read_bytes().replace(b'"format": 1', b'"format": 2')
    (copy / "manifest.json").write_bytes(text)
    (copy / "manifest.sha256").write_text(f"{sha256(text).hexdigest()}  manifest.json\n")
    with pytest.raises(ReleaseError, match="format 2, not 1"):
        open_release(copy)


def test_the_current_release_is_opened_in_its_own_folder(small_release: Release) -> None:
    """A release that was opened through `current` stays the same when the link moves on."""
    opened = current_release(small_release.folder.parent)
    assert opened == small_release
    assert opened.folder.name == opened.manifest.version


def test_without_a_current_release_the_message_says_how_to_make_one(tmp_path: Path) -> None:
    """Whoever asks for a release where there is none is told the command."""
    with pytest.raises(ReleaseError, match="travaux build"):
        current_release(tmp_path)


def test_versions_are_ordered_by_number(tmp_path: Path) -> None:
    """The tenth release of a month comes after the ninth, and nothing but releases counts."""
    for name in ("2026.11.10", "2026.11.9", "2026.2.1", "2025.12.1", ".building-2026.11.11", "old"):
        (tmp_path / name).mkdir()
    assert versions(tmp_path) == ("2025.12.1", "2026.11.9", "2026.11.10")
    assert versions(tmp_path / "none") == ()


def test_the_manifest_counts_what_the_dumps_hold(real_release: Release) -> None:
    """Triples of each graph, of their union, and the graphs themselves, are those of the N-Quads dump."""
    manifest = real_release.manifest
    quads = list(parse(path=str(real_release.dump), format=RdfFormat.N_QUADS))
    assert len(quads) == len(set(quads)) == sum(graph.triples for graph in manifest.graphs)
    assert len({quad.triple for quad in quads}) == manifest.triples
    for graph in manifest.graphs:
        name = NamedNode(graph.iri)
        assert sum(quad.graph_name == name for quad in quads) == graph.triples


def test_the_database_holds_the_dataset_and_its_union(small_release: Release) -> None:
    """The store has every quad of the dump, and every triple once in the default graph."""
    store = Store.read_only(str(small_release.store))
    dump = set(parse(path=str(small_release.dump), format=RdfFormat.N_QUADS))
    assert {quad for quad in store if isinstance(quad.graph_name, NamedNode)} == dump
    triples = [quad.triple for quad in store if not isinstance(quad.graph_name, NamedNode)]
    assert set(triples) == {quad.triple for quad in dump}
    assert len(triples) == small_release.manifest.triples


def test_opening_the_database_leaves_it_as_it_was(copy: Path) -> None:
    """The engine may open and ask the store of a release any number of times without damage to it."""
    release = open_release(copy)
    for _ in range(2):
        store = Store.read_only(str(release.store))
        assert store.query("ASK { ?s ?p ?o }")
        del store
    assert open_release(copy) == release


def test_nothing_in_a_release_names_the_machine(small_release: Release) -> None:
    """Neither the host's name nor the folder of the build stands in any published file."""
    traces = [str(small_release.folder.parent).encode(), str(Path(__file__).parents[1]).encode()]
    if len(socket.gethostname()) > 5:
        traces.append(socket.gethostname().encode())
    for file in small_release.manifest.files:
        text = small_release.path(file.name).read_bytes()
        assert not any(trace in text for trace in traces), file.name


def test_a_release_says_when_it_was_published(copy: Path) -> None:
    """The time has a file of its own; without it that of the manifest counts; what is no time is refused."""
    stated = datetime.strptime((copy / "published").read_text(), "%Y-%m-%dT%H:%M:%SZ\n").replace(tzinfo=UTC)
    assert open_release(copy).published == stated
    (copy / "published").unlink()
    os.utime(copy / "manifest.json", (1_700_000_000, 1_700_000_000))
    assert open_release(copy, verify=False).published == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    (copy / "published").write_text("yesterday")
    release = open_release(copy, verify=False)
    assert not release.seems_whole
    with pytest.raises(ReleaseError, match="published: is no time such as"):
        assert release.published
