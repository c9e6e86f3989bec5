"""Run cog over the chapters, which writes listings and transcripts. Only this module writes ``source/``.

A chapter asks for a listing in a cog block, ``<!-- [[[cog example("queues/workers.py") ]]] -->``, and cog
writes the program and what it printed below it.
"""

from __future__ import annotations

import io
import re
import signal
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from polybook.book import front_matter
from polybook.examples import blocks
from polybook.examples.blocks import END, Block
from polybook.examples.directives import (
    DIGEST,
    EDITED,
    FENCE,
    PARAMETERS,
    Call,
    Command,
    WrongCallError,
    bound,
    broken,
    digest_of,
    directives,
    is_stale,
    missing_of,
    parsed,
    region_of,
    source_of,
)
from polybook.examples.printed import unshowable
from polybook.examples.run import Run
from polybook.markup import fences
from polybook.model import layout
from polybook.model.book import Chapter, Programs
from polybook.model.findings import BookError, ExampleError, Finding
from polybook.system import files

_LANGUAGES = {
    "css": "css",
    "html": "html",
    "js": "javascript",
    "json": "json",
    "py": "python",
    "toml": "toml",
}
"""What Pygments calls the languages of frequent kinds of file."""

_LINE_END = re.compile(r"\r\n|\r|\n")

LONGEST = 10
"""How many seconds the Python of a block may be at work."""

Wait = Callable[[Command], Run]
"""Waits for one program and returns what came of it."""

Runner = Callable[[Iterable[Command]], AbstractContextManager[Wait]]
"""Runs programs, several at once if it likes, the first ones first."""


def refresh(
    programs: Programs, chapters: Sequence[Chapter], run: Runner, *, everything: bool
) -> dict[str, str]:
    """Return the new text of each chapter that changes, by path; write nothing.

    ``everything`` asks ``run`` for every program, otherwise only for those that are stale. Raises
    ExampleError naming every program that failed, with the chapter's line.
    """
    shown = {chapter.path: directives(chapter) for chapter in chapters}
    stale = [one for of in shown.values() for one in of if is_stale(programs, one)]
    wanted = [*stale, *(one for of in shown.values() for one in of)] if everything else stale
    commands = dict.fromkeys(one.command for one in wanted if one.command)
    findings = broken(chapters)
    spoiled = {(finding.path, finding.line) for finding in findings}
    changed = {}
    with run(commands) as wait:
        # What is stale runs first; meanwhile the chapters that need not wait for it are written.
        for chapter in sorted(chapters, key=lambda chapter: any(one in stale for one in shown[chapter.path])):
            if blocks.read(chapter).blocks:
                cogging = _Cogging(programs, chapter, commands, wait)
                text = cogging.text(spoiled)
                findings += cogging.findings
                if text != chapter.text:
                    changed[chapter.path] = text
    if findings:
        findings.sort(key=lambda finding: (finding.path, finding.line))
        failed = any(finding.code == "example" for finding in findings)
        raise ExampleError(*findings) if failed else BookError(*findings)
    return changed


def varying(chapters: Iterable[Chapter], runs: Mapping[Command, Sequence[Run]]) -> list[Finding]:
    """Return a finding for each listing whose program did not say the same in each of its ``runs``."""
    findings = []
    for chapter in chapters:
        for directive in directives(chapter):
            volatile = directive.call.volatile
            said = runs.get(directive.command or (), ())
            different = {re.sub(volatile, "", run.output) if volatile else run.output for run in said}
            problems = sorted({run.problem for run in said if run.problem})
            for what in [f"said {len(different)} different things"] * (len(different) > 1) + problems:
                findings.append(
                    Finding("example", f"{directive.target} {what}", chapter.path, directive.line)
                )
    return findings


