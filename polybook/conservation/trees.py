"""What an edition's trees say, as tokens.

This walk knows nothing of the writers: it is what they are held against. What a format adds to a chapter's
text, and what it shows in another way, is declared here and in the modules that read the formats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from polybook.chapters import addresses, captions
from polybook.conservation import pages
from polybook.conservation.tokens import DONE, OPEN, Stream, Writer
from polybook.markup.fences import CAPTION, TITLE
from polybook.markup.tree import beside_words, is_label
from polybook.model.edition import Label, Labels
from polybook.model.nodes import (
    Block,
    BlockQuote,
    BulletList,
    Cite,
    Code,
    CodeBlock,
    DefinitionList,
    Div,
    Figure,
    Header,
    Image,
    Inline,
    LineBlock,
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Para,
    Plain,
    Quoted,
    RawBlock,
    RawInline,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Table,
    Tree,
)
from polybook.render import labels
from polybook.render.blocks import label, untranslated_note
from polybook.render.subject_index import PLACES
from polybook.render.words import Words


@dataclass(frozen=True)
class Added:
    """What a format adds to the text of chapters."""

    say: Words
    """The theme's words."""

    names: Labels = field(default_factory=dict)
    """What stands before headings and captions, and in the place of links without words."""

    heading: Callable[[Label | None, Words], str] = labels.before_heading
    """What of a heading's label stands before it."""

    boxes: bool = True
    """Above boxes and transcripts it says what they are, and above listings their titles and files."""

    notice: bool = False
    """Below a title it says how much of the chapter is not translated."""

    addresses: bool = False
    """In a footnote, addresses stand behind the links."""

    many: int | None = None
    """Below a paragraph with more links than these out of the book stands a list of their addresses."""

    tabs: int | None = None
    """How many letters apart a listing's tabs stand that are spaces; None where they are tabs."""

    pages: bool = False
    """In the subject index, numbers of pages stand in the place of links; `pdf` passes over them."""


def stream(chapters: Sequence[Tree], added: Added | None = None, untranslated: Sequence[int] = ()) -> Stream:
    """Return what these chapters say, with what a format adds to them.

    The place of a token is the number of its top-level block, counted through all chapters. ``untranslated``
    says how many of each chapter's messages are.
    """
    walk = _Walk(added)
    for number, blocks in enumerate(chapters):
        notice = ""
        if added and added.notice:
            notice = untranslated_note(added.say, untranslated[number])
        for place, block in enumerate(blocks):
            walk.block(block)
            if place == 0 and notice:
                walk.words(notice)
            walk.out.place += 1
    return walk.out.stream()


