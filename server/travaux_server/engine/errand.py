"""An errand: a request on its way to a worker, from a place in a lane, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from travaux_server.engine.family import Worker
from travaux_server.engine.lane import Lane
from travaux_server.engine.messages import Reply, Request


class Place:
    """A place in a lane, which may be exchanged for one in another."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane

    def leave(self) -> None:
        self.lane.leave()

    def move(self, lane: Lane) -> bool:
        """Whether there was a place in `lane`, for which this one was given back."""
        if not lane.try_enter(is_trusted=False):
            return False
        self.lane.leave()
        self.lane = lane
        return True


@dataclass(frozen=True)
class Errand:
    """A request on its way: which worker has it, from which place, and since when (monotonic seconds).

    It was `begun` when it was first asked, `asked` of this worker, and must have its answer at `end`.
    """

    request: Request
    worker: Worker
    place: Place
    begun: float
    asked: float
    end: float
    limit: float


Outcome = tuple[Reply, bytes, float]
"""Reply and bytes, and the seconds that the request was queued."""
Waiting = Callable[[], Outcome]
"""Waits for the outcome, and raises `QueryError` if there is none."""


@dataclass(frozen=True)
class Known:
    """An outcome that need not be waited for."""

    outcome: Outcome

    def __call__(self) -> Outcome:
        return self.outcome
