"""Why a query has no answer: one class per reason, each with the remedy in its message."""

from __future__ import annotations

from travaux_build.errors import TravauxError


class QueryError(TravauxError):
    """Base of what a query can fail by; `hint` says what to do about it, or is empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message} — {hint}" if hint else message)


class MalformedQuery(QueryError):
    """Raised when the text is not a SPARQL 1.1 query; `line` and `column` count from 1, 0 means unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0, hint: str = "") -> None:
        self.line = line
        self.column = column
        super().__init__(message, hint)

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return place + super().__str__()


class QueryRefused(QueryError):
    """Raised when a query asks for what is not offered: federation, updates."""


class QueryTooLarge(QueryRefused):
    """Raised when the text of a query exceeds a stated limit."""


class QueryTimedOut(QueryError):
    """Raised when a query was stopped at its deadline of `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"the query was stopped after {seconds:g} s",
            "make it more selective, add a LIMIT, or query the downloaded data with a tool of your own",
        )


class QueryTooCostly(QueryError):
    """Raised when a query needs more memory, or a longer answer, than one query may have."""


class NotRepresentable(QueryError):
    """Raised when the answer exists but cannot be written in the format asked for."""


class EngineBusy(QueryError):
    """Raised when all workers are taken and the queue is full; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int, message: str = "all places for queries are taken") -> None:
        self.retry_after = retry_after
        super().__init__(message, f"try again in {retry_after} s")


class EngineDown(EngineBusy):
    """Raised when the engine's processes are being replaced, or could not be started."""

    def __init__(self, message: str = "the query engine is being restarted") -> None:
        super().__init__(1, message)
