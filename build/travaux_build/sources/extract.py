"""Extracting: the text of a .docx or .pdf, a line for each paragraph, list item and table row."""

from __future__ import annotations

import unicodedata
from importlib import import_module
from pathlib import Path

from travaux_build.errors import SourceError
from travaux_build.reading.characters import FORBIDDEN

READERS = {".docx": "travaux_build.sources.docx_text", ".pdf": "travaux_build.sources.pdf_text"}
SUFFIXES = tuple(READERS)
PACKAGES = {"docx": "python-docx", "pypdf": "pypdf"}
"""Which package brings a module; both are the extra `documents`."""


def extract(path: Path) -> str:
    """The text of a document, in NFC and without characters that cannot be seen.

    Raises `SourceError` if the file is damaged, locked or without text, or if the libraries of the extra
    `documents` are not installed.
    """
    try:
        reader = import_module(READERS[path.suffix.lower()])
    except ModuleNotFoundError as error:
        package = PACKAGES.get(error.name or "")
        if not package:
            raise
        raise SourceError(
            f"{path}: the package {package} is not installed; install it with: pip install {package} (it is "
            "part of the extra documents), or save the document as plain text"
        ) from error
    lines = [_clean(line) for line in reader.lines_of(path)]
    text = "\n\n".join(filter(None, lines))
    if not text:
        raise SourceError(f"{path}: holds no text; if it is scanned, have the characters recognized first")
    return text + "\n"


def _clean(line: str) -> str:
    """A line in NFC, its tabs kept and other blanks single, without what cannot be seen."""
    visible = FORBIDDEN.sub(" ", unicodedata.normalize("NFC", line.replace("\u00ad", "")))
    return "\t".join(" ".join(cell.split()) for cell in visible.split("\t")).strip()
