"""The cog blocks of a chapter: where they stand, what they hold, and what is broken about them.

    <!-- [[[cog example("sums/add.py") ]]] -->
    what the call wrote
    <!-- [[[end]]] (sum: rK7SxyDqyu) -->

cog itself takes its marks wherever they stand. But a chapter may show them, and a program may print them, so
here a mark counts only where Markdown sees a comment that begins its line, be it in a quotation, a list item
or a footnote. In code it is text. Nothing is run.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from polybook.markup.lines import Line, Reader
from polybook.model.book import Chapter
from polybook.model.findings import Finding

END = "[[[end]]]"

_HAS_MARKS = re.compile(r"\[\[|\]\]|<{7}")
_BEGIN = re.compile(r"<!--\s*\[\[\[cog(?!\w)(?P<code>.*)")
_END = re.compile(r"<!--\s*\[\[\[end\]\]\]")
_ANY_MARK = re.compile(r"[> \t]*<!--\s*\[\[\[(?:cog(?!\w)|end\]\]\])")
_CODE_END = re.compile(r"\]\]\]\s*-->")
_LIKE_BEGIN = re.compile(r"<!--\s*(?:\[{2,}\s*cog|\[?cog\b.*\]\]\])", re.IGNORECASE)
_LIKE_END = re.compile(r"<!--\s*(?:\[{2,}\s*end\b|\[?end\]\])", re.IGNORECASE)
_LOOSE = re.compile(r"(?<!\\)\[\[\[(?:cog(?!\w)|end\]\]\])")
_CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_IN_COMMENT = {"verbatim", "html", "blank"}
_LABEL_OF_NOTE = re.compile(r"\[\^[^\[\]\s]+\]:\s*")


@dataclass(frozen=True)
class Block:
    """A cog block, from its first mark to its last; lines are the chapter's, counted from 1."""

    line: int
    """Where its first mark stands."""

    prefix: str
    """What its output's lines begin with, so that they stay in the quotation or list item."""

    within_html: bool
    """Whether it stands in raw HTML, where Markdown is none."""

    code: str
    """Its Python; the first line of it is the chapter's line ``line``."""

    first: int
    """The first line of its output."""

    end: int
    """Where its last mark stands, on the line after its output."""

    written: str
    """Its output as it stands in the chapter, each line with a line feed."""

    end_mark: str
    """The line of its last mark."""

    @property
    def output(self) -> str:
        """What stands between its marks, without the prefix."""
        return "\n".join(_without(line, self.prefix) for line in self.written.split("\n"))

    @property
    def state(self) -> Literal["whole", "edited", "unfilled"]:
        """Whether its output has the sum that cog wrote beside it, another, or none yet."""
        from cogapp.hashhandler import HashHandler

        handler = HashHandler(END)
        kind, _ = handler.extract_hash_from_line(self.end_mark)
        if kind is None:
            return "unfilled"
        try:
            handler.validate_hash(self.end_mark, handler.compute_hash(self.written))
        except ValueError:
            return "edited"
        return "whole"


@dataclass(frozen=True)
class Fence:
    """A fenced block that an author wrote."""

    line: int
    info: str


@dataclass(frozen=True)
class Blocks:
    """What a chapter has of cog's."""

    blocks: tuple[Block, ...]
    """Those that are sound."""

    broken: tuple[Finding, ...]
    """What is wrong with the others: marks without a partner, mistyped ones, merge conflicts."""


def read(chapter: Chapter) -> Blocks:
    """Return the cog blocks of a chapter, and what is broken about them; all of it at once."""
    return _read(chapter)[0] if _HAS_MARKS.search(chapter.text) else Blocks((), ())


def fences(chapter: Chapter) -> tuple[Fence, ...]:
    """Return the fenced blocks of a chapter that are in no cog block."""
    return _read(chapter)[1]


