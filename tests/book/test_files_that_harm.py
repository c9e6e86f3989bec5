"""Odd names, links, pipes, folders where files belong: a book with one builds, or says what is wrong.

Nothing outside the book is read or written, and nothing waits for ever.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import NOW, BookFolder

from polybook.book import lock
from polybook.commands import build as command
from polybook.commands import clean, init, refresh, release, survey, up_to_date, update
from polybook.model.artifacts import Built
from polybook.model.findings import PolybookError
from polybook.render import output
from polybook.system import files

SECRET = "# What is nobody's business\n"
FIGURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>Secret</text></svg>'


@pytest.fixture(autouse=True)
def nothing_waits() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise AssertionError("it waits for ever")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    yield
    signal.alarm(0)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder beside the book that has to stay as it is, and be read by nobody."""
    folder = tmp_path / "outside"
    (folder / "html").mkdir(parents=True)
    (folder / "01-secret.md").write_text(SECRET)
    (folder / "secret.svg").write_text(FIGURE)
    yield folder
    held = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert held == {"html", "01-secret.md", "secret.svg"}
    assert (folder / "01-secret.md").read_text() == SECRET


def link(folder: BookFolder, path: str, target: str | Path) -> None:
    place = folder.root / path
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def build(folder: BookFolder) -> str:
    """Build the book as the command does; return what was wrong, or an empty string."""
    root = folder.root
    try:
        with lock.held(root, "build"):
            built = up_to_date.build(root, (), ("md",), False, None, lambda: made(root))
    except PolybookError as error:
        return str(error)
    return "\n".join(map(str, (*built.unreadable, *built.failed)))


def made(root: Path) -> Built:
    return command.build(root, formats=("md",))


def parts(folder: BookFolder) -> list[Path]:
    return [path for path in folder.root.rglob(".*.part") if path.is_file()]


LINKS = {
    "source": "source: the link leads out of the book, to '",
    "source/03-secret.md": "source/03-secret.md: the link leads out of the book, to '",
    "source/figures": "source/figures: the link leads out of the book, to '",
    "source/figures/secret.svg": "source/figures/secret.svg: the link leads out of the book, to '",
    "examples": "examples: the link leads out of the book, to '",
    "examples/first/_data.txt": "examples/first/_data.txt: the link leads out of the book, to '",
    "examples/first/.hidden": "examples/first/.hidden: the link leads out of the book, to '",
    "theme": "theme: the link leads out of the book, to '",
    "theme/html/book.css": "theme/html/book.css: the link leads out of the book, to '",
    "locales": "locales: the link leads out of the book, to '",
    "locales/ja": "locales/ja: the link leads out of the book, to '",
    "locales/ja/LC_MESSAGES/book.po": "locales/ja/LC_MESSAGES/book.po: the link leads out of the book, to '",
    "output": "output: this is a link, and nothing is written or removed through one",
    "output/en": "output/en: this is a link, and nothing is written or removed through one",
    "output/en/html": "output/en/html: this is a link, and nothing is written or removed through one",
    ".cache": ".cache: this is a link, and nothing is written or removed through one",
    ".cache/builds": ".cache/builds: this is a link, and nothing is written or removed through one",
}


@pytest.mark.parametrize("path", LINKS)
def test_a_link_out_of_the_book_is_refused(book, outside: Path, path: str) -> None:
    folder = book("small")
    is_file = Path(path).suffix or path.endswith(".hidden")
    target = outside / ("secret.svg" if path.endswith(".svg") else "01-secret.md" if is_file else "")
    link(folder, path, target)
    said = build(folder)
    assert LINKS[path] in said
    hint = "remove the link" if "nothing is written" in LINKS[path] else "copy what it leads to into the book"
    assert f". Hint: {hint}" in said
    assert not (folder.root / "output/en/small-book-en.md").exists()


def test_fonts_are_in_the_book(book, outside: Path) -> None:
    folder = book("small").replace("pyproject.toml", "date =", f"fonts = ['{outside}']\ndate =")
    assert "pyproject.toml: the folder of fonts '" in build(folder)
    folder = folder.replace("pyproject.toml", f"'{outside}'", "'fonts'")
    assert "is not in the book" in build(folder)
    link(folder, "fonts/one.ttf", outside / "secret.svg")
    assert "fonts/one.ttf: the link leads out of the book" in build(folder)
    (folder.root / "fonts/one.ttf").unlink()
    assert build(folder) == ""


