"""Licences: the short name by which the SPDX list knows one."""

from __future__ import annotations

import re

CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)/?(?:deed\.\w+|legalcode)?"
)
PUBLIC_DOMAIN = re.compile(r"https?://creativecommons\.org/publicdomain/zero/(\d\.\d)/?")


def spdx_name(licence: str) -> str:
    """`CC-BY-4.0` for the IRI of that licence; empty for one that is not of Creative Commons."""
    if found := CREATIVE_COMMONS.fullmatch(licence):
        return f"CC-{found[1].upper()}-{found[2]}"
    found = PUBLIC_DOMAIN.fullmatch(licence)
    return f"CC0-{found[1]}" if found else ""
