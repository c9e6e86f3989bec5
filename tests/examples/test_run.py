"""The example engine: what a program may do, and that nothing of what it may not do stays behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from polybook.examples import run as example_run
from polybook.model.book import LIMITS, Limits


def run(code: str, limits: Limits = LIMITS) -> example_run.Run:
    return example_run.run({"one/program.py": code.encode()}, ("python", "one/program.py"), limits)


def alive(mark: str) -> bool:
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in entry.read_bytes():
                return True
        except OSError:
            continue
    return False


def test_standard_output_is_the_transcript() -> None:
    found = run("import sys\nprint('日本', sys.stdin.read() == '', hash('a') == hash('a'))")
    assert found == example_run.Run("日本 True True\n")


def test_the_hash_seed_is_fixed() -> None:
    code = "print(hash('a'), {'x', 'y', 'z'})"
    assert run(code) == run(code)


def test_paths_are_those_of_the_book() -> None:
    assert run("print(__file__)").output == "one/program.py\n"


def test_a_failure_tells_the_end_of_its_standard_error() -> None:
    found = run("print('before')\nraise SystemError('why')")
    assert found.output == "before\n"
    assert found.problem.startswith("exited with 1")
    assert 'File "' in found.problem
    assert "SystemError: why" in found.problem


def test_standard_error_is_no_part_of_a_book() -> None:
    assert "wrote to standard error" in run("import sys; sys.stderr.write('oh')").problem


def test_a_program_that_hangs_is_stopped() -> None:
    code = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)"
    found = run(code, Limits(example_seconds=0.5))
    assert found == example_run.Run(
        "", "ran longer than 0.5 seconds", "the setting example-seconds allows more"
    )


def test_a_flood_ends() -> None:
    found = run("while True: print('x' * 100000)")
    assert found.problem.startswith("wrote more than 64 KB")
    assert found.hint == "the setting example-output allows more"
    assert len(found.output) == LIMITS.example_output * 1024


@pytest.mark.parametrize("session", [True, False])
def test_a_child_is_found_and_killed(session: bool) -> None:
    mark = f"left-behind-{os.getpid()}-{session}"
    found = run(
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', {mark!r}],"
        f" start_new_session={session}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "import os; os._exit(0)",
    )
    assert found.problem == "left 1 process behind"
    deadline = time.monotonic() + 5
    while alive(mark) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(mark)


def test_files_left_behind_are_named() -> None:
    code = "import tempfile\nopen('left.txt', 'w').close()\ntempfile.mkdtemp(prefix='here-', dir='.')"
    assert "examples/one/left.txt" in run(code.replace("left.txt", "one/left.txt")).problem


def test_a_file_cannot_fill_the_disk() -> None:
    assert "File too large" in run("open('big', 'wb').write(b'x' * 10_000_000)").problem


def test_a_command_that_is_not_there() -> None:
    assert example_run.run({}, ("no-such-command",)).problem.startswith("cannot be run")


def test_the_digest_follows_the_file_what_it_uses_and_the_call() -> None:
    names = ("one.py", "two.py", "_helper.py", "page.html", "deep/_other.py")
    programs = {f"a/{name}": name.encode() for name in names}

    def digest(call: str = "example('a/one.py')") -> str:
        return example_run.digest(programs, "a/one.py", call)

    first = digest()
    programs["a/two.py"] = b"changed"
    programs["b/page.html"] = b"new"
    assert digest() == first
    for name in ("one.py", "_helper.py", "page.html", "deep/_other.py"):
        before = digest()
        programs[f"a/{name}"] = b"changed"
        assert digest() != before
    assert digest("example('a/one.py', volatile='x')") != digest()


def test_what_a_program_prints_as_a_terminal_shows_it() -> None:
    assert run("import sys; sys.stdout.write('10 %\\r99 %\\rdone\\r\\n')").output == "done\n"
    assert run("import sys; sys.stdout.buffer.write(b'one\\n\\xff')").problem == (
        "printed the byte 0xff, which is no UTF-8, in line 2 of its output"
    )


def test_the_end_of_standard_error_does_nothing_to_a_terminal() -> None:
    code = "import sys; sys.stderr.write('first\\nnot \\x1b[31mred\\x1b[0m \\x07'); sys.exit(1)"
    assert run(code).problem.endswith("\n    first\n    not \\x1b[31mred\\x1b[0m \\x07")


def test_a_file_is_found_by_a_path_that_goes_about() -> None:
    programs = {"a b/one.py": b"import two\n", "a b/two.py": b"print('two')\n", "other/x.py": b""}
    assert example_run.files_of(programs, ("python", "./a b/../a b/one.py")) == ["a b/one.py"]
    assert example_run.run(programs, ("python", "./a b/one.py")).output == "two\n"