def test_links_to_chapters_in_the_book_are_followed_and_stay(book) -> None:
    folder = book("small")
    text = folder.read("source/01-start.md")
    folder.write("drafts/start.md", text)
    folder.replace("examples/first/hello.py", 'greet("world")', 'greet("moon")')
    link(folder, "source/01-start.md", "../drafts/start.md")
    folder.run("refresh").succeeds()
    folder.run("-f", "md", "-l", "en").succeeds()
    assert (folder.root / "source/01-start.md").is_symlink()
    assert "hello, moon" in folder.read("drafts/start.md")


WITHIN = {
    "output": "source",
    "output/en/html": "../../source",
    "output/en/small-book-en.md": "../../source/01-start.md",
    "output/.made.json": "../source/01-start.md",
    ".cache": "source",
    ".cache/lock": "../source/01-start.md",
    ".cache/builds": "../source",
    ".cache/preview": "../source",
    "locales": "source",
    "locales/ja": "../source",
    "locales/book.pot": "../source/01-start.md",
    "locales/ja/LC_MESSAGES/book.po": "../../../source/01-start.md",
}
"""Links to what the book's authors wrote, where Polybook makes files."""


COMMANDS: dict[str, Callable[[Path], object]] = {
    "build": made,
    "refresh": refresh.refresh_source,
    "update": lambda root: update.update(root, NOW),
    "init": lambda root: init.init(root, "it", NOW),
    "status": survey.status,
    "release": lambda root: release.release(root),
    "clean": clean.clean,
}


