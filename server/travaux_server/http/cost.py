"""What a request has cost so far, noted by those who have work done for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

KEY = "travaux.cost"


@dataclass
class Cost:
    """Seconds that other processes have worked for a request."""

    seconds: float = 0.0

    def lie_in(self, environment: dict[str, Any]) -> None:
        """Let those who have the request's WSGI environment find it."""
        environment[KEY] = self


def cost_of(environment: Mapping[str, Any]) -> Cost:
    """The cost of the request with this WSGI environment."""
    return cast(Cost, environment[KEY])
