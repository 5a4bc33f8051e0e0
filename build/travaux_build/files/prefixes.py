"""Prefixes: the short names of namespaces in dumps and queries, gathered from where content declares them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from travaux_build.content import Content
from travaux_build.reading.context import Context

DECLARATION = re.compile(r"^\s*@?prefix\s+([a-z][\w-]*):\s*<([^>\s]+[#/])>", re.IGNORECASE | re.MULTILINE)


def gather(content: Content, context: Context, *others: Mapping[str, str]) -> dict[str, str]:
    """Namespaces by prefix, sorted: those of the context, then of the ontology and shapes, then `others`.

    The first to name a prefix, or a namespace, wins.
    """
    found: dict[str, str] = {}
    definitions = context.json_ld["@context"]
    assert isinstance(definitions, dict)  # read_context has refused any other
    sources = [(name, iri) for name, iri in definitions.items() if isinstance(iri, str)]
    for path in (*content.ontology_files(), *content.shape_files()):
        sources += DECLARATION.findall(content.text(path))
    for mapping in others:
        sources += mapping.items()
    for prefix, namespace in sources:
        is_namespace = not prefix.startswith("@") and namespace.endswith(("/", "#"))
        if is_namespace and prefix not in found and namespace not in found.values():
            found[prefix] = namespace
    return dict(sorted(found.items()))
