"""Lines to copy: how programs get the files of a release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from travaux_build.release import File, Manifest

CURL = """curl --compressed -O {url}
echo "{sha256}  {file}" | sha256sum --check
curl -C - -O {url}.gz"""
RDFLIB = """import rdflib

graph = rdflib.Graph().parse("{url}")
print(len(graph))"""
PYOXIGRAPH = """from urllib.request import urlopen
import pyoxigraph

store = pyoxigraph.Store()
store.load(urlopen("{url}"), format=pyoxigraph.RdfFormat.N_QUADS)
print(len(store))"""
PANDAS = """import pandas

table = pandas.read_csv("{url}")
print(table.shape)"""
SQLITE = """import sqlite3
from urllib.request import urlretrieve

urlretrieve("{url}", "{file}")
for row in sqlite3.connect("{file}").execute("SELECT id, label FROM thing LIMIT 5"):
    print(row)"""
R_RDF = """library(rdflib)

graph <- rdf_parse("{url}", format = "turtle")
print(graph)"""
R_TABLE = """table <- read.csv("{url}", check.names = FALSE)
print(dim(table))"""


@dataclass(frozen=True)
class Lines:
    """Lines of a language (`sh`, `python`, `r`), what they are for, and a key to link to them."""

    key: str
    title: str
    about: str
    language: str
    text: str


def lines_for(manifest: Manifest, public_url: str) -> Iterator[Lines]:
    """The lines for those of the files that the release has."""
    files = {file.name: file for file in manifest.files}
    names = sorted(name for name in files if name.startswith("tables/") and name.endswith(".csv"))
    table = next((f"tables/{name}.csv" for name in manifest.tables), names[0] if names else "")
    dump, database = f"dumps/{manifest.id}", f"tables/{manifest.id}.sqlite"
    told = (
        (
            f"{dump}.ttl",
            "curl",
            "curl",
            "Compressed on the way; or as an archive, which is taken up if it broke off.",
            "sh",
            CURL,
        ),
        (f"{dump}.ttl", "rdflib", "Python, rdflib", "All graphs merged into one.", "python", RDFLIB),
        (f"{dump}.nq", "pyoxigraph", "Python, pyoxigraph", "Each graph by its name.", "python", PYOXIGRAPH),
        (table, "pandas", "Python, pandas", "A table.", "python", PANDAS),
        (database, "sqlite", "Python, sqlite3", "All tables, to be asked in SQL.", "python", SQLITE),
        (f"{dump}.ttl", "r-rdf", "R, rdflib", "All graphs merged into one.", "r", R_RDF),
        (table, "r-table", "R", "A table, with nothing to be installed.", "r", R_TABLE),
    )
    for name, key, title, about, language, text in told:
        if name in files:
            yield Lines(key, title, about, language, _filled(text, files[name], manifest, public_url))


def _filled(text: str, file: File, manifest: Manifest, public_url: str) -> str:
    url = f"{public_url}/releases/{manifest.version}/{file.name}"
    return text.format(url=url, sha256=file.sha256, file=file.name.rpartition("/")[2])