def save(root: Path, chapters: Iterable[Chapter], changed: Mapping[str, str]) -> None:
    """Write the chapters' new texts, each file whole; what is outside of cog blocks keeps every byte.

    Raises BookError for a file that no longer holds what the chapter was read from.
    """
    for chapter in chapters:
        if chapter.path in changed:
            file = (root / chapter.path).resolve()  # a link stays one
            files.sweep(file.parent, [file.name])
            files.write(file, _spliced(file.read_bytes().decode(), chapter, changed[chapter.path]).encode())


def _spliced(held: str, chapter: Chapter, text: str) -> str:
    """What a file held with the output of the blocks as it is in ``text``; it keeps its line ends."""
    rows, ends = _LINE_END.split(held), [*_LINE_END.findall(held), ""]
    if front_matter.blanked("\n".join(rows).removeprefix("\ufeff")) != chapter.text:
        hint = "nothing was written; run it again"
        raise BookError(Finding("cog", "the chapter was changed meanwhile", chapter.path, hint=hint))
    old, new = (blocks.read(one).blocks for one in (chapter, replace(chapter, text=text)))
    for before, after in zip(reversed(old), reversed(new), strict=True):
        written = after.written.split("\n")[:-1]
        rows[before.first - 1 : before.end] = [*written, after.end_mark]
        ends[before.first - 1 : before.end - 1] = [ends[before.line - 1]] * len(written)
    return "".join(row + end for row, end in zip(rows, ends, strict=True))


def differences(chapters: Iterable[Chapter], changed: Mapping[str, str]) -> str:
    """Return what a refresh would change, as a unified diff."""
    import difflib

    return "".join(
        line
        for chapter in chapters
        if chapter.path in changed
        for line in difflib.unified_diff(
            io.StringIO(chapter.text).readlines(),
            io.StringIO(changed[chapter.path]).readlines(),
            chapter.path,
            f"{chapter.path} (refreshed)",
        )
    )


# ---- what a block yields -------------------------------------------------------------------


