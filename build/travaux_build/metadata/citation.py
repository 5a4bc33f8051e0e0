"""CITATION.cff: the data set as reference managers want to know it."""

from __future__ import annotations

import yaml

from travaux_build.description import Edition
from travaux_build.metadata.licences import spdx_name


def citation(edition: Edition) -> str:
    """A file of the Citation File Format 1.2.0 for the release; https://citation-file-format.github.io/."""
    card, iris = edition.card, edition.iris
    licence = spdx_name(card.licence)
    record = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite the release, and the IRI of what you use.",
        "type": "dataset",
        "title": card.title["en"],
        "abstract": card.description["en"],
        "authors": [{"name": card.publisher}],
        "version": edition.version,
        **({"license": licence} if licence else {"license-url": card.licence}),
        "url": iris.base,
        "identifiers": [
            {"type": "url", "value": edition.release, "description": "This release"},
            {"type": "url", "value": iris.dataset, "description": "The data set, whatever its release"},
        ],
        **({"keywords": list(card.keywords)} if card.keywords else {}),
    }
    return yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=110)
