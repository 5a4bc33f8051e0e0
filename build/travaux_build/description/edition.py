"""An edition: the card of the data set, the version of the release, and the IRIs of both."""

from __future__ import annotations

from dataclasses import dataclass

from travaux_build.card import Card
from travaux_build.iris import Iris


@dataclass(frozen=True)
class Edition:
    """What is described: a version of the data set that the card is about."""

    card: Card
    version: str
    iris: Iris

    @property
    def release(self) -> str:
        """The IRI of the release."""
        return self.iris.release(self.version)

    @property
    def publisher(self) -> str:
        return self.card.publisher_iri or f"{self.iris.dataset}#publisher"

    @property
    def month(self) -> str:
        """Year and month of the release, `2026-11`; the day depends on a clock."""
        return self.version.rpartition(".")[0].replace(".", "-")
