"""A plot of a run: for each query one bar for each peer, as long as the logarithm of its answers a second."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from .result import Run

COLORS = ("#0b5fa5", "#7fb2e5", "#9a9a9a", "#b5482a", "#e09a7d", "#3f7d3a", "#8a5aa8", "#c9a227")
"""One for each peer, in their order."""
LEFT, RIGHT, TOP, BOTTOM = 130, 70, 64, 34
WIDTH = 960
BAR = 9
GAP = 10
LEAST = 0.1
"""Rate at the left end of the axis."""


def svg_of(run: Run, clients: int) -> str:
    """The plot as an SVG document."""
    names = [one.name for one in run.present]
    step = len(names) * BAR + GAP
    height = TOP + len(run.queries) * step + BOTTOM
    rates = [run.rate(name, query, clients) or LEAST for name in names for query in run.queries]
    decades = math.ceil(math.log10(max(rates) / LEAST))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="sans-serif" font-size="11" role="img">'
    )
    title = f"{run.dataset} ({run.triples:,} triples): answers a second, clients: {clients}, logarithmic"
    parts = [
        head,
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="8" y="18" font-size="14" font-weight="bold">{escape(title)}</text>',
        *_legend(names),
        *_axis(decades, height),
    ]
    for number, query in enumerate(run.queries):
        top = TOP + number * step
        middle = top + len(names) * BAR / 2 + 4
        parts.append(f'<text x="{LEFT - 8}" y="{middle:.1f}" text-anchor="end">{escape(query)}</text>')
        for place, name in enumerate(names):
            parts += _bar(
                top + place * BAR, COLORS[place % len(COLORS)], run.rate(name, query, clients), decades
            )
    return "\n".join([*parts, "</svg>", ""])


def _legend(names: list[str]) -> Iterator[str]:
    left = 8.0
    for place, name in enumerate(names):
        color = COLORS[place % len(COLORS)]
        yield f'<rect x="{left:.0f}" y="28" width="10" height="10" fill="{color}"/>'
        yield f'<text x="{left + 14:.0f}" y="37">{escape(name)}</text>'
        left += 30 + 6.6 * len(name)


def _axis(decades: int, height: int) -> Iterator[str]:
    for decade in range(decades + 1):
        across = _across(LEAST * 10**decade, decades)
        bottom = height - BOTTOM
        yield f'<line x1="{across:.1f}" x2="{across:.1f}" y1="{TOP - 6}" y2="{bottom}" stroke="#ddd"/>'
        label = f"{LEAST * 10**decade:,g}"
        yield f'<text x="{across:.1f}" y="{bottom + 16}" text-anchor="middle" fill="#555">{label}</text>'


def _bar(top: float, color: str, rate: float | None, decades: int) -> Iterator[str]:
    end = _across(rate or LEAST, decades)
    label = "no answer" if rate is None else f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
    yield f'<rect x="{LEFT}" y="{top:.1f}" width="{end - LEFT:.1f}" height="{BAR - 1}" fill="{color}"/>'
    yield f'<text x="{end + 3:.1f}" y="{top + BAR - 2:.1f}" font-size="8" fill="#333">{label}</text>'


def _across(rate: float, decades: int) -> float:
    share = max(math.log10(rate / LEAST), 0) / max(decades, 1)
    return LEFT + share * (WIDTH - LEFT - RIGHT)
