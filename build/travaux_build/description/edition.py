"""An edition: the card of the data set, the version of the release, and the IRIs of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from travaux_build.card import Card
from travaux_build.iris import Iris


@dataclass(frozen=True)
class Edition:
    """What is described: a version of the data set that the card is about, and its prefixes."""

    card: Card
    version: str
    iris: Iris
    prefixes: Mapping[str, str]

    @property
    def release(self) -> str:
        """The IRI of the release."""
        return self.iris.release(self.version)

    @property
    def publisher(self) -> str:
        return self.card.publisher_iri or f"{self.iris.dataset}#publisher"

    @property
    def contact(self) -> str:
        """The IRI of the card's contact, where it names one."""
        return f"{self.iris.dataset}#contact"

    @property
    def month(self) -> str:
        """Year and month of the release, `2026-11`; the day would depend on a clock."""
        return self.version.rpartition(".")[0].replace(".", "-")
