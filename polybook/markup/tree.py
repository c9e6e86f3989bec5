"""The ways to walk a syntax tree, and the one place that knows where nodes hold others."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar, cast, overload

from polybook.markup.html.tags import TAG
from polybook.model import nodes
from polybook.model.nodes import (
    HEADINGS,
    MARKED,
    BlockQuote,
    BulletList,
    Caption,
    Cell,
    Cite,
    Code,
    DefinitionList,
    Div,
    Emph,
    Figure,
    Header,
    Image,
    Inline,
    LineBlock,
    LineBreak,
    Link,
    Math,
    Node,
    Note,
    OrderedList,
    Para,
    Plain,
    Quoted,
    Row,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    TableBody,
    TableHead,
    Tree,
)

N = TypeVar("N")
M = TypeVar("M")
L = TypeVar("L")

Held = Tree | Run
"""What a node holds: blocks, or a run of inlines."""

WORDS = frozenset({Str, Space, SoftBreak})
"""What most of a tree's nodes are."""

_INLINES = frozenset({*MARKED, Quoted, Cite, Link, Image, Span, Para, Plain, Header})


def held(node: Node) -> Iterable[Held]:
    """Return the lists of nodes that a node holds directly, in order."""
    holder: Any = node
    kind = type(node)
    if kind in _INLINES:
        return (holder.inlines,)
    parts = _HELD.get(kind)
    return parts(holder) if parts else ()


_HELD: dict[type[Node], Callable[[Any], Iterable[Held]]] = {
    **dict.fromkeys((Note, BlockQuote, Div), lambda one: (one.blocks,)),
    **dict.fromkeys((BulletList, OrderedList), lambda one: one.items),
    DefinitionList: lambda one: chain.from_iterable((term, *parts) for term, parts in one.items),
    LineBlock: lambda one: one.lines,
    Figure: lambda one: [*_captions(one.caption), one.blocks],
    Table: lambda one: [*_captions(one.caption), *(cell.blocks for row in rows(one) for cell in row.cells)],
}


def _captions(caption: Caption) -> list[Held]:
    return [caption.short or [], caption.blocks]


def rows(table: Table) -> Iterator[Row]:
    """The rows of a table, those of its head and foot too, in order."""
    yield from table.head.rows
    for body in table.bodies:
        yield from body.head
        yield from body.rows
    yield from table.foot.rows


def mapped(node: Node, blocks: Callable[[Tree], Tree], inlines: Callable[[Run], Run]) -> Any:
    """Return a copy of a node with all that it holds directly replaced by what the functions give for it.

    What holds no other node is returned itself.
    """
    copy = _COPIES.get(type(node))
    return copy(node, blocks, inlines) if copy else node


_COPIES: dict[type[Node], Callable[[Any, Callable[[Tree], Tree], Callable[[Run], Run]], Node]] = {
    **dict.fromkeys((*MARKED, Para, Plain), lambda one, _, run: type(one)(run(one.inlines))),
    Header: lambda one, _, run: Header.of(one.level, one.attr, run(one.inlines)),
    Quoted: lambda one, _, run: Quoted.of(one.kind, run(one.inlines)),
    Cite: lambda one, _, run: Cite.of(one.citations, run(one.inlines)),
    Link: lambda one, _, run: Link.of(one.attr, run(one.inlines), one.target),
    Image: lambda one, _, run: Image.of(one.attr, run(one.inlines), one.target),
    Span: lambda one, _, run: Span.of(one.attr, run(one.inlines)),
    Note: lambda one, blocks, _: Note(blocks(one.blocks)),
    BlockQuote: lambda one, blocks, _: BlockQuote(blocks(one.blocks)),
    Div: lambda one, blocks, _: Div.of(one.attr, blocks(one.blocks)),
    BulletList: lambda one, blocks, _: BulletList([blocks(item) for item in one.items]),
    OrderedList: lambda one, blocks, _: OrderedList.of(one.start, [blocks(item) for item in one.items]),
    DefinitionList: lambda one, blocks, run: DefinitionList(
        [(run(term), [blocks(part) for part in definitions]) for term, definitions in one.items]
    ),
    LineBlock: lambda one, _, run: LineBlock([run(line) for line in one.lines]),
    Figure: lambda one, blocks, run: Figure.of(
        one.attr, _caption(one.caption, blocks, run), blocks(one.blocks)
    ),
    Table: lambda one, blocks, run: _table(one, _caption(one.caption, blocks, run), blocks),
}


def _caption(caption: Caption, blocks: Callable[[Tree], Tree], inlines: Callable[[Run], Run]) -> Caption:
    short = None if caption.short is None else inlines(caption.short)
    return Caption(short, blocks(caption.blocks))


