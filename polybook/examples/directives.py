"""What chapters ask cog for, and whether it is still what they show. Nothing is run, nothing is written.

A cog block calls `example`, `listing`, `transcript` or `session`. Beside each listing stands a digest of
what it was made from: where all agree, and every block has the sum that cog wrote, the book is fresh.
"""

from __future__ import annotations

import ast
import builtins
import re
import shlex
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeGuard

from polybook.examples import blocks, run
from polybook.examples.blocks import Block
from polybook.model import layout
from polybook.model.book import Chapter, Programs
from polybook.model.findings import Finding

Command = tuple[str, ...]
"""A program to run, in words; the first is ``python`` for one of the book's own."""

PARAMETERS = {
    "example": ("file", "volatile", "id", "caption"),
    "listing": ("file", "region", "id", "caption"),
    "transcript": ("file", "volatile"),
    "session": ("command", "volatile"),
}
"""The functions that a cog block may call beside plain Python, and what they take: first what is shown, then
what may be left out. All are strings."""

_REASONS = '```python {fragment="why"}, or {wrong="why"} where a mistake is shown'

_UNKNOWN = "what only a run can tell"

OF_COG = ("out", "outl", "msg", "error", "previous", "inFile", "outFile", "firstLineNum")
"""What the module ``cog`` has for a block."""

MEND = "python build.py refresh"
"""The command that makes stale listings fresh."""

EDITED = (
    "the output of this cog block was edited by hand",
    f"undo the edit; to drop it, delete the sum after [[[end]]] and run {MEND}",
)

DIGEST = re.compile(r"digest=([0-9a-f]+)\}$")
FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)

_REGION = re.compile(r"^\s*+(?:#|//|<!--|/\*)\s*+(region|endregion)(?:\s++([\w-]+))?\s*+(?:-->|\*/)?\s*+$")


class WrongCallError(ValueError):
    """A function of cog blocks is called as it cannot be; carries what to tell and a hint."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


@dataclass(frozen=True)
class Call:
    """A call of one of the four functions, however its arguments were passed."""

    function: str
    target: str
    """The file below ``examples/``, or the command of a session; as it is written."""

    option: str = ""
    """The region, or what is volatile; empty where that is left out."""

    id: str = ""
    """The name that links may call the listing by."""

    caption: str = ""
    """What it shows, in words."""

    @property
    def file(self) -> str:
        """The name of the file in the book's programs; of a session, the target."""
        return self.target if self.function == "session" else run.name_of(self.target)

    @property
    def region(self) -> str:
        """The region to list; empty where it is all of the file."""
        return self.option if self.function == "listing" else ""

    @property
    def volatile(self) -> str:
        """What may differ from run to run, as a regular expression."""
        return "" if self.function == "listing" else self.option

    @property
    def command(self) -> Command:
        """What runs for it: the file's program, or the session's own command."""
        return tuple(shlex.split(self.target)) if self.function == "session" else run.command_of(self.file)

    def __str__(self) -> str:
        names = PARAMETERS[self.function][1:]
        given = zip(names, (self.option, self.id, self.caption), strict=False)
        more = "".join(f", {name}={value!r}" for name, value in given if value)
        return f"{self.function}({self.target!r}{more})"


def bound(function: str, positional: Sequence[Any], named: Mapping[str, Any]) -> Call:
    """Return a call from its arguments; raises WrongCallError in the author's words."""
    parameters = PARAMETERS[function]
    subject = parameters[0]
    usage = f'write {function}("{"sums/add.py" if subject == "file" else "python sums/add.py"}")'
    if len(positional) > len(parameters):
        what = f"{function}() takes {_joined(parameters)}, and {len(positional)} arguments are given"
        raise WrongCallError(what, usage)
    values = dict(zip(parameters, positional, strict=False))
    for name, value in named.items():
        if name not in parameters:
            near = get_close_matches(name, parameters, 1)
            hint = f"did you mean {near[0]}?" if near else f"it takes {_joined(parameters)}"
            raise WrongCallError(f"{function}() takes no '{name}'", hint)
        if name in values:
            raise WrongCallError(f"{function}() is given {name} twice", usage)
        values[name] = value
    if subject not in values:
        raise WrongCallError(f"{function}() is not told which {subject} to show", usage)
    for name, value in values.items():
        if not isinstance(value, str):
            raise WrongCallError(f"{name} of {function}() is {value!r}, which is no string", usage)
    named_as = values.get("id", ""), values.get("caption", "")
    call = Call(function, values[subject], values.get(parameters[1], ""), *named_as)
    if not re.fullmatch(r"(?:[^\W\d_][\w.:-]*)?", call.id):
        what = f"id of {function}() is {call.id!r}, which is no name that a link can lead to"
        raise WrongCallError(what, 'write id="adding-up": letters, digits and hyphens, a letter first')
    if not call.caption.isprintable() or call.caption.strip() != call.caption:
        what = f"caption of {function}() is {call.caption!r}, which is no single line"
        raise WrongCallError(what, 'write caption="What the program shows"')
    if not call.target.strip() or not call.target.isprintable():
        raise WrongCallError(f"{subject} of {function}() is {call.target!r}, which names nothing", usage)
    try:
        re.compile(call.volatile)
    except re.error as error:
        what = f"volatile of {function}() is no regular expression: {error}"
        raise WrongCallError(what, r'e.g. volatile=r"\d+ ms"') from None
    try:
        empty = not call.command
    except ValueError as error:
        raise WrongCallError(
            f"the command of session() cannot be read: {str(error).lower()}", usage
        ) from None
    if empty:
        raise WrongCallError(f"{subject} of {function}() is {call.target!r}, which names nothing", usage)
    return call


