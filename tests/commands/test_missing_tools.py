"""Without a program or a package that Polybook needs, a command says which, and loses nothing."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ROOT, BookFolder

END = "source/02-end.md"

GONE = {
    "pypandoc": (
        "files",
        "md",
        "error: there is no pandoc. Hint: python -m pip install --force-reinstall pypandoc_binary",
    ),
    "pagefind_bin_extended": (
        "pagefind*",
        "html",
        "error: there is no Pagefind. Hint: python -m pip install --force-reinstall pagefind_bin_extended",
    ),
}
"""What of a package is gone, the format that needs it, and what is said."""


def without(folder: Path, package: str, pattern: str) -> dict[str, str]:
    """An environment in which ``package`` is without the files that match, and no program is on the PATH."""
    spec = find_spec(package)
    assert spec
    assert spec.origin
    here = Path(spec.origin).parent
    assert list(here.glob(pattern))
    shutil.copytree(here, folder / package, ignore=shutil.ignore_patterns(pattern, "__pycache__"))
    (folder / "bin").mkdir()
    path = os.pathsep.join([str(folder), str(ROOT)])
    return {"PYTHONPATH": path, "PATH": str(folder / "bin"), "HOME": str(folder)}


def everything(folder: BookFolder) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (folder.root / "output").rglob("*") if path.is_file()}


@pytest.mark.parametrize("package", GONE)
def test_a_program_that_is_gone_is_named_and_the_output_stays(book, tmp_path: Path, package: str) -> None:
    pattern, kind, said = GONE[package]
    folder = book("small")
    folder.run("-f", kind, "-l", "en").succeeds()
    before = everything(folder)
    folder.write(END, folder.read(END) + "\nA new paragraph.\n")
    env = without(tmp_path / "packages", package, pattern)
    outcome = folder.run("-f", kind, "-l", "en", env=env).fails(1, said)
    assert outcome.err.count("error: ") == 1
    assert everything(folder) == before


@pytest.mark.parametrize("package", GONE)
def test_a_program_that_cannot_be_run_is_named(book, tmp_path: Path, package: str) -> None:
    pattern, kind, _ = GONE[package]
    env = without(tmp_path / "packages", package, pattern)
    name = "files/pandoc" if package == "pypandoc" else "pagefind"
    place = tmp_path / "packages" / package / name
    place.parent.mkdir(exist_ok=True)
    place.write_text("no program")
    what = "pandoc" if package == "pypandoc" else "Pagefind"
    book("small").run("-f", kind, "-l", "en", env=env).fails(
        1, f"error: {what} cannot be run: Permission denied. Hint: python -m pip install --force-reinstall"
    )


def test_a_package_that_is_gone_is_named_and_the_output_stays(book, tmp_path: Path) -> None:
    folder = book("small")
    folder.run("-f", "html", "-l", "en").succeeds()
    before = everything(folder)
    folder.write(END, folder.read(END) + "\nA new paragraph.\n")
    (tmp_path / "packages").mkdir()
    # As Python says it where it finds no such package.
    gone = "raise ModuleNotFoundError(f'No module named {__name__!r}', name=__name__)"
    (tmp_path / "packages/pagefind_bin_extended.py").write_text(gone)
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "packages"), str(ROOT)])}
    said = "error: the package 'pagefind_bin_extended' is missing. Hint: python -m pip install -e ."
    folder.run("-f", "html", "-l", "en", env=env).fails(1, said)
    assert everything(folder) == before
