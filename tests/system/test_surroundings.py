"""Odd surroundings: each is told with what is wrong and where, and never with a traceback.

Each test has a process of its own.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, BookFolder, Outcome

from polybook.system import temporary


def run(
    folder: BookFolder,
    *arguments: str,
    shell: str = "",
    before: Callable[[], object] | None = None,
    **env: str,
) -> Outcome:
    """Run a command, begun by a line of a shell or after ``before`` in the new process."""
    command = [sys.executable, "-m", "polybook", *arguments]
    done = subprocess.run(
        ["bash", "-c", shell, *command] if shell else command,
        cwd=folder.root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        preexec_fn=before,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


MARKDOWN = ("build", "-l", "en", "-f", "md")

# ---- what nobody may read ------------------------------------------------------------------


def obey() -> None:
    """Have the kernel heed the rights of files, as it does for whoever is not root."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: <linux/capability.h>
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP: <linux/prctl.h>


CLOSED = {
    "source/01-start.md": "error: source/01-start.md: this user may not read the file. Hint: chmod u+r",
    "source/figures/box.svg": "error: source/figures/box.svg: this user may not read the file.",
    "source/figures": "error: source/figures: this user may not read the folder. Hint: chmod u+rx source/",
    "source": "error: source: this user may not read the folder.",
    "examples/first/hello.py": "error: examples/first/hello.py: this user may not read the file.",
    "examples/first": "error: examples/first: this user may not read the folder.",
    "locales/ja/LC_MESSAGES/book.po": "error: locales/ja/LC_MESSAGES/book.po: this user may not read",
    "locales/ja": "error: locales/ja: this user may not read the folder.",
    "theme": "error: theme: this user may not read the folder.",
    "pyproject.toml": "error: pyproject.toml: the file cannot be read: Permission denied.",
    "output": "error: output: this user may not read and write in this folder. Hint: chmod u+rwx",
    "output/en": "error: output/en: this user may not read and write in this folder.",
    "output/index.html": "",
    ".cache": "",
}


@pytest.fixture
def closed(request: pytest.FixtureRequest, book) -> Iterator[BookFolder]:
    """A book with a file or folder that its user may not read."""
    folder = book("small").write("theme/html/book.css", "").write("output/index.html", "old")
    for path in ("output/en", ".cache"):
        (folder.root / path).mkdir(exist_ok=True)
    place = folder.root / request.param
    mode = place.stat().st_mode
    place.chmod(0)
    yield folder
    if place.is_dir():
        place.chmod(mode)


