"""Pages as people meet them: what they say, that they are well-formed, and that data cannot break them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

import html5rdf
import pytest
from flask.testing import FlaskClient

from travaux_build.content import open_content
from travaux_build.pipeline import build
from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

SETTINGS = Settings(workers=2, quiet=True, html_rows=3)
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
BAD_QUERY = "SELECT * WHERE {\n  ?s ?p ?o\n  <script>alert(1)</script>"
PATHS = (
    *("/", "/browse", "/browse/Proposal", "/browse/Statement", "/queries", "/queries/proposals"),
    *("/sparql", "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D", "/sparql?query=ASK%7B%7D"),
    *("/sparql?query=" + quote(BAD_QUERY), "/sparql?query=DESCRIBE%20%3Chttp%3A%2F%2Fe%2F%3E"),
    *("/doc/meeting/spring", "/doc/proposal/spring-1", "/doc/person/amina", "/doc/plant/apple", "/dataset"),
    *("/ontology", "/shapes", "/graph/record", "/graph/description", "/download", "/releases"),
    *("/releases/2026.01.1", "/nothing", "/doc/nothing", "/browse/Nothing", "/browse/Plant?page=9"),
    *("/releases/2026.01.1..2026.01.1", "/releases/2026.01.1/doc/person/amina", "/history/doc/person/amina"),
)
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></textarea><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "<!--",
    "]]><x>",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "</bdi></a><b>",
)
SCHEMES = {"", "http", "https", "mailto"}


@pytest.fixture(scope="module")
def client(small_release: Release) -> Iterator[FlaskClient]:
    with Engine(small_release, SETTINGS) as engine:
        yield create_app(small_release, engine, SETTINGS).test_client()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A server of content whose labels, texts, terms, shapes, graphs, card and queries hold markup."""
    folder = tmp_path_factory.mktemp("hostile")
    content = folder / "content"
    shutil.copytree(Path(__file__).parent / "content", content, ignore=shutil.ignore_patterns(".schemas"))
    build(open_content(content), folder / "releases")
    lines = [
        f"  - id: plant/p{number}\n    type: Plant\n    label: {{en: {as_yaml(text)}, ar: {as_yaml(text)}}}\n"
        for number, text in enumerate(PAYLOADS)
    ]
    lines += [
        "  - id: proposal/p\n    type: Proposal\n    meeting: meeting/spring\n    ordinal: 3\n"
        f"    label: {{en: {as_yaml(PAYLOADS[1])}}}\n    text: {{en: {as_yaml(' '.join(PAYLOADS))}}}\n"
        f"    proposedBy: person/amina\n"
        f"    concerns: [{', '.join(f'plant/p{number}' for number in range(len(PAYLOADS)))}]\n"
    ]
    first = "# yaml-language-server: $schema=../../.schemas/Entries.schema.json\n"
    (content / "data" / "record" / "hostile.yaml").write_text(first + "entries:\n" + "".join(lines))
    edit(content / "data" / "dataset.yaml", "Garden: what", as_yaml("<script>x</script>: what")[1:-1])
    edit(content / "data" / "dataset.yaml", "Record: what was said", "<script>x</script>")
    edit(content / "data" / "queries" / "proposals.rq", "# title: ", "# title: <script>x</script> ")
    ontology = content / "ontology" / "garden.ttl"
    edit(ontology, "a owl:Ontology ;", 'a owl:Ontology ; owl:versionInfo "0.0.1" ;')
    edit(ontology, 'rdfs:label "Plant"@en', 'rdfs:label "<script>x</script>"@en')
    edit(ontology, 'rdfs:label "concerns"@en', 'rdfs:label "<img src=x onerror=alert(1)>"@en')
    release = build(open_content(content), folder / "releases")
    with Engine(release, SETTINGS) as engine:
        yield create_app(release, engine, SETTINGS).test_client()


