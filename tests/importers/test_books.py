"""A small book of each lineage comes in as its golden files say, and passes its checks as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import TESTS, BookFolder, check_epub

from polybook.commands import import_book
from polybook.importers import find

BOOKS = TESTS / "importers/books"
EXPECTED = TESTS / "importers/expected"
NAMES = sorted(path.stem if path.suffix == ".md" else path.name for path in BOOKS.iterdir())


def source(name: str) -> Path:
    return BOOKS / f"{name}.md" if (BOOKS / f"{name}.md").is_file() else BOOKS / name


def made(folder: Path) -> dict[str, bytes]:
    """The files of a book's folder, but for those that builds make."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".cache" not in path.parts and "output" not in path.parts
    }


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``brought("mdbook")`` imports a book of that lineage from a copy."""

    def bring(name: str) -> BookFolder:
        monkeypatch.chdir(tmp_path)  # so that commands in reports name no folder of this machine
        kept = source(name)
        copy = Path("from", kept.name)
        copy.parent.mkdir(exist_ok=True)
        shutil.copytree(kept, copy, dirs_exist_ok=True) if kept.is_dir() else shutil.copy(kept, copy)
        import_book.bring(copy, Path("book"))
        return BookFolder(tmp_path / "book")

    return bring


@pytest.mark.parametrize("name", NAMES)
def test_a_book_comes_in_as_it_is_expected(name: str, brought, request: pytest.FixtureRequest) -> None:
    book = brought(name)
    files = {
        path: held.replace(f"{book.root.parent}/".encode(), b"")
        for path, held in made(book.root).items()
        if not path.endswith(("import-record.json", ".svg"))
    }
    golden = EXPECTED / name
    if request.config.getoption("--regenerate"):
        shutil.rmtree(golden, ignore_errors=True)
        for path, held in files.items():
            (golden / path).parent.mkdir(parents=True, exist_ok=True)
            (golden / path).write_bytes(held)
    texts = {path: held.decode() for path, held in files.items()}
    assert texts == {path: held.decode() for path, held in made(golden).items()}


@pytest.mark.parametrize("name", NAMES)
def test_it_passes_its_checks_without_an_edit(name: str, brought) -> None:
    brought(name).run("check").succeeds()


@pytest.mark.slow
@pytest.mark.java
@pytest.mark.parametrize("name", NAMES)
def test_it_builds_in_all_formats_and_nothing_is_lost(name: str, brought) -> None:
    book = brought(name)
    book.run("build").succeeds()
    deep = book.run("check", "--deep").succeeds()
    assert "lost" not in deep.out
    for epub in book.root.glob("output/*.epub"):
        check_epub(epub)


def test_there_is_a_book_of_each_lineage() -> None:
    assert set(NAMES) - {"one-file"} == set(find.LINEAGES) - {"file"}
