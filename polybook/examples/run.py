"""Run one program of the book, bounded in every way, and return what it printed.

A program runs in a copy of its folder, under a `supervisor`, with standard input closed. What it leaves
behind (files, processes) is cleaned away and told.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import shlex
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

from gevent import subprocess

from polybook.examples import supervisor
from polybook.examples.printed import Unshowable, escaped, read
from polybook.model import layout
from polybook.model.book import LIMITS, Limits, Programs
from polybook.system import temporary

_IMPORT = re.compile(
    r"^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+(\w++)[\w.]*+[ \t]+import\b)", re.MULTILINE
)


@dataclass(frozen=True)
class Run:
    """What came of running an example."""

    output: str
    """Its standard output."""

    problem: str = ""
    """What it did that an example may not do; empty where all is well."""

    hint: str = ""
    """What to do about it, where that can be told."""


def is_support(file: str) -> bool:
    """Whether a file of ``examples/`` is used by programs there rather than run itself."""
    return not file.endswith(".py") or file.rpartition("/")[2].startswith("_")


def digest(programs: Programs, file: str, call: str) -> str:
    """Return what identifies a listing's input: the file, the files beside it that it may use, the call.

    ``file`` is relative to the folder ``examples``. Independent of interpreter and machine, and of the line
    ends that git gives a text there, so that a fresh clone finds nothing stale. Raises KeyError where the
    file is missing.
    """
    hashed = hashlib.sha256(call.encode())
    for name in (file, *_beside(programs, file)):
        content = programs[name].replace(b"\r\n", b"\n")
        hashed.update(f"\0{name}\0{len(content)}\0".encode() + content)
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
    files = files_of(programs, command)
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


def name_of(word: str) -> str:
    """The name of a file of ``examples/`` as the book has it: ``a.py`` for ``./b/../a.py``."""
    return posixpath.normpath(word) if word else ""


def files_of(programs: Programs, command: Sequence[str]) -> list[str]:
    """The files of ``examples/`` that the words of a command name, modules after ``-m`` too."""
    files = []
    for before, word in zip(("", *command), command, strict=False):
        module = word.replace(".", "/")
        names = [f"{module}.py", f"{module}/__main__.py"] if before == "-m" else [name_of(word)]
        files += [name for name in names if name in programs]
    return files


def command_of(file: str) -> tuple[str, ...]:
    """The command that runs the program ``file`` of ``examples/``."""
    return ("python", file)


def run(programs: Programs, command: Sequence[str], limits: Limits = LIMITS) -> Run:
    """Run ``command`` in a fresh copy of its folder; "python" is the interpreter that runs Polybook.

    The copy holds the folders that the command's words name files of; all of them if it names none.
    """
    words = [sys.executable, "-X", "utf8", "-B", *command[1:]] if command[0] == "python" else list(command)
    with temporary.folder() as folder:
        out, err, end, home = folder / "out", folder / "err", folder / "end", folder / "home"
        work = home / layout.EXAMPLES
        work.mkdir(parents=True)
        named = tuple(file[: file.rfind("/") + 1] for file in files_of(programs, command))
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
                    preexec_fn=partial(supervisor.stand, limits, home, supervisor.measure(home), end),
                )
            except OSError as error:
                return Run("", f"cannot be run: {error.strerror}")
        try:
            process.wait()
        finally:
            _end(process, end, token)
        printed, complained = _begin_of(out, limits), _begin_of(err, limits)
        report = supervisor.read(end)
        if report is None:
            temporary.require_room()
            report = supervisor.Report(-signal.SIGKILL, 0, "")
        problem, hint = _problem(report, limits, printed, complained, _files(home) - before)
    return _told(printed, complained, problem, hint, limits, str(work) + os.sep)


def _problem(
    report: supervisor.Report, limits: Limits, printed: bytes, complained: bytes, files: set[str]
) -> tuple[str, str]:
    """What a program did that it may not do, and what to do about it."""
    most = limits.example_output * 1024
    if max(len(printed), len(complained)) > most:
        return f"wrote more than {limits.example_output} KB", _raise("example-output")
    match report.excess:
        case "example_seconds":
            return f"ran longer than {limits.example_seconds:g} seconds", _raise("example-seconds")
        case "example_files":
            return f"wrote more than {limits.example_files} MB into files", _raise("example-files")
        case "processes":
            return f"had more than {supervisor.PROCESSES} processes", ""
    if report.code:
        return f"exited with {report.code}", _raise("example-memory") if b"MemoryError" in complained else ""
    if complained.strip():
        return "wrote to standard error", ""
    if report.left:
        return f"left {report.left} process{'es' if report.left > 1 else ''} behind", ""
    if files:
        shown = sorted(files)[:10]
        more = f" and {len(files) - len(shown)} more" if len(files) > len(shown) else ""
        return f"left files behind: {', '.join(shown)}{more}", ""
    return "", ""


def _raise(setting: str) -> str:
    return f"the setting {setting} allows more"


def _told(printed: bytes, complained: bytes, problem: str, hint: str, limits: Limits, here: str) -> Run:
    """What is shown of a run; ``here`` is the copy's folder, of which a book knows nothing."""
    said = complained.decode("utf-8", "replace").rstrip()
    if problem and said:
        tail = "\n    ".join(escaped(line) for line in said.split("\n")[-8:])
        problem = f"{problem}; its standard error ends:\n    {tail}"
    printed = printed[: limits.example_output * 1024]
    shown = printed.decode("utf-8", "replace") if problem else read(printed)
    if isinstance(shown, Unshowable):
        return Run("", f"printed {shown.what}, in line {shown.line} of its output", shown.hint)
    return Run(shown.replace(here, ""), problem.replace(here, ""), hint)


def _begin_of(file: Path, limits: Limits) -> bytes:
    """What a program wrote, as far as it may write, and a byte more that tells that it wrote too much."""
    with file.open("rb") as opened:
        return opened.read(limits.example_output * 1024 + 1)


def _end(process: subprocess.Popen[bytes], report: Path, token: str) -> None:
    """End the program and all that came of it, if it has not ended; its warden does that, or else we."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(2 * supervisor.GRACE)
        process.kill()
        process.wait()
    if supervisor.read(report) is None:
        for pid in _marked(token):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _marked(token: str) -> list[int]:
    """The processes that carry this run's mark in their environment, whatever session they moved to."""
    mark, found = f"POLYBOOK_RUN={token}".encode(), []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue  # gone meanwhile, or not ours to read
    return found


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
    """What is below a folder, by path; folders in folders are looked into as deep as a path can name."""
    found, folders = set(), [folder]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                found.add(Path(entry.path).relative_to(folder).as_posix())
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
    return found
