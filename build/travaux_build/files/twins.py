"""Twins: the compressed copies of a file, the same bytes on any day and machine."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import zstandard

from travaux_build.release import File, write_file

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""No name, no time, best compression, unknown system (RFC 1952, section 2.3)."""
GZIP_LEVEL = 9
ZSTANDARD_LEVEL = 12
TWINS = {"gz": "application/gzip", "zst": "application/zstd"}
LEAST_BYTES = 16 * 1024
"""A file shorter than this has twins only if they are asked for: they would not be worth a file each."""


def write_with_twins(
    folder: Path, name: str, media_type: str, text: bytes, count: int = 0, always: bool = False
) -> Iterator[File]:
    """Write a file and its twins, named with `.gz` and `.zst` after it; `count` as in `File`."""
    yield write_file(folder, name, media_type, text, count)
    if always or len(text) >= LEAST_BYTES:
        yield write_file(folder, f"{name}.gz", TWINS["gz"], gzip(text), count)
        yield write_file(folder, f"{name}.zst", TWINS["zst"], zstd(text), count)


def gzip(text: bytes) -> bytes:
    """RFC 1952, with neither a file's name nor a time in it."""
    compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    trailer = struct.pack("<II", zlib.crc32(text), len(text) & 0xFFFFFFFF)
    return GZIP_HEADER + compressor.compress(text) + compressor.flush() + trailer


def zstd(text: bytes) -> bytes:
    """RFC 8878, in one thread, with content size and checksum."""
    return zstandard.ZstdCompressor(level=ZSTANDARD_LEVEL, write_checksum=True, threads=0).compress(text)
