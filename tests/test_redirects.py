"""The redirects of the permanent IRIs, as the web server of w3id.org applies them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from travaux_build.content import open_content
from travaux_build.release import Release
from travaux_server.proof.held import Held

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "content"
BASE = "https://w3id.org/some/where/"
Command = Callable[..., "subprocess.CompletedProcess[str]"]
RULE = re.compile(r"RewriteRule (?P<pattern>\S+) (?P<target>\S+) \[R=302,L\]")


def redirect(rules: str, path: str) -> str:
    """Where mod_rewrite sends a path that is given without the folder in which the rules stand."""
    for line in rules.splitlines():
        rule = RULE.fullmatch(line)
        match = rule and re.search(rule["pattern"], path)
        if rule and match:
            return rule["target"].replace("$1", match[1])
    raise AssertionError(f"no rule for {path}")


@pytest.mark.parametrize("address", ["https://data.example/base", "https://data.example/base/"])
def test_every_iri_reaches_the_server(
    travaux: Command, tmp_path: Path, real_release: Release, address: str
) -> None:
    """Whatever IRI a release mints, what follows the base follows the address of the server."""
    output = tmp_path / "w3id.org"
    result = travaux("w3id", "--to", address, "--output", output, "--base", BASE, "--content", ROOT)
    assert result.returncode == 0
    rules = (output / "some" / "where" / ".htaccess").read_text("utf-8")
    assert "RewriteEngine on\n" in rules
    base = real_release.manifest.base
    documents = list(Held(real_release).minted())
    assert len(documents) > 1_800
    for document in documents:
        path = document.removeprefix(base)
        assert redirect(rules, path) == f"https://data.example/base/{path}"


def test_the_readme_says_who_maintains_them(travaux: Command, tmp_path: Path) -> None:
    """The maintainer is the contact of the card, with address; one without is told of."""
    result = travaux("w3id", "--to", "https://data.example", "--output", tmp_path, "--content", ROOT)
    written = [Path(line) for line in result.stdout.splitlines()]
    assert [path.name for path in written] == [".htaccess", "README.md"]
    readme = written[1].read_text("utf-8")
    assert "- Maintainer: Travaux project\n" in readme
    assert "- Served at: https://data.example/\n" in readme
    assert "add email: … under contact:" in result.stderr


def test_a_contact_with_an_address(travaux: Command, tmp_path: Path, small_content: Path) -> None:
    """An address of the contact stands in the file, and nothing is left to tell."""
    card = small_content / "data" / "dataset.yaml"
    text = re.sub(r"(?m)^contact:\n(?: .*\n)*", "", card.read_text("utf-8"))
    card.write_text(text + "contact:\n  name: Bo\n  email: bo@data.example\n", "utf-8")
    arguments = ("--output", tmp_path / "w3id.org", "--content", small_content, "--base", BASE)
    result = travaux("w3id", "--to", "https://data.example", *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    readme = tmp_path / "w3id.org" / "some" / "where" / "README.md"
    assert "- Maintainer: Bo <bo@data.example>\n" in readme.read_text("utf-8")


def test_a_base_elsewhere_needs_none(travaux: Command, tmp_path: Path) -> None:
    """Nothing is written for a base that w3id.org does not redirect."""
    base = open_content(SMALL).iris.base
    output = tmp_path / "w3id.org"
    result = travaux("w3id", "--to", "https://data.example", "--output", output, "--content", SMALL)
    assert result.returncode == 1
    assert result.stderr.startswith(f"{base}: is not below https://w3id.org/")
    assert not output.exists()


@pytest.mark.parametrize("arguments", [[], ["--to", "data.example"], ["--to", "https://a b"]])
def test_an_address_has_to_be_given(travaux: Command, tmp_path: Path, arguments: list[str]) -> None:
    """Without an address, or with none that is one, there is nothing to redirect to."""
    result = travaux("w3id", *arguments, "--output", tmp_path, "--content", ROOT)
    assert result.returncode == 2
    assert list(tmp_path.iterdir()) == []
