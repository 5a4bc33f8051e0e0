"""What a data file of any syntax is read into: scalars, lists and fields that know their place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written. `implied` is what YAML 1.1 takes an unquoted one for (`boolean`, …), else empty."""

    text: str
    line: int
    column: int
    implied: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; its place is that of its first character, counted from 1."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Keys with their values, in the order of the file; no key occurs twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        return next((value for name, value in self.pairs if name.text == key), None)


Node = Scalar | Items | Fields
