"""A stretch: bytes of a file, which the kernel sends as far as the client keeps up."""

from __future__ import annotations

import os
from collections.abc import Iterator

PIECE = 16 * 1024
"""Bytes read at a time, where the kernel cannot go on; as many are held for a client that is slow."""


class Stretch:
    """The bytes of an open file from `start` on and before `end`; those that are sent are not given again."""

    def __init__(self, handle: int, start: int, end: int) -> None:
        self._handle, self._start, self._end = handle, start, end

    @property
    def length(self) -> int:
        """How many bytes are left."""
        return self._end - self._start

    def __iter__(self) -> Iterator[bytes]:
        while self._start < self._end:
            piece = os.pread(self._handle, min(PIECE, self._end - self._start), self._start)
            if not piece:
                return
            self._start += len(piece)
            yield piece

    def send(self, socket: int, most: int) -> int:
        """Have the kernel send up to so many bytes; how many the socket took. Raises `OSError`."""
        count = 0
        try:
            while count < most and self._start < self._end:
                length = min(most - count, self._end - self._start)
                sent = os.sendfile(socket, self._handle, self._start, length)
                if not sent:
                    break
                self._start += sent
                count += sent
        except BlockingIOError:
            return count
        return count

    def close(self) -> None:
        os.close(self._handle)
