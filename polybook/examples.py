"""Run one program of the book, bounded in every way, and return what it printed.

A program runs in a copy of its folder, in a process group of its own, with standard input closed. What
it leaves behind (files, processes) is cleaned away and told.
"""

from __future__ import annotations

import ast
import ctypes
import hashlib
import os
import resource
import shlex
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import gevent
from gevent import subprocess

SECONDS = 10.0
"""How long an example may run, by the wall clock."""

OUTPUT = 64 * 1024
"""How much an example may print, in bytes, to each of its two streams."""

FILE_SIZE = 1024 * 1024
"""How large a file an example may write, in bytes: a flood ends there, before the disk is full."""

_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Run:
    """What came of running an example."""

    output: str
    """Its standard output."""

    problem: str = ""
    """What it did that an example may not do; empty where all is well."""


def is_support(path: Path) -> bool:
    """Whether a file below ``examples/`` is used by programs there rather than run itself."""
    return path.suffix != ".py" or path.name.startswith("_")


def digest(examples: Path, file: str, call: str) -> str:
    """Return what identifies a listing's input: the file, the files beside it that it may use, the call.

    ``file`` is relative to the folder ``examples``. Independent of interpreter and machine, so that a
    fresh clone finds nothing stale. Raises FileNotFoundError where the file is missing.
    """
    program = examples / file
    beside = sorted(
        path
        for path in program.parent.rglob("*")
        if path.is_file() and path != program and is_support(path) and "__pycache__" not in path.parts
    )
    hashed = hashlib.sha256(call.encode())
    for path in (program, *beside):
        content = path.read_bytes()
        hashed.update(f"\0{path.relative_to(examples).as_posix()}\0{len(content)}\0".encode() + content)
    return hashed.hexdigest()[:16]


def identity(examples: Path, command: Sequence[str]) -> str:
    """Return what identifies a run: the program, what it may use, the interpreter, the packages it imports.

    Empty where the command names no file of ``examples``, so that nobody can say what it depends on.
    """
    files = [word for word in command if (examples / word).is_file()]
    if not files:
        return ""
    folder = (examples / files[0]).parent
    programs = [examples / file for file in files] + sorted(folder.glob("_*.py"))
    versions = sorted(f"{name} {_version(name)}" for name in _imported(programs))
    inputs = [digest(examples, file, shlex.join(command)) for file in files]
    return "\n".join([sys.version, sys.platform, *inputs, *versions])


def _imported(programs: Iterable[Path]) -> set[str]:
    """The top-level modules that these programs import and the standard library does not have."""
    names = {"gevent"}
    for program in programs:
        with suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(program.read_bytes())):
                if isinstance(node, ast.Import):
                    names.update(alias.name.split(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.split(".")[0])
    return names - sys.stdlib_module_names


@cache
def _distributions() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


@cache
def _version(module: str) -> str:
    """The versions of the installed packages that bring a module; empty where none does."""
    return " ".join(
        f"{name} {metadata.version(name)}" for name in sorted(set(_distributions().get(module, [])))
    )


def command_of(file: str) -> tuple[str, ...]:
    """The command that runs the program ``file`` of ``examples/``."""
    return ("python", file)


def run(examples: Path, command: Sequence[str]) -> Run:
    """Run ``command`` in a fresh copy of its folder; "python" is the interpreter that runs Polybook.

    The copy holds the folders that the command's words name files of; all of them if it names none.
    """
    words = [sys.executable, "-X", "utf8", "-B", *command[1:]] if command[0] == "python" else list(command)
    with tempfile.TemporaryDirectory(prefix="polybook-", ignore_cleanup_errors=True) as name:
        out, err, home = Path(name, "out"), Path(name, "err"), Path(name, "home")
        work = home / "examples"
        named = [Path(word) for word in command if (examples / word).is_file()]
        for folder in {file.parent for file in named} or {Path()}:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(examples / folder, work / folder, ignore=ignored, dirs_exist_ok=True)
        before = _files(home)
        token = uuid.uuid4().hex
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
    if left and finished:
        gevent.sleep(0.1)  # a child may be on its way out
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
