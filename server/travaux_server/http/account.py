"""The accounts of clients: how much work each may still ask for, as RateLimit headers tell it."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock

WINDOW = 60
"""Seconds in which an empty account is full again."""
ACCOUNTS = 20_000
IPV6_PREFIX_BYTES = 8
"""One client holds at least so much of an IPv6 address."""


@dataclass(frozen=True)
class Standing:
    """Seconds of work left to a client, seconds until its account is full, and until it may ask again."""

    left: int
    full_in: int
    wait: int

    @property
    def is_open(self) -> bool:
        return self.wait == 0


class Accounts:
    """Gives each client `seconds` of work a minute, which an account that is not used up gathers.

    A client is in arrears when its last query took more than was left; it waits until that is made up for.
    With 0 seconds nobody is counted. Every method may be called from any thread.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._rate = seconds / WINDOW
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Of each client: what was spent, and when that was true (monotonic)."""
        self._lock = Lock()
        self.policy = f'"work";q={math.floor(seconds)};qu="seconds";w={WINDOW}' if seconds else ""

    def standing(self, client: str) -> Standing:
        """What a client may do now."""
        if not self._seconds:
            return Standing(0, 0, 0)
        spent = self._now(client)
        over = spent - self._seconds
        wait = math.floor(over / self._rate) + 1 if over >= 0 else 0
        return Standing(max(math.floor(self._seconds - spent), 0), math.ceil(spent / self._rate), wait)

    def lines(self, client: str) -> bytes | None:
        """The header lines that say it, each with its end; None if the client is to wait."""
        if not self._seconds:
            return b""
        standing = self.standing(client)
        if not standing.is_open:
            return None
        return "".join([f"{name}: {value}\r\n" for name, value in self.headers(standing)]).encode("ascii")

    def headers(self, standing: Standing) -> list[tuple[str, str]]:
        """The headers that say it."""
        if not self._seconds:
            return []
        return [
            ("RateLimit-Policy", self.policy),
            ("RateLimit", f'"work";r={standing.left};t={standing.full_in}'),
        ]

    def charge(self, client: str, seconds: float) -> None:
        """Take work that was done from a client's account."""
        if not self._seconds:
            return
        key = _holder(client)
        with self._lock:
            self._spent[key] = (self._now(client) + seconds, time.monotonic())
            self._spent.move_to_end(key)
            while len(self._spent) > ACCOUNTS:
                self._spent.popitem(last=False)

    def _now(self, client: str) -> float:
        spent, then = self._spent.get(_holder(client), (0.0, 0.0))
        return max(spent - (time.monotonic() - then) * self._rate, 0.0)


def _holder(client: str) -> str:
    """Whose account it is: an IPv4 address, or the network of an IPv6 address."""
    if ":" not in client:
        return client
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return address.packed[:IPV6_PREFIX_BYTES].hex()
