"""The release format: what a release folder holds, how it is opened, and how it is proved undamaged."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from travaux_build.errors import ReleaseError
from travaux_build.iris import Iris

FORMAT = 1
"""Number of the format that this module writes and reads; another one is refused."""
MANIFEST = "manifest.json"
MANIFEST_DIGEST = "manifest.sha256"
STORE = "store"
STORE_DIGESTS = "store.sha256"
"""Digests of the database's files, and of `published`. They stand outside the manifest because neither is
reproducible byte by byte, while the manifest and all that it lists are."""
PUBLISHED = "published"
"""The file that says when the release was published (RFC 3339, UTC, in whole seconds)."""
CURRENT = "current"
METADATA = "metadata"
"""The folder of descriptions of the release for others than RDF stores."""
SCHEMA_ORG = f"{METADATA}/schema.jsonld"
"""What search engines are told."""
DOCUMENTS = "documents"
"""The folder of the lists of documents about things."""
TIME = "%Y-%m-%dT%H:%M:%SZ\n"
VERSION = re.compile(r"(\d{4})\.(\d{2})\.([1-9]\d*)")
REMEDY = "restore it, or build the release anew"


@dataclass(frozen=True)
class File:
    """A file of a release; `name` is relative to the release's folder, `sha256` in hexadecimal.

    `count` is the number of its triples, quads or rows; 0 where there is nothing to count.
    """

    name: str
    media_type: str
    bytes: int
    sha256: str
    count: int = 0


@dataclass(frozen=True)
class GraphCount:
    """A named graph: its name (`record`), IRI, English label and number of triples."""

    name: str
    iri: str
    label: str
    triples: int


@dataclass(frozen=True)
class Manifest:
    """What a release is: identity, provenance, counts, and every file with its size and digest.

    `triples` counts the union of the graphs, where a triple in two graphs counts once. `canonical_hash` is
    the SHA-256 of the dataset's canonical N-Quads (RDFC-1.0), `content_digest` that of all input files and
    the base, `builder` the name and version of the program that made it, `ontology` the ontology's version.
    `tables` names the classes whose tables most readers want, in order.
    """

    format: int
    id: str
    version: str
    base: str
    title: str
    description: str
    licence: str
    publisher: str
    builder: str
    content_digest: str
    canonical_hash: str
    prefixes: Mapping[str, str]
    graphs: tuple[GraphCount, ...]
    triples: int
    files: tuple[File, ...]
    ontology: str = ""
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Release:
    """An opened release. `folder` is its real folder, never the link `current`."""

    folder: Path
    manifest: Manifest

    @property
    def iris(self) -> Iris:
        return Iris(self.manifest.base)

    @property
    def store(self) -> Path:
        """Folder of the engine's database: every quad in its graph, every triple in the default graph."""
        return self.folder / STORE

    @property
    def published(self) -> datetime:
        """When it was published, in UTC; one that does not say it, when its manifest was written.

        Raises `ReleaseError` if that is no time.
        """
        path = self.folder / PUBLISHED
        try:
            return datetime.strptime(path.read_text("ascii"), TIME).replace(tzinfo=UTC)
        except FileNotFoundError:
            written = (self.folder / MANIFEST).stat().st_mtime
            return datetime.fromtimestamp(int(written), UTC)
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{path}: is no time such as 2026-11-25T16:00:00Z; correct it") from error

    @property
    def dump(self) -> Path:
        """The whole dataset as N-Quads."""
        return self.path(f"dumps/{self.manifest.id}.nq")

    @property
    def seems_whole(self) -> bool:
        """Whether dump and time of publication are there, as far as that shows without reading all."""
        try:
            stated = sum(file.bytes for file in self.manifest.files if self.folder / file.name == self.dump)
            return self.dump.stat().st_size == stated and self.published.year > 0
        except (OSError, ReleaseError):
            return False

    def path(self, name: str) -> Path:
        """Where a file of the release lies; only `manifest.json` and what it lists, else `ReleaseError`."""
        if name != MANIFEST and all(file.name != name for file in self.manifest.files):
            raise ReleaseError(f"{self.manifest.version}: has no file {name}")
        return self.folder / name