class _Cogging:
    """One chapter on its way through cog."""

    def __init__(self, programs: Programs, chapter: Chapter, running: Container[Command], wait: Wait) -> None:
        from cogapp import Cog

        self.programs, self.chapter = programs, chapter
        self.running, self.wait = running, wait
        self.findings: list[Finding] = []
        self.cog = Cog()
        self.module = self.cog.cogmodule
        self.name = f"<cog {chapter.path}>"
        """By what Python knows the code of this chapter's blocks."""
        self.known: dict[str, Any] = {"cog": self.module}
        """The names of the chapter's blocks, which share them."""
        self.known.update({function: partial(self._call, function) for function in PARAMETERS})

    def text(self, spoiled: Container[tuple[str, int]]) -> str:
        """The chapter with the output of its blocks written anew. What is ``spoiled``, by path and line, is
        not run, and neither is a block that was edited by hand.
        """
        rows, done = self.chapter.text.split("\n"), 0
        text: list[str] = []
        written: list[str] = []
        for block in blocks.read(self.chapter).blocks:
            if any((self.chapter.path, line) in spoiled for line in range(block.line, block.first)):
                output = block.written
            elif block.state == "edited":
                self._find("cog", EDITED[0], block.end, EDITED[1])
                output = block.written
            else:
                output = self._prefixed(block, self._run(block))
            end = self.cog.hash_handler.format_end_line_with_hash(
                block.end_mark, self.cog.hash_handler.compute_hash(output)
            )
            text += [*rows[done : block.first - 1], *output.split("\n")[:-1], end]
            written.append(output)
            done = block.end
        new = "\n".join([*text, *rows[done:]])
        self._read_again(new, written)
        return self.chapter.text if self.findings else new

    def _read_again(self, text: str, written: Sequence[str]) -> None:
        """Report a block whose output would not be read as it is written."""
        old = blocks.read(self.chapter)
        new = blocks.read(replace(self.chapter, text=text))
        again = [block.written for block in new.blocks] + [""] * len(written)
        for block, output, read in zip(old.blocks, written, again, strict=False):
            if output != read:
                what = "what this cog block writes is not read as its output"
                hint = f"it holds {END} outside of code, or opens a fence and does not close it"
                self._find("cog", what, block.line, hint)
                return

    def _prefixed(self, block: Block, output: str) -> str:
        """A block's output as it stands in the quotation or list item that the block is in."""
        bare = block.prefix.rstrip()
        return "".join(f"{block.prefix}{row}\n" if row else f"{bare}\n" for row in output.split("\n")[:-1])

    def _run(self, block: Block) -> str:
        """Run a block's Python and return what it writes, each line with a line feed."""
        from cogapp.cogapp import CogGenerator

        writer = CogGenerator()
        writer.set_output(stdout=sys.stderr)  # what cog.msg says is for the author
        writer.outstring = ""
        module = self.module
        module.out, module.outl, module.error, module.msg = writer.out, writer.outl, writer.error, writer.msg
        module.inFile = module.outFile = self.chapter.path
        module.firstLineNum, module.previous = block.line, block.output
        self.block = block
        sys.modules["cog"] = module
        try:
            code = compile(parsed(block), self.name, "exec", dont_inherit=True)
            with redirect_stdout(_Output(writer.out)), _bounded():
                exec(code, self.known)
        except (Exception, SystemExit) as error:
            self._failed(block, error)
        output = re.sub(r"\r\n?", "\n", writer.outstring)
        return output if output.endswith("\n") or not output else output + "\n"

    def _failed(self, block: Block, error: BaseException) -> None:
        """Report what a block raised, at the line of its own that led there."""
        from cogapp.errors import CogGeneratedError

        lines = [line for name, line in _frames(error.__traceback__) if name == self.name]
        said = (str(error).strip() or "it says no more").splitlines()[0]
        match error:
            case CogGeneratedError():
                what = said
            case SystemExit():
                what = "SystemExit: a cog block may not end Polybook"
            case _:
                what = f"{type(error).__name__}: {said}"
        self._find("cog", what.rstrip("."), lines[-1] if lines else block.line)

    def _find(self, code: str, what: str, line: int, hint: str = "") -> None:
        self.findings.append(Finding(code, what, self.chapter.path, line, hint))

    def _report(self, what: str, hint: str) -> None:
        """Report what is wrong with the call that is being carried out."""
        frame: FrameType | None = sys._getframe()
        while frame and frame.f_code.co_filename != self.name:
            frame = frame.f_back
        self._find("example", what, frame.f_lineno if frame else self.block.line, hint)

    # The four functions that chapters call. Each writes what it yields through cog.

    def _call(self, function: str, *positional: Any, **named: Any) -> None:
        try:
            call = bound(function, positional, named)
        except WrongCallError as wrong:
            self._report(wrong.what, wrong.hint)
            return
        getattr(self, f"_{function}")(call)

    def _example(self, call: Call) -> None:
        """The whole program, and below it what it printed."""
        code = self._source(call)
        if code is None:
            return
        self._fence(f"{_language(call.file)} {self._of_listing(call, 1)}", code)
        printed = self._printed(call)
        if printed:
            self.module.outl("")
            self._fence(f"text {{.transcript of={_quoted(call.file)}}}", printed)

    def _listing(self, call: Call) -> None:
        """A file, or the part of it between ``# region NAME`` and ``# endregion NAME``."""
        code, start = self._source(call), 1
        if code is None:
            return
        if call.region:
            part = region_of(code, call.region)
            assert part
            code, start = part
        self._fence(f"{_language(call.file)} {self._of_listing(call, start)}", code)

    def _transcript(self, call: Call) -> None:
        """What a program printed."""
        if self._source(call) is not None:
            info = f"text {{.transcript of={_quoted(call.file)} digest={digest_of(self.programs, call)}}}"
            self._fence(info, self._printed(call))

    def _session(self, call: Call) -> None:
        """A command line, run in the folder of the examples, and what it printed."""
        digest = digest_of(self.programs, call)
        self._fence(f"console {{.transcript digest={digest}}}", f"$ {call.target}\n{self._printed(call)}")

    def _of_listing(self, call: Call, start: int) -> str:
        named = f"#{call.id} " * bool(call.id) + f"caption={_quoted(call.caption)} " * bool(call.caption)
        return f"{{{named}file={_quoted(call.file)} start={start} digest={digest_of(self.programs, call)}}}"

    def _source(self, call: Call) -> str | None:
        if missing := missing_of(self.programs, call):
            self._report(*missing)
            return None
        try:
            code = source_of(self.programs, call.file)
        except UnicodeDecodeError:
            self._report(f"{layout.example(call.file)} is not UTF-8", "save the file as UTF-8")
            return None
        if odd := unshowable(code):
            self._report(f"{layout.example(call.file)} holds {odd.what}, in line {odd.line}", "remove it")
            return None
        return code

    def _printed(self, call: Call) -> str:
        """What the program printed: now, if it was run, else what the block holds already."""
        recorded = _recorded(self.block.output)
        digest = digest_of(self.programs, call)
        if call.command not in self.running:
            if digest in recorded:
                return recorded[digest]
            self._report(f"{call.target} was not run", "call the function with its file's name written out")
            return ""
        run = self.wait(call.command)
        if run.problem:
            what = f"`{call.target}`" if call.function == "session" else layout.example(call.file)
            self._report(f"{what} {run.problem.rstrip()}", run.hint)
            return ""
        old, volatile = recorded.get(digest), call.volatile
        if volatile and old is not None and re.sub(volatile, "", old) == re.sub(volatile, "", run.output):
            return old
        return run.output

    def _fence(self, info: str, content: str) -> None:
        if self.block.within_html:
            hint = "leave a blank line before it"
            self._report("a listing in raw HTML would be shown with its backticks", hint)
            return
        longest = max((len(ticks) for ticks in re.findall(r"`{3,}", content)), default=2)
        fence = "`" * (longest + 1)
        body = content.rstrip("\n")
        self.module.outl(f"{fence}{info}\n{body}\n{fence}")


