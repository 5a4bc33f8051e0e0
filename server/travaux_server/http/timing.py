"""Server-Timing: where the time of an answer went, for those who look into their browser's tools."""

from __future__ import annotations

from travaux_server.engine import Answer


def server_timing(answer: Answer) -> str:
    """The value of the header, in milliseconds: waiting for a worker, evaluation, and writing the answer."""
    parts = (("queue", answer.queued), ("evaluation", answer.seconds), ("serialisation", answer.serialized))
    return ", ".join([f"{name};dur={seconds * 1000:.2f}" for name, seconds in parts])
