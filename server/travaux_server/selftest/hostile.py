"""All hostile requests: every family at every size, then damaged real queries, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from random import Random

from travaux_server.selftest import bombs, chains, nesting, reaching
from travaux_server.selftest.family import TRAP, Case
from travaux_server.selftest.mutation import mutations

FAMILIES = (*nesting.FAMILIES, *chains.FAMILIES, *bombs.FAMILIES, *reaching.FAMILIES)
SEED = 20170508
BYTES = (
    b"ASK {\xff}",
    b"ASK {} #\xc0\xaf",
    b"ASK {} #\xed\xa0\x80",
    b"\xff\xfeA\x00S\x00K\x00{\x00}\x00",
    b"\xef\xbb\xbfASK {}",
    b"\x00" * 5000,
    b"\xf4\x90\x80\x80" * 1000,
    b"",
)
"""Bodies that are no UTF-8, or nothing at all."""


def cases(count: int, queries: Sequence[str], trap: str) -> list[Case]:
    """So many hostile bodies, the same each time; with too few for all, some of every family come first.

    `queries` are those that chance damages, `trap` the address that texts try to have fetched.
    """
    random = Random(SEED)  # noqa: S311 - chance that can be repeated
    made = [case for row in zip_longest(*_by_family(random)) for case in row if case is not None]
    damaged = mutations(queries, random) if queries else iter(())
    room = max(count - len(made), count // 5)
    fuzz = [
        Case("mutation", number, body)
        for number, body in enumerate(islice(_distinct(damaged), room), start=1)
    ]
    chosen = made[: count - len(fuzz)] + fuzz
    random.shuffle(chosen)
    return [Case(case.family, case.size, case.body.replace(TRAP.encode(), trap.encode())) for case in chosen]


def _by_family(random: Random) -> Iterator[list[Case]]:
    """The cases of each family, in an order that differs from one family to the next."""
    for family in FAMILIES:
        found = [Case(family.name, size, _encoded(family.make(size))) for size in family.sizes]
        random.shuffle(found)
        yield found
    yield [Case("bytes", number, body) for number, body in enumerate(BYTES)]


def _distinct(texts: Iterator[str]) -> Iterator[bytes]:
    seen: set[bytes] = set()
    for body in map(_encoded, texts):
        if body not in seen:
            seen.add(body)
            yield body


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
