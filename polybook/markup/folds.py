"""What a reader may open: blocks that fold, and tabs of which a page shows one at a time.

A fold is what HTML's ``<details>`` is here: a Div with its name, and the words that stay as its first block.
Tabs are a Div ``tabs`` that holds Divs ``tab``, each with its title as a box has it::

    ::: {.details .open title="Why"}        :::: {.tabs}
    Its text.                               ::: {.tab title="One"}
    :::                                     Its text.
                                            :::
                                            ::::

Only the site folds them: on paper and in an EPUB all is open, below its title.
"""

from __future__ import annotations

from typing import TypeGuard

from polybook.markup.html.tags import TAG
from polybook.model.nodes import Attr, Block, Div, Node, Para, Plain, Run

DETAILS, TABS, TAB = "details", "tabs", "tab"
OPEN = "open"
"""The class, or the attribute, of what is open from the beginning."""

_SUMMARY = (TAG, "summary")


def fold(box: Div, title: Run) -> None:
    """Make of a Div ``details`` what HTML's element is, in place; its ``title`` may be empty."""
    attr = box.attr
    pairs = [(TAG, DETAILS)]
    pairs += [(OPEN, "")] * is_open(attr)
    pairs += [pair for pair in attr.pairs if pair[0] != OPEN]
    names = [name for name in attr.classes if name not in (DETAILS, OPEN)]
    box.attr = Attr(attr.identifier, names, pairs)
    if title:
        box.blocks = [summary(title), *box.blocks]
    elif box.blocks and isinstance(first := box.blocks[0], Div) and first.attr.classes == ["title"]:
        first.attr = Attr("", [], [_SUMMARY, *first.attr.pairs])
        first.blocks = list(map(_tight, first.blocks))


def summary(words: Run) -> Div:
    """The words that stay of what folds."""
    return Div.of(Attr("", [], [_SUMMARY]), [Plain(words)])


def _tight(block: Block) -> Block:
    """A text that is no paragraph, in its wrapper where it has one."""
    if isinstance(block, Div):
        block.blocks = list(map(_tight, block.blocks))
    return Plain(block.inlines) if isinstance(block, Para) else block


def is_fold(node: Node) -> TypeGuard[Div]:
    """Whether a block folds."""
    return isinstance(node, Div) and node.attr.get(TAG) == DETAILS


def is_summary(node: Node) -> bool:
    """Whether a block is the words that stay of what folds."""
    return isinstance(node, Div) and _SUMMARY in node.attr.pairs


def is_open(attr: Attr) -> bool:
    """Whether something is open from the beginning."""
    return OPEN in attr.classes or any(key == OPEN for key, _ in attr.pairs)


def is_tabs(node: Node) -> TypeGuard[Div]:
    """Whether a block is tabs."""
    return isinstance(node, Div) and TABS in node.attr.classes


def is_tab(node: Block) -> TypeGuard[Div]:
    """Whether a block is one of several tabs."""
    return isinstance(node, Div) and TAB in node.attr.classes
