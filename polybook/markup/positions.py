"""Where the nodes of a tree stand in the source: pandoc's ``data-pos`` (its extension ``sourcepos``).

A position is an attribute of a node, or of a wrapper that the reader put around a node without attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast

from polybook.markup.tree import WORDS, append, children, is_joined, mapped, plain
from polybook.model.nodes import (
    WITH_ATTR,
    Attr,
    Block,
    Code,
    CodeBlock,
    Div,
    Image,
    Inline,
    LineBreak,
    Node,
    RawBlock,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Tree,
    WithAttr,
)

POSITION = "data-pos"
_WRAPPER = ("wrapper", "1")
_LITERAL = ("literal", "1")
OURS = frozenset({POSITION, _WRAPPER[0], _LITERAL[0]})
"""The attributes that the reader adds for the sake of positions."""


class Segment(NamedTuple):
    """A piece of one line of a source text: columns count characters from 0, the line from 1."""

    line: int
    start: int
    end: int


def segments(node: Node, lines: Sequence[str]) -> list[Segment]:
    """Return where ``node`` stands in the source, a segment a line; empty where pandoc does not say.

    ``lines`` are the source's lines without their ends. pandoc writes a position as
    ``line:column-line:column``, several of them joined by ``;`` where a container's markers stand
    between; its columns count from 1 and run to the next multiple of four at a tab.
    """
    if not isinstance(node, WITH_ATTR):
        return []
    position = node.attr.get(POSITION)
    found: list[Segment] = []
    for part in position.split(";") if position else ():
        begin, _, stop = part.partition("-")
        first, start = map(int, begin.rpartition("@")[2].split(":"))
        last, end = map(int, stop.rpartition("@")[2].split(":"))
        for number in range(first, last + 1):
            if number > len(lines) or (number == last and end == 1 and number > first):
                break
            line = lines[number - 1]
            left = _index(line, start) if number == first else 0
            right = _index(line, end) if number == last else len(line)
            found.append(Segment(number, left, right))
    return found


def is_placed(node: WithAttr) -> bool:
    """Whether pandoc says where ``node`` stands."""
    return bool(node.attr.get(POSITION))


def line_of(node: Node, lines: Sequence[str], default: int = 1) -> int:
    """The line in which a node begins, ``default`` where pandoc does not say."""
    found = segments(node, lines)
    return found[0].line if found else default


def lines_of(node: WithAttr) -> Iterator[int]:
    """The numbers of the lines that a node stands in, in the text that pandoc read."""
    position = node.attr.get(POSITION)
    for part in position.split(";") if position else ():
        begin, _, stop = part.partition("-")
        first, last = (int(end.rpartition("@")[2].partition(":")[0]) for end in (begin, stop))
        yield from range(first, last + 1)


def first_line(node: WithAttr) -> int:
    """The line in which pandoc says that a node begins, in the text that it read; 0 where it does not say."""
    begin, _, _ = node.attr.get(POSITION).partition(":")
    return int(begin.rpartition("@")[2] or 0)


def _index(line: str, column: int) -> int:
    if "\t" not in line:
        return min(column - 1, len(line))
    at = 1
    for index, character in enumerate(line):
        if at >= column:
            return index
        at += 4 - (at - 1) % 4 if character == "\t" else 1
    return len(line)


def joined_lines(run: Run, lines: Sequence[str]) -> set[int]:
    """Return the lines of a run, with positions, at whose ends readers see nothing (`tree.is_joined`)."""
    found: set[int] = set()
    number = 0

    def walk(nodes: Run) -> None:
        nonlocal number
        held = [
            (inner, node)
            for node in nodes
            for inner in (
                node.inlines if isinstance(node, Span) and is_wrapper(node) and is_ours(node.attr) else [node]
            )
        ]
        inlines = [inner for inner, _ in held]
        for place, (inner, holder) in enumerate(held):
            if isinstance(inner, SoftBreak) and _is_nothing(inlines, place):
                found.add(number)
            walk(children(inner))
            if placed := segments(holder, lines):
                number = placed[-1].line

    walk(run)
    return found


def written(number: int, line: str, start: int, end: int) -> str:
    """Return a piece of a line as pandoc writes its position: `segments` gives the piece again."""
    return f"{number}:{_column(line, start)}-{number}:{_column(line, end)}"


def wrapped(run: Run, position: str, *, literal: bool = False) -> Run:
    """Return a run in a wrapper that says where it stands; as it is where nobody knows.

    ``literal`` is text in which no mark of Markdown's means anything.
    """
    pairs = [_WRAPPER, (POSITION, position), *([_LITERAL] if literal else ())]
    return [Span.of(Attr("", [], pairs), run)] if position else run


def is_literal(run: Run) -> bool:
    """Whether the first words of a run are literal ones."""
    for node in run:
        inner = children(node)
        if isinstance(node, Span) and inner and type(inner[0]) is Str:
            return _LITERAL in node.attr.pairs
        if inner and not isinstance(node, Image) and plain(inner):
            return is_literal(inner)
    return False


def wrapped_block(block: Block, position: str) -> Div:
    """Return a block in a wrapper that says where it stands."""
    return Div.of(Attr("", [], [_WRAPPER, (POSITION, position)]), [block])


def _column(line: str, index: int) -> int:
    at = 1
    for character in line[:index]:
        at += 4 - (at - 1) % 4 if character == "\t" else 1
    return at


def is_wrapper(node: Node) -> bool:
    """Whether the reader made this Div or Span only to hold a position."""
    return isinstance(node, Div | Span) and _WRAPPER in node.attr.pairs


def is_ours(attr: Attr) -> bool:
    """Whether attributes are those that the reader adds, and no others."""
    return not (attr.identifier or attr.classes or any(key not in OURS for key, _ in attr.pairs))


def held_by(blocks: Tree, holder: Block | None = None) -> Iterator[tuple[Block | None, Block]]:
    """Yield blocks without the wrappers around them, each after the one that says where it stands, if any."""
    for block in blocks:
        if isinstance(block, Div) and is_wrapper(block):
            yield from held_by(block.blocks, block)
        else:
            yield holder, block


# ---- the tree without positions --------------------------------------------------------------

_NONE = Attr()
_SPACES = frozenset({Space, SoftBreak, LineBreak})


def without(blocks: Tree) -> Tree:
    """Return the blocks as the reader gives them where it is not asked for positions, without wrappers.

    Identifiers that it makes of headings stay as they are; for odd headings it would make others. Where
    somebody's attributes are on a wrapper (``words {lang=it}``), it stays and holds these alone. The end of a
    line goes where readers see nothing of it (`tree.is_joined`), and so do comments, the only raw blocks.
    """
    return _Cleaning(OURS).blocks(blocks)


def unwrapped(run: Run) -> Run:
    """Return a run that was read without positions, but for the wrappers that hold somebody's attributes."""
    return _Cleaning(frozenset({_WRAPPER[0]})).run(run)


