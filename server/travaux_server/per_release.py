"""What is computed once for a release and then kept as long as its engine lives."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import TypeVar
from weakref import WeakKeyDictionary

from travaux_server.engine import Engine
from travaux_server.service import Service

Made = TypeVar("Made")


def once_per_release(make: Callable[[Service], Made]) -> Callable[[Service], Made]:
    """Have `make` called once for each engine, and its result given to all who ask; a failure is not kept."""
    kept: WeakKeyDictionary[Engine, Made] = WeakKeyDictionary()
    lock = Lock()

    @wraps(make)
    def give(service: Service) -> Made:
        with lock:
            found = kept.get(service.engine)
        if found is None:
            found = make(service)
            with lock:
                kept[service.engine] = found
        return found

    return give
