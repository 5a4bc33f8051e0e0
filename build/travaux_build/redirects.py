"""The folder that w3id.org asks for: where the permanent IRIs lead, and who maintains that."""

from __future__ import annotations

from collections.abc import Mapping

from travaux_build.card import Card
from travaux_build.errors import TravauxError
from travaux_build.iris import Iris

HOST = "https://w3id.org/"


class NotPermanent(TravauxError):
    """Raised when the base is none that w3id.org redirects."""


def redirects(card: Card, iris: Iris, address: str) -> Mapping[str, str]:
    """The texts of the files by their names, which begin with the folder below `HOST` that the base is.

    `address` is where the data are served, with or without a final slash. Whatever follows the base follows
    the address: 302, so that the address may change one day and the IRIs need not. The server itself answers
    303 for what is no document. Raises `NotPermanent` for a base elsewhere.
    """
    folder = iris.base.removeprefix(HOST).rstrip("/")
    if not iris.base.startswith(HOST) or not folder:
        raise NotPermanent(
            f"{iris.base}: is not below {HOST}, where alone this is of use; serve the data at the base itself"
        )
    address = address.rstrip("/")
    return {
        f"{folder}/.htaccess": _rules(iris, address),
        f"{folder}/README.md": _readme(card, iris, address),
    }


def maintainer(card: Card) -> str:
    """Who maintains the redirects, with a mail address where the card has one."""
    if card.contact is None:
        return card.publisher
    return f"{card.contact.name} <{card.contact.email}>" if card.contact.email else card.contact.name


def _rules(iris: Iris, address: str) -> str:
    return f"""\
# {iris.base} leads to {address}/; README.md says who maintains this.
Options +FollowSymLinks
<IfModule mod_headers.c>
Header always set Access-Control-Allow-Origin "*"
</IfModule>
RewriteEngine on
RewriteRule ^(.*)$ {address}/$1 [R=302,L]
"""


def _readme(card: Card, iris: Iris, address: str) -> str:
    return f"""\
# {iris.base}

Permanent IRIs of the data set “{card.title["en"]}”.

{card.description["en"].strip()}

- Served at: {address}/
- Maintainer: {maintainer(card)}
- Publisher: {card.publisher}
- Licence of the data: {card.licence}

| IRI | what it is |
|---|---|
| `{iris.things}…` | a thing; leads to the document about it (303), as a page or as RDF |
| `{iris.document("…")}` | that document |
| `{iris.terms}…` | a term of the ontology |
| `{iris.shapes}#…` | what must hold of the data |
| `{iris.graph("…")}` | a named graph |
| `{iris.dataset}` | the data set |
| `{iris.release("…")}` | a release and its files |
"""
