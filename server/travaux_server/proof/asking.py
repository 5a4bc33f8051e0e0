"""Asking the application itself, without a network between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import Client

MOST_REDIRECTS = 3
NEXT = re.compile(r'<([^>]*)>; rel="(?:[^"]* )?next[ "]')
CANONICAL = re.compile(r'<([^>]*)>; rel="(?:[^"]* )?canonical[ "]')


@dataclass(frozen=True)
class Answer:
    """The answer at the end of all redirects, and the statuses on the way."""

    status: int
    media_type: str
    headers: Mapping[str, str]
    body: bytes
    way: tuple[int, ...] = ()

    @property
    def next_page(self) -> str:
        """The address of the next page of a document; empty on the last."""
        match = NEXT.search(self.headers.get("Link", ""))
        return match[1] if match else ""

    @property
    def canonical(self) -> str:
        """The IRI under which the document says that it is known; empty if it does not."""
        match = CANONICAL.search(self.headers.get("Link", ""))
        return match[1] if match else ""


class Asker:
    """Sends requests to an application; may be used from several threads."""

    def __init__(self, app: Flask) -> None:
        self._client = Client(app, use_cookies=False)

    def ask(self, path: str, accept: str) -> Answer:
        """The answer to GET; `path` is percent-encoded."""
        way: list[int] = []
        while True:
            response = self._client.get(path, headers={"Accept": accept})
            body = response.get_data()
            response.close()
            location = response.headers.get("Location", "")
            if not location or len(way) == MOST_REDIRECTS:
                headers = {str(name): str(value) for name, value in response.headers}
                return Answer(response.status_code, response.mimetype or "", headers, body, tuple(way))
            way.append(response.status_code)
            path = location
