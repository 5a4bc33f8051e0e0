"""Picky requests about headers: what is reflected, allowed, conditional, kept, and the same for HEAD."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from travaux_server.selftest.subject import Subject

ASK = "query=ASK%20%7B%7D"


@pytest.mark.parametrize(
    "path", [f"/sparql?{ASK}", "/sparql?query=SELCT", "/sparql", "/no-such", "/graph-store"]
)
def test_no_header_of_a_client_is_reflected(served: Subject, path: str) -> None:
    """Host, Origin and X-Forwarded-* appear in no header and no body, and CORS is never with credentials."""
    names = (
        "Host",
        "Origin",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Prefix",
        "Forwarded",
        "Referer",
    )
    for accept in ("*/*", "text/html"):
        headers = dict.fromkeys(names, "https://evil.example") | {"Accept": accept, "Cookie": "a=evil"}
        reply = served.ask(path, headers=headers)
        assert b"evil" not in reply.body
        assert all("evil" not in value for value in reply.headers.values())
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers
        assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    "target", ["/sparql%0d%0aX-Evil:%201", "/id/a%0d%0aX-Evil:%201", "/doc/a%0d%0aX-Evil:%201"]
)
def test_line_ends_in_a_path_make_no_header(served: Subject, target: str) -> None:
    """CR and LF, percent-encoded, end no header of the answer."""
    for suffix in ("", "?query=%0d%0aX-Evil:%201", "?graph=urn:a%0d%0aX-Evil:%201"):
        reply = served.ask(target + suffix)
        assert reply.status in (400, 404)
        assert "x-evil" not in reply.headers


def test_options_tells_what_may_be_asked(served: Subject) -> None:
    """OPTIONS, with a preflight's headers or without, names the methods and what a page may send and read."""
    origin = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    for headers in ({}, origin, {**origin, "Access-Control-Request-Headers": "content-type"}):
        reply = served.ask("/sparql", "OPTIONS", headers=headers)
        assert reply.status in (200, 204)
        assert {name.strip() for name in reply.headers["allow"].split(",")} == {
            "GET",
            "HEAD",
            "POST",
            "OPTIONS",
        }
        assert "POST" in reply.headers["access-control-allow-methods"]
        assert "content-type" in reply.headers["access-control-allow-headers"].lower()
        assert int(reply.headers["access-control-max-age"]) > 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_405_tells_which_methods_there_are(served: Subject, method: str) -> None:
    """A method that is not served brings Allow, true to what is."""
    reply = served.ask("/sparql", method)
    assert reply.status == 405
    allowed = {name.strip() for name in reply.headers["allow"].split(",")}
    assert allowed == {"GET", "HEAD", "POST", "OPTIONS"}


@pytest.mark.parametrize(
    "path", [f"/sparql?{ASK}", "/sparql", "/sparql?query=SELCT", "/graph-store?default", "/health"]
)
def test_head_is_get_without_the_body(served: Subject, path: str) -> None:
    """Status and all headers that describe the answer are those of GET."""
    got, head = served.ask(path), served.ask(path, "HEAD")
    assert (head.status, head.body) == (got.status, b"")
    for name in ("content-type", "etag", "vary", "cache-control", "x-release", "link"):
        assert head.headers.get(name) == got.headers.get(name)
    if path != "/health":
        assert head.headers["content-length"] == str(len(got.body))


def test_an_answer_that_the_client_has_is_304(served: Subject) -> None:
    """If-None-Match by strong, weak and listed tags; a tag of another query, format or graph is no match."""
    path = f"/sparql?{ASK}"
    reply = served.ask(path)
    tag = reply.headers["etag"]
    for condition in (tag, "W/" + tag, f'"other", {tag}', f'W/"other" , W/{tag}'):
        again = served.ask(path, headers={"If-None-Match": condition})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"].removeprefix("W/") == tag.removeprefix("W/")
        assert again.headers["vary"] == reply.headers["vary"]
    for condition in ('"other"', '"nonsense'):
        assert served.ask(path, headers={"If-None-Match": condition}).status == 200
    others = [f"{path}&format=xml", f"{path}&default-graph-uri=urn:g", "/sparql?query=ASK%20%7B%20%7D"]
    assert all(served.ask(other, headers={"If-None-Match": tag}).status == 200 for other in others)
    assert served.ask(f"/sparql?{ASK}%20x", headers={"If-None-Match": tag}).status == 400


def test_what_changes_is_never_kept(served: Subject) -> None:
    """An answer that depends on the moment has no tag and is not to be stored; others may be."""
    moment = served.ask("/sparql?query=" + quote("SELECT (NOW() AS ?x) {}"))
    assert "etag" not in moment.headers
    assert moment.headers["cache-control"] == "no-store"
    assert "no-store" not in served.ask(f"/sparql?{ASK}").headers["cache-control"]
