"""Progress: what the pipeline is doing, for who watches a terminal, and notices, for everyone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.status import Status


class Progress(Protocol):
    """Told by the pipeline what it does next (`step`), and what its caller should know (`notice`)."""

    def step(self, what: str) -> None:
        """The next step begins, for example "checking the shapes"."""

    def notice(self, message: str) -> None:
        """Something that is no error, for example that another build is under way."""


class Silence:
    """Progress that nobody watches."""

    def step(self, what: str) -> None:
        pass

    def notice(self, message: str) -> None:
        pass


SILENCE = Silence()


@dataclass(frozen=True)
class Watched:
    """Progress on a console: steps in passing, and on a terminal only; notices to stay."""

    console: Console
    status: Status

    def step(self, what: str) -> None:
        self.status.update(f"{what} …")

    def notice(self, message: str) -> None:
        self.console.print(message, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def watched() -> Iterator[Progress]:
    """Progress on standard error."""
    console = Console(stderr=True)
    with console.status("") as status:
        yield Watched(console, status)