class _Output(io.TextIOBase):
    """What a block prints is its output too."""

    def __init__(self, out: Callable[[str], None]) -> None:
        self.out = out

    def write(self, text: str) -> int:
        self.out(text)
        return len(text)


@contextmanager
def _bounded() -> Iterator[None]:
    """Have a block's Python that never ends raise TimeoutError; to wait for a program counts nothing."""
    from gevent import getcurrent

    block = getcurrent()

    def end(number: int, frame: FrameType | None) -> None:
        if getcurrent() is not block:  # who else is at work has to go on
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)
        else:
            raise TimeoutError(f"it took more than {LONGEST} seconds")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def _quoted(value: str) -> str:
    """A value as an attribute of a fence."""
    return f'"{fences.escaped(value)}"'


def _recorded(output: str) -> Mapping[str, str]:
    """The transcripts in a cog block's output, by the digest that stands with each."""
    found: dict[str, str] = {}
    digest: str | None = None
    for fence in FENCE.finditer(output):
        own: Any = DIGEST.search(fence["info"])
        digest = own[1] if own else digest
        if digest and ".transcript" in fence["info"]:
            body = fence["body"]
            found[digest] = body.split("\n", 1)[1] if fence["info"].startswith("console") else body
        elif digest:
            found.setdefault(digest, "")
    return found


@cache
def _language(file: str) -> str:
    """The name of a file's language, as Pygments and code hosts know it."""
    if known := _LANGUAGES.get(file.rpartition(".")[2]):
        return known  # Pygments asks each of its five hundred lexers
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return str(get_lexer_for_filename(file).aliases[0])
    except ClassNotFound:
        return "text"
