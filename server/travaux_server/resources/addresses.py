"""Where IRIs lead: the path on this server of those below our base, the address itself of the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from travaux_build.iris import Iris

IN_IRI = "!#$%&'()*+,/:;=?@[]~-._"
"""ASCII characters that stay as they are when an IRI is written for a header (RFC 3987, section 3.1)."""
IN_PATH = "!$&'()*+,/:;=@~-._"
NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f\ud800-\udfff]')
"""Characters that an IRI between `<` and `>` cannot hold (SPARQL 1.1, IRIREF)."""
AT_RELEASE = frozenset({"browse", "dataset", "doc", "graph", "id", "linkset", "ontology", "shapes"})
"""First parts of the paths that there are for each release as well, below `releases/<version>/`."""
LINKED = ("http://", "https://", "mailto:")


@dataclass(frozen=True)
class Addresses:
    """Addresses under one base and one `root`, the path under which the server is mounted (or empty).

    With a `version`, those of the documents as they were at that release.
    """

    iris: Iris
    root: str
    version: str = ""

    def href(self, iri: str) -> str:
        """What a link to an IRI points to; empty for what is neither ours nor a web or mail address.

        Things lead to the document about them without the detour of a redirect.
        """
        rest = iri.removeprefix(self.iris.base)
        if rest == iri:
            return ascii_iri(iri) if iri.lower().startswith(LINKED) else ""
        path, mark, fragment = rest.partition("#")
        if path.startswith("id/"):
            path = "doc/" + path.removeprefix("id/")
        return f"{self._top(path)}/{quote(path, IN_PATH + '%')}{mark}{quote(fragment, IN_PATH + '?%')}"

    def is_own(self, iri: str) -> bool:
        return iri.startswith(self.iris.base)

    def path(self, path: str) -> str:
        """The path-absolute address of a decoded path below the root, for links and headers."""
        return f"{self._top(path)}/{quote(path, IN_PATH)}"

    def _top(self, path: str) -> str:
        is_versioned = self.version and re.split(r"[/.]", path)[0] in AT_RELEASE
        return f"{self.root}/releases/{self.version}" if is_versioned else self.root


def ascii_iri(iri: str) -> str:
    """The IRI as a URI: all that is not ASCII, and all that could end a header's value, percent-encoded."""
    return quote(iri, IN_IRI, errors="replace")


def is_iri(text: str) -> bool:
    """Whether the text may stand between `<` and `>` in a query."""
    return NOT_IN_IRI.search(text) is None


def local_name(iri: str) -> str:
    """The last part of an IRI, for want of a label; the IRI itself if it ends in a separator."""
    return re.split(r"[#/]", iri)[-1] or iri


def in_words(iri: str) -> str:
    """The local name of a term with its words apart: `prefLabel` reads “pref label”."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local_name(iri).replace("_", " ").replace("-", " "))
    return name if name.isupper() else name[:1] + name[1:].lower() if " " in name else name
