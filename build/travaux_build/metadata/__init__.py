"""Metadata in the forms that search engines, archives and reference managers read, from the same record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from travaux_build.description import Download, Edition
from travaux_build.files.class_tables import Table
from travaux_build.metadata.citation import citation
from travaux_build.metadata.croissant import croissant
from travaux_build.metadata.datacite import datacite
from travaux_build.metadata.schema_org import schema_org
from travaux_build.release import METADATA, SCHEMA_ORG, File, write_file


def write_records(
    folder: Path,
    edition: Edition,
    graphs: Sequence[str],
    tables: Sequence[Table],
    downloads: Sequence[Download],
) -> Iterator[File]:
    """Write a record of each form to `metadata/`; `downloads` have sizes and digests."""
    records = {
        SCHEMA_ORG: ("application/ld+json", schema_org(edition, graphs, tables, downloads)),
        f"{METADATA}/croissant.json": ("application/ld+json", croissant(edition, tables, downloads)),
        f"{METADATA}/datacite.json": ("application/vnd.datacite.datacite+json", datacite(edition, downloads)),
    }
    for name, (media_type, record) in records.items():
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        yield write_file(folder, name, media_type, text.encode())
    yield write_file(folder, f"{METADATA}/CITATION.cff", "application/yaml", citation(edition).encode())