class _Cleaning:
    """A walk that leaves out attributes of the reader's, and the wrappers that have no others."""

    def __init__(self, keys: frozenset[str]) -> None:
        self._keys = keys

    def blocks(self, blocks: Tree) -> Tree:
        found: Tree = []
        for block in blocks:
            if type(block) is RawBlock:
                continue
            clean = self._clean(block)
            found += clean.blocks if self._is_bare(block, clean) else [clean]
        return found

    def run(self, run: Run) -> Run:
        found: Run = []
        before: type[Inline] | None = None
        for node in run:
            kind = type(node)
            if kind is not before and (kind is Str or (kind is Space and before not in _SPACES)):
                found.append(node)  # most nodes are words between spaces
                before = kind
                continue
            if kind is Span and (inner := self._words(cast(Span, node))):
                for one in inner:
                    append(found, one)
            else:
                clean = self._clean(node)
                for one in clean.inlines if self._is_bare(node, clean) else [clean]:
                    append(found, one)
            before = type(found[-1]) if found else None
        return _joined(found) if SoftBreak in map(type, found) else found

    def _words(self, span: Span) -> Run:
        """What a wrapper holds if that is words, as most do; else nothing."""
        run = span.inlines
        if not is_ours(span.attr):
            return []
        return run if self._keys == OURS and WORDS.issuperset(map(type, run)) else []

    def _is_bare(self, node: Node, clean: Node) -> bool:
        return is_wrapper(node) and cast(WithAttr, clean).attr == _NONE

    def _clean(self, node: Node) -> Any:
        copy = mapped(node, self.blocks, self.run)
        if not isinstance(node, WITH_ATTR):
            return copy
        attr = node.attr
        pairs = [pair for pair in attr.pairs if pair[0] not in self._keys]
        clean = Attr(attr.identifier, attr.classes, pairs)
        if isinstance(node, Code | CodeBlock):
            return type(node).of(clean, node.text)  # `mapped` returns itself what holds no other node
        copy.attr = clean
        return copy


def _joined(run: Run) -> Run:
    """A run without the ends of lines of which readers see nothing."""
    gone = {place for place, node in enumerate(run) if type(node) is SoftBreak and _is_nothing(run, place)}
    if not gone:
        return run
    found: Run = []
    for place, node in enumerate(run):
        if place not in gone:
            append(found, node)
    return found


def _is_nothing(run: Run, place: int) -> bool:
    """Whether readers see nothing of the end of a line, by what comes before it and after it."""
    before = run[place - 1] if place else None
    if isinstance(before, Str) and before.text[-1:].isascii():  # most are
        return False
    first = next(filter(None, (plain([one]) for one in reversed(run[:place]))), "")
    return is_joined(first, next(filter(None, (plain([one]) for one in run[place + 1 :])), ""))
