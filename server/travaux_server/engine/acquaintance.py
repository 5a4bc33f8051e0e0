"""What is known of queries from before: which were long, and of which shape short ones were."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from threading import Lock

from travaux_server.engine.messages import Request

REMEMBERED = 2000
"""Queries, or shapes, of each sort that are remembered; the one remembered first is forgotten first."""
UNSHAPED = 200
SHAPED = 4000
"""Characters of the longest query whose shape is looked at; a longer one is a shape of its own."""
CONSTANTS = re.compile(
    r"""(?:\s++|\#[^\n]*+|<[^<>\s]*+>|"(?:[^"\\]++|\\.)*+"?|'(?:[^'\\]++|\\.)*+'?|[?$]\w++
    |(?<!\w)\w*+:[\w.\-]*+|(?<!\w)\d++)++""",
    re.VERBOSE,
)
"""Runs of what varies in queries of one shape: constants, variables, names and space; cut in linear time."""


class Acquaintance:
    """Remembers queries; may be asked from any thread."""

    def __init__(self) -> None:
        self._long: OrderedDict[int, None] = OrderedDict()
        self._short: OrderedDict[int, None] = OrderedDict()
        self._shapes: OrderedDict[int, None] = OrderedDict()
        self._unshaped: deque[Request] = deque(maxlen=UNSHAPED)
        """Short ones whose shape was not looked at yet: it is of use only when places are scarce."""
        self._lock = Lock()

    def is_long(self, request: Request) -> bool:
        """Whether this very query was long when it was last asked."""
        return bool(self._long) and _key(request) in self._long

    def is_short(self, request: Request) -> bool:
        """Whether this very query was short when it was last asked; the data are what they were."""
        return _key(request) in self._short

    def is_trusted(self, request: Request) -> bool:
        """Whether this query, or one that differs only in constants and variables, was short before."""
        if _key(request) in self._short:
            return True
        with self._lock:
            self._shape_all()
        return _shape(request) in self._shapes

    def was_short(self, request: Request) -> None:
        key = _key(request)
        if key in self._short:
            return
        with self._lock:
            _remember(self._short, key)
            self._unshaped.append(request)
            self._long.pop(key, None)

    def was_long(self, request: Request) -> None:
        key = _key(request)
        with self._lock:
            _remember(self._long, key)
            self._short.pop(key, None)
            self._shape_all()
            self._shapes.pop(_shape(request), None)

    def _shape_all(self) -> None:
        while self._unshaped:
            _remember(self._shapes, _shape(self._unshaped.popleft()))


def _remember(where: OrderedDict[int, None], key: int) -> None:
    where[key] = None
    where.move_to_end(key)
    if len(where) > REMEMBERED:
        where.popitem(last=False)


def _key(request: Request) -> int:
    return hash((request.text, request.default_graphs, request.named_graphs))


def _shape(request: Request) -> int:
    text = request.text
    return hash(CONSTANTS.sub(" ", text) if len(text) <= SHAPED else text)
