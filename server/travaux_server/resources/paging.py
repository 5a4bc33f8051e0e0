"""Which page of a long list or document is asked for, and which others there are."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import NotFound


def page_asked_for(last: int) -> int:
    """The number that `page=` gives, 1 without it; 404 for anything but a number from 1 to `last`."""
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    if not 1 <= number <= last:
        raise NotFound(f"there are pages 1 to {last}")
    return number


def other_pages(number: int, last: int) -> dict[str, int]:
    """The pages to go to from one by relation (`first`, `prev`, `next`, `last`); none if it is alone."""
    if last == 1:
        return {}
    found = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
    return {relation: page for relation, page in found.items() if 1 <= page <= last}


def page_query(number: int) -> str:
    """The query component of the address of a page, with its question mark."""
    return f"?page={number}"
