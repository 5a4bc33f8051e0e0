"""Packaging: a wheel holds the content and works by itself; requirements are pinned and name no host."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, ROOT], check=True, timeout=120
    )
    (packed,) = folder.glob("travaux-*.whl")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_holds_packages_and_content(wheel: Path) -> None:
    """Every Python module, template and style sheet, and every file of the content, is in the wheel."""
    listed = subprocess.run(
        [
            "git",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "build",
            "server",
            "ontology",
            "shapes",
            "data",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    content = ("ontology", "shapes", "data")
    for name in listed:
        top, _, rest = name.partition("/")
        if (ROOT / name).exists():
            place = wheel / (f"travaux_build/content/{name}" if top in content else rest)
            assert place.read_bytes() == (ROOT / name).read_bytes(), name


def test_the_wheel_works_where_there_is_no_checkout(wheel: Path, tmp_path: Path) -> None:
    """Installed, and called from a folder without content, the command checks the content it came with."""
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from travaux_build.commands.main import main"
    result = subprocess.run(
        [sys.executable, "-I", "-c", f"{start}; main()", str(wheel), "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(str(wheel / "travaux_build" / "content"))
    assert not (wheel / "travaux_build" / "content" / ".schemas").exists()


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-dev.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_host(name: str) -> None:
    """Whoever installs gets the very files that were tested, from whichever registry is configured."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9-]+==[^\s;]+( ; .+)? \\\n    --hash=sha256:[0-9a-f]{64}", block), block


@pytest.mark.parametrize(
    ("name", "extras"),
    [("constraints.txt", ["build"]), ("constraints-dev.txt", ["build", "documents", "dev"])],
)
def test_every_requirement_of_the_project_is_pinned(name: str, extras: list[str]) -> None:
    """Nothing is installed that the constraints do not pin: make installs with --no-deps after them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
    for requirement in wanted:
        match = REQUIREMENT.match(requirement)
        assert match is not None
        assert match.group().lower().replace("_", "-").replace(".", "-") in pinned


def test_both_constraints_agree() -> None:
    """What runs the tests is what runs in use."""
    development = (ROOT / "constraints-dev.txt").read_text(encoding="utf-8")
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert line.strip() in development


def test_modules_are_short_and_begin_with_a_sentence() -> None:
    """No module is longer than 300 lines, and each says in its first lines what it is."""
    for path in sorted([*(ROOT / "build").rglob("*.py"), *(ROOT / "server").rglob("*.py")]):
        text = path.read_text(encoding="utf-8")
        assert text.startswith('"""'), path
        assert text.count("\n") <= 300, path


def fake_python(folder: Path, name: str, is_new: bool, makes_environments: bool) -> Path:
    """A program that answers the two questions that .ci/find-python asks as that interpreter would."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    version, modules = ("0", "1")[not is_new], ("0", "1")[not makes_environments]
    script = (
        f'#!/bin/sh\ncase "$2" in\n*version_info*) exit {version} ;;\n*ensurepip*) exit {modules} ;;\nesac\n'
    )
    path.write_text(script, encoding="ascii")
    path.chmod(0o755)
    return path


def find_python(*arguments: object, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", ROOT / ".ci" / "find-python", *map(str, arguments)],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_finds_the_first_python_that_will_do(tmp_path: Path) -> None:
    """An old python3, or one that cannot make environments, is passed over for one that will do."""
    fake_python(tmp_path, "python3", is_new=False, makes_environments=True)
    fake_python(tmp_path, "python3.14", is_new=True, makes_environments=False)
    good = fake_python(tmp_path, "python3.12", is_new=True, makes_environments=True)
    result = find_python(path=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{good}\n", "")


def test_make_says_what_is_missing(tmp_path: Path) -> None:
    """Without a Python that will do, the message says which was found, what it lacks and how to get it."""
    old = fake_python(tmp_path / "old", "python3", is_new=False, makes_environments=True)
    result = find_python(path=old.parent)
    assert result.returncode == 1
    assert "No Python 3.11 or later" in result.stderr
    bare = fake_python(tmp_path / "bare", "python3", is_new=True, makes_environments=False)
    result = find_python(path=bare.parent)
    assert result.returncode == 1
    assert f"Found {bare}, which lacks the modules venv and ensurepip" in result.stderr
    assert "python3-venv" in result.stderr


def test_make_takes_the_python_that_is_named(tmp_path: Path) -> None:
    """PYTHON=… is taken if it will do, and no other in its stead if it will not."""
    fake_python(tmp_path, "python3", is_new=True, makes_environments=True)
    named = fake_python(tmp_path / "elsewhere", "snake", is_new=True, makes_environments=True)
    assert find_python(named, path=tmp_path).stdout == f"{named}\n"
    old = fake_python(tmp_path / "elsewhere", "old", is_new=False, makes_environments=True)
    assert find_python(old, path=tmp_path).returncode == 1
