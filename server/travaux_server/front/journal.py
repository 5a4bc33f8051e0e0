"""The journal: one line per request on standard error, and nothing in it could pass for another line."""

from __future__ import annotations

import sys
import time

LONGEST_TARGET = 500


class Journal:
    """Gathers lines and writes them when told to; a quiet one writes none. For one thread."""

    def __init__(self, quiet: bool) -> None:
        self.is_quiet = quiet
        self._lines: list[str] = []
        self._moment = ""
        self.turn()

    def turn(self) -> None:
        """Write what was gathered, and take the time for the lines that follow, in whole seconds."""
        self._moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        if self._lines:
            lines, self._lines = self._lines, []
            sys.stderr.write("".join(lines))
            sys.stderr.flush()

    def write(self, client: str, entry: str, milliseconds: float) -> None:
        """Note a request: who asked, what `entry` says, and how long the answer took."""
        if not self.is_quiet:
            self._lines.append(f"{self._moment} {client or '-'} {entry} {milliseconds:.1f}ms\n")


def entry(method: str, target: bytes, status: int, length: int) -> str:
    """What a line says of a request and its answer: method, target, status, bytes of the body."""
    return f"{method or '-'} {printable(target)} {status} {length}"


def printable(target: bytes) -> str:
    """The target, shortened, in printable ASCII: everything else is written as an escape."""
    text = target[: LONGEST_TARGET + 1].decode("latin-1")
    short = text if len(text) <= LONGEST_TARGET else text[:LONGEST_TARGET] + "…"
    return short.encode("unicode_escape").decode("ascii")
