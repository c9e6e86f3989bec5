"""Run cog over the chapters, which writes listings and transcripts. Only this module writes ``source/``.

A chapter asks for a listing in a cog block, ``<!-- [[[cog example("queues/workers.py") ]]] -->``, and cog
writes the program and what it printed below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

from polybook.examples.directives import (
    DIGEST,
    DIRECTIVES,
    EDITED,
    FENCE,
    Command,
    command_of,
    digest_of,
    directives,
    is_stale,
    region_of,
    source_of,
)
from polybook.examples.run import Run
from polybook.model import layout
from polybook.model.book import Chapter, Programs
from polybook.model.findings import BookError, ExampleError, Finding
from polybook.system.files import write

_LANGUAGES = {
    "css": "css",
    "html": "html",
    "js": "javascript",
    "json": "json",
    "py": "python",
    "toml": "toml",
}
"""What Pygments calls the languages of frequent kinds of file."""

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
    findings: list[Finding] = []
    changed = {}
    with run(commands) as wait:
        # What is stale runs first; meanwhile the chapters that need not wait for it are written.
        for chapter in sorted(chapters, key=lambda chapter: any(one in stale for one in shown[chapter.path])):
            if "[[[cog" in chapter.text:
                text = _Cogging(programs, chapter, commands, wait, findings).text()
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
            volatile = directive.options.get("volatile", "")
            said = runs.get(directive.command or (), ())
            different = {re.sub(volatile, "", run.output) if volatile else run.output for run in said}
            problems = sorted({run.problem for run in said if run.problem})
            for what in [f"said {len(different)} different things"] * (len(different) > 1) + problems:
                findings.append(
                    Finding("example", f"{directive.target} {what}", chapter.path, directive.line)
                )
    return findings


def save(root: Path, changed: Mapping[str, str]) -> None:
    """Write the chapters' new texts, each file whole, with the line ends that it had."""
    for path, text in changed.items():
        place = (root / path).resolve()  # a link stays one
        old = place.read_bytes()
        content = text.encode()
        write(place, content.replace(b"\n", b"\r\n") if b"\r\n" in old else content)


def differences(chapters: Iterable[Chapter], changed: Mapping[str, str]) -> str:
    """Return what a refresh would change, as a unified diff."""
    import difflib

    return "".join(
        line
        for chapter in chapters
        if chapter.path in changed
        for line in difflib.unified_diff(
            chapter.text.splitlines(keepends=True),
            changed[chapter.path].splitlines(keepends=True),
            chapter.path,
            f"{chapter.path} (refreshed)",
        )
    )


# ---- what a directive yields ---------------------------------------------------------------


class _Cogging:
    """One chapter on its way through cog."""

    def __init__(
        self,
        programs: Programs,
        chapter: Chapter,
        running: Container[Command],
        wait: Wait,
        findings: list[Finding],
    ) -> None:
        from cogapp import Cog

        self.programs, self.chapter, self.findings = programs, chapter, findings
        self.running, self.wait = running, wait
        self.cog = Cog()
        self.cog.options.hash_output = True
        self.cog.options.defines.update({name: getattr(self, name) for name in DIRECTIVES})

    def text(self) -> str:
        from cogapp.cogapp import CogError

        try:
            return str(self.cog.process_string(self.chapter.text, self.chapter.path))
        except CogError as error:
            if isinstance(error.__context__, KeyboardInterrupt):  # cog takes it for the block's mistake
                raise KeyboardInterrupt from None
            what = str(error).strip()
            place = re.match(r"(.*)\((\d+)\): ", what)
            line = int(place[2]) if place else self.cog.cogmodule.firstLineNum
            what = what[place.end() :] if place else what.splitlines()[-1]
            hint = ""
            if "Output has been edited" in what:
                what, hint = EDITED
            self.findings.append(Finding("cog", what.rstrip("."), self.chapter.path, line, hint))
            return self.chapter.text

    # The four functions that chapters call. Each writes what it yields through cog.

    def example(self, file: str, volatile: str = "") -> None:
        """The whole program, and below it what it printed."""
        call = self._call("example", file, volatile=volatile)
        code = self._source(file)
        if code is None:
            return
        digest = digest_of(self.programs, "example", file, call)
        self._fence(f'{_language(file)} {{file="{file}" start=1 digest={digest}}}', code)
        printed = self._printed("example", file, call, volatile)
        if printed:
            self.cog.cogmodule.outl("")
            self._fence(f'text {{.transcript of="{file}"}}', printed)

    def listing(self, file: str, region: str = "") -> None:
        """A file, or the part of it between ``# region NAME`` and ``# endregion NAME``."""
        call = self._call("listing", file, region=region)
        code, start = self._source(file), 1
        if code is None:
            return
        if region:
            part = region_of(code, region)
            if part is None:
                self._report(
                    f"{layout.example(file)} has no region '{region}'", f"write # region {region} there"
                )
                return
            code, start = part
        digest = digest_of(self.programs, "listing", file, call)
        self._fence(f'{_language(file)} {{file="{file}" start={start} digest={digest}}}', code)

    def transcript(self, file: str, volatile: str = "") -> None:
        """What a program printed."""
        call = self._call("transcript", file, volatile=volatile)
        if self._source(file) is not None:
            digest = digest_of(self.programs, "transcript", file, call)
            self._fence(
                f'text {{.transcript of="{file}" digest={digest}}}',
                self._printed("transcript", file, call, volatile),
            )

    def session(self, command: str, volatile: str = "") -> None:
        """A command line, run in the folder of the examples, and what it printed."""
        call = self._call("session", command, volatile=volatile)
        digest = digest_of(self.programs, "session", command, call)
        printed = self._printed("session", command, call, volatile)
        self._fence(f"console {{.transcript digest={digest}}}", f"$ {command}\n{printed}")

    def _call(self, function: str, target: str, **options: str) -> str:
        arguments = [repr(target), *(f"{key}={value!r}" for key, value in options.items() if value)]
        return f"{function}({', '.join(arguments)})"

    def _source(self, file: str) -> str | None:
        if file not in self.programs:
            self._report(f"there is no {layout.example(file)}", "the path is relative to examples/")
            return None
        try:
            return source_of(self.programs, file)
        except UnicodeDecodeError:
            self._report(f"{layout.example(file)} is not UTF-8", "save the file as UTF-8")
            return None

    def _printed(self, function: str, target: str, call: str, volatile: str) -> str:
        """What the program printed: now, if it was run, else what the block holds already."""
        command = command_of(function, target)
        recorded = _recorded(self.cog.cogmodule.previous)
        digest = digest_of(self.programs, function, target, call)
        if command not in self.running:
            if digest in recorded:
                return recorded[digest]
            self._report(f"{target} was not run", "call the function with its file's name written out")
            return ""
        run = self.wait(command)
        if run.problem:
            what = f"`{target}`" if function == "session" else layout.example(target)
            self._report(f"{what} {run.problem.rstrip()}", run.hint)
            return ""
        old = recorded.get(digest)
        if volatile and old is not None and re.sub(volatile, "", old) == re.sub(volatile, "", run.output):
            return old
        return run.output

    def _fence(self, info: str, content: str) -> None:
        longest = max((len(ticks) for ticks in re.findall(r"`{3,}", content)), default=2)
        fence = "`" * (longest + 1)
        body = content.rstrip("\n")
        self.cog.cogmodule.outl(f"{fence}{info}\n{body}\n{fence}")

    def _report(self, what: str, hint: str) -> None:
        line = self.cog.cogmodule.firstLineNum
        self.findings.append(Finding("example", what, self.chapter.path, line, hint))


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