def _joined(names: Sequence[str]) -> str:
    """
    >>> _joined(["file", "volatile", "id"])
    'file, volatile and id'
    """
    return f"{', '.join(names[:-1])} and {names[-1]}"


@dataclass(frozen=True)
class Directive:
    """One call in a cog block: ``example("a/b.py")``."""

    call: Call
    line: int
    recorded: str
    """The digest that stands in the block's output; empty where there is none."""

    @property
    def target(self) -> str:
        """The file or command that it shows, as it is written."""
        return self.call.target

    @property
    def command(self) -> Command | None:
        """What has to run for it; None for a listing."""
        return None if self.call.function == "listing" else self.call.command


def parsed(block: Block) -> ast.Module:
    """Return the Python of a cog block, its lines numbered as in the chapter; raises SyntaxError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in a string is Python's concern, not the book's
        try:
            tree = ast.parse(block.code)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or "it is nested too deeply") from None
    ast.increment_lineno(tree, block.line - 1)
    return tree


def directives(chapter: Chapter) -> list[Directive]:
    """Return the calls in a chapter's cog blocks, found without running anything."""
    found = []
    for block in blocks.read(chapter).blocks:
        # Only where a listing begins: a program may well hold the same word.
        fences = FENCE.finditer(block.output)
        digests = [own[1] for fence in fences if (own := DIGEST.search(fence["info"]))]
        calls = [(call, line) for call, line in _calls(block) if isinstance(call, Call)]
        for number, (call, line) in enumerate(calls):
            found.append(Directive(call, line, digests[number] if number < len(digests) else ""))
    return found


def broken(chapters: Iterable[Chapter]) -> list[Finding]:
    """Return a finding for all that keeps a cog block from being run: marks, Python, calls. Runs nothing."""
    return [finding for chapter in chapters for finding in sorted(_broken(chapter), key=lambda one: one.line)]


def stale(programs: Programs, chapters: Iterable[Chapter]) -> list[Finding]:
    """Return a finding for each listing that is stale or was edited by hand. Runs nothing."""
    findings = []
    for chapter in chapters:
        for block in blocks.read(chapter).blocks:
            if block.state == "edited":
                findings.append(Finding("cog", EDITED[0], chapter.path, block.end, EDITED[1]))
            elif block.state == "unfilled":
                what = "this cog block was never filled"
                findings.append(Finding("stale", what, chapter.path, block.end, MEND))
        for directive in directives(chapter):
            if is_stale(programs, directive):
                what = f"the listing of {directive.target} is stale"
                findings.append(Finding("stale", what, chapter.path, directive.line, MEND))
    return findings


def orphans(programs: Programs, chapters: Iterable[Chapter]) -> list[Finding]:
    """Return a finding for each program that no chapter shows, and for each file or region that is missing.

    Runs nothing.
    """
    shown: set[str] = set()
    findings = []
    for chapter in chapters:
        for directive in directives(chapter):
            shown.update(run.files_of(programs, directive.call.command))
            if missing := missing_of(programs, directive.call):
                findings.append(Finding("orphan", missing[0], chapter.path, directive.line, missing[1]))
    for name in sorted(programs):
        if name not in shown and not run.is_support(name):
            hint = "show it, or begin its name with _ if other programs import it"
            findings.append(
                Finding("orphan", "no chapter shows this program", layout.example(name), hint=hint)
            )
    return findings


def unbacked(chapters: Iterable[Chapter]) -> list[Finding]:
    """Return a finding for each block of Python that is neither run nor marked with a reason
    (``fragment="..."`` or ``wrong="..."``). Runs nothing.
    """
    hint = f"show a program with a cog block, or say why there is none: {_REASONS}"
    return [
        Finding("orphan", "no program stands behind this Python", chapter.path, fence.line, hint)
        for chapter in chapters
        for fence in blocks.fences(chapter)
        if re.match(r"\s*python\b(?!.*\b(fragment|wrong)=)", fence.info)
    ]


