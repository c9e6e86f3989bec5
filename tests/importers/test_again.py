"""The command: what it says, what it keeps when a book comes in again, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import BookFolder

FIRST = {"README.md": "# Walks\n", "a.md": "# A\n\nOne.\n", "b.md": "# B\n\nTwo.\n"}


@pytest.fixture
def walks(tmp_path: Path) -> BookFolder:
    """A book in ``from/``, which comes into ``book/``."""
    folder = BookFolder(tmp_path)
    for path, text in FIRST.items():
        folder.write(f"from/{path}", text)
    folder.run("import", "from", "book").succeeds()
    return folder


def test_it_says_what_it_did(tmp_path: Path) -> None:
    folder = BookFolder(tmp_path).write(
        "from/a.md", "# A\n\n!!! note\n    X\n\n![x](https://example.org/x.png)\n"
    )
    folder.write("from/b.md", "# B\n").write("from/po/ja.po", 'msgid ""\nmsgstr ""\n')
    said = folder.run("import", "from", "book").succeeds().out
    for one in ("read as folders: 2 chapters", "1  boxes", "not carried over: 1", "the language is 'en'"):
        assert one in said
    assert "import-translations ja " in said
    assert "- `a.md:6`: the picture" in folder.read("book/import-report.md")


def test_translated_chapters_beside_the_book_are_named(tmp_path: Path) -> None:
    folder = BookFolder(tmp_path).write("from/en/a.md", "# A\n").write("from/en/b.md", "# B\n")
    folder.write("from/ja/a.md", "# あ\n").write("from/it/other.md", "# Altro\n")
    said = folder.run("import", "from", "book").succeeds().out
    assert "import-translations ja " in said
    assert "import-translations it " not in said


def test_the_same_source_gives_the_same_bytes(walks: BookFolder) -> None:
    def held() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in (walks.root / "book").rglob("*") if path.is_file()}

    before = held()
    walks.run("import", "from", "book").succeeds()
    assert {path: text for path, text in held().items() if ".cache" not in path} == {
        path: text for path, text in before.items() if ".cache" not in path
    }


def test_a_newer_source_is_followed_and_what_was_added_stays(walks: BookFolder) -> None:
    walks.write("book/theme/html/style.css", "a {}\n").write("book/source/mine.md", "# Mine\n")
    walks.replace("book/pyproject.toml", 'title = "Walks"', 'title = "My walks"')
    walks.write("from/a.md", "# A\n\nOne, anew.\n").write("from/c.md", "# C\n")
    (walks.root / "from/b.md").unlink()
    walks.run("import", "from", "book").succeeds()
    assert "One, anew." in walks.read("book/source/a.md")
    assert "c.md" in walks.read("book/source/SUMMARY.md")
    assert not (walks.root / "book/source/b.md").exists()
    assert walks.read("book/source/mine.md") == "# Mine\n"
    assert "My walks" in walks.read("book/pyproject.toml")
    assert walks.read("book/theme/html/style.css") == "a {}\n"


@pytest.mark.parametrize("path", ["source", "source/a.md", ".cache"])
def test_nothing_is_written_or_removed_through_a_link(walks: BookFolder, path: str) -> None:
    place = walks.root / "book" / path
    elsewhere = walks.root / "elsewhere"
    if place.exists():
        place.rename(elsewhere)
    else:
        elsewhere.mkdir()
    place.symlink_to(elsewhere)
    before = {str(one): one.read_bytes() for one in elsewhere.rglob("*") if one.is_file()}
    walks.write("from/a.md", "# A\n\nOne, anew.\n")
    (walks.root / "from/b.md").unlink()
    walks.run("import", "from", "book").fails(1, f"error: {path}: ")
    assert {str(one): one.read_bytes() for one in elsewhere.rglob("*") if one.is_file()} == before


def test_an_edited_chapter_stays_and_its_new_state_is_put_beside_it(walks: BookFolder) -> None:
    walks.replace("book/source/a.md", "One.", "One, edited.")
    walks.run("import", "from", "book").succeeds()
    assert not (walks.root / "book/source/a.upstream.md").exists()  # SOURCE has not changed
    walks.write("from/a.md", "# A\n\nOne, anew.\n")
    walks.run("import", "from", "book").fails(1, "source/a.md", "a.upstream.md")
    assert "One, edited." in walks.read("book/source/a.md")
    assert "One, anew." in walks.read("book/source/a.upstream.md")


def test_a_dry_run_writes_the_report_alone(tmp_path: Path) -> None:
    folder = BookFolder(tmp_path).write("from/a.md", "# A\n").write("from/b.md", "# B\n")
    folder.run("import", "from", "book", "--dry-run").succeeds()
    assert [path.name for path in (tmp_path / "book").iterdir()] == ["import-report.md"]
    folder.run("import", "from", "book").succeeds()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("from", "from"), "written over what it comes from"),
        (("from", "other"), "something already"),
        (("from", "from/book"), "would lie in what it comes from"),
        (("nowhere", "book"), "no such file or folder"),
        (("from", "book", "--from", "word"), "unknown kind 'word'"),
        (("from", "book", "--language", "x y"), "is no language"),
    ],
)
def test_what_cannot_be_is_told(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    folder = BookFolder(tmp_path).write("from/a.md", "# A\n").write("other/mine.txt", "x")
    folder.run("import", *arguments).fails(2, said)


def test_a_record_that_names_other_files_removes_nothing(walks: BookFolder) -> None:
    record = '{"files": {"source/../pyproject.toml": "x", "../from/a.md": "y", "source/x.md": 3}}'
    walks.write("book/import-record.json", record)
    walks.run("import", "from", "book").succeeds()
    assert (walks.root / "book/pyproject.toml").exists()
    assert (walks.root / "from/a.md").exists()
