"""What can be wrong: one base error, and problems that name the place, the fault and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class TravauxError(Exception):
    """Base of every error that a command reports in one line and answers with exit code 1."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one place of one content file.

    `file` is relative to the content's root; `line` and `column` count from 1, 0 means the whole file.
    `entry` is the id under which the fault stands, or empty. `remedy` says what to do about it.
    """

    file: str
    line: int
    column: int
    entry: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = self.file + (f":{self.line}:{self.column}" if self.line else "")
        entry = f" [{self.entry}]" if self.entry else ""
        remedy = f" — {self.remedy}" if self.remedy else ""
        return _printable(f"{place}:{entry} {self.message}{remedy}")


class Refused(TravauxError):
    """Raised when content has faults: carries all problems of a run, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class SourceError(TravauxError):
    """Raised when the source text given does not fit the record that points into it."""


class ReleaseError(TravauxError):
    """Raised when a release is missing, damaged or cannot be written; names the file."""


def _printable(line: str) -> str:
    """One line that any terminal and log can show: what moves a cursor or reorders text is escaped."""
    if line.isprintable():
        return line
    escaped = (one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)
    return "".join(escaped)
