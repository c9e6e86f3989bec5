"""Listings and transcripts: run cog over the chapters. Only this module writes ``source/``.

A chapter asks for a listing in a cog block, ``<!-- [[[cog example("queues/workers.py") ]]] -->``, and cog
writes the program and what it printed below it. Beside each stands a digest of what it was made from, so
that what is fresh is known without running anything.
"""

from __future__ import annotations

import ast
import difflib
import re
import shlex
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from polybook import examples
from polybook.files import write
from polybook.model import BookError, Chapter, ExampleError, Finding

Command = tuple[str, ...]

Runner = Callable[[Iterable[Command]], Mapping[Command, examples.Run]]
"""Runs programs, several at once if it likes, and returns what came of each."""

DIRECTIVES = ("example", "listing", "transcript", "session")
"""The functions that a cog block may call beside plain Python."""

COMMAND = "python build.py refresh"

EDITED = (
    "the output of this cog block was edited by hand",
    f"undo the edit; to drop it, delete the sum after [[[end]]] and run {COMMAND}",
)

_BLOCK = re.compile(r"\[\[\[cog(.*?)\]\]\](.*?)\[\[\[end\]\]\]", re.DOTALL)
_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE
)
_DIGEST = re.compile(r"digest=([0-9a-f]+)")
_REGION = re.compile(r"^\s*(?:#|//|<!--|/\*)\s*(region|endregion)(?:\s+([\w-]+))?\s*(?:-->|\*/)?\s*$")


@dataclass(frozen=True)
class Directive:
    """One call in a cog block: ``example("a/b.py")``."""

    function: str
    target: str
    """The file below ``examples/``, or the command of a session."""

    call: str
    """The call as it is written, which is part of what the listing is made from."""

    line: int
    recorded: str
    """The digest that stands in the block's output; empty where there is none."""

    options: Mapping[str, str]
    """The call's keyword arguments that are written out: ``region``, ``volatile``."""

    @property
    def command(self) -> Command | None:
        """What has to run for it; None for a listing."""
        return None if self.function == "listing" else _command(self.function, self.target)


def directives(chapter: Chapter) -> list[Directive]:
    """Return the calls in a chapter's cog blocks, found without running anything."""
    found = []
    for block in _BLOCK.finditer(chapter.text):
        line = chapter.text.count("\n", 0, block.start()) + 1
        digests = _DIGEST.findall(block[2])
        for place, call in enumerate(_calls(block[1])):
            recorded = digests[place] if place < len(digests) else ""
            found.append(_directive(call, line, recorded))
    return found


def stale(root: Path, chapters: Iterable[Chapter]) -> list[Finding]:
    """Return a finding for each listing that is stale or was edited by hand. Runs nothing."""
    findings = []
    for chapter in chapters:
        findings += _edited(chapter)
        for directive in directives(chapter):
            if _is_stale(root, directive):
                findings.append(
                    Finding(
                        "stale",
                        f"the listing of {directive.target} is stale",
                        chapter.path,
                        directive.line,
                        COMMAND,
                    )
                )
    return findings


def refresh(root: Path, chapters: Sequence[Chapter], run: Runner, *, everything: bool) -> dict[str, str]:
    """Return the new text of each chapter that changes, by path; write nothing.

    ``everything`` runs every program afresh; otherwise only those that are stale. Raises ExampleError
    naming every program that failed, with the chapter's line.
    """
    wanted = {
        command: None
        for chapter in chapters
        for directive in directives(chapter)
        if (command := directive.command) and (everything or _is_stale(root, directive))
    }
    runs = run(wanted)
    findings: list[Finding] = []
    changed = {}
    for chapter in chapters:
        if "[[[cog" in chapter.text:
            text = _Cogging(root, chapter, runs, findings).text()
            if text != chapter.text:
                changed[chapter.path] = text
    if findings:
        failed = any(finding.code == "example" for finding in findings)
        raise ExampleError(*findings) if failed else BookError(*findings)
    return changed


