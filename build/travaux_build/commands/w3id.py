"""`travaux w3id`: the redirects by which the permanent IRIs reach a server."""

from __future__ import annotations

from pathlib import Path

import click

from travaux_build.card import read_card
from travaux_build.content import open_content
from travaux_build.redirects import redirects


@click.command()
@click.option(
    "--to",
    "address",
    required=True,
    metavar="URL",
    help="Where the data are served: the --public-url of `travaux serve`.",
)
@click.option(
    "--content",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with ontology/, shapes/ and data/; without it, the one you are in.",
)
@click.option("--base", envvar="TRAVAUX_BASE", help="Base of all IRIs, if not that of the content.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default="w3id",
    show_default=True,
    help="Folder to write into, such as a copy of the repository of w3id.org.",
)
def w3id(address: str, root: Path | None, base: str | None, output: Path) -> None:
    """Write the folder that w3id.org asks for: .htaccess with the redirects, README.md with the maintainer.

    Put it into a copy of the repository of w3id.org and ask for it to be merged. Who maintains it stands in
    data/dataset.yaml, under `contact`.

    \b
    Example:
      travaux w3id --to https://data.example/travaux --output ../w3id.org

    \b
    Exit codes: 0 written · 1 the base is none of w3id.org · 2 wrong use
    """
    if not address.startswith(("https://", "http://")) or any(map(str.isspace, address)):
        raise click.BadParameter("write an address that begins with https:// or http://", param_hint="--to")
    content = open_content(root, base)
    card = read_card(content)
    for name, text in redirects(card, content.iris, address).items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        click.echo(path)
    if card.contact is None or not card.contact.email:
        click.echo(
            "data/dataset.yaml: names nobody whom w3id.org could write to — add email: … under contact:",
            err=True,
        )
