"""The first wall before the engine: what a query's text alone is refused for, in linear time."""

from __future__ import annotations

import re

from travaux_server.engine.errors import MalformedQuery, QueryRefused, QueryTooLarge
from travaux_server.tokens import FORMS, UPDATES, Token, position, tokens

MAXIMUM_TOKENS = 20_000
MAXIMUM_DEPTH = 100
"""Brackets within brackets. The engine's parser was seen to end its process from about 800 on."""
MAXIMUM_OPERATORS = 1_500
"""Operators of expressions and paths. The engine's parser was seen to end its process from about 7,000 on."""
MAXIMUM_PATTERNS = 1_000
"""Parts of the pattern joined by these words, each of which nests the plan by one more."""
JOINING = frozenset({"UNION", "OPTIONAL", "MINUS", "EXISTS", "FILTER", "BIND"})
PLAIN_CHARACTERS = 1_000
"""Texts up to this length are within all limits but that of depth, whatever they say."""
SUSPECT = re.compile("|".join(("SERVICE", *UPDATES)), re.IGNORECASE)
OPENING = re.compile(r"[{(\[]")
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def inspect(text: str, maximum_characters: int) -> None:
    """Return if the engine may see the query.

    Raises `QueryTooLarge` past a limit, `QueryRefused` for SERVICE and for updates, `MalformedQuery` for
    characters that no query holds. Says nothing about any other fault: that is the engine's part.
    """
    if len(text) > maximum_characters:
        raise QueryTooLarge(f"the query has {len(text):,} characters, more than {maximum_characters:,}")
    unwanted = UNWANTED.search(text)
    if unwanted:
        line, column = position(text, unwanted.start())
        message = f"the character U+{ord(unwanted.group()):04X} cannot stand in a query"
        raise MalformedQuery(message, line, column, "write it as an escape in a string, or remove it")
    if _is_plain(text):
        return
    count = depth = operators = patterns = 0
    form = ""
    for count, token in enumerate(tokens(text), start=1):
        kind = token.kind
        if kind == "word":
            word = token.text.upper()
            patterns += word in JOINING
            form = form or (word if word in FORMS or word in UPDATES else "")
            if word == "SERVICE" or form in UPDATES:
                _refuse(text, token, word, form)
        elif kind == "operator":
            operators += 1
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        if (
            count > MAXIMUM_TOKENS
            or depth > MAXIMUM_DEPTH
            or operators > MAXIMUM_OPERATORS
            or patterns > MAXIMUM_PATTERNS
        ):
            raise _too_large(count, depth, operators)


def _is_plain(text: str) -> bool:
    """Whether a text is so short and plain that it need not be cut into tokens to see that it is harmless."""
    return (
        len(text) <= PLAIN_CHARACTERS
        and not SUSPECT.search(text)
        and len(OPENING.findall(text)) <= MAXIMUM_DEPTH
    )


def _too_large(count: int, depth: int, operators: int) -> QueryTooLarge:
    what, limit = "parts of a pattern", MAXIMUM_PATTERNS
    if count > MAXIMUM_TOKENS:
        what, limit = "tokens", MAXIMUM_TOKENS
    elif depth > MAXIMUM_DEPTH:
        what, limit = "levels of brackets", MAXIMUM_DEPTH
    elif operators > MAXIMUM_OPERATORS:
        what, limit = "operators", MAXIMUM_OPERATORS
    return QueryTooLarge(f"the query has more than {limit:,} {what}")


def _refuse(text: str, token: Token, word: str, form: str) -> None:
    line, column = position(text, token.start)
    if word == "SERVICE":
        raise QueryRefused(
            f"SERVICE (line {line}, column {column}) is refused: this endpoint asks no other",
            "query both endpoints from your own tool, or download the data",
        )
    if form in UPDATES:
        raise QueryRefused(
            f"{word} (line {line}, column {column}) begins an update, and the data are read-only",
            "ask with SELECT, ASK, CONSTRUCT or DESCRIBE",
        )