def orphans(root: Path, chapters: Iterable[Chapter]) -> list[Finding]:
    """Return a finding for each program that no chapter shows, and for each listing without a program.

    Also for a file or region that is missing, and for a block of Python that is neither run nor marked with
    a reason (``fragment="..."`` or ``wrong="..."``). Runs nothing.
    """
    examples_folder = root / "examples"
    shown: set[str] = set()
    findings = []
    for chapter in chapters:
        for directive in directives(chapter):
            shown.update(word for word in directive.target.split() if (examples_folder / word).is_file())
            region = directive.options.get("region", "")
            where = chapter.path, directive.line
            if directive.function != "session" and not (examples_folder / directive.target).is_file():
                findings.append(Finding("orphan", f"there is no examples/{directive.target}", *where))
            elif region and not _region((examples_folder / directive.target).read_text("utf-8"), region):
                findings.append(
                    Finding("orphan", f"examples/{directive.target} has no region '{region}'", *where)
                )
        bare = _BLOCK.sub(lambda block: "\n" * block[0].count("\n"), chapter.text)
        for fence in _FENCE.finditer(bare):
            if re.match(r"\s*python\b(?!.*\b(fragment|wrong)=)", fence["info"]):
                line = bare.count("\n", 0, fence.start()) + 1
                hint = 'show a program with a cog block, or give a reason: ```python {fragment="why"}'
                findings.append(
                    Finding("orphan", "no program stands behind this Python", chapter.path, line, hint)
                )
    for path in sorted(examples_folder.rglob("*.py")):
        name = path.relative_to(examples_folder).as_posix()
        if name not in shown and not examples.is_support(path):
            hint = "show it, or begin its name with _ if other programs import it"
            findings.append(Finding("orphan", "no chapter shows this program", f"examples/{name}", hint=hint))
    return findings


def varying(chapters: Iterable[Chapter], runs: Mapping[Command, Sequence[examples.Run]]) -> list[Finding]:
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
        old = (root / path).read_bytes()
        content = text.encode()
        write(root / path, content.replace(b"\n", b"\r\n") if b"\r\n" in old else content)


def differences(chapters: Iterable[Chapter], changed: Mapping[str, str]) -> str:
    """Return what a refresh would change, as a unified diff."""
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


def _edited(chapter: Chapter) -> list[Finding]:
    """A finding for each cog block whose output does not have the sum that cog wrote beside it."""
    from cogapp.hashhandler import HashHandler

    handler, findings = HashHandler("[[[end]]]"), []
    for block in _BLOCK.finditer(chapter.text):
        output = block[2].partition("\n")[2]
        output = output[: output.rfind("\n") + 1]
        line = chapter.text.count("\n", 0, block.end()) + 1
        end = chapter.text[block.end() - len("[[[end]]]") :].partition("\n")[0]
        try:
            handler.validate_hash(end, handler.compute_hash(output))
        except ValueError:
            findings.append(Finding("cog", EDITED[0], chapter.path, line, EDITED[1]))
        else:
            if "(sum: " not in end:
                findings.append(
                    Finding("stale", "this cog block was never filled", chapter.path, line, COMMAND)
                )
    return findings


# ---- what a directive yields ---------------------------------------------------------------


