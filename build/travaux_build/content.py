"""The content folder: ontology, shapes and data, found, read as text and digested."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from travaux_build.errors import Problem, Refused, TravauxError
from travaux_build.iris import Iris

MAXIMUM_BYTES = 32 * 1024 * 1024
"""Largest YAML, Turtle, CSV or query file that is read; larger records belong in N-Quads or JSON Lines."""
GRAPH_SUFFIXES = (".yaml", ".csv", ".jsonl", ".nq", ".nt", ".ttl")
STREAMED_SUFFIXES = (".jsonl", ".nq", ".nt", ".csv")


@dataclass(frozen=True)
class Content:
    """A folder with `ontology/`, `shapes/` and `data/`, read as if its base were `iris.base`.

    `own_base` is the base that the files themselves are written with (the context's `@base` less `id/`);
    where another base is asked for, it is put in place of that one whenever a file's text is read.
    """

    root: Path
    own_base: str
    iris: Iris

    def text(self, path: Path) -> str:
        """The text of a file, in UTF-8, with line feeds for line ends and without a byte order mark.

        Refuses, with the file's name: what is no regular file, lies outside the content, is larger than
        `MAXIMUM_BYTES`, or is not UTF-8.
        """
        name = self.name(path)
        raw = self._bytes(path)
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise Refused(
                [Problem(name, line, 1, "", f"byte {error.start} is not UTF-8", "save the file as UTF-8")]
            ) from error
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text if self.iris.base == self.own_base else text.replace(self.own_base, self.iris.base)

    def name(self, path: Path) -> str:
        """The path relative to the content's root, with forward slashes, as errors and manifests show it."""
        return path.relative_to(self.root).as_posix()

    def ontology_files(self) -> list[Path]:
        return self._files("ontology", (".ttl",), nested=False)

    def rule_files(self) -> list[Path]:
        return self._files("ontology/rules", (".rq",))

    def shape_files(self) -> list[Path]:
        return self._files("shapes", (".ttl",))

    def query_files(self) -> list[Path]:
        return self._files("data/queries", (".rq",))

    def graph_files(self) -> list[tuple[str, Path]]:
        """Every data file with the name of its graph, which is the first folder below `data/`; sorted."""
        found = []
        for path in self._files("data", GRAPH_SUFFIXES):
            parts = path.relative_to(self.root / "data").parts
            if len(parts) > 1 and parts[0] != "queries":
                found.append((parts[0], path))
        return found

    @property
    def context_file(self) -> Path:
        return self.root / "ontology" / "context.jsonld"

    @property
    def dataset_file(self) -> Path:
        return self.root / "data" / "dataset.yaml"

    @property
    def retired_file(self) -> Path:
        return self.root / "data" / "retired.yaml"

    def all_files(self) -> list[Path]:
        """Every file that decides what a release says, sorted by name."""
        paths = [*self.ontology_files(), *self.rule_files(), *self.shape_files(), *self.query_files()]
        paths += [path for _, path in self.graph_files()]
        single = (self.context_file, self.dataset_file, self.retired_file)
        paths += [path for path in single if path.exists()]
        return sorted(paths, key=self.name)

    def digests(self) -> tuple[tuple[str, str], ...]:
        """The name and SHA-256 of every content file, as `text` normalizes it: line ends make no difference.

        A file that cannot be read has the digest of the reason; reading it refuses it.
        """
        found = []
        for path in self.all_files():
            try:
                raw = self._bytes(path).removeprefix(codecs.BOM_UTF8)
            except Refused as refused:
                raw = str(refused).encode()
            raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            found.append((self.name(path), hashlib.sha256(raw).hexdigest()))
        return tuple(found)

    def digest(self) -> str:
        """SHA-256 over the names and digests of all content files and the base: the identity of the input."""
        lines = [self.iris.base, *(f"{name} {digest}" for name, digest in self.digests())]
        return hashlib.sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()

    def _files(self, folder: str, suffixes: tuple[str, ...], nested: bool = True) -> list[Path]:
        top = self.root / folder
        walk: Iterator[Path] = top.rglob("*") if nested else top.glob("*")
        found = [path for path in walk if path.suffix in suffixes and not path.name.startswith(".")]
        return sorted(found, key=self.name)

    def _bytes(self, path: Path) -> bytes:
        name = self.name(path)

        def refuse(fault: str, remedy: str) -> Refused:
            return Refused([Problem(name, 0, 0, "", fault, remedy)])

        try:
            inside = path.resolve().is_relative_to(self.root.resolve())
        except (OSError, RuntimeError) as error:
            raise refuse("is a link that leads in a circle", "replace the link by the file itself") from error
        if not inside:
            raise refuse("leads out of the content folder", "replace the link by the file itself")
        if not path.is_file():
            raise refuse("is not a regular file", "remove it or replace it by a file")
        try:
            size = path.stat().st_size
            if path.suffix not in STREAMED_SUFFIXES and size > MAXIMUM_BYTES:
                raise refuse(f"has {size:,} bytes, more than {MAXIMUM_BYTES:,}", "use N-Quads or JSON Lines")
            return path.read_bytes()
        except OSError as error:
            raise refuse(f"cannot be read: {error.strerror}", "check the file's permissions") from error


def open_content(root: Path | None = None, base: str | None = None) -> Content:
    """The content at `root`; without one, the folder above that holds it, else the content installed with us.

    `base` (an absolute IRI ending in a slash) replaces the base that the content is written with.
    Raises `TravauxError` when there is no content, or its context names no base.
    """
    folder = (root or _find_root()).absolute()
    context_file = folder / "ontology" / "context.jsonld"
    try:
        context = json.loads(context_file.read_text(encoding="utf-8"))["@context"]
        own = str(context["@base"])
    except OSError as error:
        raise TravauxError(f"{context_file}: cannot be read; is {folder} a content folder?") from error
    except (ValueError, KeyError, TypeError) as error:
        raise TravauxError(f"{context_file}: no JSON-LD context with an @base; add one") from error
    if not own.endswith("/id/"):
        raise TravauxError(f"{context_file}: @base is {own}; it must end in /id/")
    own_base = own.removesuffix("id/")
    chosen = base or own_base
    if not chosen.startswith(("http://", "https://")) or not chosen.endswith("/") or "#" in chosen:
        raise TravauxError(f"base {chosen}: must be an http(s) IRI that ends in a slash")
    return Content(folder, own_base, Iris(chosen))


def _find_root() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "ontology" / "context.jsonld").is_file():
            return folder
    return Path(str(files("travaux_build"))) / "content"