def open_release(folder: Path, verify: bool = True) -> Release:
    """The release in `folder`. Raises `ReleaseError`, which names the file, if one is missing or damaged.

    With `verify` every byte is read and compared with its digest; without, only the manifest's.
    """
    folder = folder.resolve()
    text = _read(folder, MANIFEST)
    stated = _read_digests(folder, MANIFEST_DIGEST)
    if stated != {MANIFEST: hashlib.sha256(text).hexdigest()}:
        raise ReleaseError(f"{folder / MANIFEST}: does not have the digest in {MANIFEST_DIGEST}; {REMEDY}")
    release = Release(folder, parse_manifest(text, folder / MANIFEST))
    if verify:
        for file in release.manifest.files:
            _verify(folder, file.name, file.sha256, file.bytes)
        digests = _read_digests(folder, STORE_DIGESTS)
        if not digests:
            raise ReleaseError(f"{folder / STORE_DIGESTS}: lists nothing; {REMEDY}")
        for name, digest in digests.items():
            _verify(folder, name, digest)
    return release


def current_release(releases: Path) -> Release:
    """The release that `current` points to, verified."""
    link = releases / CURRENT
    if not link.is_symlink():
        raise ReleaseError(f"{releases}: has no current release; make one with: travaux build")
    return open_release(link)


def versions(releases: Path) -> tuple[str, ...]:
    """The versions of the releases in a folder, oldest first; none if there is no such folder."""
    if not releases.is_dir():
        return ()
    found = [path.name for path in releases.iterdir() if VERSION.fullmatch(path.name) and path.is_dir()]
    return tuple(sorted(found, key=_numbers))


def is_before(version: str, other: str) -> bool:
    """Whether a version is older than another one."""
    return _numbers(version) < _numbers(other)


def write_file(folder: Path, name: str, media_type: str, text: bytes, count: int = 0) -> File:
    """Write a file of a release and give its entry in the manifest."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    return File(name, media_type, len(text), hashlib.sha256(text).hexdigest(), count)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and the digest that proves it."""
    text = (json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n").encode()
    (folder / MANIFEST).write_bytes(text)
    digest = f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n"
    (folder / MANIFEST_DIGEST).write_text(digest, encoding="ascii", newline="\n")


def write_published(folder: Path, moment: datetime) -> None:
    """Write when the release in a folder is published."""
    (folder / PUBLISHED).write_text(moment.astimezone(UTC).strftime(TIME), encoding="ascii", newline="\n")


def write_store_digests(folder: Path) -> None:
    """Write the digests of the files that the manifest does not list, in the form that sha256sum reads."""
    paths = [folder / PUBLISHED, *sorted((folder / STORE).rglob("*"))]
    files = [path for path in paths if path.is_file()]
    lines = [f"{digest_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / STORE_DIGESTS).write_text("".join(lines), encoding="utf-8", newline="\n")


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def parse_manifest(text: bytes, path: Path) -> Manifest:
    """A manifest from its JSON; `path` is named in the `ReleaseError` if it is none."""
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise ReleaseError(
                f"{path}: is of format {found['format']}, not {FORMAT}; build the release anew"
            )
        found["graphs"] = tuple(GraphCount(**graph) for graph in found["graphs"])
        found["files"] = tuple(File(**file) for file in found["files"])
        found["prefixes"] = MappingProxyType(found["prefixes"])
        found["tables"] = tuple(found.get("tables", ()))
        manifest = Manifest(**found)
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{path}: is no manifest of a release ({error}); {REMEDY}") from error
    for file in manifest.files:
        if not _lies_inside(file.name):
            raise ReleaseError(f"{path}: lists {file.name}, which lies outside the release")
    return manifest


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ReleaseError(f"{folder / name}: cannot be read ({error.strerror}); {REMEDY}") from error


def _read_digests(folder: Path, name: str) -> dict[str, str]:
    digests = {}
    lines = _read(folder, name).decode("utf-8", errors="replace").split("\n")
    for line in lines[:-1]:
        match = re.fullmatch(r"([0-9a-f]{64})  (\S+)", line)
        if match is None or not _lies_inside(match[2]):
            raise ReleaseError(f"{folder / name}: is no list of digests; {REMEDY}")
        digests[match[2]] = match[1]
    if lines[-1]:
        raise ReleaseError(f"{folder / name}: is cut off; {REMEDY}")
    return digests


def _lies_inside(name: str) -> bool:
    return not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts


def _verify(folder: Path, name: str, sha256: str, size: int | None = None) -> None:
    path = folder / name
    try:
        if path.is_symlink() or not path.is_file():
            raise ReleaseError(f"{path}: is missing; {REMEDY}")
        if size is not None and path.stat().st_size != size:
            raise ReleaseError(f"{path}: has {path.stat().st_size:,} bytes instead of {size:,}; {REMEDY}")
        if digest_of(path) != sha256:
            raise ReleaseError(f"{path}: is damaged, its digest is another; {REMEDY}")
    except OSError as error:
        raise ReleaseError(f"{path}: cannot be read ({error.strerror}); {REMEDY}") from error