def as_yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def page(client: FlaskClient, path: str) -> Element:
    """The page at a path, parsed without forgiving any error."""
    answer = client.get(path, headers=BROWSER)
    assert answer.mimetype == "text/html"
    document = html5rdf.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.data.decode())
    assert isinstance(document, Element)
    return document


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def find(document: Element, path: str) -> Element:
    found = document.find(path)
    assert found is not None, path
    return found


def check_form(document: Element) -> None:
    """Headings in order, one of the first level, unique ids, references to them, fields with labels."""
    levels = [int(one.tag[1]) for one in document.iter() if re.fullmatch("h[1-6]", str(one.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    ids = [one.get("id") for one in document.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "aria-describedby", "for"):
        assert {one.get(name) for one in document.iter() if one.get(name)} <= set(ids)
    fields = [one for one in document.iter() if one.tag in ("textarea", "select", "input")]
    assert {one.get("id") for one in fields} == {one.get("for") for one in document.iter("label")}
    assert find(document, ".//title").text
    assert document.get("lang") == "en"
    assert text(find(document, ".//main"))
    assert find(document, "body/a").get("href") == "#main-content"


def check_safety(document: Element) -> None:
    """No script, no inline style or handler, nothing loaded from elsewhere, no link but to web and mail."""
    for one in document.iter():
        assert one.tag not in ("style", "iframe", "object", "embed", "img", "svg", "x", "b")
        assert one.tag != "script" or one.attrib == {"type": "application/ld+json"}  # data, never run
        for name, value in one.attrib.items():
            assert not name.startswith("on"), name
            assert name not in ("style", "src", "srcdoc", "formaction"), name
            if name in ("href", "action"):
                assert urlsplit(value).scheme in SCHEMES, value
        if one.tag == "link" and one.get("rel") in ("stylesheet", "icon"):
            assert not urlsplit(one.get("href", "")).netloc
        if one.tag == "form":
            assert not urlsplit(one.get("action", "")).netloc


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_well_formed_and_small(client: FlaskClient, path: str) -> None:
    """Each page parses strictly, has its headings, labels and ids in order, and is under 50 kB."""
    document = page(client, path)
    check_form(document)
    check_safety(document)
    assert len(client.get(path, headers=BROWSER).data) < 50_000


@pytest.mark.parametrize("path", PATHS)
def test_local_links_lead_somewhere(client: FlaskClient, path: str) -> None:
    """Every local link of a page is answered, and every anchor is there."""
    document = page(client, path)
    anchors = {one.get("id") for one in document.iter()}
    links = {one.get("href", "") for one in document.iter() if one.tag in ("a", "link")}
    for link in links:
        if link.startswith("#"):
            assert unquote(link[1:]) in anchors, link
        elif link.startswith(("/", "?")):
            target = link if link.startswith("/") else path.partition("?")[0] + link
            answer = client.get(target, headers=BROWSER, buffered=True, follow_redirects=True)
            assert answer.status_code == (400 if "%3Cscript" in link else 200), link


@pytest.mark.parametrize("path", PATHS)
def test_pages_load_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    """The policy forbids scripts, and styles that are not files of ours."""
    policy = client.get(path, headers=BROWSER).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_the_style_is_small_and_our_own(client: FlaskClient) -> None:
    """One style sheet under 12 kB that loads nothing, with dark mode, focus, reduced motion and print."""
    answer = client.get("/static/style.css", buffered=True)
    style = answer.data.decode()
    assert len(answer.data) < 12_000
    assert "url(" not in style
    assert "@import" not in style
    for part in ("prefers-color-scheme: dark", ":focus-visible", "prefers-reduced-motion", "@media print"):
        assert part in style


def test_home_counts_what_is_there(client: FlaskClient) -> None:
    """The home page has title, description, the number of things of each class, queries and a citation."""
    document = page(client, "/")
    shown = text(find(document, ".//main"))
    assert text(find(document, ".//h1")) == "Garden: what the council proposed"
    assert "Proposals of an invented council, for tests." in shown
    cards = {text(one) for one in document.iter("h3")}
    assert {"Statement 2", "Person 2", "Plant 4", "Meeting 1"} <= cards
    assert "release 2026.01.1, https://example.org/garden/" in shown
    assert any(one.get("href") == "/queries/proposals" for one in document.iter("a"))


def test_browsing_lists_the_things_of_a_class(client: FlaskClient) -> None:
    """The list of a class links its things by label, those of narrower classes included."""
    for path in ("/browse/Proposal", "/browse/Statement"):
        listed = find(page(client, path), ".//ol")
        assert [(text(one), one.get("href")) for one in listed.iter("a")] == [
            ("Plant two apple trees", "/doc/proposal/spring-1"),
            ("Water the roses at night", "/doc/proposal/spring-2"),
        ]


def test_a_thing_is_told_in_words(client: FlaskClient) -> None:
    """Title, class, properties and values are labels; the text of the record is there as it was written."""
    document = page(client, "/doc/proposal/spring-1")
    shown = text(find(document, ".//main"))
    assert text(find(document, ".//h1")) == "Plant two apple trees"
    assert text(find(document, ".//title")) == "Plant two apple trees – Garden"
    assert 'stand by the gate; "the more, the merrier" < & >.' in shown
    labels = {text(one) for one in document.iter("dt")}
    assert {"text", "cost", "proposed by", "concerns", "meeting"} <= labels
    assert text(find(document, ".//a[@href='/doc/person/amina']")) == "Amina"
    assert "ontology#" not in shown
    assert find(document, ".//code[@class='iri']").text == "https://example.org/garden/id/proposal/spring-1"


def test_graphs_are_told_apart(client: FlaskClient) -> None:
    """A fact names the graph that states it; what only follows by rule is folded away."""
    document = page(client, "/doc/proposal/spring-1")
    origins = {text(one) for one in document.iter("a") if one.get("class") == "graph"}
    assert origins == {"record"}
    folded = find(document, ".//details")
    assert "Statement" in text(folded)
    kinds = text(find(document, ".//p[@class='kinds']"))
    assert kinds == "Proposal"


def test_what_refers_to_a_thing_is_listed_with_its_number(client: FlaskClient) -> None:
    """The page of a thing lists what names it, by class and property, with counts."""
    document = page(client, "/doc/plant/apple")
    heading = next(one for one in document.iter("h3") if "concerns" in text(one))
    assert text(heading) == "Proposal concerns → this 2"
    links = {one.get("href") for one in document.iter("a")}
    assert {"/doc/proposal/spring-1", "/doc/proposal/spring-2"} <= links


def test_languages_and_directions(client: FlaskClient) -> None:
    """A text in another language says so; Arabic runs from right to left."""
    arabic = next(one for one in page(client, "/doc/person/amina").iter("bdi") if one.get("lang") == "ar")
    assert (arabic.text, arabic.get("dir")) == ("أمينة", "rtl")
    french = next(one for one in page(client, "/doc/meeting/spring").iter("bdi") if one.get("lang") == "fr")
    assert (french.text, french.get("dir")) == ("Réunion de printemps", "ltr")


def test_the_ontology_has_an_anchor_for_each_term(client: FlaskClient) -> None:
    """Each class and property has its place on the page, with label, definition and number of things."""
    document = page(client, "/ontology")
    for term in ("Meeting", "Statement", "Proposal", "proposedBy", "concerns", "ordinal"):
        find(document, f".//section[@id='{term}']")
    proposal = text(find(document, ".//section[@id='Proposal']"))
    assert "A statement of what should be done." in proposal
    assert proposal.startswith("Proposal Proposal 2")


def test_the_shapes_say_what_must_hold(client: FlaskClient) -> None:
    """Each shape names its class, and each property how often it stands and what it leads to."""
    rows = [text(one) for one in page(client, "/shapes").iter("tr")]
    assert any(row.startswith("proposed by exactly 1") or "proposed by" in row for row in rows)


def test_a_query_page_shows_query_and_answer(client: FlaskClient, small_release: Release) -> None:
    """An example query has its title, its text, its answer with labels, and a link that runs it."""
    document = page(client, "/queries/proposals")
    shown = text(find(document, ".//main"))
    assert "SELECT" in shown
    assert "Plant two apple trees" in text(find(document, ".//table"))
    run = next(one.get("href", "") for one in document.iter("a") if text(one).startswith("Run"))
    assert client.get(run, headers=BROWSER).status_code == 200


def test_results_are_links_with_labels(client: FlaskClient) -> None:
    """A table of results shows things by their labels, links them, and says how many rows there are."""
    query = "SELECT ?proposal ?cost { ?proposal a garden:Proposal OPTIONAL { ?proposal garden:cost ?cost } }"
    document = page(client, "/sparql?query=" + quote(query))
    table = find(document, ".//table")
    assert [text(one) for one in table.iter("th")] == ["proposal", "cost"]
    assert text(find(table, ".//a[@href='/doc/proposal/spring-1']")) == "Plant two apple trees"
    assert "2 rows." in text(find(document, ".//main"))
    assert find(document, ".//textarea").text == query


def test_long_answers_are_cut_in_sight(client: FlaskClient) -> None:
    """A page with fewer rows than the answer says so."""
    document = page(client, "/sparql?query=" + quote("SELECT * { VALUES ?n { 1 2 3 4 5 } }"))
    assert "The first 3 of 5 rows" in text(find(document, ".//main"))


def test_an_error_points_at_its_place(client: FlaskClient) -> None:
    """A malformed query comes back in the form, with line, column and the reason, as a 400."""
    query = "SELECT * WHERE {\n  ?s ?p ?o"
    answer = client.get("/sparql?query=" + quote(query), headers=BROWSER)
    assert answer.status_code == 400
    document = page(client, "/sparql?query=" + quote(query))
    assert re.search(r"Line \d+, column \d+", text(find(document, ".//*[@role='alert']")))
    assert find(document, ".//textarea").text == query


def test_errors_are_pages_too(client: FlaskClient) -> None:
    """What is not there, or not so, is told on a page with a way back."""
    document = page(client, "/nothing")
    assert text(find(document, ".//h1")) == "Not Found"
    assert any(one.get("href") == "/" for one in find(document, ".//main").iter("a"))
    answer = client.post("/browse", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (405, "text/html")
    assert "GET" in answer.headers["Allow"]


def hostile_paths() -> list[str]:
    everything = "/sparql?query=" + quote("SELECT * { ?s rdfs:label ?label } ")
    payloads = [f"/sparql?query={quote(payload)}" for payload in PAYLOADS]
    pages = [f"/browse/{quote(payload, safe='')}" for payload in PAYLOADS]
    things = [f"/doc/plant/p{number}" for number in range(len(PAYLOADS))]
    changes = ["/releases/2026.01.1..2026.01.2", "/releases/2026.01.2..2026.01.1", "/history/ontology"]
    return [*PATHS, "/browse/Plant", "/doc/proposal/p", everything, *payloads, *pages, *things, *changes]


@pytest.mark.parametrize("path", hostile_paths())
def test_markup_in_data_stays_text(hostile: FlaskClient, path: str) -> None:
    """Whatever labels, texts, terms, titles and requests hold, no element or handler comes of it."""
    document = page(hostile, path)
    check_safety(document)
    assert "49" not in text(find(document, ".//title"))


def test_markup_is_shown_as_it_was_written(hostile: FlaskClient) -> None:
    """A label that looks like markup reads on the page as in the data."""
    for number, payload in enumerate(PAYLOADS):
        document = page(hostile, f"/doc/plant/p{number}")
        assert text(find(document, ".//h1")) == payload
        assert find(document, ".//bdi[@lang='ar']").get("dir") == "rtl"