def everything(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("path", WITHIN)
def test_nothing_is_written_or_removed_through_a_link(book, path: str) -> None:
    folder = book("small")
    (folder.root / ".cache").mkdir()
    link(folder, path, WITHIN[path])
    before = {name: held for name, held in everything(folder.root).items() if "__pycache__" not in name}
    for name, do in COMMANDS.items():
        if name == "clean" and path.startswith("locales"):
            continue
        with pytest.raises(PolybookError) as said, lock.held(folder.root, name):
            do(folder.root)
        assert f"{path}: this is a link, and n" in str(said.value)
        assert "through one. Hint: remove the link" in str(said.value)
    after = everything(folder.root)
    assert {name: after.get(name) for name in before if not name.startswith(".cache/")} == {
        name: held for name, held in before.items() if not name.startswith(".cache/")
    }
    assert set(after) - set(before) <= {name for name in after if name.startswith(".cache/")}
    assert (folder.root / path).is_symlink()


def test_a_catalog_may_be_a_link_to_another(book) -> None:
    folder = book("small")
    (folder.root / "locales/ja/LC_MESSAGES/book.po").rename(folder.root / "ja.po")
    link(folder, "locales/ja/LC_MESSAGES/book.po", "../../../ja.po")
    folder.replace("source/02-end.md", "Its definition.", "Its very definition.")
    folder.run("update").succeeds()
    assert (folder.root / "locales/ja/LC_MESSAGES/book.po").is_symlink()
    assert "Its very definition." in folder.read("ja.po")


@pytest.mark.parametrize("target", [".git/config", ".env"])
def test_no_link_leads_to_what_is_hidden_in_the_book(book, target: str) -> None:
    folder = book("small").write(target, "password")
    link(folder, "source/notes.txt", f"../{target}")
    said = build(folder.replace("source/02-end.md", "# The end", "# The end\n\n[Notes](notes.txt)"))
    assert f"source/notes.txt: the link leads to what is hidden in the book's folder, '../{target}'" in said


def test_a_link_that_comes_late_is_told_before_it_is_written_through(book) -> None:
    """Whoever makes a link while a command runs is told by what would write."""
    folder = book("small")
    link(folder, "output/en", "../source")
    with pytest.raises(PolybookError, match=r"output/en: cannot be written: it is a link\. Hint: nothing"):
        output.write_files(folder.root, {"en/01-start.md": b""})
    output.remove(folder.root, ["en/01-start.md"])
    assert folder.read("source/01-start.md")


def test_what_was_built_before_is_not_read_through_a_new_link(book, outside: Path, monkeypatch) -> None:
    folder = book("small")
    assert build(folder) == ""
    link(folder, "source/02-end.md", outside / "01-secret.md")
    reads: list[str] = []
    read = Path.read_bytes

    def noted(path: Path) -> bytes:
        reads.append(os.path.realpath(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    assert "source/02-end.md: the link leads out of the book" in build(folder)
    assert not [path for path in reads if path.startswith(str(outside))]


ODD: dict[str, tuple[Callable[[BookFolder], object], str]] = {
    "a pipe as a chapter": (
        lambda one: os.mkfifo(one.root / "source/03-pipe.md"),
        "source/03-pipe.md: this is neither a file nor a folder. Hint: remove it",
    ),
    "a pipe among programs": (
        lambda one: os.mkfifo(one.root / "examples/first/pipe"),
        "examples/first/pipe: this is neither a file nor a folder. Hint: remove it",
    ),
    "a pipe as the settings": (
        lambda one: ((one.root / "pyproject.toml").unlink(), os.mkfifo(one.root / "pyproject.toml")),
        "pyproject.toml: there is no such file, so this folder holds no book. Hint:",
    ),
    "a folder as a chapter": (
        lambda one: (one.root / "source/03-folder.md").mkdir(),
        "source/03-folder.md: a chapter is a file, and this is none.",
    ),
    "a folder as a catalog": (
        lambda one: (one.root / "locales/it/LC_MESSAGES/book.po").mkdir(parents=True),
        "",
    ),
    "a link to nothing": (
        lambda one: link(one, "source/03-none.md", "nowhere"),
        "source/03-none.md: the link leads to 'nowhere', where nothing is. Hint: remove the link",
    ),
    "a link in a circle": (
        lambda one: link(one, "examples/first/loop", "loop"),
        "examples/first/loop: the link leads to 'loop', where nothing is. Hint:",
    ),
    "a link to the folder above": (lambda one: link(one, "examples/first/up", ".."), ""),
    "an editor's lock": (lambda one: link(one, "source/.#01-start.md", "me@host.1234"), ""),
    "an editor's copy": (lambda one: one.write("source/.01-start.md", "half"), ""),
    "a name of two lines": (
        lambda one: one.write("source/3-a\nb.md", "# x"),
        "source/3-a\\nb.md: a chapter's name has letters, digits, hyphens, '_' and '.', and",
    ),
    "a name that is turned around": (
        lambda one: one.write("source/3-\u202edm.10.md", "# x"),
        "source/3-\\u202edm.10.md: a chapter's name has letters,",
    ),
    "a chapter's name that is no UTF-8": (
        lambda one: Path(os.fsdecode(os.fsencode(one.root) + b"/source/\xff.md")).touch(),
        "source/\\udcff.md: the file's name is not UTF-8. Hint: rename the file",
    ),
    "a program's name that is no UTF-8": (
        lambda one: Path(os.fsdecode(os.fsencode(one.root) + b"/examples/\xff.py")).touch(),
        "examples/\\udcff.py: the file's name is not UTF-8. Hint: rename the file",
    ),
    "a program with a name for nobody": (lambda one: one.write("examples/first/a #%?\n\"'<b>.py", "1"), ""),
    "names that differ in case": (lambda one: one.write("source/figures/BOX.svg", FIGURE), ""),
    "a name composed and decomposed": (
        lambda one: one.write("source/figures/\u00e9.svg", FIGURE).write(
            "source/figures/e\u0301.svg", FIGURE
        ),
        "",
    ),
    "a chapter called index": (
        lambda one: one.write("source/03-index.md", "# x\n"),
        "source/03-index.md: 'index' is the name of the site's front page",
    ),
    "a chapter that Windows cannot hold": (
        lambda one: one.write("source/03-aux.md", "# x\n"),
        "source/03-aux.md: 'aux' is a name",
    ),
    "a chapter called search": (lambda one: one.write("source/03-search.md", "# x\n"), ""),
    "a language that is none": (
        lambda one: one.write("locales/zzzz/LC_MESSAGES/book.po", 'msgid ""\nmsgstr ""\n'),
        "locales/zzzz: 'zzzz' is not a locale. Hint: write it like ja, it or pt_BR",
    ),
    "a language in two words": (
        lambda one: one.write("locales/i t/LC_MESSAGES/book.po", 'msgid ""\nmsgstr ""\n'),
        "locales/i t: 'i t' is not a locale. Hint:",
    ),
    "the source's language again": (
        lambda one: one.write("locales/en/LC_MESSAGES/book.po", 'msgid ""\nmsgstr ""\n'),
        "",
    ),
    "a file as the folder of chapters": (
        lambda one: (shutil.rmtree(one.root / "source"), one.write("source", "x")),
        "source: the book has no chapter. Hint:",
    ),
    "a file as the folder of programs": (
        lambda one: (shutil.rmtree(one.root / "examples"), one.write("examples", "x")),
        "source/01-start.md:9: there is no examples/first/hello.py. Hint:",
    ),
    "a file as the cache": (lambda one: one.write(".cache", "x"), ""),
    "a folder as the lock": (lambda one: (one.root / ".cache/lock").mkdir(parents=True), ""),
    "a record of steps that is none": (lambda one: one.write(".cache/record.json", "[[["), ""),
    "a file as the output": (
        lambda one: one.write("output", "x"),
        "output/.made.json: cannot be written: ",
    ),
    "a folder as the record of what was made": (
        lambda one: (one.root / "output/.made.json").mkdir(parents=True),
        "output/.made.json: cannot be written: ",
    ),
    "a record of what was made that is none": (lambda one: one.write("output/.made.json", "[[["), ""),
    "a file as an edition": (
        lambda one: one.write("output/en", "x"),
        "output/en/small-book-en.md: cannot be written: ",
    ),
    "a folder as an artifact": (
        lambda one: (one.root / "output/en/small-book-en.md").mkdir(parents=True),
        "output/en/small-book-en.md: cannot be written: ",
    ),
    "a record of an edition that is none": (lambda one: one.write("output/it/edition.json", "?"), ""),
    "a record of an edition of something else": (lambda one: one.write("output/it/edition.json", "[1]"), ""),
    "a record of a status that is none": (lambda one: one.write("output/it/status.json", "{}"), ""),
    "a chapter that is too large": (
        lambda one: one.write("source/03-large.md", "# Large\n" + "x" * 1024 * 1024),
        "source/03-large.md: the chapter is larger than 1024 KB. Hint: make several of it; the setting",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_no_harm_or_is_named(book, name: str) -> None:
    folder = book("small")
    make, wanted = ODD[name]
    make(folder)
    said = build(folder)
    assert wanted in said if wanted else said == "", said
    assert not parts(folder)
    assert all(
        line.startswith(("source", "examples", "locales", "pyproject", str(folder.root)))
        for line in said.splitlines()
    )


def test_a_clean_that_the_disk_refuses_says_so(book, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = book("small")
    assert build(folder) == ""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(files.Path, "unlink", refuse)
    with pytest.raises(
        PolybookError, match=r"output/.*: cannot be removed: Read-only file system\. Hint: nothing"
    ):
        clean.clean(folder.root)


@pytest.mark.parametrize("call", [1, *(pytest.param(one, marks=pytest.mark.slow) for one in range(2, 20))])
def test_a_disk_that_is_full_at_any_write_leaves_whole_files(book, monkeypatch, call: int) -> None:
    """Half of what is written arrives, then nothing more: as a full disk does it."""
    folder = book("small")
    assert build(folder) == ""
    before = {path: path.read_bytes() for path in (folder.root / "output").rglob("*") if path.is_file()}
    folder.replace("source/02-end.md", "# The end", "# Another end").replace(
        "pyproject.toml", "A Small Book", "A Smaller Book"
    )
    new = book("everything")  # what the changed book makes where there is room
    shutil.rmtree(new.root)
    shutil.copytree(folder.root, new.root)
    assert build(new) == ""
    after = {
        folder.root / path.relative_to(new.root): path.read_bytes()
        for path in (new.root / "output").rglob("*")
        if path.is_file()
    }
    opened = Path.open
    count = 0
    refused: list[Path] = []

    def full(path: Path, mode: str = "r", *rest: object, **more: object):
        nonlocal count
        file = opened(path, mode, *rest, **more)
        if "x" in mode and ".cache" not in path.parts:  # what cannot be kept there makes builds slower
            count += 1
            if count >= call:
                write = file.write

                def half(content: bytes) -> int:
                    write(content[: len(content) // 2])
                    refused.append(path)
                    raise OSError(28, "No space left on device")

                return _Full(file, half)
        return file

    monkeypatch.setattr(files.Path, "open", full)
    said = build(folder)
    monkeypatch.undo()
    assert ("cannot be written: No space left on device. Hint: nothing" in said) is bool(refused)
    assert refused or call > 1
    assert not parts(folder)
    for path, content in {**before, **after}.items():
        now = path.read_bytes() if path.exists() else None
        assert now in (content, before.get(path), after.get(path)), path
    assert build(folder) == ""


@pytest.mark.parametrize("name", ["TemporaryFile", "mkdtemp", "NamedTemporaryFile"])
def test_no_room_for_temporary_files_is_said(book, tmp_path: Path, name: str) -> None:
    folder = book("small")
    (tmp_path / "full.py").write_text(
        "import sys, tempfile\n"
        "def full(*given, **options):\n"
        "    raise OSError(28, 'No space left on device', '/tmp/here')\n"
        f"tempfile.{name} = full\n"
        "from polybook.__main__ import main\n"
        "sys.argv = ['polybook', '--lang', 'en', '--format', 'pdf']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, tmp_path / "full.py"], cwd=folder.root, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.endswith(
        "error: /tmp/here: No space left on device. Hint: make room; where temporary files go is for the"
        " variable TMPDIR to say\n"
    ), done.stderr


class _Full:
    """A file on a disk that is full."""

    def __init__(self, file, write) -> None:
        self.file, self.write = file, write

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
