"""Every IRI of our own is minted here, from one base."""

from __future__ import annotations

from dataclasses import dataclass

NAMELESS = "#node-"
"""Stands in the IRI of a node that nobody named: it is made of the node's content, and changes with it."""


@dataclass(frozen=True)
class Iris:
    """The IRIs below one base, for example `https://w3id.org/travaux/` (it ends in a slash)."""

    base: str

    @property
    def terms(self) -> str:
        """Namespace of our own terms; an IRI of the ontology plus `#`."""
        return self.ontology + "#"

    @property
    def ontology(self) -> str:
        return self.base + "ontology"

    def ontology_version(self, version: str) -> str:
        """The ontology as it is in one of its versions, such as `1.0.0`."""
        return f"{self.ontology}/{version}"

    @property
    def shapes(self) -> str:
        return self.base + "shapes"

    @property
    def things(self) -> str:
        """Namespace of everything that is not a term: `<base>id/`."""
        return self.base + "id/"

    @property
    def dataset(self) -> str:
        return self.base + "dataset"

    @property
    def catalogue(self) -> str:
        """The catalogue that lists the data set, its parts, files and services."""
        return self.base + "catalogue"

    @property
    def sparql(self) -> str:
        """The endpoint."""
        return self.base + "sparql"

    def graph(self, name: str) -> str:
        """The named graph `record`, `reference`, `links`, `editorial`, `inferred`, … ."""
        return f"{self.base}graph/{name}"

    def thing(self, key: str) -> str:
        """The thing with a key such as `theme/detention`."""
        return self.things + key

    def document(self, key: str) -> str:
        """The document that describes the thing with that key."""
        return f"{self.base}doc/{key}"

    def release(self, version: str) -> str:
        return f"{self.base}releases/{version}"

    def at_release(self, version: str, iri: str) -> str:
        """One of our IRIs as what it stood for in a release."""
        return f"{self.release(version)}/{iri.removeprefix(self.base)}"

    @property
    def event_stream(self) -> str:
        """The stream of changes; its pages are below it."""
        return self.base + "ldes"

    def event_stream_page(self, version: str, number: int) -> str:
        return f"{self.event_stream}/{version}/{number}"

    def file(self, version: str, name: str) -> str:
        """A file of a release, `name` relative to the release, for example `dumps/travaux.nt.gz`."""
        return f"{self.base}releases/{version}/{name}"

    def key(self, iri: str) -> str:
        """The short form under which a person knows an IRI: its key if it is a thing of ours, else itself."""
        return iri.removeprefix(self.things)
