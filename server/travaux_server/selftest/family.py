"""A family of hostile queries: texts of one make, which grows with a size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

TRAP = "http://trap.invalid/"
"""Stands in texts for the address of the listener that nobody must connect to."""


@dataclass(frozen=True)
class Family:
    """`make` gives the query of a size; the sizes reach from harmless to past every limit."""

    name: str
    make: Callable[[int], str]
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """A hostile request body, and which family it is of."""

    family: str
    size: int
    body: bytes


def repeated(name: str, before: str, unit: str, after: str, sizes: tuple[int, ...]) -> Family:
    """The unit, again and again; `{n}` in it is the number of the repetition."""
    return Family(
        name,
        lambda size: before + "".join(unit.replace("{n}", str(number)) for number in range(size)) + after,
        sizes,
    )
