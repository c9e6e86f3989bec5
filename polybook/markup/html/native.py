"""HTML in Markdown, read as browsers read it: from here on a chapter has nodes, and no raw HTML.

Most pieces of HTML are halves, with Markdown between them. So the pieces of one run of blocks or inlines are
written as one stream, in which what Markdown made is a hole; an HTML parser reads it, and the nodes are put
back into the holes. What a tag is, `tags` says; what comes of it, `nodes` makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from html import unescape
from itertools import chain, count
from typing import Any

from polybook.markup import positions, prepared
from polybook.markup.html import tags
from polybook.markup.html.elements import SHOWN, UNUSED, Elements, not_html
from polybook.markup.html.nodes import MAKERS
from polybook.markup.html.runs import blocks_of, one_run, slug, words
from polybook.markup.html.stream import BRACKET, Stream
from polybook.markup.tree import WORDS, Held, find, held, mapped
from polybook.model.findings import Finding
from polybook.model.nodes import (
    Block,
    BulletList,
    DefinitionList,
    Div,
    Header,
    Node,
    OrderedList,
    Para,
    Plain,
    RawBlock,
    RawInline,
    Run,
    Span,
    Table,
    Tree,
)

_HTML = frozenset({"html", "html4", "html5"})
_MAY_HOLD_RAW = re.compile(r"<[a-zA-Z/!?]|\{=")
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_TAG = re.compile(r"(<!--.*?(?:-->|\Z)|</?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)", re.DOTALL)
_MARK = re.compile(r"[!-/:-@\[-`{-~]")
_FOREIGN = re.compile(r"\A\s*(?:<\?.*?\?>|<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_PLAINTEXT = re.compile("<plaintext", re.IGNORECASE)  # an element that never ends
_TEXT_ONLY = re.compile(f"<({'|'.join(sorted(tags.TEXT_ONLY))})\\b", re.IGNORECASE)
_IN_TAG = r"</?[a-zA-Z](?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+"
# A tag, and how one begins that the text ends in, maybe between quotation marks.
_BEGUN = re.compile(rf"{_IN_TAG}(?:>|(?P<open>(?:[\"'][^>]*+)?\Z))?")
_TIGHT = (BulletList, OrderedList, DefinitionList, Table)
_ENDED = frozenset(
    {"script", "style", "svg", "math"}
)  # where a run has their ends, what is between is theirs
_COMMENT = re.compile(r"\s*<!--(?:(?!-->).)*-->\s*", re.DOTALL)


def blocks(text: str, blocks: Tree, path: str) -> tuple[Tree, list[Finding]]:
    """Return a chapter's blocks with nodes in the place of raw text, and what is to be said of that.

    ``blocks`` are those of the chapter ``text``, with positions. Comments that stand between blocks stay as
    they are, each a block of its own: they may be meant for tools.
    """
    if not _MAY_HOLD_RAW.search(text):
        return blocks, []
    raw = find(blocks, RawBlock, RawInline)
    if all(isinstance(node, RawBlock) and _COMMENT.fullmatch(node.text) for node in raw):
        return blocks, []
    natives = _Natives(prepared.mend(text).text.split("\n"), path, blocks)
    return natives.blocks(blocks), list(dict.fromkeys(natives.findings))


def run(run: Run) -> Run:
    """Return a run that was read alone, without positions, with nodes in the place of raw text.

    What would be said of it, if it were an author's, is raw text at its end.
    """
    if not find(run, RawInline):
        return run
    natives = _Natives([], "", run)
    made = natives.run(run)
    said = [finding.text for finding in natives.findings if not finding.text.endswith(SHOWN)]
    return [*made, *(RawInline.of("html", text) for text in dict.fromkeys(said))]


def without_attributes(run: Run) -> Run:
    """Return a run, as the reader gives it, without the attributes beside tags, which mean nothing."""
    return [
        inner if isinstance(inner := _inner(node), RawInline) else mapped(node, list, without_attributes)
        for node in run
    ]


def as_markdown(text: str) -> str:
    """Return text of HTML's as Markdown that says the same: all but tags is letters there.

    >>> print(as_markdown("2 * 3 &lt; 7<br>it's"))
    2 \\* 3 \\< 7<br>it\\'s
    """
    pieces = _TAG.split(text)
    pieces[::2] = [_MARK.sub(r"\\\g<0>", unescape(piece)) for piece in pieces[::2]]
    return "".join(pieces).replace(r"\\\{\{", r"\{{")


class _Natives:
    """One walk over a tree; a list of blocks, or a run, that has raw pieces is a stream of its own."""

    def __init__(self, lines: list[str], path: str, nodes: Held) -> None:
        self._lines, self._path = lines, path
        self._holders = _holders(nodes)
        self._nodes = nodes
        self._line = 1
        self.findings: list[Finding] = []

    def _report(self, what: str, line: int, hint: str) -> None:
        self.findings.append(Finding("html", what, self._path, line or self._line, hint, "warning"))

    def _identifier(self, words: str) -> str:
        """An identifier of a heading's words that no other heading of the chapter has."""
        base = slug(words) or "section"
        names = chain([base], (f"{base}-{number}" for number in count(1)))
        name = next(name for name in names if name not in self._known)
        self._known.add(name)
        return name

    @cached_property
    def _known(self) -> set[str]:
        return {node.attr.identifier for node in find(self._nodes, Header)}

    def _read(self, stream: Stream) -> list[Node]:
        return Elements(stream, MAKERS, self._report, self._identifier).read()

    # ---- blocks ------------------------------------------------------------------------------

    def blocks(self, blocks: Tree, *, tight: bool = False) -> Tree:
        """Blocks without raw text; where they are ``tight``, as in cells, HTML's own text is no paragraph."""
        holders = [block for block in blocks if id(block) in self._holders]
        if not any(isinstance(_inner(block), RawBlock) or _opens_blocks(block) for block in holders):
            return [one for block in blocks for one in self._block(block)] if holders else blocks
        stream = Stream(self._lines)
        for block in blocks:
            inner = _inner(block) if id(block) in self._holders else None
            if isinstance(inner, RawBlock):
                self._line = positions.line_of(block, self._lines, self._line)
                self._piece(stream, inner, block)
            elif inner and _opens_blocks(block):
                is_para = isinstance(inner, Para)
                stream.tag("<p>" if is_para else " ")
                self._run_into(stream, inner.inlines)
                stream.tag("</p>" if is_para else " ")
            else:
                stream.hole("div", self._block(block))
        return blocks_of(self._read(stream), tight=tight)

    def _block(self, block: Block) -> Tree:
        """A block, all raw text in it made nodes: HTML in a line may bring blocks."""
        if id(block) not in self._holders:
            return [block]
        self._line = positions.line_of(block, self._lines, self._line)
        inner = _inner(block)
        if isinstance(inner, Para | Plain) and _has_raw(inner.inlines):
            found = blocks_of(self._inlines(inner.inlines), tight=isinstance(inner, Plain))
            return [Div.of(block.attr, found)] if isinstance(block, Div) else found
        return [self._within(block)]

    def _within(self, node: Any) -> Any:
        """A node, all raw text in what it holds made nodes."""
        if id(node) not in self._holders:
            return node
        return mapped(node, self._item if isinstance(node, _TIGHT) else self.blocks, self.run)

    def _item(self, blocks: Tree) -> Tree:
        """The blocks of an item or a cell."""
        return self.blocks(blocks, tight=not any(isinstance(_inner(block), Para) for block in blocks))

    def _piece(self, stream: Stream, raw: RawBlock | RawInline, holder: Node | None) -> None:
        if raw.format not in _HTML:
            what = f"the raw text for the format '{raw.format[:20]}' is left out, which no edition has"
            self._report(what, 0, "write it in Markdown or HTML")
            return
        html = _FOREIGN.sub(self._left_out, _PLAINTEXT.sub("<xmp      ", raw.text))
        if (begun := _unfinished(html)) >= 0:
            what = f"the tag {html[begun : begun + 40].strip()!a} never ends, and is shown as text"
            self._report(what, 0, "close it with >")
            html = html[:begun] + BRACKET + html[begun + 1 :]
        stream.piece(html, holder)
        if "<!--" in html.rpartition("-->")[2]:
            self._report("the comment never ends, and takes along what is after it", 0, "close it with -->")
            stream.tag("-->")
        if found := _NAME.match(html):
            name = found[2].lower()
            if name not in tags.VOID and html.rstrip().endswith("/>") and html.count("<") == 1:
                stream.tag(f"</{name}>")  # as XHTML has it
        if isinstance(raw, RawBlock):
            folded = html.lower()
            for start in _TEXT_ONLY.finditer(html):
                if folded.rfind(f"</{start[1].lower()}") < start.end():
                    stream.tag(f"</{start[1]}>")  # or it would take along what comes after it

    def _left_out(self, found: re.Match[str]) -> str:
        """Spaces in the place of what is of XML and nothing to HTML."""
        self._report(f"{found[0][:40]!a} is no HTML, and is left out", 0, r"write \< for a plain bracket")
        return re.sub(r"\S", " ", found[0])

    # ---- runs --------------------------------------------------------------------------------

    def run(self, run: Run) -> Run:
        holders = [node for node in run if id(node) in self._holders]
        if not _has_raw(holders):
            return list(map(self._within, run)) if holders else run
        return one_run(self._inlines(run))

    def _inlines(self, run: Run) -> list[Node]:
        stream = Stream(self._lines)
        self._run_into(stream, run)
        return self._read(stream)

    def _run_into(self, stream: Stream, run: Run) -> None:
        waiting: Run = []

        def finish() -> None:
            if waiting:
                stream.hole("span", list(waiting))
                waiting.clear()

        left_out = ""
        for place, node in enumerate(run):
            raw = _inner(node)
            tag = _NAME.match(raw.text) if isinstance(raw, RawInline) and raw.format in _HTML else None
            name = tag[2].lower() if tag else ""
            if left_out:
                left_out = "" if tag and tag[1] and name == left_out else left_out
            elif not isinstance(raw, RawInline):
                waiting.append(self._within(node))
            elif name in _ENDED and tag and not tag[1] and _closes(run[place:], name):
                self._report(
                    f"<{name}> is shown by no edition, and is left out with all that is in it", 0, ""
                )
                left_out = name
            elif name and (name not in tags.KNOWN or (name in tags.TEXT_ONLY and not _is_empty(run, place))):
                line = positions.line_of(node, self._lines, self._line)
                if name in tags.KNOWN:
                    what = f"<{name}> is shown by no edition, and not closed here: it is shown as text"
                    self._report(what, line, rf"write \<{name}> if it is")
                else:
                    self._report(*not_html(raw.text, line))
                position = node.attr.get(positions.POSITION) if isinstance(node, Span) else ""
                waiting += positions.wrapped(words(raw.text), position)
            else:
                finish()
                if isinstance(node, Span) and not positions.is_ours(node.attr):
                    line = positions.line_of(node, self._lines, self._line)
                    self._report(
                        f"the attributes beside {raw.text[:40]} {UNUSED}", line, "write them in the tag"
                    )
                self._piece(stream, raw, node if node is not raw else None)
        finish()


