"""Tabs as all formats show them: a tab stands in tabs, which hold nothing else, and has a title."""

from __future__ import annotations

from itertools import groupby

from polybook.markup import positions
from polybook.markup.folds import TABS, is_tab, is_tabs
from polybook.markup.tree import WORDS, find, is_title, mapped
from polybook.model.book import Chapter
from polybook.model.findings import Finding
from polybook.model.nodes import Attr, Block, Div, Node, RawBlock, Run, Tree

_HINT = 'write :::: {.tabs}, then ::: {.tab title="..."} for each of them'


def settle(chapter: Chapter, blocks: Tree) -> tuple[Tree, list[Finding]]:
    """Return a chapter's blocks, with positions, whose tabs are as they should be, and what is wrong.

    A tab without tabs around it is alone in its own. What stands between tabs parts them.
    """
    if not any(is_tab(node) or is_tabs(node) for node in find(blocks, Div)):
        return blocks, []
    settling = _Settling(chapter)
    return settling.blocks(blocks), settling.findings


class _Settling:
    """One walk over a chapter's tree."""

    def __init__(self, chapter: Chapter) -> None:
        self._path, self._lines = chapter.path, chapter.text.split("\n")
        self.findings: list[Finding] = []

    def _warn(self, node: Node, what: str) -> None:
        line = positions.line_of(node, self._lines)
        self.findings.append(Finding("tabs", what, self._path, line, _HINT, "warning"))

    def blocks(self, blocks: Tree) -> Tree:
        """Blocks that are in no tabs."""
        new: Tree = []
        for are_tabs, some in groupby(map(self._block, blocks), is_tab):
            those = list(some)
            for tab in those if are_tabs else ():
                self._warn(tab, "the tab stands in no tabs, and is shown as the only one")
            new += [Div.of(Attr("", [TABS], []), those)] if are_tabs else those
        return new

    def _run(self, run: Run) -> Run:
        return [node if type(node) in WORDS else mapped(node, self.blocks, self._run) for node in run]

    def _block(self, block: Block) -> Block:
        if is_tabs(block):
            return self._tabs(block)
        if is_tab(block) and not (block.blocks and is_title(block.blocks[0])):
            line = positions.line_of(block, self._lines)
            hint = 'write ::: {.tab title="..."}'
            self.findings.append(Finding("tabs", "the tab has no title", self._path, line, hint))
        settled: Block = mapped(block, self.blocks, self._run)
        return settled

    def _tabs(self, tabs: Div) -> Block:
        held = list(map(self._block, tabs.blocks))
        others = [block for block in held if not is_tab(block) and not _is_comment(block)]
        if not others and any(map(is_tab, held)):
            return Div.of(tabs.attr, held)
        if any(map(is_tab, held)):
            self._warn(others[0], "what stands between these tabs parts them")
        else:
            self._warn(tabs, "there is no tab here")
        parted: Tree = []
        for are_tabs, some in groupby(held, is_tab):
            those = list(some)
            parted += [Div.of(Attr("", [TABS], []), those)] if are_tabs else those
        names = [name for name in tabs.attr.classes if name != TABS]
        return Div.of(Attr(tabs.attr.identifier, names, tabs.attr.pairs), parted)


def _is_comment(block: Block) -> bool:
    if isinstance(block, Div) and positions.is_wrapper(block):
        return all(map(_is_comment, block.blocks))
    return isinstance(block, RawBlock)
