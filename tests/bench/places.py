"""Where the benchmark finds what it needs, and where it leaves what it makes; all outside git."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / ".venv-bench"
"""What `make bench-peers` installs."""
RESULTS = ROOT / "bench-results"
PACKAGE = __name__.rpartition(".")[0]
"""This package's name, which depends on the folder that the benchmark is started in."""
