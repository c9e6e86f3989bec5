"""References that meet nothing: footnotes and links without a definition, definitions that nobody is shown.

pandoc shows the brackets of a reference whose definition it does not find, and leaves out what nothing refers
to. Its trees do not have the definitions; but they tell of each bracket whether it is shown, is code, or is
neither, and so markup.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Set
from difflib import get_close_matches
from itertools import accumulate

from polybook.markup import positions, prepared
from polybook.markup.definitions import folded
from polybook.markup.tree import WORDS, held
from polybook.model.book import Chapter
from polybook.model.findings import Finding
from polybook.model.nodes import (
    WITH_ATTR,
    Code,
    CodeBlock,
    Div,
    Math,
    Node,
    RawBlock,
    RawInline,
    Span,
    Str,
    Tree,
)

_MARKUP, _SHOWN, _CODE = range(3)

_NOTE = re.compile(r"(?<!\\)\[\^(?P<label>[^\[\]\s]+)\](?P<defines>:?)")
_BEGINS_LINE = re.compile(r"(?:[ \t>]|[*+-] |\d+[.)] )*")
_LINK = re.compile(
    r"^(?:[ \t>]|[*+-] |\d+[.)] )*(?P<open>\[)(?P<label>(?!\^)(?:[^\[\]\\\n]|\\.)+)\]:"
    r"[ \t]*(?:\n[ \t>]*)?(?P<address><[^<>\n]*>|[^\s<]\S*)",
    re.MULTILINE,
)
_TWO = re.compile(r"\]\[(?P<label>(?:[^\[\]\\]|\\.)*)\]")
_ONE = re.compile(r"(?<!\\)\[(?P<label>(?:[^\[\]\\\n]|\\.)+)\]")

_NEAR = 0.8
"""How much words in brackets are like the label of a definition that is meant; 1 is the same."""


def check(chapter: Chapter, blocks: Tree) -> list[Finding]:
    """Return a warning for each reference and definition that does not meet the other; ``blocks`` are the
    chapter's, with positions.
    """
    text = chapter.text
    if "[^" not in text and "]:" not in text and "][" not in text:
        return []
    brackets = _Brackets(chapter, blocks)
    found = [*_footnotes(brackets), *_links(brackets)]
    return sorted(found, key=lambda finding: finding.line)


class _Brackets:
    """A chapter's text as pandoc read it, and what each of its characters is."""

    def __init__(self, chapter: Chapter, blocks: Tree) -> None:
        self.text = prepared.mend(chapter.text).text  # of which the positions are
        self._path = chapter.path
        lines = self.text.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        self._kinds = bytearray(len(self.text) + 1)
        bracketed = {number for number, line in enumerate(lines, 1) if "[" in line or "]" in line}
        for node in _within(blocks, bracketed):
            if kind := _kind(node):
                for line, start, end in positions.segments(node, lines):
                    begin = self._starts[line - 1]
                    self._kinds[begin + start : begin + end] = bytes([kind]) * (end - start)

    def kind(self, place: int) -> int:
        """What the bracket at a place is."""
        return self._kinds[place]

    def line(self, place: int) -> int:
        return bisect_right(self._starts, place)

    def begins_line(self, place: int) -> bool:
        """Whether nothing but marks of quotations and items stands before a place in its line."""
        return bool(_BEGINS_LINE.fullmatch(self.text, self._starts[self.line(place) - 1], place))

    def told(self, code: str, place: int, what: str, hint: str) -> Finding:
        return Finding(code, what, self._path, self.line(place), hint, "warning")


def _within(blocks: Tree, lines: Set[int]) -> Iterator[Code | CodeBlock | Div | Span]:
    """The nodes that stand in these lines and say what their text is, parents before children.

    What lies in a node stands in its lines, but for footnotes, whose references have brackets.
    """
    waiting: list[Node] = list(reversed(blocks))
    while waiting:
        node = waiting.pop()
        if isinstance(node, WITH_ATTR) and positions.is_placed(node):
            if lines.isdisjoint(positions.lines_of(node)):
                continue
            if isinstance(node, Code | CodeBlock | Div | Span):
                yield node
        for part in reversed(list(held(node))):
            waiting += [one for one in reversed(part) if type(one) not in WORDS]


