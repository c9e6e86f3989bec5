"""What chapters ask cog for, and whether it is still what they show. Nothing is run, nothing is written.

A cog block calls `example`, `listing`, `transcript` or `session`. Beside each listing stands a digest of
what it was made from: where all agree, and every block has the sum that cog wrote, the book is fresh.
"""

from __future__ import annotations

import ast
import re
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from polybook.examples import run
from polybook.model import layout
from polybook.model.book import Chapter, Programs
from polybook.model.findings import Finding

Command = tuple[str, ...]
"""A program to run, in words; the first is ``python`` for one of the book's own."""

DIRECTIVES = ("example", "listing", "transcript", "session")
"""The functions that a cog block may call beside plain Python."""

MEND = "python build.py refresh"
"""The command that makes stale listings fresh."""

EDITED = (
    "the output of this cog block was edited by hand",
    f"undo the edit; to drop it, delete the sum after [[[end]]] and run {MEND}",
)

DIGEST = re.compile(r"digest=([0-9a-f]+)")
FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)

_BLOCK = re.compile(r"\[\[\[cog(.*?)\]\]\](.*?)\[\[\[end\]\]\]", re.DOTALL)
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
        return None if self.function == "listing" else command_of(self.function, self.target)


def directives(chapter: Chapter) -> list[Directive]:
    """Return the calls in a chapter's cog blocks, found without running anything."""
    found, line, counted = [], 1, 0
    for block in _BLOCK.finditer(chapter.text):
        line += chapter.text.count("\n", counted, block.start())
        counted = block.start()
        # Only where a listing begins: a program may well hold the same word.
        digests = [own[1] for fence in FENCE.finditer(block[2]) if (own := DIGEST.search(fence["info"]))]
        for place, call in enumerate(_calls(block[1])):
            recorded = digests[place] if place < len(digests) else ""
            found.append(_directive(call, line, recorded))
    return found


def stale(programs: Programs, chapters: Iterable[Chapter]) -> list[Finding]:
    """Return a finding for each listing that is stale or was edited by hand. Runs nothing."""
    findings = []
    for chapter in chapters:
        findings += _edited(chapter)
        for directive in directives(chapter):
            if is_stale(programs, directive):
                findings.append(
                    Finding(
                        "stale",
                        f"the listing of {directive.target} is stale",
                        chapter.path,
                        directive.line,
                        MEND,
                    )
                )
    return findings


def orphans(programs: Programs, chapters: Iterable[Chapter]) -> list[Finding]:
    """Return a finding for each program that no chapter shows, and for each listing without a program.

    Also for a file or region that is missing, and for a block of Python that is neither run nor marked with
    a reason (``fragment="..."`` or ``wrong="..."``). Runs nothing.
    """
    shown: set[str] = set()
    findings = []
    for chapter in chapters:
        for directive in directives(chapter):
            shown.update(word for word in directive.target.split() if word in programs)
            region = directive.options.get("region", "")
            where = chapter.path, directive.line
            if directive.function != "session" and directive.target not in programs:
                findings.append(Finding("orphan", f"there is no {layout.example(directive.target)}", *where))
            elif region and not region_of(programs[directive.target].decode("utf-8", "replace"), region):
                findings.append(
                    Finding("orphan", f"{layout.example(directive.target)} has no region '{region}'", *where)
                )
        bare = _BLOCK.sub(lambda block: "\n" * block[0].count("\n"), chapter.text)
        for fence in FENCE.finditer(bare):
            if re.match(r"\s*python\b(?!.*\b(fragment|wrong)=)", fence["info"]):
                line = bare.count("\n", 0, fence.start()) + 1
                hint = 'show a program with a cog block, or give a reason: ```python {fragment="why"}'
                findings.append(
                    Finding("orphan", "no program stands behind this Python", chapter.path, line, hint)
                )
    for name in sorted(programs):
        if name not in shown and not run.is_support(name):
            hint = "show it, or begin its name with _ if other programs import it"
            findings.append(
                Finding("orphan", "no chapter shows this program", layout.example(name), hint=hint)
            )
    return findings


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
                findings.append(Finding("stale", "this cog block was never filled", chapter.path, line, MEND))
    return findings


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


def is_stale(programs: Programs, directive: Directive) -> bool:
    """Whether a listing was made from something else than its file and call are now."""
    return directive.recorded != digest_of(programs, directive.function, directive.target, directive.call)


def command_of(function: str, target: str) -> Command:
    """What runs for a directive: the file's program, or the session's own command."""
    return tuple(shlex.split(target)) if function == "session" else run.command_of(target)


def digest_of(programs: Programs, function: str, target: str, call: str) -> str:
    """The digest of what a directive is made from; empty where the file is missing."""
    files = [word for word in command_of(function, target) if word in programs]
    return run.digest(programs, files[0], call) if files else ""


def source_of(programs: Programs, file: str) -> str:
    """The text of a program, its lines ending in a line feed. Raises UnicodeDecodeError."""
    return programs[file].decode().replace("\r\n", "\n")


def region_of(code: str, name: str) -> tuple[str, int] | None:
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
