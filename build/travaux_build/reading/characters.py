"""Characters that must not stand in any data file: controls, what reorders text, what cannot be seen."""

from __future__ import annotations

import re
import unicodedata

from travaux_build.errors import Problem

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""All but the tab, which some syntaxes allow, and the two joiners that some scripts need."""
FORBIDDEN_OR_TAB = re.compile(FORBIDDEN.pattern[:-1] + "\t]")
DECOMPOSED = "text is not in Unicode normalization form C: the same word could be spelt in two ways"
COMPOSE = "save the file in NFC, with accented letters as single characters"


def describe(character: str) -> str:
    """What is wrong with a forbidden character, by its code point and its Unicode name."""
    name = unicodedata.name(character, "")
    title = f"U+{ord(character):04X}" + (f" {name}" if name else "")
    if character == "\t":
        return f"a tab ({title})"
    if character == "\0":
        return f"a NUL character ({title})"
    if CONTROL.match(character):
        return f"a control character ({title})"
    if BIDIRECTIONAL.match(character):
        return f"a bidirectional control character ({title}): text would not read as it is stored"
    return f"a character that cannot be seen ({title})"


def remedy(character: str) -> str:
    return "write spaces instead" if character == "\t" else "delete it"


def faults(text: str) -> list[tuple[str, str]]:
    """What is wrong with the characters of one value, as messages with their remedies."""
    found = [(f"contains {describe(one)}", remedy(one)) for one in sorted(set(FORBIDDEN.findall(text)))]
    if not unicodedata.is_normalized("NFC", text):
        found.append((DECOMPOSED, COMPOSE))
    return found


def clean(text: str, file: str, tabs: bool) -> tuple[str, list[Problem]]:
    """The text with every forbidden character made a space, and a problem for each line and kind of it.

    Lines and columns stay what they were, so that reading can go on and find what else is wrong.
    `tabs` says whether the syntax allows tabs.
    """
    pattern = FORBIDDEN if tabs else FORBIDDEN_OR_TAB
    if unicodedata.is_normalized("NFC", text) and not pattern.search(text):
        return text, []
    lines, problems = text.split("\n"), []
    for number, line in enumerate(lines, start=1):
        seen = set()
        for match in pattern.finditer(line):
            character = match.group()
            if character not in seen:
                seen.add(character)
                message = f"contains {describe(character)}"
                problems.append(Problem(file, number, match.start() + 1, "", message, remedy(character)))
        if seen:
            lines[number - 1] = pattern.sub(" ", line)
        if not unicodedata.is_normalized("NFC", line):
            composed = unicodedata.normalize("NFC", lines[number - 1])
            pairs = enumerate(zip(lines[number - 1], composed, strict=False), start=1)
            column = next((place for place, (old, new) in pairs if old != new), 1)
            problems.append(Problem(file, number, column, "", DECOMPOSED, COMPOSE))
            lines[number - 1] = composed
    return "\n".join(lines), problems
