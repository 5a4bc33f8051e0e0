"""Property paths turned round, so that the engine begins with the end that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from travaux_server.tokens import KEPT_CHARACTERS, Token, tokens

REPEATED = ("*", "+")
IN_PATHS = ("iri", "name", "open", "close", "operator")
CONSTANT = ("iri", "name")


def turn_round(text: str) -> str:
    """A query with the same solutions, in which paths such as `?x a/b* <c>` begin with the constant.

    `?x a/b* <c>` and `<c> ^b*/^a ?x` are the same by definition (SPARQL 1.1, 9.1 and 18.4: the inverse of a
    sequence is the sequence of the inverses in reverse), in every dataset. But the engine follows the first
    from every `a` that there is, the second from `<c>` alone. Patterns of other forms stay as they are, and
    so does the whole text if it is not well-formed in a way that shows here.
    """
    if "/" not in text or not any(sign in text for sign in REPEATED) or len(text) > KEPT_CHARACTERS:
        return text
    parts, end = [], 0
    for statement in _statements(list(tokens(text))):
        turned = _turned(text, statement)
        if turned:
            parts += [text[end : statement[0].start], turned]
            end = _end(statement[-1])
    return "".join([*parts, text[end:]])


def _statements(found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The runs of tokens, between braces and outside parentheses, that may be triples with one subject."""
    braces = parentheses = start = 0
    for at, token in enumerate(found):
        if token.text in ("(", ")"):
            parentheses += 1 if token.text == "(" else -1
        elif not parentheses and (
            token.text in ("{", "}", ".") or (token.kind == "word" and token.text != "a")
        ):
            if braces and at > start:
                yield found[start:at]
            start = at + 1
            braces += {"{": 1, "}": -1}.get(token.text, 0)


def _turned(text: str, statement: Sequence[Token]) -> str:
    """A statement with those of its paths turned round that can be; empty if there are none."""
    subject, *rest = statement
    if subject.kind != "variable" or any(token.text in ("[", "]", ",") for token in rest):
        return ""
    kept, turned = [], []
    for pair in _split(rest, ";"):
        if not pair:
            continue
        path = _inverse(pair[:-1]) if pair[-1].kind in CONSTANT else ""
        if path:
            turned.append(f"{pair[-1].text} {path} {subject.text}")
        else:
            kept.append(text[pair[0].start : _end(pair[-1])])
    if not turned:
        return ""
    return " . ".join([f"{subject.text} {' ; '.join(kept)}", *turned] if kept else turned)


def _inverse(path: Sequence[Token]) -> str:
    """The inverse of a path; empty for one that is no sequence ending in a repetition."""
    if any(token.kind not in IN_PATHS and token.text != "a" for token in path):
        return ""
    elements = list(_split(path, "/"))
    if len(elements) < 2 or not all(elements) or elements[-1][-1].text not in REPEATED:
        return ""
    if any(len(list(_split(element, "|"))) > 1 for element in elements):
        return ""
    return "/".join(
        "".join(token.text for token in element[1:])
        if element[0].text == "^"
        else "^" + "".join(token.text for token in element)
        for element in reversed(elements)
    )


def _split(found: Sequence[Token], mark: str) -> Iterator[Sequence[Token]]:
    """The parts between marks that stand outside parentheses."""
    depth = start = 0
    for at, token in enumerate(found):
        if token.text in ("(", ")"):
            depth += 1 if token.text == "(" else -1
        elif token.text == mark and not depth:
            yield found[start:at]
            start = at + 1
    yield found[start:]


def _end(token: Token) -> int:
    return token.start + len(token.text)