def _kind(node: Code | CodeBlock | Div | Span) -> int:
    """What a node makes of the text where it stands, if it says so for all that it holds."""
    match node:
        case Code() | CodeBlock():
            return _CODE
        case Div(blocks=[RawBlock()]) | Span(inlines=[RawInline() | Math()]):
            return _CODE
        case Span() if positions.is_wrapper(node) and any(isinstance(one, Str) for one in node.inlines):
            return _SHOWN
    return _MARKUP


def _footnotes(brackets: _Brackets) -> Iterator[Finding]:
    defined: dict[str, int] = {}
    used: set[str] = set()
    shown: list[tuple[str, int]] = []
    for found in _NOTE.finditer(brackets.text):
        label, place = found["label"], found.start()
        kind = brackets.kind(place)
        if kind == _MARKUP and found["defines"] and brackets.begins_line(place):
            if defined.setdefault(folded(label), place) != place:
                what = (
                    f"the footnote '{label}' is defined in line {brackets.line(defined[folded(label)])} too,"
                )
                hint = "give it a label of its own"
                yield brackets.told("footnote", place, f"{what} which counts; this is not shown", hint)
        elif kind == _MARKUP:
            used.add(folded(label))
        elif kind == _SHOWN:
            shown.append((label, place))
    for label, place in shown:
        if folded(label) in defined:
            used.add(folded(label))  # in another footnote, which is told of as such
            continue
        near = get_close_matches(folded(label), defined, 1)
        hint = f"did you mean '[^{near[0]}]'?" if near else f"begin a line with [^{label}]: and its text"
        yield brackets.told("footnote", place, f"there is no footnote '{label}', so its label is shown", hint)
    for label, place in defined.items():
        if label not in used:
            what = f"nothing refers to the footnote '{label}', so it is not shown"
            yield brackets.told("footnote", place, what, f"write [^{label}] where it belongs")


def _links(brackets: _Brackets) -> Iterator[Finding]:
    text = brackets.text
    defined: dict[str, re.Match[str]] = {}
    for found in _LINK.finditer(text):
        if brackets.kind(found.start("open")) != _MARKUP:
            continue
        first = defined.setdefault(folded(found["label"]), found)
        if first is not found and first["address"] != found["address"]:
            what = f"the link '{found['label']}' is defined in line {brackets.line(first.start('open'))} too"
            hint = "give it a label of its own"
            yield brackets.told(
                "link", found.start("open"), f"{what}, with another address, which counts", hint
            )
    for found in _TWO.finditer(text):
        edges = found.start(), found.start() + 1, found.end() - 1
        if any(brackets.kind(place) != _SHOWN for place in edges):
            continue
        words = _words(brackets, found.start())
        label = " ".join((found["label"].strip() or words).split())[:80]
        if words and not (words + label).isdigit() and folded(label) not in defined:
            near = get_close_matches(folded(label), defined, 1)
            hint = f"did you mean '[{near[0]}]'?" if near else f"begin a line with [{label}]: and its address"
            what = f"there is no link '{label}', so its brackets are shown"
            yield brackets.told("link", found.start(), what, hint)
    yield from _near(brackets, defined)


def _words(brackets: _Brackets, end: int) -> str:
    """The words in the brackets that are closed at ``end``; empty for an index, as in ``a[i][j]``."""
    depth = 0
    for place in range(end, -1, -1):
        if brackets.text[place] in "[]" and brackets.kind(place) == _SHOWN:
            depth += 1 if brackets.text[place] == "]" else -1
            if not depth:
                before = brackets.text[place - 1 : place] if place else ""
                return "" if re.match(r"[\w\])\\]", before) else brackets.text[place + 1 : end]
    return ""


def _near(brackets: _Brackets, defined: dict[str, re.Match[str]]) -> Iterator[Finding]:
    """A finding for words in brackets that are nearly the label of a definition which nothing refers to."""
    own = {found.start("open") for found in defined.values()}
    alone = list(_ONE.finditer(brackets.text))
    references = [one for one in alone if one.start() not in own]
    used = {folded(one["label"]) for one in references if brackets.kind(one.start()) == _MARKUP}
    unused = [label for label in defined if label not in used]
    for found in references if unused else ():
        after = brackets.text[found.end() : found.end() + 1]
        if brackets.kind(found.start()) != _SHOWN or (after and after in "[(:"):
            continue
        if near := get_close_matches(folded(found["label"]), unused, 1, _NEAR):
            what = f"there is no link '{found['label']}', so its brackets are shown"
            yield brackets.told("link", found.start(), what, f"did you mean '[{near[0]}]'?")
