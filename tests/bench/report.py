"""The files that a run leaves: tables as text and Markdown, plots, and everything as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .plot import svg_of
from .result import Run, to_json
from .tables import tables_of

PLOTTED = 4
"""Clients of the plot, if there were so many at a time."""


def text_of(runs: Sequence[Run]) -> str:
    """All tables, for a terminal."""
    return "\n".join(table.text() for run in runs for table in tables_of(run))


def write_report(folder: Path, runs: Sequence[Run], environment: Mapping[str, str]) -> list[Path]:
    """Write `bench.txt`, `bench.md`, `bench.json` and one `bench-….svg` for each run; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = [f"{name}: {value}" for name, value in environment.items()]
    plots = {
        f"bench-{run.dataset}.svg": svg_of(run, PLOTTED if PLOTTED in run.clients else run.clients[-1])
        for run in runs
        if run.measurements
    }
    markdown = [
        "# Benchmark",
        "",
        *(f"- {fact}" for fact in facts),
        "",
        *(table.markdown() for run in runs for table in tables_of(run)),
        *(f"![{name}]({name})" for name in plots),
        "",
    ]
    files = {
        "bench.txt": "\n".join([*facts, "", text_of(runs)]),
        "bench.md": "\n".join(markdown),
        "bench.json": to_json(runs, dict(environment)),
        **plots,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]
