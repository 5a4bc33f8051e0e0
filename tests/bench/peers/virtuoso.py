"""Virtuoso 7, whose graphs hold data of its own, so that each query names ours as default graph."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..dataset import Dataset
from ..places import INSTALLED
from .peer import HttpPeer, Unavailable, free_port, program

INSIDE = INSTALLED / "virtuoso"
PROGRAM = INSIDE / "usr" / "bin" / "virtuoso-t"
CONSOLE = INSIDE / "usr" / "bin" / "isql-vt"
LIBRARIES = ":".join(str(INSIDE / part / "x86_64-linux-gnu") for part in ("usr/lib", "lib"))
GRAPH = "urn:bench"
LOAD_SECONDS = 600
SETTINGS = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000

[Parameters]
ServerPort = 127.0.0.1:{console}
DisableUnixSocket = 1
MaxClientConnections = 40
CheckpointInterval = 0
NumberOfBuffers = 100000
MaxDirtyBuffers = 75000
DirsAllowed = {folder}, {data}

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
MaxClientConnections = 40
ServerThreads = 40
MaxKeepAlives = 40
KeepAliveTimeout = 10
HttpPrintWarningsInOutput = 0

[SPARQL]
ResultSetMaxRows = 1000000
"""


class Virtuoso(HttpPeer):
    """As many threads for HTTP as there are clients at most, 800 MB of buffers."""

    name = "virtuoso"
    title = "Virtuoso 7 on its database"
    parameters = f"default-graph-uri={GRAPH}&"

    def version(self) -> str:
        command = [program(PROGRAM), "-?"]
        shown = subprocess.run(
            command, capture_output=True, text=True, check=False, env=dict(self.environment())
        )
        found = re.search(r"Version (\S+)", shown.stdout + shown.stderr)
        if not found:
            raise Unavailable(f"installed, but does not run: {shown.stderr.strip()[:200]}")
        return found[1]

    def environment(self) -> Mapping[str, str]:
        return {"LD_LIBRARY_PATH": LIBRARIES}

    def prepare(self, dataset: Dataset, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        super().prepare(dataset, folder)
        self.start()
        try:
            self._run(f"DB.DBA.TTLP_MT (file_to_string_output ('{dataset.file}'), '', '{GRAPH}', 0, 2);")
            self._run("checkpoint;")
        finally:
            self.stop()

    def command(self) -> Sequence[str]:
        assert self.dataset
        self._console = free_port()
        settings = SETTINGS.format(
            folder=self.folder,
            data=self.dataset.file.parent,
            console=self._console,
            port=self.port,
        )
        place = self.folder / "virtuoso.ini"
        place.write_text(settings, encoding="utf-8")
        return [program(PROGRAM), "+foreground", "+configfile", str(place)]

    def _run(self, statement: str) -> None:
        """Run a statement in Virtuoso's console. Raises `Unavailable` if it fails."""
        command = [str(CONSOLE), f"127.0.0.1:{self._console}", "dba", "dba", f"exec={statement}"]
        shown = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=LOAD_SECONDS,
            env=dict(self.environment()),
        )
        if shown.returncode or "*** Error" in shown.stdout + shown.stderr:
            raise Unavailable(f"cannot be loaded: {(shown.stdout + shown.stderr).strip()[-300:]}")