def _table(table: Table, caption: Caption, blocks: Callable[[Tree], Tree]) -> Table:
    def filled(rows: Iterable[Row]) -> list[Row]:
        return [
            Row(
                row.attr,
                [
                    Cell(cell.attr, cell.alignment, cell.rows, cell.columns, blocks(cell.blocks))
                    for cell in row.cells
                ],
            )
            for row in rows
        ]

    return Table.of(
        table.attr,
        caption,
        table.columns,
        TableHead(table.head.attr, filled(table.head.rows)),
        [TableBody(one.attr, one.head_columns, filled(one.head), filled(one.rows)) for one in table.bodies],
        TableHead(table.foot.attr, filled(table.foot.rows)),
    )


# ---- looking for nodes -----------------------------------------------------------------------


@overload
def find(tree: Sequence[Node] | Node) -> list[Node]: ...
@overload
def find(tree: Sequence[Node] | Node, kind: type[N], /) -> list[N]: ...
@overload
def find(tree: Sequence[Node] | Node, kind: type[N], other: type[M], /) -> list[N | M]: ...
@overload
def find(
    tree: Sequence[Node] | Node, kind: type[N], other: type[M], third: type[L], /
) -> list[N | M | L]: ...
@overload
def find(tree: Sequence[Node] | Node, *kinds: type[Any]) -> list[Any]: ...
def find(tree: Sequence[Node] | Node, *kinds: type[Any]) -> list[Any]:
    """Return every node in ``tree`` (a node, or a list of some), or every one of these ``kinds``.

    Parents come before children.
    """
    # A stack of its own rather than recursion, and no look at words that nobody wants: books have millions.
    passed = WORDS.difference(kinds) if kinds else frozenset()
    wanted = frozenset(kinds)
    found: list[Any] = []
    waiting: list[Any] = list(reversed(tree)) if isinstance(tree, list | tuple) else [tree]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if not kinds or kind in wanted:
            found.append(node)
        if kind in _INLINES:
            waiting += [one for one in reversed(node.inlines) if type(one) not in passed]
        elif kind not in WORDS:
            for part in reversed(list(held(node))):
                waiting += [one for one in reversed(part) if type(one) not in passed]
    return found


def children(inline: Node) -> Run:
    """The run of inlines that an inline holds; empty for one that holds none."""
    holder: Any = inline
    run: Run = holder.inlines if type(inline) in _INLINES else []
    return run


def within(run: Run) -> list[Inline]:
    """The inlines of a run and those nested in them, in order, without going into its notes."""
    found: list[Inline] = []
    for node in run:
        found.append(node)
        if type(node) in _INLINES:
            found += within(children(node))
    return found


def beside_words(run: Run) -> list[Inline]:
    """What `within` gives, without the words and the spaces between them."""
    others = [node for node in run if type(node) not in WORDS]
    return [node for node in within(others) if type(node) not in WORDS] if others else []


def notes(run: Run) -> list[Note]:
    """A run's footnotes, in the order of their references."""
    return [node for node in beside_words(run) if isinstance(node, Note)]


def plain(run: Run) -> str:
    """The text of a run, without markup and without its notes."""
    parts = []
    for node in within(run):
        match node:
            case Str() | Code() | Math():
                parts.append(node.text)
            case Space() | SoftBreak() | LineBreak():
                parts.append(" ")
    return "".join(parts)


_BREAKS: dict[type[Inline], int] = {Space: 0, SoftBreak: 1, LineBreak: 2}
_MERGED = (Emph, Strong, Strikeout, Superscript, Subscript)


def append(run: Run, node: Inline) -> None:
    """Append a node to a run as pandoc joins inlines (Text.Pandoc.Builder): words become one, as spaces do.

    The node may become a part of the last one, which is replaced, not changed.
    """
    if run:
        before, kind = run[-1], type(node)
        if isinstance(node, Str) and isinstance(before, Str):
            run[-1] = Str(before.text + node.text)
            return
        if isinstance(node, _MERGED) and isinstance(before, _MERGED) and kind is type(before):
            joined = list(before.inlines)
            for inner in node.inlines:
                append(joined, inner)
            run[-1] = type(node)(joined)
            return
        if kind in _BREAKS and type(before) in _BREAKS and not (kind is LineBreak is type(before)):
            if _BREAKS[kind] > _BREAKS[type(before)]:
                run[-1] = node
            return
    run.append(node)


def is_joined(before: str, after: str) -> bool:
    """Whether the end of a line between these two texts is nothing to readers, rather than a space.

    So it is where Chinese or Japanese goes on, which is written without spaces; Korean has them.

    >>> is_joined("日本", "語"), is_joined("日本", "in"), is_joined("한국", "어")
    (True, False, False)
    """
    return (
        not before[-1:].isascii() and not after[:1].isascii() and _is_wide(before[-1]) and _is_wide(after[0])
    )


