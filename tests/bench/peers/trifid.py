"""Trifid with the data in memory, by its own handler for files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from ..dataset import Dataset
from ..places import INSTALLED
from .peer import HttpPeer, Unavailable, program

MODULES = INSTALLED / "trifid" / "node_modules"


class Trifid(HttpPeer):
    """Loads the file at each start."""

    name = "trifid"
    title = "Trifid with its handler for files"
    path = "/query"

    def version(self) -> str:
        program(MODULES / ".bin" / "trifid")
        found: str = json.loads((MODULES / "trifid" / "package.json").read_text("utf-8"))["version"]
        return found

    def prepare(self, dataset: Dataset, folder: Path) -> None:
        super().prepare(dataset, folder)
        handler = {
            "module": "trifid-handler-fetch",
            "paths": "/query",
            "config": {
                "url": str(dataset.file),
                "contentType": "application/n-triples",
                "baseIRI": "https://example.org/",
                "graphName": "https://example.org/graph",
                "unionDefaultGraph": True,
            },
        }
        settings = {
            "server": {"listener": {"host": "127.0.0.1"}, "logLevel": "warn"},
            "globals": {"endpoints": {"default": {"url": "/query"}}},
            "plugins": {"data": handler},
        }
        self._settings.write_text(json.dumps(settings), encoding="utf-8")  # YAML, too
        modules = self.folder / "node_modules"
        modules.unlink(missing_ok=True)
        modules.symlink_to(MODULES)

    def command(self) -> Sequence[str]:
        node = shutil.which("node")
        if node is None:
            raise Unavailable("there is no node on this machine")
        server = str(MODULES / "trifid" / "server.js")
        return [node, server, "--config", str(self._settings), "--port", str(self.port)]

    @property
    def _settings(self) -> Path:
        return self.folder / "config.yaml"
