"""A page as a program reads it: its headings and text, its anchors, and whether its tags match."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
"""Elements of HTML that have no end tag."""


class Page(HTMLParser):
    """A page that has been read; `faults` says what is wrong with its markup."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.faults: list[str] = []
        self._open: list[str] = []
        self._headings: list[str] = []
        self._text: list[str] = []
        self.feed(text)
        self.close()
        if self._open:
            self.faults.append(f"does not close <{self._open[-1]}>")
        if not text.startswith("<!doctype html>"):
            self.faults.append("does not begin as a page does")

    @property
    def heading(self) -> str:
        """The text of the main headings, runs of white space as one space."""
        return " ".join("".join(self._headings).split())

    @property
    def text(self) -> str:
        """All text, likewise."""
        return " ".join("".join(self._text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append(tag)
        identity = dict(attrs).get("id")
        if identity:
            if identity in self.anchors:
                self.faults.append(f"has the id {identity} twice")
            self.anchors.add(identity)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"has </{tag}> where none belongs")

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        if "h1" in self._open:
            self._headings.append(data)
