"""The guard: what a query's text alone is refused for, and what it must let pass."""

from __future__ import annotations

import time
from contextlib import suppress
from random import Random

import pytest

from travaux_server.engine import MalformedQuery, QueryRefused, QueryTooLarge
from travaux_server.query import guard
from travaux_server.tokens import BEGINNING, FORMS, declared_prefixes, form, words

LIMIT = 100_000


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { sErViCe#comment\n<http://127.0.0.1/> {} }",
        "SELECT * { SERVICE SILENT ?where {} }",
        "BASE <http://127.0.0.1/> SELECT * { SERVICE <x> {} }",
        "ASK { FILTER EXISTS { SERVICE x:y {} } }",
        "ASK { ?s ?p 'a\\'b' SERVICE <http://127.0.0.1/> {} }",
        'ASK { ?s ?p """a" SERVICE \\""" """ . SERVICE <http://127.0.0.1/> {} }',
        "ASK { ?s ?p true.SERVICE <http://127.0.0.1/> {} }",
        "ASK { FILTER(?a < 3) SERVICE <http://127.0.0.1/> {} FILTER(?b > 2) }",
    ],
)
def test_service_is_refused_in_every_spelling(text: str) -> None:
    """The keyword SERVICE, wherever it can stand as one, is refused with the place where it stands."""
    with pytest.raises(QueryRefused, match="SERVICE \\(line"):
        guard.inspect(text, LIMIT)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE' }",
        'SELECT * { ?s ?p "it\'s SERVICE \\" SERVICE" }',
        "SELECT * { ?s ?p '''line\nSERVICE 'quoted' ''' }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://x/>",
        "SELECT * { <http://example.org/SERVICE> ?p ?o }",
        "PREFIX service: <http://x/> SELECT * { service:SERVICE a service:LOAD }",
        "SELECT ?SERVICE $load { ?SERVICE ?load _:SERVICE }",
        "SELECT * { ?s ?p 'x'@service }",
        "PREFIX x: <http://x/> SELECT * { x:a.SERVICE x:b-SERVICE x:c\\-SERVICE }",
        "PREFIX x: <http://x/> SELECT * { x:%41SERVICE ?p x:é·SERVICE }",
        "SELECT (STR(?load) AS ?insert) { ?delete ?p ?load }",
    ],
)
def test_the_word_elsewhere_is_let_pass(text: str) -> None:
    """SERVICE and LOAD in literals, comments, IRIs, names, labels and variables are nobody's business."""
    guard.inspect(text, LIMIT)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a> <b> <c> }",
        "load <http://127.0.0.1/>",
        "PREFIX x: <http://x/> DELETE WHERE { ?s ?p ?o }",
        "WITH <g> DELETE { ?s ?p ?o } WHERE { SELECT * {} }",
        "DROP ALL",
    ],
)
def test_updates_are_refused_by_name(text: str) -> None:
    """A text that begins as an update is refused as an update, not as bad syntax."""
    with pytest.raises(QueryRefused, match="begins an update"):
        guard.inspect(text, LIMIT)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE " + "{" * 3000,
        "SELECT (" + "SUM(" * 1000 + "1" + ")" * 1000 + " AS ?x) {}",
        "SELECT (1" + "+1" * 7000 + " AS ?x) {}",
        "SELECT (" + "!" * 9000 + "true AS ?x) {}",
        "SELECT * { {}" + " UNION {}" * 3000 + " }",
        "SELECT * {" + "?s ?p ?o ." * 9000 + "}",
        "#" * (LIMIT + 1),
    ],
    ids=["braces", "sums", "plus", "not", "union", "triples", "length"],
)
def test_what_would_end_a_parser_is_refused(text: str) -> None:
    """Depth, operators, parts and length beyond what the engine's parser bears are refused by their limit."""
    with pytest.raises(QueryTooLarge, match="more than"):
        guard.inspect(text, LIMIT)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x7f", "\ud800"])
def test_impossible_characters_are_named_with_their_place(character: str) -> None:
    """Control characters and lone surrogates are malformed, with line and column."""
    with pytest.raises(MalformedQuery) as caught:
        guard.inspect(f"SELECT *\n{{ ?s ?p '{character}' }}", LIMIT)
    assert (caught.value.line, caught.value.column) == (2, 10)


@pytest.mark.parametrize(
    "unit",
    [
        '"',
        "'",
        '"""',
        "'''",
        '\\"',
        '"""\\"',
        "<",
        "<\\u0041",
        "a-",
        "a.",
        "a:",
        "_:",
        "?",
        "#",
        "@a-",
        "1.e",
        "%",
        ".",
        "..a",
        ".,",
    ],
)
def test_reading_takes_time_in_proportion_to_length(unit: str) -> None:
    """No text of the longest length, whatever it repeats, holds the guard for long."""
    text = (unit * LIMIT)[:LIMIT]
    begun = time.perf_counter()
    with suppress(QueryTooLarge):
        guard.inspect(text, LIMIT)
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PREFIX select: <http://select/> ask {}", "ASK"),
        ("# SELECT\nDESCRIBE <http://select/>", "DESCRIBE"),
        ("BASE <http://x/> CONSTRUCT WHERE { ?s ?p 'SELECT' }", "CONSTRUCT"),
        ("SELCT * {}", ""),
    ],
)
def test_the_form_of_a_query_is_its_first_form_keyword(text: str, expected: str) -> None:
    """The query form is read from keywords only."""
    assert form(text) == expected


def test_declared_prefixes_are_found() -> None:
    """PREFIX declarations with absolute IRIs are found, in any case; relative ones are left out."""
    text = "prefix a: <http://a/> PREFIX : <urn:x> PREFIX r: <rel> ASK { a:b :c 'PREFIX z: <http://z/>' }"
    assert declared_prefixes(text) == {"a": "http://a/", "": "urn:x"}


PIECES = (
    *(
        "SELECT",
        "ask ",
        "DESCRIBE",
        "construct",
        "PREFIX a: <http://x/>",
        "prefix b:<y> ",
        "BASE <http://z/>",
    ),
    *("#c\n", "# SELECT", "\n", " ", "\ufeff", "{", "}", "(", "[", "?a", "a:b", ":c", "1", "'ASK'", '"', "<"),
    *(
        ">",
        "SERVICE",
        "serVice ",
        "INSERT",
        "with",
        "LOAD",
        "x",
        "_",
        "-",
        ".",
        "\\u0053",
        "Größe",
        "WITHOUT",
    ),
)


def test_short_cuts_say_what_the_whole_way_says() -> None:
    """Texts that are judged without being cut into tokens are judged as if they were; likewise their form."""
    random = Random(20261125)
    plain = usual = 0
    for _ in range(20_000):
        text = "".join(random.choices(PIECES, k=random.randint(1, 9)))
        found = next((word for word in words(text) if word in FORMS), "")
        assert form(text) == found, text
        usual += bool(BEGINNING.match(text))
        if guard._is_plain(text):
            plain += 1
            long = text + "\n" * guard.PLAIN_CHARACTERS
            with suppress(MalformedQuery):
                guard.inspect(long, 100_000)
    assert plain > 3_000
    assert usual > 1_000
