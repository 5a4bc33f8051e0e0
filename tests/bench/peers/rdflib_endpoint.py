"""rdflib-endpoint: RDFLib behind FastAPI, from its own command line."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from ..places import INSTALLED
from .peer import HttpPeer, program

FOLDER = INSTALLED / "python" / "bin"
ASK_VERSION = "from importlib.metadata import version; print(version('rdflib-endpoint'))"


class RdflibEndpoint(HttpPeer):
    """Loads the file at each start."""

    name = "rdflib-endpoint"
    title = "rdflib-endpoint with RDFLib's own store"
    path = "/"

    def version(self) -> str:
        program(FOLDER / "rdflib-endpoint")
        python = program(FOLDER / "python")
        return subprocess.run(
            [python, "-c", ASK_VERSION], capture_output=True, text=True, check=True
        ).stdout.strip()

    def command(self) -> Sequence[str]:
        assert self.dataset
        address = ["--host", "127.0.0.1", "--port", str(self.port)]
        return [program(FOLDER / "rdflib-endpoint"), "serve", *address, str(self.dataset.file)]
