"""Real queries, damaged by chance from a fixed seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from travaux_server.selftest.family import TRAP

PIECES = re.compile(r"\s+|\w+|.", re.DOTALL)
WORDS = (
    *("{", "}", "(", ")", "[", "]", "<", ">", ".", ";", ",", "*", "+", "?", "!", "^", "|", "/", "||", "&&"),
    *("'", '"', "'''", "\\", "\\u0000", "\\uD800", "#", "@", "^^", "<<", ">>", "_:b", "?x", "$y", "UNDEF"),
    *("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH"),
    *("BIND", "VALUES", "EXISTS", "NOT", "IN", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "OFFSET", "AS"),
    *("DISTINCT", "REDUCED", "FROM", "NAMED", "BASE", "PREFIX", "COUNT(*)", "SUM(", "REGEX(", "REPLACE("),
    *(f"SERVICE <{TRAP}>", f"FROM <{TRAP}>", f"LOAD <{TRAP}>", "INSERT DATA", "DROP ALL"),
    *("1e999", "-0", "0.0", "99999999999999999999", "\x00", "\ufeff", "\u202e", "é", "𝔘", "\r", "\n"),
)
Pieces = list[str]


def mutations(queries: Sequence[str], random: Random) -> Iterator[str]:
    """Damaged queries without end; the same for the same queries and the same state of `random`."""
    while True:
        pieces = PIECES.findall(random.choice(queries))
        for _ in range(random.choice((1, 1, 2, 4, 12))):
            damage = random.choice(DAMAGES)
            damage(pieces, queries, random)
        yield "".join(pieces)


def _place(pieces: Pieces, random: Random) -> tuple[int, int]:
    start = random.randrange(len(pieces) + 1)
    return start, min(len(pieces), start + random.choice((1, 1, 3, 10, 50)))


def _remove(pieces: Pieces, _queries: Sequence[str], random: Random) -> None:
    start, end = _place(pieces, random)
    del pieces[start:end]


def _repeat(pieces: Pieces, _queries: Sequence[str], random: Random) -> None:
    start, end = _place(pieces, random)
    pieces[start:end] = pieces[start:end] * random.choice((2, 3, 20, 200))


def _insert(pieces: Pieces, _queries: Sequence[str], random: Random) -> None:
    start, _ = _place(pieces, random)
    pieces.insert(start, f" {random.choice(WORDS)} ")


def _exchange(pieces: Pieces, _queries: Sequence[str], random: Random) -> None:
    start, end = _place(pieces, random)
    other, its_end = _place(pieces, random)
    pieces[start:end], pieces[other:its_end] = pieces[other:its_end], pieces[start:end]


def _splice(pieces: Pieces, queries: Sequence[str], random: Random) -> None:
    start, end = _place(pieces, random)
    stranger = PIECES.findall(random.choice(queries))
    pieces[start:end] = stranger[slice(*_place(stranger, random))]


def _cut(pieces: Pieces, _queries: Sequence[str], random: Random) -> None:
    del pieces[random.randrange(len(pieces) + 1) :]


def _free(pieces: Pieces, _queries: Sequence[str], random: Random) -> None:
    """Turn a word into a variable, by which a selective pattern may become a cross product."""
    words = [number for number, piece in enumerate(pieces) if piece.isalpha()]
    if words:
        pieces[random.choice(words)] = f" ?free{random.randrange(5)} "


DAMAGES: tuple[Callable[[Pieces, Sequence[str], Random], None], ...] = (
    *(_remove, _repeat, _insert, _insert, _exchange, _splice, _cut, _free, _free),
)
