"""Commands that are ended while they work: no process, no half file is left, and the next one goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import BookFolder, runs

CHAPTER = "source/01-start.md"


def children(process: int) -> set[int]:
    """The processes that came of a process and still are its descendants."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found: set[int] = set()
    new = {process}
    while new:
        new = {one for one, parent in parents.items() if parent in new}
        found |= new
    return found


def end(process: subprocess.Popen[str], number: int) -> tuple[str, set[int]]:
    """End a command; return what it said, and which of its children still run."""
    known = children(process.pid)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    deadline = time.monotonic() + 2
    while any(map(runs, known)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return said, {one for one in known if runs(one)}


def made(folder: BookFolder) -> dict[str, bytes]:
    paths = [path for path in (folder.root / "output").rglob("*") if path.is_file()]
    return {path.relative_to(folder.root).as_posix(): path.read_bytes() for path in paths}


def half(folder: BookFolder) -> list[Path]:
    return list(folder.root.rglob(".*.part"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_command_and_its_programs(book, number: int, code: int) -> None:
    folder = book("small")
    mark = folder.root / "began"
    folder.write(
        "examples/first/slow.py",
        f"import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen({str(mark)!r}, 'w')\n"
        "time.sleep(60)\n",
    )
    text = folder.read(CHAPTER) + '\n<!-- [[[cog example("first/slow.py") ]]] -->\n<!-- [[[end]]] -->\n'
    folder.write(CHAPTER, text)
    process = folder.begin("build", "-f", "md")
    while not mark.exists():
        time.sleep(0.02)
    said, left = end(process, number)
    assert (process.returncode, said.strip()) == (code, "interrupted; what was finished is whole")
    assert left == set()
    assert folder.read(CHAPTER) == text
    assert not half(folder)


@pytest.mark.parametrize(("number", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_waits_for_the_end_of_an_import(tmp_path: Path, number: str, code: int) -> None:
    """Raised there it would end some modules' process, and be remembered by ``python -m``."""
    (tmp_path / "slow.py").write_text(
        f"import os, signal\nos.kill(os.getpid(), signal.{number})\n"
        "exec('x = 1')\nprint('whole', flush=True)\n"
    )
    (tmp_path / "ended.py").write_text(
        "import time\n"
        "from polybook import __main__\nfrom polybook.cli import verbs\n"
        "def command(**how):\n"
        "    import slow\n"
        "    time.sleep(60)\n"
        "verbs.commands.main = command\n"
        "__main__.main()\n"
    )
    command = [sys.executable, "-m", "ended"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert (ended.returncode, ended.stdout) == (code, "whole\n")
    assert ended.stderr == "interrupted; what was finished is whole\n"


@pytest.mark.parametrize(("number", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_is_heard_while_the_command_is_loaded(book, number: str, code: int) -> None:
    folder = book("small")
    folder.write(
        "click.py",
        f"import os, signal, sys\nos.kill(os.getpid(), signal.{number})\n"
        "sys.path.remove(os.getcwd())\ndel sys.modules['click']\n"
        "sys.modules['click'] = __import__('click')\n",
    )
    command = [sys.executable, "-m", "polybook", "check"]
    ended = subprocess.run(command, cwd=folder.root, capture_output=True, text=True, timeout=30)
    assert (ended.returncode, ended.stderr.lstrip()) == (code, "interrupted; what was finished is whole\n")


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_what_is_done_ends_as_done_whatever_comes_then(tmp_path: Path, number: str) -> None:
    (tmp_path / "done.py").write_text(
        "import atexit, os, signal\n"
        "from polybook import __main__\nfrom polybook.cli import verbs\n"
        f"atexit.register(lambda: os.kill(os.getpid(), signal.{number}))\n"
        "verbs.commands.main = lambda **how: None\n"
        "__main__.main()\n"
    )
    command = [sys.executable, "-m", "done"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")


BROKEN_OFF = """
import sys, time, gevent
from polybook.system import processes

class Slow(processes._Child):  # it is forked, and not yet the program
    def __init__(self, command, **options):
        super().__init__(command, preexec_fn=lambda: time.sleep(0.3), **options)

processes._Child = Slow
waiting = gevent.spawn(processes.run, ["sleep", "50"], b"", 60)
gevent.sleep(0.1)
"""


@pytest.mark.parametrize("then", ["waiting.kill()", "sys.exit()"])
def test_a_child_ends_whose_beginning_is_broken_off(tmp_path: Path, then: str) -> None:
    (tmp_path / "broken.py").write_text(
        f"{BROKEN_OFF}\nprint(next(iter(processes._begun)).pid, flush=True)\n{then}\n"
        "assert not processes._begun\n"
    )
    done = subprocess.run(
        [sys.executable, "broken.py"], cwd=tmp_path, capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not runs(int(done.stdout))


@pytest.mark.slow
def test_a_build_that_is_ended_anywhere_can_be_made_again(book) -> None:
    """Whenever it is ended: what is there then is whole, and the next build makes the rest."""
    folder = book("small")
    folder.run().succeeds()
    whole = made(folder)
    folder.run("clean").succeeds()
    endings = set()
    for wait in (0.1, 0.3, 0.5, 0.7, 0.9, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0):
        process = folder.begin("build")
        time.sleep(wait)
        said, left = end(process, signal.SIGTERM)
        assert left == set()
        assert "Traceback" not in said, said
        assert "Exception" not in said, said
        assert not half(folder)
        endings.add(process.returncode)
    assert 143 in endings
    assert endings <= {0, 143, -signal.SIGTERM}, endings
    folder.run().succeeds()
    assert made(folder) == whole