class _Walk:
    def __init__(self, added: Added | None) -> None:
        self.out = Writer()
        self._main = self.out  # where footnotes go
        self._added = added
        self._is_listed = True  # whether addresses may stand in a list here

    def words(self, text: str) -> None:
        """A block of a few words."""
        self.out.edge()
        self.out.text(text)
        self.out.edge()

    # ---- blocks ------------------------------------------------------------------------------

    def blocks(self, blocks: Tree) -> None:
        for block in blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        self.out.edge()
        match block:
            case Para() | Plain():
                self.run(block.inlines)
                if (found := captions.captioned(block)) and found.kind == captions.FIGURE:
                    self._label(self._before(found.attr.identifier))
                    self.words(found.title)
                self._addresses(block.inlines)
            case Header():
                self._label(self._before(block.attr.identifier))
                self.run(block.inlines)
            case CodeBlock():
                if caption := block.attr.get(CAPTION) if self._added else "":
                    self._label(self._before(block.attr.identifier))
                    self.words(caption)
                self._label(_label_of_code(block, self._added))
                tabs = self._added.tabs if self._added else None
                self.out.listing(block.text if tabs is None else block.text.expandtabs(tabs))
            case Div():
                if self._added and self._added.boxes:
                    self._label(label(block, self._added.say))
                self._apart(block.blocks) if is_label(block) else self.blocks(block.blocks)
            case BlockQuote():
                self.blocks(block.blocks)
            case BulletList():
                for item in block.items:
                    self._item(item)
            case OrderedList():
                for item in block.items:
                    self.blocks(item)
            case DefinitionList():
                for term, definitions in block.items:
                    self.run(term)
                    for definition in definitions:
                        self.out.edge()
                        self.blocks(definition)
            case Table():
                self._table(block)
            case Figure():
                self.blocks(block.blocks)
                self._apart(block.caption.blocks)
            case LineBlock():
                for line in block.lines:
                    self.run(line)
                    self.out.edge()
            case RawBlock() if block.format in ("html", "html5"):
                pages.fragment(block.text, self.out)
        self.out.edge()

    def _apart(self, blocks: Tree) -> None:
        """Blocks in which addresses stand in no list."""
        outer, self._is_listed = self._is_listed, False
        self.blocks(blocks)
        self._is_listed = outer

    def _addresses(self, run: Run) -> None:
        """The list of the addresses of a paragraph's links."""
        many = self._added.many if self._added else None
        if many is None or not self._is_listed or self.out is not self._main:
            return
        links = [node for node in beside_words(run) if isinstance(node, Link) and _is_hidden(node)]
        for link in links if len(links) > many else []:
            self.out.edge()
            self.run([node for node in link.inlines if not isinstance(node, Note)])
            self.out.text(f": {link.target.url.removeprefix('mailto:')}")

    def _label(self, text: str) -> None:
        if text:
            self.words(text)

    def _item(self, item: Tree) -> None:
        """An item of a list, which may be a task."""
        start = len(self.out)
        self.blocks(item[:1])
        begin = [token.text for token in self.out.since(start)[:3]]
        if begin[:2] == ["[", "]"] and len(begin) > 2:
            self.out.replace(start, 2, OPEN)
        elif begin[:1] in (["[x]"], ["[X]"]) and len(begin) > 1:
            self.out.replace(start, 1, DONE)
        self.blocks(item[1:])

    def _table(self, table: Table) -> None:
        if table.caption.blocks:
            self._label(self._before(table.attr.identifier))
        self._apart(table.caption.blocks)
        rows = [*table.head.rows]
        for body in table.bodies:
            rows += [*body.head, *body.rows]
        for row in [*rows, *table.foot.rows]:
            for cell in row.cells:
                self._apart(cell.blocks)

    def _known(self, anchor: str) -> Label | None:
        return self._added.names.get(anchor) if self._added else None

    def _before(self, anchor: str) -> str:
        """What stands before a heading or a caption."""
        known = self._known(anchor)
        if not self._added or not known:
            return ""
        is_heading = known.kind in ("chapter", "section")
        return (self._added.heading if is_heading else labels.caption)(known, self._added.say)

    # ---- inlines -----------------------------------------------------------------------------

    def run(self, run: Run) -> None:
        for node in run:
            self._inline(node)

    def _inline(self, node: Inline) -> None:
        match node:
            case Str():
                self.out.text(node.text)
            case Space() | SoftBreak():
                self.out.text(" ")
            case LineBreak():
                self.out.line_break()
            case Code():
                self.out.code(node.text)
            case Math():
                self.out.formula()
            case Image():
                self.out.picture(_spoken(node.inlines))
            case Note():
                self._note(node)
            case RawInline():
                if node.format in ("html", "html5"):
                    pages.fragment(node.text, self.out)
            case Quoted():
                self.out.text('"')
                self.run(node.inlines)
                self.out.text('"')
            case Link(inlines=[]):
                known = self._known(node.target.url[1:])
                if self._added and known:
                    self.out.text(labels.reference(known, self._added.say))
            case Link():
                self.run(node.inlines)
                self._address(node)
            case Span() if self._added and self._added.pages and PLACES in node.attr.classes:
                pass
            case Cite():
                self.run(node.inlines)
            case _:
                self.run(node.inlines)

    def _note(self, node: Note) -> None:
        outer, self.out = self.out, Writer()
        self.out.place = outer.place
        self.blocks(node.blocks)
        self._main.note(self.out)
        self.out = outer

    def _address(self, node: Link) -> None:
        """The address of a link in a footnote, where paper has it and the text has not."""
        is_noted = self.out is not self._main
        if is_noted and self._added and self._added.addresses and _is_hidden(node):
            self.out.text(f" ({node.target.url.removeprefix('mailto:')})")


def _label_of_code(block: CodeBlock, added: Added | None) -> str:
    """What stands above a block of code: the name of its file, or that a program printed it."""
    if not added or not added.boxes:
        return ""
    if "transcript" not in block.attr.classes:
        return block.attr.get("file") or block.attr.get(TITLE)
    of = block.attr.get("of")
    return added.say("Output of {file}", file=of) if of else added.say("Output")


def _is_hidden(link: Link) -> bool:
    """Whether a link leads out of the book to an address that its text does not show."""
    url = link.target.url
    return not url.startswith("#") and not addresses.shows(_spoken(link.inlines), url)


def _spoken(run: Run) -> str:
    """A run's text without any mark-up, as an alternative text has it."""
    parts = []
    for node in run:
        match node:
            case Str() | Code() | Math():
                parts.append(node.text)
            case Space() | SoftBreak() | LineBreak():
                parts.append(" ")
            case Note() | RawInline():
                pass
            case Quoted():
                parts.append(f'"{_spoken(node.inlines)}"')
            case _:
                parts.append(_spoken(node.inlines))
    return "".join(parts)