@pytest.mark.skipif(sys.platform != "linux" and os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("closed", CLOSED, indirect=True)
def test_what_the_user_may_not_read_is_named(closed: BookFolder, request: pytest.FixtureRequest) -> None:
    said = CLOSED[request.node.callspec.params["closed"]]
    outcome = run(closed, *MARKDOWN, before=obey)
    if said:
        outcome.fails(1, said)
    else:
        outcome.succeeds()


@pytest.mark.skipif(sys.platform != "linux" and os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("closed", ["output", ".cache"], indirect=True)
def test_what_cannot_be_removed_is_named(closed: BookFolder) -> None:
    run(closed, "clean", before=obey).fails(1, "this user may not read and write in this folder. Hint: chmod")


# ---- the working folder --------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["build", "check", "clean", "serve", "release", "new book"])
def test_a_working_folder_that_is_gone(book, verb: str) -> None:
    gone = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"'
    outcome = run(book("small"), *verb.split(), shell=gone)
    outcome.fails(2, "error: the working folder is no longer there. Hint: go to the book's folder: cd")


def test_a_path_of_four_thousand_characters(book) -> None:
    folder = book("small")
    deep = "for i in $(seq 20); do mkdir " + "d" * 200 + " && cd " + "d" * 200 + '; done; exec "$0" "$@"'
    run(folder, *MARKDOWN, shell=deep).fails(
        2, "error: the path of the working folder has more than 3000 bytes. Hint: move the book up"
    )
    shutil.rmtree(folder.root / ("d" * 200))
    run(folder, "new", "x" * 4000).fails(1, ": File name too long. Hint: a path has 4,095 bytes at most")
    run(folder, "init", "x" * 4000).fails(2, "' is not a locale. Hint:")


def test_a_book_may_lie_deep(book) -> None:
    folder = book("small")
    deep = BookFolder(folder.root.joinpath(*["d" * 200] * 12))
    shutil.copytree(folder.root / "source", deep.root / "source")
    shutil.copytree(folder.root / "examples", deep.root / "examples")
    shutil.copy(folder.root / "pyproject.toml", deep.root)
    run(deep, "build").succeeds()


# ---- temporary files -----------------------------------------------------------------------


def test_a_variable_that_names_no_folder_for_temporary_files(book) -> None:
    run(book("small"), "build", "-l", "en", "-f", "pdf", TMPDIR="/nowhere").succeeds()


def test_no_folder_for_temporary_files_at_all(book, tmp_path: Path) -> None:
    (tmp_path / "without.py").write_text(
        "import sys, tempfile\n"
        "tempfile._candidate_tempdir_list = lambda: ['/nowhere']\n"
        "from polybook.__main__ import main\n"
        "main()\n"
    )
    folder = book("small")
    command = [sys.executable, tmp_path / "without.py", *MARKDOWN]
    done = subprocess.run(command, cwd=folder.root, capture_output=True, text=True)
    said = "error: No usable temporary directory found in ['/nowhere']. Hint: "
    Outcome(done.returncode, done.stdout, done.stderr).fails(1, said, "TMPDIR")


def test_a_full_folder_for_temporary_files_is_told_before_programs_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = os.statvfs(tmp_path)
    full = os.statvfs_result((*there[:4], 7, *there[5:]))
    assert full.f_bavail == 7
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    with pytest.raises(OSError, match="No space left") as said:
        temporary.require_room(tmp_path)
    assert (said.value.errno, said.value.filename) == (errno.ENOSPC, str(tmp_path))


def test_what_a_killed_command_left_goes_with_the_next(book, tmp_path: Path) -> None:
    folder = book("small").write("examples/first/slow.py", "import time\n\ntime.sleep(60)\n")
    folder.write(
        "source/03-slow.md", "# Slow\n\n<!--[[[cog transcript('first/slow.py') ]]]-->\n<!--[[[end]]]-->\n"
    )
    rooms = tmp_path / "rooms"
    (rooms / "polybook-mine").mkdir(parents=True)
    (rooms / "polybook-abcdefgh.temporary").mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(rooms)}
    command = [sys.executable, "-m", "polybook", "refresh"]
    with subprocess.Popen(command, cwd=folder.root, stderr=subprocess.DEVNULL, env=env) as killed:
        while not list(rooms.glob("polybook-*.temporary/*/home/examples/first/slow.py")):
            time.sleep(0.05)
        assert not (rooms / "polybook-abcdefgh.temporary").exists()
        (held,) = rooms.glob("polybook-*.temporary")
        folder.run("check", env={"TMPDIR": str(rooms)})
        assert held.exists()  # another command is at work there
        killed.send_signal(signal.SIGKILL)
    assert held.exists()
    shutil.rmtree(folder.root / ".cache")  # with nothing to make, no temporary files are needed
    folder.run("check", env={"TMPDIR": str(rooms)})
    assert [one.name for one in rooms.iterdir()] == ["polybook-mine"]


def test_a_folder_of_another_user_or_one_that_is_locked_stays(tmp_path: Path) -> None:
    names = ("polybook-abcdefgh.temporary", "polybook-12345678.temporary", "polybook-mine.temporary")
    for name in names:
        (tmp_path / name).mkdir()
    (tmp_path / "polybook-linked00.temporary").symlink_to(tmp_path / "polybook-mine.temporary")
    lock = os.open(tmp_path / names[0], os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    temporary._sweep(tmp_path)
    os.close(lock)
    assert {one.name for one in tmp_path.iterdir()} == {names[0], names[2], "polybook-linked00.temporary"}


# ---- streams, letters ----------------------------------------------------------------------


@pytest.mark.parametrize("streams", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_standard_streams_may_be_closed(book, streams: str) -> None:
    folder = book("small")
    run(folder, "build", "-l", "en", shell=f'exec "$0" "$@" {streams}').succeeds()
    assert folder.read("output/en/small-book-en.md").startswith("# ")
    assert run(folder, "status", "-l", "xx", shell=f'exec "$0" "$@" {streams}').code == 2


def test_names_of_files_that_are_not_utf_8(book) -> None:
    other = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    said = "error: names of files are in 'ascii' here, and a book's are in UTF-8. Hint: set LC_ALL=C.UTF-8"
    run(book("small"), *MARKDOWN, **other).fails(2, said)
    run(book("everything"), *MARKDOWN, LC_ALL="C", PYTHONIOENCODING="ascii").succeeds()


@pytest.mark.parametrize("given", ["abc", "-1", "1e9", " 5", "253402300800", "9" * 30])
def test_a_time_that_is_none(book, given: str) -> None:
    run(book("small"), *MARKDOWN, SOURCE_DATE_EPOCH=given).fails(
        2,
        f"error: SOURCE_DATE_EPOCH is '{given}', which is no time. Hint: it is a number of seconds",
    )


# ---- settings and figures ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'language = "en"',
            'language = "zz"',
            "pyproject.toml:{}: 'zz' is no language that anything is known of.",
        ),
        ('authors = ["', 'authors = ["", "', "pyproject.toml:{}: 'authors' has an entry without a letter."),
        ('authors = ["', 'authors = [" ", "', "pyproject.toml:{}: 'authors' has an entry without a letter."),
        ('title = "A Small Book"', 'title = " "', "pyproject.toml:1: the setting 'title' is missing."),
        (
            'name = "small-book"',
            f'name = "{"x" * 101}"',
            "' is not a valid name. Hint: write it like my-book, with",
        ),
    ],
)
def test_settings_that_say_nothing(book, old: str, new: str, said: str) -> None:
    folder = book("small").replace("pyproject.toml", old, new)
    line = folder.read("pyproject.toml").split(new)[0].count("\n") + 1
    run(folder, "build").fails(1, said.format(line))


def test_a_box_of_a_figure_that_is_none(book) -> None:
    folder = book("small")
    figure = folder.read("source/figures/box.svg")
    box = figure.partition('viewBox="')[2].partition('"')[0]
    run(
        folder.write("source/figures/box.svg", figure.replace(box, "0 0 100% 100%")), "build", "-l", "en"
    ).succeeds()
