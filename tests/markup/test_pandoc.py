"""pandoc's processes: they stay for the next piece of work, and never for longer than Polybook."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

import gevent
import pytest
from conftest import runs

from polybook.markup import pandoc, parse
from polybook.markup.tree import plain
from polybook.model.book import Limits
from polybook.model.findings import BookError
from polybook.system import processes


def parsed(text: str, limits: Limits | None = None) -> object:
    (tree,) = parse.parse([text], limits or Limits())
    return plain(tree[0].inlines)


def waiting() -> list[int]:
    return [worker.pid for _, worker in pandoc._idle]


def test_a_process_that_worked_works_again() -> None:
    assert parsed("one") == "one"
    before = waiting()
    assert parsed("two") == "two"
    assert waiting() == before


def test_one_that_ended_while_it_waited_is_replaced() -> None:
    parsed("one")
    for process in waiting():
        os.kill(process, signal.SIGKILL)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    assert parsed("two") == "two"


def test_one_that_was_stopped_is_ended_and_replaced() -> None:
    parsed("one")
    before = waiting()
    with pytest.raises(BookError, match=r"stopped after 0\.01 seconds"):
        parsed("x" * 3_000_000, Limits(pandoc_seconds=0.01))
    assert not runs(before[-1])
    assert parsed("two") == "two"


def test_one_that_is_broken_off_while_it_begins_leaves_no_file_open(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def opening() -> IO[bytes]:
        opened.append(tempfile.TemporaryFile())  # noqa: SIM115  # closed where it ends
        return opened[-1]

    def broken_off(*_: object, **options: object) -> None:
        raise gevent.GreenletExit

    monkeypatch.setattr(processes, "TemporaryFile", opening)
    monkeypatch.setattr(processes, "_start", broken_off)
    with pytest.raises(gevent.GreenletExit):
        processes.Worker(["true"])
    assert [file.closed for file in opened] == [True]


def test_another_limit_is_for_another_process() -> None:
    parsed("one")
    before = waiting()
    assert parsed("two", Limits(pandoc_memory=512)) == "two"
    assert not {*before} & {*waiting()}
    assert not any(map(runs, before))


PARSES = """
from polybook.markup import pandoc, parse
from polybook.markup.tree import plain
list(parse.parse(["one"]))
print(*(worker.pid for _, worker in pandoc._idle), flush=True)
"""


@pytest.mark.parametrize("ending", ["", "import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)"])
def test_none_outlives_polybook(tmp_path: Path, ending: str) -> None:
    (tmp_path / "parses.py").write_text(PARSES + ending)
    done = subprocess.run(
        [sys.executable, "parses.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    (process,) = map(int, done.stdout.split())
    deadline = time.monotonic() + 5
    while runs(process):  # it is told by the end of its standard input
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_file_that_has_no_room_is_not_taken_for_whole(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text(json.dumps("one") + "\n")
    worker = pandoc._taken(1024)
    script = pandoc.SCRIPTS / "read.lua"
    work = {"script": str(script), "format": "markdown", "given": str(given), "made": "/dev/full"}
    ended = worker.ask(json.dumps(work).encode(), 30)
    assert ended
    assert b"No space left on device" in ended.err


def test_an_interrupt_of_the_terminals_does_not_reach_it() -> None:
    """It is sent to a group of processes: what ends by it would look like a mistake of pandoc's."""
    parsed("one")
    assert not [process for process in waiting() if os.getpgid(process) == os.getpgid(0)]
