"""Run pandoc: bounded in time and memory, and never left behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import gevent
import msgspec
from gevent.pool import Pool

from polybook.model.book import LIMITS, Limits
from polybook.model.findings import BookError, Finding
from polybook.system import processes, temporary
from polybook.system.processes import CORES

HEAP = "-A64m"
"""How much of pandoc's heap is filled before it is tidied, as GHC's run-time system reads it: it took a
tenth less time so than with GHC's own size. From 16 MB on no difference stands out of the noise."""

_EXHAUSTED = re.compile("(of|enough) memory|re-entered unsafely")
"""What GHC's run-time system says, or Lua, where there is no more memory to have."""

SCRIPTS = Path(__file__).parent
"""The folder of the scripts that pandoc runs."""

_HINT = "python -m pip install --force-reinstall pypandoc_binary"

BATCH = 8_000, 1_500_000
"""How many bytes a process is given at a time, at least and at most, as far as there are such documents."""


@cache
def executable() -> str:
    """Return the path of the pandoc program that the package pypandoc_binary brings, or of the system's.

    Raises BookError where there is none.
    """
    # Asked for the path, pypandoc runs every pandoc it finds to learn its version; the bundled one is known.
    import pypandoc

    bundled = Path(pypandoc.__file__).with_name("files") / "pandoc"
    if bundled.is_file():
        return str(bundled)
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError:
        raise BookError(Finding("pandoc", "there is no pandoc", hint=_HINT)) from None


def convert(
    script: Path,
    format_name: str,
    sizes: Sequence[int],
    make: Callable[[int], Iterable[bytes]],
    limits: Limits,
) -> Iterator[bytes]:
    """Yield what ``script`` (Lua, run by pandoc) makes of each document: a line of JSON each, in and out.

    The script gives a function of ``format_name`` that gives a function of a document. ``make`` gives the
    documents that belong to a place; ``sizes`` has for each place about how many bytes that will be. Several
    processes work at once, each on some of the documents, while the next documents are made; the results
    come in order, and few wait.
    """

    def work(places: Sequence[int]) -> bytes | BaseException:
        try:
            given = b"".join(document + b"\n" for place in places for document in make(place))
            return _work(script, format_name, given, limits)
        except (Exception, KeyboardInterrupt) as error:
            return error  # raised where it is waited for, else gevent would print it

    workers = Pool(CORES)
    try:
        for written in workers.imap(work, _batches(sizes), maxsize=CORES):
            if isinstance(written, BaseException):
                raise written
            gevent.sleep(0)  # the next process may begin before we go on with what this one made
            yield from written.splitlines()
    finally:
        workers.kill()


def once(arguments: Sequence[str], given: bytes, limits: Limits = LIMITS) -> bytes:
    """Return what pandoc, called with these arguments, makes of a text.

    Raises BookError where it fails or takes too long.
    """
    command = [executable(), *arguments, "+RTS", f"-M{limits.pandoc_memory}m", "-RTS"]
    try:
        ended = processes.run(command, given, limits.pandoc_seconds)
    except TimeoutError:
        raise _reached(
            f"pandoc was stopped after {limits.pandoc_seconds:g} seconds", "pandoc-seconds"
        ) from None
    except processes.NotBegunError as error:
        raise BookError(Finding("pandoc", f"pandoc cannot be run: {error}", hint=_HINT)) from None
    if ended.code:
        said = ended.err.decode("utf-8", "replace").strip()
        raise BookError(Finding("pandoc", f"pandoc said: {said or f'nothing, exit code {ended.code}'}"))
    return ended.out


def _batches(sizes: Sequence[int]) -> list[list[int]]:
    """The places in batches large enough to be worth asking, and small enough for all cores to work.

    The first ones are smaller: what is made of them can be worked on while pandoc makes the others. So are
    the last ones, as little is left to do then beside working on them.
    """
    left = sum(sizes)
    size = min(BATCH[1], max(BATCH[0], left // (8 * CORES)))
    batches: list[list[int]] = [[]]
    filled = 0
    for place, more in enumerate(sizes):
        if filled >= (size if len(batches) > CORES and left > size else size // 2):
            batches.append([])
            filled = 0
        batches[-1].append(place)
        filled += more
        left -= more
    return [batch for batch in batches if batch]


_idle: list[tuple[int, processes.Worker]] = []
"""Processes that wait for work, each with how many MB it may take."""


def _work(script: Path, format_name: str, given: bytes, limits: Limits) -> bytes:
    """What a script makes of the lines ``given``.

    Raises BookError where pandoc fails, warns (a warning of pandoc's is a defect in a book) or reaches a
    limit.
    """
    # Files rather than pipes: it never waits for us to read while we work on something else.
    home = temporary.home()
    with NamedTemporaryFile(dir=home) as source, NamedTemporaryFile(dir=home) as target:
        source.write(given)
        source.flush()
        work = {"script": str(script), "format": format_name, "given": source.name, "made": target.name}
        try:
            worker = _taken(limits.pandoc_memory)
            answer = worker.ask(msgspec.json.encode(work), limits.pandoc_seconds)
        except TimeoutError:
            what = f"pandoc was stopped after {limits.pandoc_seconds:g} seconds"
            raise _reached(what, "pandoc-seconds") from None
        except processes.NotBegunError as error:
            what = f"pandoc cannot be run: {error}"
            raise BookError(Finding("pandoc", what, hint=_HINT)) from None
        if isinstance(answer, bytes):
            _idle.append((limits.pandoc_memory, worker))
            return target.read()
    temporary.require_room()
    said = answer.err.decode("utf-8", "replace").strip()
    if answer.code and _EXHAUSTED.search(said):
        raise _reached(f"pandoc wanted more than {limits.pandoc_memory} MB of memory", "pandoc-memory")
    raise BookError(Finding("pandoc", f"pandoc said: {said or f'nothing, exit code {answer.code}'}"))


def _taken(memory: int) -> processes.Worker:
    """A process that worked before, or a new one: that needs a tenth of a second until it is as fast."""
    while _idle:
        allowed, worker = _idle.pop()
        if allowed == memory and worker.waits:
            return worker
        worker.end()
    command = [executable(), "+RTS", HEAP, "-RTS", "lua", str(SCRIPTS / "work.lua")]
    return processes.Worker(command, memory * 1024 * 1024)


def _reached(what: str, setting: str) -> BookError:
    hint = f"is a chapter very long, or nested too deep? The setting {setting} allows more"
    return BookError(Finding("limit", what, hint=hint))
