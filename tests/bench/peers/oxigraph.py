"""Oxigraph's server: on a database, and with the data in memory."""

from __future__ import annotations

import http.client
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ..dataset import Dataset
from ..places import INSTALLED
from .peer import HttpPeer, Unavailable, program

PROGRAM = INSTALLED / "python" / "bin" / "oxigraph"


class Oxigraph(HttpPeer):
    """Read-only on a database that was loaded and optimized before."""

    name = "oxigraph"
    title = "Oxigraph's server on its database"
    path = "/query"

    def version(self) -> str:
        shown = subprocess.run([program(PROGRAM), "--version"], capture_output=True, text=True, check=True)
        return shown.stdout.split()[-1]

    def prepare(self, dataset: Dataset, folder: Path) -> None:
        super().prepare(dataset, folder)
        shutil.rmtree(self._store, ignore_errors=True)
        for command in (["load", "--file", str(dataset.file)], ["optimize"]):
            place = ["--location", self._store]
            subprocess.run([program(PROGRAM), *command, *place], capture_output=True, check=True)

    def command(self) -> Sequence[str]:
        return [program(PROGRAM), "serve-read-only", "--location", self._store, "--bind", self._address]

    @property
    def _store(self) -> str:
        return str(self.folder / "store")

    @property
    def _address(self) -> str:
        return f"127.0.0.1:{self.port}"


class OxigraphInMemory(Oxigraph):
    """In memory, loaded over HTTP after each start."""

    name = "oxigraph-memory"
    title = "Oxigraph's server in memory"

    def prepare(self, dataset: Dataset, folder: Path) -> None:
        HttpPeer.prepare(self, dataset, folder)

    def command(self) -> Sequence[str]:
        return [program(PROGRAM), "serve", "--bind", self._address]

    def fill(self) -> None:
        assert self.dataset
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)) as connection:
            headers = {"Content-Type": "application/n-triples"}
            connection.request("POST", "/store?default", self.dataset.file.read_bytes(), headers)
            answer = connection.getresponse()
            answer.read()
        if answer.status not in (200, 201, 204):
            raise Unavailable(f"cannot be loaded: status {answer.status}")