def _is_wide(character: str) -> bool:
    """Whether a character is of Chinese or Japanese writing, its punctuation too; emoji are as wide."""
    if unicodedata.east_asian_width(character) not in "FWH" or unicodedata.category(character) == "So":
        return False
    return "HANGUL" not in unicodedata.name(character, "")


def unlink(nodes: list[Any], is_dead: Callable[[Link], bool]) -> None:
    """Put in the place of each link that ``is_dead`` its words, in place, in blocks or in a run."""
    dead = {id(node) for node in find(nodes, Link) if is_dead(node)}

    def go_over(nodes: list[Any]) -> None:
        for node in nodes:
            if type(node) not in WORDS:
                for part in held(node):
                    go_over(part)
        if not dead.isdisjoint(map(id, nodes)):
            new: Run = []
            for node in nodes:
                for one in node.inlines if id(node) in dead else [node]:
                    append(new, one)
            nodes[:] = new

    if dead:
        go_over(nodes)


# ---- runs ------------------------------------------------------------------------------------


def rewrite(blocks: Tree, run: Callable[[str, Run], Run], kind: str = "paragraph") -> Tree:
    """Return a copy of ``blocks`` in which ``run(kind, inlines)`` stands for each run of inlines.

    ``kind`` says what a run is, in words for people. Notes inside a run are left to ``run``. Blocks without
    inlines (code, raw text, rules) are the same nodes in the copy.
    """
    return [_rewritten(block, run, kind) for block in blocks]


def _rewritten(block: nodes.Block, run: Callable[[str, Run], Run], kind: str) -> Any:
    def inside(inner: str) -> Callable[[Tree], Tree]:
        return lambda blocks: rewrite(blocks, run, inner)

    def as_kind(run_kind: str) -> Callable[[Run], Run]:
        return lambda inlines: run(run_kind, inlines)

    match block:
        case Para() | Plain():
            return type(block)(run(kind, block.inlines))
        case Header():
            return mapped(block, inside(kind), as_kind(HEADINGS[min(block.level, len(HEADINGS)) - 1]))
        case BlockQuote():
            return mapped(block, inside("quotation"), as_kind(kind))
        case BulletList() | OrderedList():
            return mapped(block, inside("list item"), as_kind(kind))
        case DefinitionList():
            return mapped(block, inside("definition"), as_kind("term"))
        case Div() if is_label(block):
            return mapped(block, inside("box title"), as_kind(kind))
        case Table():
            caption = Caption(block.caption.short, inside("table caption")(block.caption.blocks))
            return _table(block, caption, inside("table cell"))
        case Figure():
            caption = Caption(block.caption.short, inside("caption")(block.caption.blocks))
            return Figure.of(block.attr, caption, inside(kind)(block.blocks))
    return mapped(block, inside(kind), as_kind(kind))


def walk(blocks: Tree, kind: str = "paragraph") -> Iterator[tuple[str, Run]]:
    """Yield each run of inlines in ``blocks``, in order, and what it is, as `rewrite` has them."""
    for block in blocks:
        of = type(block)
        if of is Para or of is Plain:
            yield kind, children(block)
        elif isinstance(block, Header):
            yield HEADINGS[min(block.level, len(HEADINGS)) - 1], block.inlines
        else:
            for inner, part in parts(block, kind):
                yield from walk(part, inner)


def is_title(block: Node) -> bool:
    """Whether a block is the title of the box that it is the first of (`markup.boxes`)."""
    return isinstance(block, Div) and block.attr.classes == ["title"] and len(block.blocks) == 1


def is_label(block: nodes.Div) -> bool:
    """Whether a block is the title of the one that it is the first of, in a box or in what folds."""
    return is_title(block) or (TAG, "summary") in block.attr.pairs


def parts(block: nodes.Block, kind: str) -> Iterator[tuple[str, Tree]]:
    """Yield the lists of blocks that a block holds, and what a run in them is.

    A run that it holds itself, such as a term, is a block of its own.
    """
    match block:
        case BulletList() | OrderedList():
            yield from (("list item", item) for item in block.items)
        case Div():
            yield "box title" if is_label(block) else kind, block.blocks
        case BlockQuote():
            yield "quotation", block.blocks
        case DefinitionList():
            for term, definitions in block.items:
                yield "term", cast(Tree, [Plain(term)])
                yield from (("definition", definition) for definition in definitions)
        case Table():
            yield "table caption", block.caption.blocks
            yield from (("table cell", cell.blocks) for row in rows(block) for cell in row.cells)
        case Figure():
            yield "caption", block.caption.blocks
            yield kind, block.blocks
        case LineBlock():
            yield from ((kind, cast(Tree, [Plain(line)])) for line in block.lines)


def runs(blocks: Tree) -> list[Run]:
    """The runs of inlines in ``blocks``, in order, without those in their notes."""
    return [run for _, run in walk(blocks)]
