"""Runs and blocks of what an author's HTML holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, cast

from polybook.markup import positions, tree, variables
from polybook.markup.html.stream import BRACKET
from polybook.model.nodes import (
    Attr,
    Block,
    Code,
    CodeBlock,
    Div,
    Inline,
    LineBreak,
    Link,
    Node,
    Para,
    Plain,
    RawBlock,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Tree,
)

SPACES = " \t\n\r\f"
"""What HTML calls white space; any number of it is one space."""

_SPACES = re.compile(f"([{SPACES}]+)")
_LETTERS = re.compile(r"[^\w\s-]")
_BLANK = (Space, SoftBreak, LineBreak)
_BLOCKS: tuple[type[Any], ...] = Block.__args__


def words(text: str) -> Run:
    """A text as words and spaces; where a line ends, a space is a soft break."""
    run: Run = []
    for piece in _SPACES.split(variables.escaped(text.replace(BRACKET, "<"))):
        if piece.strip(SPACES):
            run.append(Str(piece))
        elif piece:
            run.append(SoftBreak() if "\n" in piece else Space())
    return run


def is_block(node: Node) -> bool:
    """Whether a node is a block rather than an inline."""
    return isinstance(node, _BLOCKS)


def is_comment(node: Node) -> bool:
    """Whether a node is a comment in its wrapper."""
    return isinstance(node, Div) and len(node.blocks) == 1 and isinstance(node.blocks[0], RawBlock)


def blocks_of(nodes: Iterable[Node], *, tight: bool = False) -> Tree:
    """Blocks of what are blocks and inlines: the inlines between blocks are paragraphs, unless ``tight``."""
    blocks: Tree = []
    run: Run = []

    def finish() -> None:
        if inlines := trimmed(run):
            is_anchor = all(isinstance(node, Span) and not node.inlines for node in inlines)
            blocks.append(Plain(inlines) if tight or is_anchor else Para(inlines))
        run.clear()

    for node in nodes:
        if not is_block(node):
            run.append(cast(Inline, node))
        elif not is_comment(node) or not trimmed(run):  # in a paragraph a comment says nothing to anybody
            finish()
            blocks.append(cast(Block, node))
    finish()
    return blocks


def one_run(nodes: Iterable[Node]) -> Run:
    """One run of what are blocks and inlines, for where nothing but a run may be."""
    run: Run = []
    for node in nodes:
        if not is_block(node):
            run.append(cast(Inline, node))
        elif isinstance(node, CodeBlock):
            run += [Space(), Code.of(Attr(), node.text), Space()]
        else:
            for inner in tree.runs([cast(Block, node)]):
                run += [*([Space()] if run else []), *inner, Space()]
    return trimmed(run)


def trimmed(run: Run) -> Run:
    """A run without spaces and breaks at its edges."""
    start, end = edges(run)
    return run[start:end]


def edges(run: Run) -> tuple[int, int]:
    """From where to where a run holds more than spaces and breaks."""
    start, end = 0, len(run)
    while start < end and _is_blank(run[start]):
        start += 1
    while end > start and _is_blank(run[end - 1]):
        end -= 1
    return start, end


def _is_blank(node: Inline) -> bool:
    """Whether a node is space, and nobody's attributes are on it."""
    if not isinstance(node, Span):
        return isinstance(node, _BLANK)
    attr = node.attr
    is_bare = not attr.identifier and not attr.classes and positions.OURS.issuperset(dict(attr.pairs))
    return is_bare and positions.is_wrapper(node) and all(map(_is_blank, node.inlines))


def without_links(run: Run) -> Run:
    """A run for a link's text: in a link there is no other."""
    found: Run = []
    for node in run:
        inner = tree.children(node)
        if isinstance(node, Link):
            found += positions.wrapped(without_links(inner), node.attr.get(positions.POSITION))
        elif inner:
            found.append(tree.mapped(node, list, without_links))
        else:
            found.append(node)
    return found


def slug(words: str) -> str:
    """A heading's words as an identifier, as GitHub makes it.

    >>> slug("What's new?")
    'whats-new'
    """
    return re.sub(r"\s", "-", _LETTERS.sub("", words.lower()).strip())