def missing_of(programs: Programs, call: Call) -> tuple[str, str] | None:
    """What a call names that the book has not, and a hint; None where all is there."""
    if call.function == "session":
        return None
    if call.file not in programs:
        near = get_close_matches(call.file, programs, 1)
        hint = f"did you mean {near[0]}?" if near else f"the path is relative to {layout.EXAMPLES}/"
        return f"there is no {layout.example(call.file)}", hint
    code = re.sub(r"\r\n?", "\n", programs[call.file].decode("utf-8", "replace"))
    if call.region and not region_of(code, call.region):
        names = list(
            dict.fromkeys(mark[2] for line in code.split("\n") if (mark := _REGION.match(line)) and mark[2])
        )
        near = get_close_matches(call.region, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"write # region {call.region} there"
        return f"{layout.example(call.file)} has no region '{call.region}'", hint
    return None


# ---- blocks that cannot be run -------------------------------------------------------------


def _broken(chapter: Chapter) -> Iterator[Finding]:
    read = blocks.read(chapter)
    yield from read.broken
    known = {*dir(builtins), *PARAMETERS, "cog"}
    trees = []
    for block in read.blocks:
        try:
            trees.append(parsed(block))
        except SyntaxError as error:
            yield syntax_error(chapter.path, block, error)
    for tree in trees:
        known |= set(_named(tree))
    for block in read.blocks:
        for call, line in _calls(block):
            if isinstance(call, WrongCallError):
                yield Finding("cog", call.what, chapter.path, line, call.hint)
    if "*" in known:
        return
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in known:
                near = get_close_matches(node.id, [*PARAMETERS, *known], 1)
                hint = f"did you mean {near[0]}?" if near else f"cog blocks may call {', '.join(PARAMETERS)}"
                yield Finding("cog", f"name '{node.id}' is not defined", chapter.path, node.lineno, hint)
            elif _of_cog(node) and node.attr not in OF_COG:
                near = get_close_matches(node.attr, OF_COG, 1)
                hint = f"did you mean cog.{near[0]}?" if near else "cog.outl(text) writes a line"
                yield Finding("cog", f"cog has no '{node.attr}'", chapter.path, node.lineno, hint)


def syntax_error(path: str, block: Block, error: SyntaxError) -> Finding:
    """Return what to tell of the Python of a block that does not parse."""
    line = min(block.line + max((error.lineno or 1) - 1, 0), block.first - 1)
    said = error.msg.partition(" (detected at ")[0]
    return Finding("cog", f"the Python of this cog block does not parse: {said}", path, line)


def _named(tree: ast.Module) -> Iterator[str]:
    """The names that a block's Python gives a meaning to; ``*`` where nobody can tell without running it."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.alias():
                yield node.asname or node.name.partition(".")[0]
            case ast.Name(id="exec" | "globals"):
                yield "*"


def _of_cog(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """Whether it reads something of the module ``cog``."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id == "cog"
    )


def _calls(block: Block) -> list[tuple[Call | WrongCallError, int]]:
    """The calls in a block's Python with their lines in the chapter, where the target is written out."""
    try:
        tree = parsed(block)
    except SyntaxError:
        return []
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PARAMETERS
    ]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    return [(call, node.lineno) for node in calls if (call := _written_out(node))]


def _written_out(node: ast.Call) -> Call | WrongCallError | None:
    """A call whose arguments are written out, or what is wrong with it; None where only a run can tell."""
    assert isinstance(node.func, ast.Name)
    names = [keyword.arg for keyword in node.keywords if keyword.arg]
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    if len(names) < len(node.keywords) or any(isinstance(one, ast.Starred) for one in node.args):
        return None
    constants = [one.value if isinstance(one, ast.Constant) else _UNKNOWN for one in values]
    positional, named = (
        constants[: len(node.args)],
        dict(zip(names, constants[len(node.args) :], strict=True)),
    )
    try:
        call = bound(node.func.id, positional, named)
    except WrongCallError as wrong:
        return wrong
    return None if any(one is _UNKNOWN for one in constants) else call


def is_stale(programs: Programs, directive: Directive) -> bool:
    """Whether a listing was made from something else than its file and call are now."""
    return directive.recorded != digest_of(programs, directive.call)


def digest_of(programs: Programs, call: Call) -> str:
    """The digest of what a directive is made from; empty where the file is missing."""
    files = run.files_of(programs, call.command)
    return run.digest(programs, files[0], str(call)) if files else ""


def source_of(programs: Programs, file: str) -> str:
    """The text of a program as a listing shows it: its lines end in a line feed, and it begins with no byte
    order mark. Raises UnicodeDecodeError.
    """
    return re.sub(r"\r\n?", "\n", programs[file].decode("utf-8-sig"))


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
