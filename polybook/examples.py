"""Run one program of the book, bounded in every way, and return what it printed.

A program runs in a copy of its folder, in a process group of its own, with standard input closed. What
it leaves behind (files, processes) is cleaned away and told.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import resource
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import gevent
from gevent import subprocess

from polybook.model import Programs

SECONDS = 10.0
"""How long an example may run, by the wall clock."""

GRACE = 3.0
"""How long, in seconds, a child may take to end after its program did: a busy machine is slow to end them."""

OUTPUT = 64 * 1024
"""How much an example may print, in bytes, to each of its two streams."""

FILE_SIZE = 1024 * 1024
"""How large a file an example may write, in bytes: a flood ends there, before the disk is full."""

_IMPORT = re.compile(r"^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+(\w+)[\w.]*[ \t]+import\b)", re.MULTILINE)
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Run:
    """What came of running an example."""

    output: str
    """Its standard output."""

    problem: str = ""
    """What it did that an example may not do; empty where all is well."""


def is_support(file: str) -> bool:
    """Whether a file of ``examples/`` is used by programs there rather than run itself."""
    return not file.endswith(".py") or file.rpartition("/")[2].startswith("_")


def digest(programs: Programs, file: str, call: str) -> str:
    """Return what identifies a listing's input: the file, the files beside it that it may use, the call.

    ``file`` is relative to the folder ``examples``. Independent of interpreter and machine, so that a
    fresh clone finds nothing stale. Raises KeyError where the file is missing.
    """
    hashed = hashlib.sha256(call.encode())
    for name in (file, *_beside(programs, file)):
        hashed.update(f"\0{name}\0{len(programs[name])}\0".encode() + programs[name])
    return hashed.hexdigest()[:16]


def _beside(programs: Programs, file: str) -> list[str]:
    """The support files in a program's folder and below, which it may use."""
    folder = file[: file.rfind("/") + 1]
    return sorted(
        (name for name in programs if name.startswith(folder) and is_support(name) and name != file),
        key=lambda name: name.split("/"),
    )


def identity(programs: Programs, command: Sequence[str]) -> str:
    """Return what identifies a run: the program, what it may use, the interpreter, the packages it imports.

    Empty where the command names no file of ``examples``, so that nobody can say what it depends on.
    """
    files = [word for word in command if word in programs]
    if not files:
        return ""
    code = [
        programs[name] for file in files for name in (file, *_beside(programs, file)) if name.endswith(".py")
    ]
    versions = sorted(f"{name} {_version(name)}" for name in _imported(code))
    inputs = [digest(programs, file, shlex.join(command)) for file in files]
    return "\n".join([sys.version, sys.platform, *inputs, *versions])


def _imported(programs: Iterable[bytes]) -> set[str]:
    """The top-level modules that these programs import and the standard library does not have.

    Read off the lines: a word too many in a docstring costs nothing, and a syntax tree takes its time.
    """
    names = {"gevent"}
    for program in programs:
        for listed, one in _IMPORT.findall(program.decode("utf-8", "replace")):
            names.update([one] if one else re.findall(r"(?:^|,)\s*(\w+)", listed))
    return names - sys.stdlib_module_names


@cache
def _version(module: str) -> str:
    """The installed version of what a module belongs to; empty where it is not installed.

    Read off the names of the folders ``package-version.dist-info`` beside it: importlib.metadata takes as
    long to be imported as all else here. Where the package has another name than the module, any may be it.
    """
    found = find_spec(module)
    places = (
        [found.origin]
        if found and found.origin
        else list(found.submodule_search_locations or ())
        if found
        else []
    )
    for place in places:
        for folder in list(Path(place).parents)[:2]:
            if installed := sorted(one.name for one in folder.glob("*.dist-info")):
                own = [name for name in installed if name.partition("-")[0].lower() == module.lower()]
                return " ".join(own or installed)
    return ""


def command_of(file: str) -> tuple[str, ...]:
    """The command that runs the program ``file`` of ``examples/``."""
    return ("python", file)


def run(programs: Programs, command: Sequence[str]) -> Run:
    """Run ``command`` in a fresh copy of its folder; "python" is the interpreter that runs Polybook.

    The copy holds the folders that the command's words name files of; all of them if it names none.
    """
    words = [sys.executable, "-X", "utf8", "-B", *command[1:]] if command[0] == "python" else list(command)
    with tempfile.TemporaryDirectory(prefix="polybook-", ignore_cleanup_errors=True) as name:
        out, err, home = Path(name, "out"), Path(name, "err"), Path(name, "home")
        work = home / "examples"
        named = tuple(word[: word.rfind("/") + 1] for word in command if word in programs)
        for file, content in programs.items():
            if file.startswith(named or ""):
                (work / file).parent.mkdir(parents=True, exist_ok=True)
                (work / file).write_bytes(content)
        before = _files(home)
        token = os.urandom(16).hex()
        # Files, not pipes: a child that is left behind cannot hold them open against us.
        with out.open("wb") as stdout, err.open("wb") as stderr:
            try:
                process = subprocess.Popen(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=stdout,
                    stderr=stderr,
                    cwd=work,
                    env=_environment(home, token),
                    start_new_session=True,
                    preexec_fn=_confine,
                )
            except OSError as error:
                return Run("", f"cannot be run: {error.strerror}")
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            left = _end(process, token)
        printed, complained = out.read_bytes(), err.read_bytes().decode("utf-8", "replace").rstrip()
        if left is None:
            problem = f"ran longer than {SECONDS:g} seconds"
        elif max(len(printed), len(complained)) > OUTPUT:
            problem = f"wrote more than {OUTPUT // 1024} KB"
        elif process.returncode:
            problem = f"exited with {process.returncode}"
        elif complained:
            problem = "wrote to standard error"
        elif left:
            problem = f"left {left} process{'es' if left > 1 else ''} behind"
        elif files := _files(home) - before:
            problem = f"left files behind: {', '.join(sorted(files))}"
        else:
            problem = ""
    if problem and complained:
        tail = "\n    ".join(complained.splitlines()[-8:])
        problem = f"{problem}; its standard error ends:\n    {tail}"
    text = printed[:OUTPUT].decode("utf-8", "replace")
    here = str(work) + os.sep
    return Run(text.replace(here, ""), problem.replace(here, ""))


def _end(process: subprocess.Popen[bytes], token: str) -> int | None:
    """Kill the program and all that came of it.

    Return how many processes it had left behind when it ended; None where it had not ended.
    """
    finished = process.poll() is not None
    if not finished:
        _kill_group(process.pid)
        process.wait()
    left = _descendants(token)
    grace = time.monotonic() + GRACE
    while left and finished and time.monotonic() < grace:
        gevent.sleep(0.02)  # a child may be on its way out
        left = _descendants(token)
    _kill_group(process.pid)
    for pid in left:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return len(left) if finished else None


def _descendants(token: str) -> list[int]:
    """The processes that carry this run's mark in their environment, whatever session they moved to."""
    mark, found = f"POLYBOOK_RUN={token}".encode(), []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue  # gone meanwhile, or not ours to read
    return found


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _confine() -> None:
    """Runs in the child before the program: no large files, and an end with Polybook's own end."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: killed when Polybook is killed


def _environment(home: Path, token: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "POLYBOOK_RUN": token,
    }


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