class _Cogging:
    """One chapter on its way through cog."""

    def __init__(
        self, root: Path, chapter: Chapter, runs: Mapping[Command, examples.Run], findings: list[Finding]
    ) -> None:
        from cogapp import Cog

        self.root, self.chapter, self.runs, self.findings = root, chapter, runs, findings
        self.cog = Cog()
        self.cog.options.hash_output = True
        self.cog.options.defines.update({name: getattr(self, name) for name in DIRECTIVES})

    def text(self) -> str:
        from cogapp.cogapp import CogError

        try:
            return str(self.cog.process_string(self.chapter.text, self.chapter.path))
        except CogError as error:
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
        digest = _digest(self.root, "example", file, call)
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
            part = _region(code, region)
            if part is None:
                self._report(f"examples/{file} has no region '{region}'", f"write # region {region} there")
                return
            code, start = part
        digest = _digest(self.root, "listing", file, call)
        self._fence(f'{_language(file)} {{file="{file}" start={start} digest={digest}}}', code)

    def transcript(self, file: str, volatile: str = "") -> None:
        """What a program printed."""
        call = self._call("transcript", file, volatile=volatile)
        if self._source(file) is not None:
            digest = _digest(self.root, "transcript", file, call)
            self._fence(
                f'text {{.transcript of="{file}" digest={digest}}}',
                self._printed("transcript", file, call, volatile),
            )

    def session(self, command: str, volatile: str = "") -> None:
        """A command line, run in the folder of the examples, and what it printed."""
        call = self._call("session", command, volatile=volatile)
        digest = _digest(self.root, "session", command, call)
        printed = self._printed("session", command, call, volatile)
        self._fence(f"console {{.transcript digest={digest}}}", f"$ {command}\n{printed}")

    def _call(self, function: str, target: str, **options: str) -> str:
        arguments = [repr(target), *(f"{key}={value!r}" for key, value in options.items() if value)]
        return f"{function}({', '.join(arguments)})"

    def _source(self, file: str) -> str | None:
        path = self.root / "examples" / file
        if not path.is_file():
            self._report(f"there is no examples/{file}", "the path is relative to examples/")
            return None
        return path.read_text("utf-8")

    def _printed(self, function: str, target: str, call: str, volatile: str) -> str:
        """What the program printed: now, if it was run, else what the block holds already."""
        command = _command(function, target)
        recorded = _recorded(self.cog.cogmodule.previous)
        digest = _digest(self.root, function, target, call)
        run = self.runs.get(command)
        if run is None:
            if digest in recorded:
                return recorded[digest]
            self._report(f"{target} was not run", "call the function with its file's name written out")
            return ""
        if run.problem:
            what = f"`{target}`" if function == "session" else f"examples/{target}"
            self._report(f"{what} {run.problem.rstrip()}", "")
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


def _calls(code: str) -> Iterator[ast.Call]:
    """The directives that stand in the Python code of a cog block with their target written out."""
    try:
        tree = ast.parse(code.strip())
    except SyntaxError:
        return  # cog says so, with the line
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in DIRECTIVES
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node


def _directive(call: ast.Call, line: int, recorded: str) -> Directive:
    options = {
        keyword.arg: keyword.value.value
        for keyword in call.keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }
    function, target = call.func, call.args[0]
    assert isinstance(function, ast.Name)
    assert isinstance(target, ast.Constant)
    return Directive(function.id, str(target.value), ast.unparse(call), line, recorded, options)


def _is_stale(root: Path, directive: Directive) -> bool:
    return directive.recorded != _digest(root, directive.function, directive.target, directive.call)


def _command(function: str, target: str) -> Command:
    return tuple(shlex.split(target)) if function == "session" else examples.command_of(target)


def _digest(root: Path, function: str, target: str, call: str) -> str:
    """The digest of what a directive is made from; empty where the file is missing."""
    words = _command(function, target)
    files = [word for word in words if (root / "examples" / word).is_file()]
    return examples.digest(root / "examples", files[0], call) if files else ""


def _recorded(output: str) -> Mapping[str, str]:
    """The transcripts in a cog block's output, by the digest that stands with each."""
    found: dict[str, str] = {}
    digest: str | None = None
    for fence in _FENCE.finditer(output):
        own: Any = _DIGEST.search(fence["info"])
        digest = own[1] if own else digest
        if digest and ".transcript" in fence["info"]:
            body = fence["body"]
            found[digest] = body.split("\n", 1)[1] if fence["info"].startswith("console") else body
        elif digest:
            found.setdefault(digest, "")
    return found


def _region(code: str, name: str) -> tuple[str, int] | None:
    """A region's lines, dedented, and the number of the first; the marks of regions are left out."""
    lines = code.split("\n")
    begin = end = None
    for number, line in enumerate(lines):
        mark = _REGION.match(line)
        if mark and begin is None and mark.groups() == ("region", name):
            begin = number + 1
        elif mark and begin is not None and mark[1] == "endregion" and mark[2] in (None, name):
            end = number
            break
    if begin is None:
        return None
    part = [line for line in lines[begin:end] if not _REGION.match(line)]
    while part and not part[0].strip():
        del part[0]
        begin += 1
    return textwrap.dedent("\n".join(part)).rstrip("\n"), begin + 1


@cache
def _language(file: str) -> str:
    """The name of a file's language, as Pygments and code hosts know it."""
    if file.endswith(".py"):
        return "python"  # Pygments asks each of its five hundred lexers
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return str(get_lexer_for_filename(file).aliases[0])
    except ClassNotFound:
        return "text"
