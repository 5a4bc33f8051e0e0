"""The processes of a running server, as the kernel lists them (Linux)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from travaux_build.errors import TravauxError

PROC = Path("/proc")
PARENT = b"travaux_server.engine.parent"
"""Stands in the command line of an engine's parent, and of the workers that it forks."""


@dataclass(frozen=True)
class Census:
    """The processes of a server by their part: `pillars` must never end, `workers` come and go."""

    pillars: frozenset[int]
    workers: frozenset[int]


def census(server: int) -> Census:
    """The process `server` and all that descend from it; raises `TravauxError` where there is no /proc."""
    if not (PROC / "self" / "stat").exists():
        raise TravauxError("processes cannot be watched without /proc — run this on Linux")
    parents = dict(_all())
    family = {server}
    while more := {process for process, parent in parents.items() if parent in family} - family:
        family |= more
    engines = {process for process in family if PARENT in _command(process)}
    workers = {process for process in engines if parents.get(process) in engines}
    return Census(frozenset(family - workers), frozenset(workers))


def is_running(process: int) -> bool:
    """Whether a process is there and has not ended."""
    return _state(process)[0] not in ("", "Z")


def memory(processes: frozenset[int]) -> int:
    """Bytes in memory of some processes together; what they share is counted once."""
    return sum(_share(process) for process in processes)


def _share(process: int) -> int:
    """The proportional set size of a process; 0 when it has ended."""
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text("ascii").splitlines()
    except (OSError, ValueError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _all() -> Iterator[tuple[int, int]]:
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            state, parent = _state(int(folder.name))
            if state not in ("", "Z"):
                yield int(folder.name), parent


def _state(process: int) -> tuple[str, int]:
    """State and parent of a process; an empty state when there is none."""
    try:
        state, parent = (PROC / str(process) / "stat").read_text("utf-8").rpartition(")")[2].split()[:2]
    except (OSError, ValueError):
        return "", 0
    return state, int(parent)


def _command(process: int) -> bytes:
    try:
        return (PROC / str(process) / "cmdline").read_bytes()
    except OSError:
        return b""
