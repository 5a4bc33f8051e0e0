"""The cache: answers given before, for those who ask the same of the same data."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from travaux_server.front.answer import Answer, head_of
from travaux_server.front.hosted import OF_THE_MOMENT, STATE
from travaux_server.front.journal import entry
from travaux_server.front.limits import Limits
from travaux_server.front.request import Request

Key = tuple[bytes, bytes | None, bytes | None]
NEGOTIATED = (b"accept", b"accept-encoding")
"""Headers of a request that may decide an answer, as its `Vary` must say."""
PERSONAL = frozenset({b"authorization", b"cookie", b"range", b"if-range", b"if-modified-since", b"if-match"})
"""Headers of requests that are never answered from here."""
OF_A_BODY = frozenset({"content-type", "content-length", "content-encoding", "content-language"})
"""Headers that 304 leaves out (RFC 9110, 15.4.5), in small letters."""
SPELLINGS = 16
"""How many spellings of one request are known by their bytes."""
AGAIN = ("Server-Timing", 'cache;desc="hit"')


@dataclass
class Kept:
    """An answer that is kept: its headers less what is made anew each time, its body, and what it takes."""

    key: Key
    tag: str
    body: bytes
    headers: list[tuple[str, str]]
    size: int
    spellings: list[bytes] = field(default_factory=list)

    @cached_property
    def head(self) -> bytes:
        return head_of(200, [*self._lasting, AGAIN])

    @cached_property
    def head_unchanged(self) -> bytes:
        return head_of(304, [pair for pair in self._lasting if pair[0].lower() not in OF_A_BODY])

    @property
    def _lasting(self) -> list[tuple[str, str]]:
        return [pair for pair in self.headers if pair[0].lower() not in OF_THE_MOMENT]


@dataclass(frozen=True)
class Ready:
    """An answer to one request, made of one that is kept: the head still lacks date, standing and end."""

    kept: Kept
    head: bytes
    body: bytes
    entry: str
    forwarded: str


class Cache:
    """Keeps answers within the limits, those last used; forgets all when the data change. For one thread."""

    def __init__(self, limits: Limits, state: Callable[[], str]) -> None:
        self._limits = limits
        self._state = state
        self._of = state()
        self._size = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._ready: dict[bytes, Ready] = {}

    def at_sight(self, raw: bytes) -> Ready | None:
        """The answer to a request that was answered before, known by all its bytes."""
        ready = self._ready.get(raw)
        if ready is None or self._is_stale():
            return None
        self._kept.move_to_end(ready.kept.key)
        return ready

    def find(self, request: Request) -> Ready | None:
        """The answer to a request that asks what another asked before, in whatever spelling."""
        key = _key(request)
        if key is None or self._is_stale():
            return None
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        ready = _ready(kept, request)
        if ready and request.raw and request.keep_alive and len(kept.spellings) < SPELLINGS:
            kept.spellings.append(request.raw)
            self._ready[request.raw] = ready
            self._size += len(request.raw)
            self._shrink()
        return ready

    def offer(self, request: Request, answer: Answer) -> None:
        """Keep an answer if it is safe to give it to others, and again."""
        if not self._limits.cache_bytes:
            return
        key = _key(request)
        if key is None or request.method != "GET" or not self._is_shareable(answer):
            return
        self._drop(key)
        size = len(answer.body) + 2 * (
            len(key[0]) + sum(len(name) + len(value) for name, value in answer.headers)
        )
        kept = Kept(key, answer.header("etag"), answer.body, answer.headers, size + 500)
        self._kept[key] = kept
        self._size += kept.size
        self._shrink()

    def _is_shareable(self, answer: Answer) -> bool:
        if answer.status != 200 or answer.pieces is not None or len(answer.body) > self._limits.cached_bytes:
            return False
        fields = {name.lower(): value for name, value in answer.headers}
        varies = {name.strip().lower().encode() for name in fields.get("vary", "").split(",") if name.strip()}
        return (
            bool(fields.get("etag"))
            and fields.get(STATE.lower()) == self._of
            and not self._is_stale()
            and "no-store" not in fields.get("cache-control", "")
            and "private" not in fields.get("cache-control", "")
            and "set-cookie" not in fields
            and varies.issubset(NEGOTIATED)
        )

    def _is_stale(self) -> bool:
        """Whether the data have changed since the last look; then everything is forgotten first."""
        now = self._state()
        if now == self._of:
            return False
        self._kept.clear()
        self._ready.clear()
        self._size = 0
        self._of = now
        return True

    def _shrink(self) -> None:
        while self._size > self._limits.cache_bytes or len(self._kept) > self._limits.cache_entries:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._size -= kept.size
            for raw in kept.spellings:
                if self._ready.pop(raw, None) is not None:
                    self._size -= len(raw)


def _key(request: Request) -> Key | None:
    """What decides the answer to a request; None when more does, or when it is not asked by GET or HEAD."""
    if request.method not in ("GET", "HEAD") or request.body or not PERSONAL.isdisjoint(request.headers):
        return None
    return (request.target, request.headers.get(NEGOTIATED[0]), request.headers.get(NEGOTIATED[1]))


def _ready(kept: Kept, request: Request) -> Ready | None:
    """The answer, or 304 if the client has it; None if that is for the application to say."""
    head, body, status = kept.head, kept.body, 200
    wanted = request.headers.get(b"if-none-match")
    if wanted is not None:
        named = wanted.decode("latin-1")
        if "*" in named:
            return None
        if kept.tag.removeprefix("W/") in [tag.strip().removeprefix("W/") for tag in named.split(",")]:
            head, body, status = kept.head_unchanged, b"", 304
    if request.method == "HEAD":
        body = b""
    length = len(kept.body) if status == 200 else 0
    return Ready(kept, head, body, entry(request.method, request.target, status, length), request.forwarded)
