"""Signposting as a client library of others reads it from a real server: headers, pages and linksets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from signposting import (
    Signpost,
    find_signposting_html,
    find_signposting_http,
    find_signposting_linkset,
)

from travaux_build.release import Release
from travaux_server.resources.links import HEADER_BYTES, Link, fitting, header_of
from travaux_server.selftest.subject import Subject, running

PATHS = ("/doc/person/amina", "/doc/meeting/spring", "/dataset", "/ontology", "/shapes", "/graph/record")
LINKSETS = ("application/linkset+json", "application/linkset")


@pytest.fixture(scope="module")
def subject(small_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """A server that readers reach at its own host and port."""
    options = ["--quiet", "--workers", "2", "--work-per-minute", "0"]
    with running(small_release.folder.parent, tmp_path_factory.mktemp("signposting"), *options) as started:
        yield started


def facts(signposts: Iterable[Signpost]) -> set[tuple[str, str, str]]:
    return {(str(one.rel), str(one.target), str(one.type or "")) for one in signposts}


@pytest.mark.parametrize("path", PATHS)
def test_page_header_and_linkset_agree(subject: Subject, path: str, small_release: Release) -> None:
    """The links in a page are those of its header, and both linksets have them too, for the same address."""
    address = f"http://127.0.0.1:{subject.port}{path}"
    head = find_signposting_http(f"{address}.html")
    assert facts(find_signposting_html(f"{address}.html")) == facts(head)
    assert head.license.target == small_release.manifest.licence
    assert {one.type for one in head.describedBy} >= {"text/turtle", "application/ld+json"}
    assert {one.type for one in head.linksets} == set(LINKSETS)
    for linkset in head.linksets:
        found = find_signposting_linkset(linkset.target, linkset.type)
        assert facts(head) <= facts(found.for_context(f"{address}.html")) | facts(found.for_context(address))
        assert {f"{address}.{suffix}" for suffix in ("ttl", "nt", "nq")} <= set(found.other_contexts)


@pytest.mark.parametrize("path", PATHS)
def test_signposts_lead_somewhere(subject: Subject, path: str, small_release: Release) -> None:
    """Each address of ours that a signpost names answers with what it is said to be."""
    address = f"http://127.0.0.1:{subject.port}{path}"
    found = find_signposting_http(f"{address}.html")
    targets = {*found.describedBy, *found.items, *found.linksets, *found.authors, found.citeAs}
    assert len(targets) > 6
    for one in targets:
        base = small_release.manifest.base
        local = one.target.replace(base, f"http://127.0.0.1:{subject.port}/").partition("#")[0]
        local = local.removeprefix(f"http://127.0.0.1:{subject.port}")
        answer = subject.ask(local)
        assert answer.status in (200, 303), local
        assert not one.type or answer.headers["content-type"].partition(";")[0] == one.type


def test_metadata_describes_the_page(subject: Subject) -> None:
    """From RDF a signpost leads back to the thing and to the page about it."""
    address = f"http://127.0.0.1:{subject.port}/doc/person/amina"
    found = {str(one.target): one.type for one in find_signposting_http(f"{address}.ttl").describes}
    assert found == {"https://example.org/garden/id/person/amina": None, f"{address}.html": "text/html"}


def test_a_thing_is_signposted_before_its_document(subject: Subject) -> None:
    """The 303 of a thing, to GET as to HEAD, has document, licence, types and linkset of the thing."""
    links = subject.ask("/id/person/amina").headers["link"]
    assert subject.ask("/id/person/amina", "HEAD").headers["link"] == links
    for relation in ("describedby", "license", "type", "collection", "linkset", "author"):
        assert f'rel="{relation}"' in links


def test_the_data_set_names_its_files(subject: Subject) -> None:
    """The linkset of the data set has all distributions, with their media types, however many they are."""
    address = f"http://127.0.0.1:{subject.port}"
    found = find_signposting_linkset(f"{address}/linkset/dataset", "application/linkset+json")
    items = {str(one.target): one.type for one in found.for_context(f"{address}/dataset").items}
    file = f"{address}/releases/2026.01.1/dumps/garden.nq"
    assert items[file] == "application/n-quads"
    assert {str(one.target) for one in found.for_context(file).signposts if one.rel == "collection"}


def test_a_linkset_of_nothing(subject: Subject) -> None:
    """There is no linkset of what there is no document of, and none in a format that it does not have."""
    for path in ("/linkset/doc/nothing", "/linkset/nothing", "/linkset/graph/nothing", "/linkset/doc/"):
        assert subject.ask(path).status == 404
    assert subject.ask("/linkset/dataset", headers={"Accept": "text/turtle"}).status == 406


def test_a_header_never_grows_too_long() -> None:
    """Items and types beyond the room of a header are left out of it; nothing else is."""
    core = [Link("license", "https://example.org/licence"), Link("linkset", "/linkset/x.json")]
    many = [Link("item", f"/doc/thing/{number}") for number in range(1000)]
    kept = fitting([*many, *core])
    assert len(header_of(kept)) <= HEADER_BYTES + 2 * len(kept)
    assert set(core) < set(kept)
    assert 10 < len(kept) < len(many)
