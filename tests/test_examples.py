"""The example engine: what a program may do, and that nothing of what it may not do stays behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from polybook import examples


def run(tmp_path: Path, code: str) -> examples.Run:
    folder = tmp_path / "examples" / "one"
    folder.mkdir(parents=True)
    (folder / "program.py").write_text(code, "utf-8")
    return examples.run(tmp_path / "examples", ("python", "one/program.py"))


def alive(mark: str) -> bool:
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in entry.read_bytes():
                return True
        except OSError:
            continue
    return False


def test_standard_output_is_the_transcript(tmp_path: Path) -> None:
    found = run(tmp_path, "import sys\nprint('日本', sys.stdin.read() == '', hash('a') == hash('a'))")
    assert found == examples.Run("日本 True True\n")


def test_the_hash_seed_is_fixed(tmp_path: Path) -> None:
    code = "print(hash('a'), {'x', 'y', 'z'})"
    assert run(tmp_path / "1", code) == run(tmp_path / "2", code)


def test_paths_are_those_of_the_book(tmp_path: Path) -> None:
    assert run(tmp_path, "print(__file__)").output == "one/program.py\n"


def test_a_failure_tells_the_end_of_its_standard_error(tmp_path: Path) -> None:
    found = run(tmp_path, "print('before')\nraise SystemError('why')")
    assert found.output == "before\n"
    assert found.problem.startswith("exited with 1")
    assert 'File "' in found.problem
    assert "SystemError: why" in found.problem


def test_standard_error_is_no_part_of_a_book(tmp_path: Path) -> None:
    assert "wrote to standard error" in run(tmp_path, "import sys; sys.stderr.write('oh')").problem


def test_a_program_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "SECONDS", 0.5)
    code = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)"
    assert run(tmp_path, code).problem == "ran longer than 0.5 seconds"


def test_a_flood_ends(tmp_path: Path) -> None:
    found = run(tmp_path, "while True: print('x' * 100000)")
    assert found.problem.startswith("wrote more than 64 KB")
    assert len(found.output) == examples.OUTPUT


@pytest.mark.parametrize("session", [True, False])
def test_a_child_is_found_and_killed(tmp_path: Path, session: bool) -> None:
    mark = f"left-behind-{os.getpid()}-{session}"
    found = run(
        tmp_path,
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


def test_files_left_behind_are_named(tmp_path: Path) -> None:
    code = "import tempfile\nopen('left.txt', 'w').close()\ntempfile.mkdtemp(prefix='here-', dir='.')"
    assert "examples/left.txt" in run(tmp_path, code).problem
    assert [path.name for path in (tmp_path / "examples/one").iterdir()] == ["program.py"]


def test_a_file_cannot_fill_the_disk(tmp_path: Path) -> None:
    assert "File too large" in run(tmp_path, "open('big', 'wb').write(b'x' * 10_000_000)").problem


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    assert examples.run(tmp_path / "examples", ("no-such-command",)).problem.startswith("cannot be run")


def test_the_digest_follows_the_file_what_it_uses_and_the_call(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    for name in ("one.py", "two.py", "_helper.py", "page.html"):
        (folder / name).write_text(name)

    def digest(call: str = "example('a/one.py')") -> str:
        return examples.digest(tmp_path, "a/one.py", call)

    first = digest()
    (folder / "two.py").write_text("changed")
    assert digest() == first
    for name in ("one.py", "_helper.py", "page.html"):
        before = digest()
        (folder / name).write_text("changed")
        assert digest() != before
    assert digest("example('a/one.py', volatile='x')") != digest()
