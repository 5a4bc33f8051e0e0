"""Structured data: what search engines are told of the data set, within its pages."""

from __future__ import annotations

import json

from markupsafe import Markup

from travaux_build.release import SCHEMA_ORG
from travaux_server.per_release import once_per_release
from travaux_server.service import Service


@once_per_release
def structured_data(service: Service) -> Markup:
    """The release's record for schema.org, to stand in a script element; empty if the release has none.

    Neither `<` nor `&` is in it, so that nothing in the record can end the element. It is data, no script: a
    page that allows none may hold it.
    """
    if all(file.name != SCHEMA_ORG for file in service.release.manifest.files):
        return Markup()
    record = json.loads(service.release.path(SCHEMA_ORG).read_bytes())
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c"))  # noqa: S704 -- that was the escaping
