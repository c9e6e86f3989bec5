"""Two commands on one book: one works, the other says so and changes nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from conftest import BookFolder

from polybook.book import lock
from polybook.model import layout
from polybook.model.findings import BookError

CHAPTER = "source/01-start.md"
WRITERS = (
    ("build", "-f", "md"), ("refresh",), ("update",), ("init", "it"), ("status",), ("release",), ("clean",),
)  # fmt: skip
READERS = (("check",), ("refresh", "--check"), ("matrix",))


def files(folder: BookFolder) -> dict[str, bytes]:
    return {
        path.relative_to(folder.root).as_posix(): path.read_bytes()
        for path in folder.root.rglob("*")
        if path.is_file() and ".cache" not in path.parts
    }


def wait_for(path: Path, text: str = "") -> None:
    deadline = time.monotonic() + 20
    while not (path.is_file() and text in path.read_text("utf-8")):
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)


def slow(folder: BookFolder, seconds: float) -> BookFolder:
    """Let a build of the book run a program that takes its time."""
    folder.write("examples/first/slow.py", f"import time\ntime.sleep({seconds})\nprint('slow')\n")
    block = '\n<!-- [[[cog example("first/slow.py") ]]] -->\n<!-- [[[end]]] -->\n'
    return folder.write(CHAPTER, folder.read(CHAPTER) + block)


@pytest.mark.slow
def test_the_second_command_says_who_works_and_changes_nothing(book) -> None:
    folder = book("small").translate("ja", {"The start": "はじめに"})
    before = files(folder)
    with lock.held(folder.root, "build"):
        for arguments in WRITERS:
            said = f"error: another command works on this book ('build', process {os.getpid()}). Hint: wait"
            assert folder.run(*arguments).fails(1).err.startswith(said), arguments
        for arguments in READERS:
            folder.run(*arguments).succeeds()
        assert files(folder) == before
    folder.run("update").succeeds()


def test_of_two_builds_one_is_made(book) -> None:
    folder = slow(book("small"), 1)
    first = folder.begin("-f", "md", "-l", "en")
    wait_for(folder.root / layout.LOCK, "build")
    folder.run("-f", "md", "-l", "en").fails(1, f"('build', process {first.pid})")
    _, said = first.communicate(timeout=60)
    assert first.returncode == 0, said
    assert "slow" in folder.read("output/en/small-book-en.md")


def test_a_killed_command_leaves_no_lock(book) -> None:
    folder = slow(book("small"), 5)
    first = folder.begin("refresh")
    wait_for(folder.root / layout.LOCK, "refresh")
    first.send_signal(signal.SIGKILL)
    first.communicate()
    folder.run("update").succeeds()


def test_serve_and_others_wait_for_one_another(book) -> None:
    root = book("small").root
    for first, second in (("build", "serve"), ("serve", "build")):
        with lock.held(root, first):
            other = multiprocessing.get_context("spawn").Process(target=_hold, args=(root, second))
            other.start()
            other.join(0.6)
            assert other.is_alive(), (first, second)
        other.join(20)
        assert other.exitcode == 0


def _hold(root: Path, command: str) -> None:
    with lock.held(root, command):
        pass


def test_a_book_is_built_while_it_is_served(book) -> None:
    folder = book("small")
    serving = folder.begin("serve", "--port", "0")
    try:
        wait_for(folder.root / ".cache/preview/ja/html/index.html")
        folder.run("-f", "md").succeeds()
    finally:
        serving.send_signal(signal.SIGINT)
        serving.communicate(timeout=30)


def test_where_nothing_can_be_locked_work_goes_on(book, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = book("small").write(".cache", "a file is in the way")
    with lock.held(folder.root, "build"), lock.held(folder.root, "build"):
        pass
    folder.run("-f", "md", "-l", "en").succeeds()
    (folder.root / ".cache").unlink()

    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    with lock.held(folder.root, "build"):
        pass


def test_no_book_gets_no_lock(tmp_path: Path) -> None:
    with lock.held(tmp_path, "build"):
        assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_removed_is_no_lock(book) -> None:
    root = book("small").root
    with lock.held(root, "clean"):
        (root / layout.LOCK).unlink()
        with lock.held(root, "build"), pytest.raises(BookError, match="'build', process"):  # noqa: SIM117
            with lock.held(root, "update"):
                pass