@lru_cache(maxsize=1024)  # a program that stays asks again for chapters that did not change
def _read(chapter: Chapter) -> tuple[Blocks, tuple[Fence, ...]]:
    scan = _Scan(chapter)
    scan.all()
    blocks, broken = scan.blocks, scan.broken
    for begin, end in _conflicts(scan.rows):
        inside = [one for one in scan.blocks if one.line <= end and one.end >= begin]
        damaged = [one for one in inside if one.state != "whole"]
        near = [finding for finding in broken if begin <= finding.line <= end]
        if damaged or near or scan.kinds[begin - 1] != "code":
            blocks = [one for one in blocks if one not in damaged]
            broken = [finding for finding in broken if finding not in near]
            hint = "settle it; where only a program's output differs, keep either side and refresh"
            broken.append(Finding("conflict", "a merge conflict stands here", chapter.path, begin, hint))
    broken.sort(key=lambda finding: finding.line)
    return Blocks(tuple(blocks), tuple(broken)), tuple(scan.fences)


class _Scan:
    """One way through a chapter."""

    def __init__(self, chapter: Chapter) -> None:
        self.path, self.rows = chapter.path, chapter.text.split("\n")
        self.reader = Reader()
        self.at = 0
        """How many lines are read."""
        self.kinds = [""] * len(self.rows)
        self.blocks: list[Block] = []
        self.fences: list[Fence] = []
        self.broken: list[Finding] = []

    def all(self) -> None:
        prose: list[str] = []
        while self.at < len(self.rows):
            line = self._next()
            if line.kind == "prose":
                prose.append(line.text)
                continue
            if prose:
                self._look_into(prose)
                prose = []
            if line.kind == "fence":
                self.fences.append(Fence(self.at, line.text))
            elif line.kind in {"comment", "html"}:
                self._outside(line)
            elif line.kind == "verbatim" and _LOOSE.search(line.text):
                self._misplaced(self.at)
        self.at += 1
        self._look_into(prose)

    def _next(self) -> Line:
        line = self.reader.line(self.rows[self.at])
        self.kinds[self.at] = line.kind
        self.at += 1
        return line

    def _outside(self, line: Line) -> None:
        """Take a comment, or a line of raw HTML, that is in no cog block."""
        mark = line.text.lstrip(" ")
        if begin := _BEGIN.match(mark):
            self._block(begin["code"], within_html=line.kind == "html")
        elif _END.match(mark):
            self._break("no cog block begins before this [[[end]]]", "delete it, or mend the first mark")
        elif _LIKE_BEGIN.match(mark):
            self._break("a cog block begins with <!-- [[[cog", "mend the mark")
        elif _LIKE_END.match(mark):
            self._break("a cog block ends with <!-- [[[end]]] -->", "mend the mark")
        elif _LOOSE.search(mark):
            self._misplaced(self.at)

    def _look_into(self, prose: list[str]) -> None:
        """Look for marks in a paragraph that was just left, outside of code."""
        if not any("[[[" in line for line in prose):
            return
        text = _CODE_SPAN.sub(lambda code: "\n" * code[0].count("\n"), "\n".join(prose))
        for mark in _LOOSE.finditer(text):
            self._misplaced(self.at - len(prose) + text.count("\n", 0, mark.start()))

    def _misplaced(self, line: int) -> None:
        what = "a mark of cog's counts only as a comment that begins its line"
        self._break(what, "begin the line with <!-- [[[; to show the mark to readers, make it code", line)

    def _break(self, what: str, hint: str, line: int = 0) -> None:
        self.broken.append(Finding("cog", what, self.path, line or self.at, hint))

    def _block(self, code: str, *, within_html: bool) -> None:
        """Read the block whose first mark was just read, up to its last."""
        line = self.at
        row = self.rows[line - 1]
        prefix = _prefix(row[: row.index("<!--")])
        python = self._python(code, prefix)
        first = self.at + 1
        hidden = fence = 0
        while self.at < len(self.rows):
            fenced = self.reader.fence
            now = self._next()
            mark = now.text.lstrip(" ") if now.kind != "fence" else ""
            if now.kind == "fence":
                fence = self.at
            if fenced and now.kind == "code":
                if not hidden and (_BEGIN.match(mark) or _END.match(mark)):
                    hidden = self.at
            elif _END.match(mark):
                written = "".join(f"{row}\n" for row in self.rows[first - 1 : self.at - 1])
                if python is not None:
                    block = Block(
                        line, prefix, within_html, python, first, self.at, written, self.rows[self.at - 1]
                    )
                    if hidden and block.state == "unfilled":
                        break  # it may well reach into the next, and must not be written over
                    self.blocks.append(block)
                return
            elif _LIKE_END.match(mark):
                self._break("a cog block ends with <!-- [[[end]]] -->", "mend the mark")
                return
            elif _BEGIN.match(mark):
                self._again(self.at - 1)
                break
            elif _LIKE_BEGIN.match(mark):
                self._break("a cog block begins with <!-- [[[cog", "mend the mark")
        if python is None:
            return
        if hidden:
            self._break(
                "the cog block has no [[[end]]] outside of code",
                f"the fence in line {fence} is not closed; close it, or delete what stands between the marks",
                line,
            )
            self._again(hidden - 1 if "[[[cog" in self.rows[hidden - 1] else hidden)
        else:
            self._break("the cog block has no [[[end]]]", "write <!-- [[[end]]] --> on a line below it", line)

    def _python(self, begun: str, prefix: str) -> str | None:
        """The Python of a block, whose comment began with the line just read; None where it has no end."""
        line, code = self.at, [begun]
        while not (end := _CODE_END.search(code[-1])):
            if "-->" in code[-1] or self.at == len(self.rows):
                break
            at, row = self.at, self.rows[self.at]
            if _ANY_MARK.match(row) or self._next().kind not in _IN_COMMENT:
                self._again(at)
                break
            code.append(_without(row, prefix))
        if end:
            code[-1] = code[-1][: end.start()]
        if "-->" in code[-1] and (end or any(_CODE_END.search(row) for row in self._up_to_a_mark())):
            what = "the Python of this cog block holds -->, which ends its comment"
            self._break(what, 'write it in two pieces: "--" ">"', self.at)
        elif not end:
            self._break("the cog block has no ]]]", "end its Python with ]]] -->", line)
        elif not code[0].strip():
            return textwrap.dedent("\n".join(["", *code[1:]])).rstrip()
        else:
            return "\n".join([code[0].strip(), *code[1:]]).rstrip()
        return None

    def _up_to_a_mark(self) -> Iterator[str]:
        for row in self.rows[self.at :]:
            if _ANY_MARK.match(row):
                return
            yield row

    def _again(self, at: int) -> None:
        """Have what comes after line ``at`` be read anew, outside of any block."""
        self.at, self.reader.html, self.reader.fence = at, None, ""


def _prefix(before: str) -> str:
    """What continues the containers that a line's mark stands in: ``> - `` is continued by ``>   ``."""
    before = _LABEL_OF_NOTE.sub("    ", before)
    return re.sub(r"[^>\s]", " ", before)


def _without(line: str, prefix: str) -> str:
    """A line without the prefix, of which an empty one has no trailing space."""
    return line.removeprefix(prefix) if line.startswith(prefix) else line.removeprefix(prefix.rstrip())


def _conflicts(rows: list[str]) -> Iterator[tuple[int, int]]:
    """The first and last line of each merge conflict that git left."""
    begin = middle = 0
    for number, row in enumerate(rows, 1):
        if row.startswith("<<<<<<<") and row[7:8] in {"", " "}:
            begin, middle = number, 0
        elif row == "=======" and begin:
            middle = number
        elif row.startswith(">>>>>>>") and row[7:8] in {"", " "} and middle:
            yield begin, number
            begin = middle = 0
