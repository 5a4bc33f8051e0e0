"""The strict YAML loader: what it accepts stays text with its place, what it refuses it names."""

from __future__ import annotations

import time

import pytest

from travaux_build.reading.nodes import Fields, Items, Scalar
from travaux_build.reading.strict_yaml import implied, parse_yaml


def faults(text: str) -> list[str]:
    """The problems of a text without the file's name."""
    return [str(problem).removeprefix("a.yaml:") for problem in parse_yaml(text, "a.yaml").problems]


def test_scalars_stay_text_and_know_their_place() -> None:
    """A scalar is the text as written, with line and column, and what YAML 1.1 would have made of it."""
    root = parse_yaml('one: NO\ntwo: "NO"\nthree:\n  - 10:30\n', "a.yaml").root
    three = Items((Scalar("10:30", 4, 5, "number"),), 4, 3)
    assert root == Fields(
        (
            (Scalar("one", 1, 1), Scalar("NO", 1, 6, "boolean")),
            (Scalar("two", 2, 1), Scalar("NO", 2, 6)),
            (Scalar("three", 3, 1), three),
        ),
        1,
        1,
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *[(text, "boolean") for text in ("NO", "yes", "off", "true", "y", "N")],
        *[(text, "nothing") for text in ("~", "null", "")],
        *[
            (text, "number")
            for text in ("10:30", "010", "1_000", "1.10", "0x1F", "0o17", "1e3", ".inf", "-1")
        ],
        *[(text, "date") for text in ("2017-05-08", "2017-05-08T10:00:00+02:00")],
        *[(text, "something special") for text in ("=", "<<")],
        *[(text, "") for text in ("no one", "k-10", "A/RES/71/1", "2017-05", "1.2.3")],
    ],
)
def test_what_yaml_would_guess_is_known(text: str, kind: str) -> None:
    """An unquoted text that some YAML reader takes for another type is recognized as such."""
    assert implied(text) == kind


def test_every_forbidden_feature_is_reported_in_one_run() -> None:
    """Anchors, aliases, tags, merge keys, duplicate and complex keys are all found, each at its place."""
    text = "a: &x {k: v}\nb: *x\nc: !!str d\n<<: {e: f}\na: g\n? [h]\n: i\nj: k\n"
    found = faults(text)
    assert [line.split(" ")[0] for line in found] == ["1:4:", "2:4:", "3:4:", "4:1:", "5:1:", "6:3:"]
    for word, line in zip(
        ("anchor", "alias", "tag", "merge", "line 1 already has", "as a key"), found, strict=True
    ):
        assert word in line


def test_reading_goes_on_after_a_duplicate_key() -> None:
    """Of a duplicate key the first value stays, and what follows is still read."""
    root = parse_yaml("a: 1\na: 2\nb: 3\n", "a.yaml").root
    assert isinstance(root, Fields)
    assert [key.text for key, _ in root.pairs] == ["a", "b"]


def test_a_second_document_and_directives_are_refused() -> None:
    """A file is one document, without directives."""
    assert "directive" in faults("%YAML 1.1\n---\na: b\n")[0]
    assert faults("a: b\n---\nc: d\n")[0].startswith("2:1: contains a second document")


def test_a_syntax_error_names_place_entry_and_remedy() -> None:
    """What is no YAML is reported at its line with the entry that it stands in and a remedy."""
    (found,) = faults("entries:\n  - id: theme/one\n    label:\n      en: Health: a right\n")
    assert found.startswith("4:17: [theme/one] is not YAML: mapping values are not allowed")
    assert "quotes" in found


def test_forbidden_characters_are_named_by_code_point() -> None:
    """Tabs, controls, bidirectional controls and invisible characters are each reported with their name."""
    found = faults("a: b\u202ec\nd:\te\nf: g\x07h\ni: j\u200bk\nl: m\x00n\n")
    assert len(found) == 5
    assert "1:5: contains a bidirectional control character (U+202E RIGHT-TO-LEFT OVERRIDE)" in found[0]
    assert "2:3: contains a tab (U+0009)" in found[1]
    assert "3:5: contains a control character (U+0007)" in found[2]
    assert "U+200B ZERO WIDTH SPACE" in found[3]
    assert "NUL" in found[4]


def test_decomposed_text_is_refused() -> None:
    """A letter followed by a combining accent is a second spelling of one name, and an error."""
    (found,) = faults("name: Jose\u0301\n")
    assert found.startswith("1:10: text is not in Unicode normalization form C")
    assert "NFC" in found
    assert faults("name: Jos\u00e9\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "\n".join("[" * 100_000),
        "- " * 100_000 + "a",
        "? " * 100_000,
        "{a: " * 50_000,
        "".join(" " * depth + "a:\n" for depth in range(3_000)),
        "a: " + "[" * 41 + "]" * 41,
        "[ [ [ ']]]', " * 40_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_deep_nesting_is_refused_before_it_costs_anything(text: str) -> None:
    """However deep a text is nested, and in whatever style, it is refused in well under a second."""
    start = time.process_time()
    found = faults(text)
    assert time.process_time() - start < 1
    assert any("deep" in line or "brackets" in line for line in found)


def test_a_text_may_hold_brackets() -> None:
    """Brackets within texts are no nesting, even where one is never closed."""
    assert faults("".join(f"k{number}: a (b] [c\n" for number in range(150))) == []


def test_a_merge_key_bomb_is_refused_at_once() -> None:
    """Nested merges of aliases, which grow exponentially where they are followed, are never followed."""
    bomb = "".join(
        f"\na{number}: &a{number} {{<<: [*a{number - 1}, *a{number - 1}]}}" for number in range(1, 27)
    )
    start = time.process_time()
    found = faults("a0: &a0 {k0: v}" + bomb)
    assert time.process_time() - start < 1
    assert any("merge key" in line for line in found)
    assert any("anchor" in line for line in found)


def test_a_text_too_long_is_refused_unread() -> None:
    """A YAML file beyond the limit is refused with a remedy, not parsed."""
    (found,) = faults("a: b\n" * 1_700_000)
    assert "8,500,000 characters" in found
    assert "JSON Lines" in found
