"""What a self-test found: figures for people, and which walls fell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from travaux_build.errors import TravauxError


class WallFell(TravauxError):
    """Raised at the end of a self-test that found a wall fallen; one line for each."""

    def __init__(self, falls: Iterable[str]) -> None:
        super().__init__("\n".join(falls))


@dataclass(frozen=True)
class Findings:
    """Figures in the order in which to show them, and a line for each wall that fell."""

    title: str
    figures: tuple[tuple[str, str], ...]
    falls: tuple[str, ...] = field(default=())


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
