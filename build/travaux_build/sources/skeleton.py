"""Skeletons: entries that are still to be filled, written as people would write them in YAML."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from travaux_build.reading.strict_yaml import implied

WIDTH = 110
INDENT = "  "
UNSAFE_START = tuple("!&*-?:,[]{}#|>@`\"'%")


@dataclass(frozen=True)
class Field:
    """A word with its values, none if they are to be filled in; `language` is set for a text.

    `bare` values stand without quotation marks whatever YAML takes them for: numbers are meant.
    """

    word: str
    values: tuple[str, ...] = ()
    language: str = ""
    many: bool = False
    bare: bool = False


@dataclass(frozen=True)
class Skeleton:
    """An entry: its fields, and the entries that are nested in it, by word."""

    fields: tuple[Field, ...]
    nested: tuple[tuple[str, tuple[Skeleton, ...]], ...] = ()

    @property
    def size(self) -> int:
        """How many entries it holds, itself included."""
        return 1 + sum(entry.size for _, entries in self.nested for entry in entries)


def yaml_of(entries: Iterable[Skeleton], is_list: bool) -> str:
    """The text of a file: of the entry, or of a list of them."""
    lines = ["entries:"] if is_list else []
    for entry in entries:
        lines += _item(entry, 1) if is_list else _lines(entry, 0)
    return "\n".join([*lines, ""])


def _item(entry: Skeleton, depth: int) -> Iterator[str]:
    first, *rest = _lines(entry, depth + 1)
    yield f"{INDENT * depth}- {first.lstrip()}"
    yield from rest


def _lines(entry: Skeleton, depth: int) -> Iterator[str]:
    for field in entry.fields:
        yield from _field(field, INDENT * depth)
    for word, entries in entry.nested:
        yield f"{INDENT * depth}{word}:"
        for one in entries:
            yield from _item(one, depth + 1)


def _field(field: Field, indent: str) -> Iterator[str]:
    if field.language:
        yield f"{indent}{field.word}:"
        yield from _text(f"{indent}{INDENT}{field.language}:", "".join(field.values), indent + INDENT * 2)
    elif field.many and field.values:
        line = f"{indent}{field.word}: [{', '.join(map(_scalar, field.values))}]"
        if len(line) <= WIDTH:
            yield line
        else:
            yield f"{indent}{field.word}:"
            for value in field.values:
                yield f"{indent}{INDENT}- {_scalar(value)}"
    else:
        text = "".join(field.values)
        yield f"{indent}{field.word}: {text if field.bare else _scalar(text)}".rstrip()


def _text(head: str, text: str, indent: str) -> Iterator[str]:
    line = f"{head} {_scalar(text)}".rstrip()
    if len(line) <= WIDTH:
        yield line
    else:
        yield f"{head} >-"
        yield from textwrap.wrap(
            text,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _scalar(text: str) -> str:
    """A text as a YAML scalar: in quotation marks where it would be read as something else."""
    signs = text.startswith(UNSAFE_START) or text.endswith(":") or ": " in text or " #" in text
    return json.dumps(text, ensure_ascii=False) if text and (signs or implied(text)) else text
