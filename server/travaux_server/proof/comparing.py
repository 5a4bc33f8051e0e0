"""What is wrong with the answers for one document, held against what the release says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from travaux_build.release import File
from travaux_server.engine import NotReadable, Quad, Triple, read_quads
from travaux_server.http.negotiate import HTML, N_QUADS, N_TRIPLES, Variant
from travaux_server.proof.asking import Answer, Asker
from travaux_server.proof.held import Held
from travaux_server.proof.page import Page
from travaux_server.resources.addresses import ascii_iri, local_name
from travaux_server.resources.linked_data import DOCUMENTS
from travaux_server.resources.standard_terms import DCTERMS, FOAF, LABELS

ESCAPED = re.compile(r"\\(.)")
SPELLED = {"n": "\n", "r": "\r", "t": "\t"}
SHOWN = 3
"""Triples that a fault names."""


@dataclass(frozen=True)
class Verdict:
    """What asking for one document showed: how many requests, how many triples, and each fault in a line.

    `named` are the IRIs of our own that the document names.
    """

    requests: int
    triples: int
    faults: tuple[str, ...]
    named: frozenset[str] = frozenset()


class Examination:
    """The examination of one document: all the IRIs that are to be found in it, in every format."""

    def __init__(self, held: Held, asker: Asker, document: str, iris: Sequence[str]) -> None:
        self._held, self._asker, self._document, self._iris = held, asker, document, iris
        self._base = held.release.manifest.base
        self._faults: list[str] = []
        self._requests = 0

    def verdict(self) -> Verdict:
        name = self._document.removeprefix(self._held.release.iris.file(self._version, ""))
        file = next((file for file in self._held.release.manifest.files if file.name == name), None)
        if file is not None:
            self._examine_file(file)
            return Verdict(self._requests, 0, tuple(self._faults))
        quads = {}
        for variant in DOCUMENTS:
            pages = self._pages(variant)
            if variant.name == HTML.name:
                self._examine_pages(pages)
            elif pages:
                quads[variant.name] = self._read(variant, pages)
        if not self._faults:
            self._compare(quads)
        found = quads.get(N_TRIPLES.name, frozenset())
        named = () if self._is_of_another else (term for quad in found for term in quad[:3])
        own = {term[1:-1] for term in named if term.startswith(f"<{self._base}")}
        return Verdict(self._requests, len(found), tuple(self._faults), frozenset(own))

    @property
    def _version(self) -> str:
        return self._held.release.manifest.version

    @property
    def _is_of_another(self) -> bool:
        """Whether the document is one of another release, which names what there was then."""
        releases = self._held.release.iris.release("")
        version = self._document.removeprefix(releases).partition("/")[0]
        return self._document.startswith(releases) and version != self._version

    @property
    def _is_thing(self) -> bool:
        return self._document.startswith(self._held.release.iris.things)

    @property
    def _is_retired(self) -> bool:
        return self._held.is_retired(self._document)

    @property
    def _graph(self) -> str:
        """The graph that the document is the whole of; empty for a document of another kind."""
        iris = self._held.release.iris
        wholes = {iris.ontology: "ontology", iris.shapes: "shapes", iris.dataset: "description"}
        if self._document in wholes:
            return iris.graph(wholes[self._document])
        return self._document if self._held.inside(self._document) else ""

    def _find(self, what: str, variant: Variant | None = None) -> None:
        form = f" as {variant.label}" if variant else ""
        self._faults.append(f"{self._document}{form}: {what}")

    def _ask(self, path: str, accept: str) -> Answer:
        self._requests += 1
        return self._asker.ask(path, accept)

    def _pages(self, variant: Variant) -> list[Answer]:
        """The answers for the document and all its further pages; none, and a fault, if one is no answer."""
        path, pages = "/" + ascii_iri(self._document.removeprefix(self._base)), []
        while path:
            answer = self._ask(path, variant.media_type)
            due = 410 if self._is_retired else 200
            if answer.status != due:
                said = answer.body.decode("utf-8", "replace")[:300].strip()
                self._find(f"answers {answer.status} where {due} is due: {said}", variant)
                return []
            if answer.media_type != variant.media_type:
                self._find(f"comes as {answer.media_type}", variant)
                return []
            pages.append(answer)
            path = answer.next_page
        if self._is_thing and pages[0].way != (303,) and not self._is_retired:
            self._find("leads to its document by something else than a 303", variant)
        return pages

    def _read(self, variant: Variant, pages: Sequence[Answer]) -> frozenset[Quad]:
        found: frozenset[Quad] = frozenset()
        for answer in pages:
            try:
                found |= read_quads(answer.body, variant.media_type)
            except NotReadable as error:
                self._find(str(error), variant)
        return found

    def _compare(self, quads: dict[str, frozenset[Quad]]) -> None:
        triples = {name: {quad[:3] for quad in found} for name, found in quads.items()}
        found = triples[N_TRIPLES.name]
        for variant in DOCUMENTS:
            if triples.get(variant.name, found) != found:
                self._find(f"differs from N-Triples in {_some(triples[variant.name] ^ found)}", variant)
        self._look_for("lacks", self._due() - found)
        described = {subject for subject, _, _ in found}
        for iri in self._iris:
            if "#" in iri and f"<{iri}>" not in described:
                self._find(f"says nothing of {iri}")
        if self._is_thing or self._graph:
            self._look_for("invents", self._invented(found))
            self._look_for("does not say", self._statements_due() - found)
            stated = {quad for quad in quads[N_QUADS.name] if quad[3]}
            if self._graph:
                due = {(*triple, f"<{self._graph}>") for triple in self._held.inside(self._graph)}
                wrong = (due - stated) | (stated - self._held.quads(found))
            else:
                wrong = stated ^ self._held.quads(found)
            self._look_for("has in wrong graphs", {quad[:3] for quad in wrong})

    def _look_for(self, what: str, triples: set[Triple]) -> None:
        if triples:
            self._find(f"{what} {_some(triples)}")

    def _due(self) -> set[Triple]:
        """The triples of the release that the document has to hold."""
        if self._is_thing:
            return self._held.described(self._document).union(*map(self._held.about, self._iris))
        return self._held.inside(self._graph).union(*map(self._held.about, self._iris))

    @property
    def _known_as(self) -> str:
        """The IRI of the document: what stands below `id/` is no document itself."""
        iris = self._held.release.iris
        return iris.document(iris.key(self._document)) if self._is_thing else self._document

    def _of_itself(self, found: set[Triple]) -> set[Triple]:
        """The statements that a document makes of itself and its pages."""
        own = f"<{self._known_as}>"
        return {one for one in found if one[0] == own or one[0].startswith(f"{own[:-1]}?page=")}

    def _invented(self, found: set[Triple]) -> set[Triple]:
        """What neither the release says nor the document of itself."""
        unheard = {one for one in found if one not in self._held.graphs}
        return unheard - self._of_itself(unheard)

    def _statements_due(self) -> set[Triple]:
        own, release = f"<{self._known_as}>", self._held.release
        return {
            (own, f"<{FOAF}primaryTopic>", f"<{self._document}>"),
            (own, f"<{DCTERMS}license>", f"<{release.manifest.licence}>"),
            (own, f"<{DCTERMS}isPartOf>", f"<{release.iris.release(self._version)}>"),
        }

    def _examine_pages(self, answers: Sequence[Answer]) -> None:
        """Pages are well-formed, the heading names the thing, and there is an anchor for each fragment."""
        for place, answer in enumerate(answers):
            page = Page(answer.body.decode())
            for fault in page.faults[:SHOWN]:
                self._find(fault, HTML)
            names = self._names(self._document)
            if self._is_thing and not any(name in page.heading for name in names):
                self._find(f"has a heading that names it neither {' nor '.join(sorted(names)[:SHOWN])}", HTML)
            if place == 0:
                self._examine_anchors(page)

    def _examine_anchors(self, page: Page) -> None:
        for iri in self._iris:
            fragment = unquote(iri.partition("#")[2])
            if fragment and fragment not in page.anchors:
                self._find(f"has nothing with the id {fragment}", HTML)

    def _names(self, iri: str) -> set[str]:
        """The names that the release gives to a thing; for want of any, the end of its IRI."""
        properties = {f"<{label}>" for label in LABELS}
        named = {value for _, property_, value in self._held.about(iri) if property_ in properties}
        return {" ".join(_text(value).split()) for value in named} or {local_name(iri)}

    def _examine_file(self, file: File) -> None:
        answer = self._ask("/" + ascii_iri(self._document.removeprefix(self._base)), "*/*")
        if (answer.status, len(answer.body)) != (200, file.bytes):
            self._find(f"answers {answer.status} with {len(answer.body):,} bytes of {file.bytes:,}")
        elif answer.media_type != file.media_type:
            self._find(f"comes as {answer.media_type}, and is {file.media_type}")


def _some(triples: set[Triple]) -> str:
    """A few of some triples, and how many there are."""
    shown = "; ".join(" ".join(triple)[:300] for triple in sorted(triples)[:SHOWN])
    return f"{len(triples):,} triples: {shown}"


def _text(literal: str) -> str:
    """The text of a literal as N-Triples writes it."""
    return ESCAPED.sub(lambda match: SPELLED.get(match[1], match[1]), literal[1 : literal.rindex('"')])
