"""Files below `data/` that nobody would read: reported, so that no record goes missing in silence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from travaux_build.content import GRAPH_SUFFIXES, Content
from travaux_build.errors import Problem
from travaux_build.reading.characters import faults

UNREAD = (".md", ".txt")
"""Suffixes of files that explain data and are none."""


def find_strays(content: Content) -> list[Problem]:
    """A problem for each file or folder below `data/` that is no data file and would be passed over."""
    problems: list[Problem] = []
    top = content.root / "data"

    def unreadable(error: OSError) -> None:
        name = shown(content.name(Path(str(error.filename))))
        problems.append(Problem(name, 0, 0, "", f"cannot be read: {error.strerror}", "check its permissions"))

    for folder, folders, files in os.walk(top, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        for name in folders:
            if (here / name).is_symlink():
                message = "is a link to a folder, and its files are not read"
                problems.append(
                    Problem(shown(content.name(here / name)), 0, 0, "", message, "copy the folder here")
                )
        for name in sorted(files):
            if not name.startswith("."):
                for message, remedy in _faults(here.relative_to(top).parts, name):
                    problems.append(Problem(shown(content.name(here / name)), 0, 0, "", message, remedy))
    return problems


def shown(name: str) -> str:
    """A file name as it can be printed, whatever bytes it is made of."""
    return name.encode("utf-8", "backslashreplace").decode()


def _faults(folders: tuple[str, ...], name: str) -> Iterator[tuple[str, str]]:
    suffix = Path(name).suffix
    if wrong := faults(name):
        yield f"its name {wrong[0][0]}", "rename it"
    elif suffix in UNREAD or name == "LICENSE":
        return
    elif not folders:
        if name not in ("dataset.yaml", "retired.yaml"):
            yield "stands in no graph's folder", "move it to data/<graph>/"
    elif folders[0] == "queries":
        if suffix != ".rq":
            yield "is not a query", "give it the suffix .rq, or move it"
    elif suffix not in GRAPH_SUFFIXES:
        remedy = f"use one of {' '.join(GRAPH_SUFFIXES)}"
        yield f"is of no kind that is read ({suffix or 'no suffix'})", remedy
