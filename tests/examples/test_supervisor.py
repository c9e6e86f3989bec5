"""Programs that misbehave: each ends within its limits, is told, and leaves nothing running or lying."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from polybook.examples import run as example_run
from polybook.examples import supervisor
from polybook.model.book import LIMITS, Limits

SHORT = Limits(example_seconds=2)


@pytest.fixture
def mark() -> Iterator[str]:
    """A word for command lines; whoever still has it in the end was left running."""
    word = f"misbehaves-{os.getpid()}-{os.urandom(4).hex()}"
    yield word
    left = running(word)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


@pytest.fixture(autouse=True)
def small_and_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(supervisor, "GRACE", 0.5)
    yield
    assert list(tmp_path.iterdir()) == []


def running(word: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


def run(code: str, limits: Limits = SHORT, *words: str) -> example_run.Run:
    return example_run.run({"one/program.py": code.encode()}, ("python", "one/program.py", *words), limits)


def test_a_daemon_that_left_its_session_and_its_environment_is_found(mark: str) -> None:
    code = """
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        quiet = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(quiet, number)
        os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)", sys.argv[1]], {})
    os._exit(0)
os.wait()
"""
    assert run(code, SHORT, mark).problem == "left 1 process behind"


def test_it_is_found_when_the_program_had_to_be_stopped_too(mark: str) -> None:
    code = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)", sys.argv[1]], {})
time.sleep(60)
"""
    found = run(code, Limits(example_seconds=0.5), mark)
    assert found.problem == "ran longer than 0.5 seconds"


def test_a_port_is_free_again(mark: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"""
import os, socket, time
listener = socket.create_server(("127.0.0.1", {port}))
if os.fork() == 0:
    os.setsid()
    os.close(1), os.close(2)
    time.sleep(60)
"""
    assert "left 1 process behind" in run(code, SHORT, mark).problem
    socket.create_server(("127.0.0.1", port)).close()


def test_a_flood_of_processes_ends(mark: str) -> None:
    code = """
import os, time
for _ in range(1500):
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""
    begun = time.monotonic()
    found = run(code, Limits(example_seconds=30), mark)
    assert found.problem == f"had more than {supervisor.PROCESSES} processes"
    assert time.monotonic() - begun < 15


def test_many_processes_are_no_flood(mark: str) -> None:
    code = """
import subprocess
for one in [subprocess.Popen(["sleep", "0.3"]) for _ in range(40)]:
    one.wait()
print(1)
"""
    assert run(code, LIMITS, mark) == example_run.Run("1\n")


def test_a_flood_of_files_ends(mark: str) -> None:
    code = "import itertools\nfor n in itertools.count(): open(f'{n}', 'wb').write(b'x' * 1_000_000)"
    found = run(code, Limits(example_seconds=30, example_files=2), mark)
    assert found.problem == "wrote more than 2 MB into files"
    assert found.hint == "the setting example-files allows more"


def test_a_flood_of_empty_files_ends(mark: str) -> None:
    code = "import itertools\nfor n in itertools.count(): open(f'{n}', 'wb').close()"
    assert run(code, Limits(example_seconds=30), mark).problem == "wrote more than 1 MB into files"


def test_folders_in_folders_end(mark: str) -> None:
    code = "import os\nwhile True: os.mkdir('d'); os.chdir('d')"
    assert run(code, Limits(example_seconds=30), mark).problem == "wrote more than 1 MB into files"


@pytest.mark.slow
def test_a_few_thousand_folders_in_one_another_go(mark: str) -> None:
    code = "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')"
    found = run(code, Limits(example_seconds=30, example_files=100), mark)
    assert found.problem.startswith("left files behind: examples/d, examples/d/d, ")
    assert "and " in found.problem
    assert len(found.problem) < 1000


def test_a_flood_of_output_ends_at_once_even_where_writing_fails(mark: str) -> None:
    code = "import os\nwhile True:\n    try: os.write(1, b'x' * 65536)\n    except OSError: pass"
    begun = time.monotonic()
    found = run(code, Limits(example_seconds=60), mark)
    assert found.problem == "wrote more than 64 KB"
    assert len(found.output) == 64 * 1024
    assert time.monotonic() - begun < 10


def test_memory_ends(mark: str) -> None:
    found = run("held = bytearray(500_000_000)", Limits(example_memory=200), mark)
    assert found.problem.startswith("exited with 1")
    assert found.problem.endswith("MemoryError")
    assert found.hint == "the setting example-memory allows more"


def test_it_may_end_its_warden_and_gains_nothing(mark: str) -> None:
    code = """
import os, signal, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", sys.argv[1]], start_new_session=True)
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(60)
"""
    assert run(code, SHORT, mark).problem == "exited with -9"
    time.sleep(0.2)


def test_it_may_signal_and_stop_whom_it_likes(mark: str) -> None:
    code = """
import os, signal, time
for number in (signal.SIGINT, signal.SIGALRM, signal.SIGCHLD, signal.SIGHUP):
    os.kill(os.getppid(), number)
time.sleep(0.3)
os.kill(os.getpid(), signal.SIGSTOP)
"""
    assert run(code, Limits(example_seconds=1), mark).problem == "ran longer than 1 seconds"


def test_nothing_runs_on_when_polybook_is_killed(mark: str, tmp_path: Path) -> None:
    program = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)", sys.argv[1]], {})
time.sleep(60)
"""
    ours = (
        "from polybook.examples import run\n"
        f"run.run({{'program.py': {program.encode()!r}}}, ('python', 'program.py', {mark!r}))"
    )
    # The mark is in our own command line too.
    polybook = subprocess.Popen([sys.executable, "-c", ours], env={**os.environ, "TMPDIR": str(tmp_path)})
    deadline = time.monotonic() + 20
    while len(running(mark)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(running(mark)) >= 3
    polybook.kill()
    polybook.wait()
    while running(mark) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running(mark) == []
    for left in tmp_path.iterdir():  # nobody was there to remove it
        subprocess.run(["rm", "-rf", left], check=True)


@pytest.mark.parametrize("code", [0, 7])
def test_what_a_program_ends_with_is_its_own(code: int) -> None:
    assert run(f"raise SystemExit({code})").problem == (f"exited with {code}" if code else "")
    assert run("import os; os.abort()").problem == "exited with -6"