def _unfinished(html: str) -> int:
    """Where the tag begins that a text ends in; -1 where it ends in none."""
    return next((found.start() for found in _BEGUN.finditer(html) if found["open"] is not None), -1)


def _holders(nodes: Held) -> set[int]:
    """The identities of those nodes in ``nodes`` that are raw text or hold some, however deep."""
    holders: set[int] = set()

    def look(nodes: Held) -> bool:
        found = False
        for node in nodes:
            kind = type(node)
            if kind in WORDS:
                continue
            if kind is RawInline or kind is RawBlock or sum(map(look, held(node))):
                holders.add(id(node))
                found = True
        return found

    look(nodes)
    return holders


def _inner(node: Any) -> Any:
    """What the reader's wrapper holds, where it holds one node; else the node itself."""
    if positions.is_wrapper(node):
        held = node.blocks if isinstance(node, Div) else node.inlines
        if len(held) == 1:
            return held[0]
    return node


def _closes(run: Run, name: str) -> bool:
    return any(tag[1] and tag[2].lower() == name for tag in _tags(run))


def _is_empty(run: Run, place: int) -> bool:
    """Whether the tag at a place opens or closes an element that holds nothing."""
    pairs = (list(_tags(run[at : at + 2])) for at in (place, place - 1) if at >= 0)
    return any(
        len(pair) == 2 and not pair[0][1] and pair[1][1] and pair[0][2].lower() == pair[1][2].lower()
        for pair in pairs
    )


def _has_raw(run: Run) -> bool:
    return any(isinstance(_inner(node), RawInline) for node in run)


def _opens_blocks(block: Block) -> bool:
    """Whether a paragraph has a tag in it that is one of blocks, and so may reach beyond it."""
    inner = _inner(block)
    return isinstance(inner, Para | Plain) and any(
        tag[2].lower() in tags.BLOCKS for tag in _tags(inner.inlines)
    )


def _tags(run: Run) -> Iterator[re.Match[str]]:
    for node in run:
        raw = _inner(node)
        if isinstance(raw, RawInline) and raw.format in _HTML and (tag := _NAME.match(raw.text)):
            yield tag
