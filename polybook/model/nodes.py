"""pandoc's syntax tree, typed.

The nodes are those of Text.Pandoc.Definition (https://hackage.haskell.org/package/pandoc-types), decoded from
and encoded to pandoc's JSON by msgspec: ``{"t": type, "c": content}``. Where the content is a list of several
parts, the node has an attribute for each: ``link.target.url``, ``header.attr.identifier``.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

import msgspec

T = TypeVar("T")

# ---- parts that are no nodes ---------------------------------------------------------------


class Attr(msgspec.Struct, array_like=True, gc=False):
    """A node's attributes."""

    identifier: str = ""
    classes: list[str] = []
    pairs: list[tuple[str, str]] = []
    """Keys and values."""

    def get(self, key: str, default: str = "") -> str:
        """The value of the last pair with this key."""
        for known, value in reversed(self.pairs):
            if known == key:
                return value
        return default


class Target(msgspec.Struct, array_like=True, gc=False):
    """Where a link leads, or where a picture is, and its title."""

    url: str
    title: str = ""


class Choice(msgspec.Struct, gc=False):
    """One of several names that pandoc has: ``InlineMath``, ``AlignLeft``."""

    t: str


class ListStart(msgspec.Struct, array_like=True, gc=False):
    """The number that an ordered list begins with, and how its numbers look."""

    start: int
    style: Choice
    delimiter: Choice


class Caption(msgspec.Struct, array_like=True, gc=False):
    """The caption of a table or figure."""

    short: list[Inline] | None
    blocks: list[Block]


class Cell(msgspec.Struct, array_like=True, gc=False):
    """A cell of a table."""

    attr: Attr
    alignment: Choice
    rows: int
    columns: int
    blocks: list[Block]


class Row(msgspec.Struct, array_like=True, gc=False):
    """A row of a table."""

    attr: Attr
    cells: list[Cell]


class TableHead(msgspec.Struct, array_like=True, gc=False):
    """A table's head or foot."""

    attr: Attr
    rows: list[Row]


class TableBody(msgspec.Struct, array_like=True, gc=False):
    """A body of a table; it may have a head of its own."""

    attr: Attr
    head_columns: int
    head: list[Row]
    rows: list[Row]


# ---- nodes ---------------------------------------------------------------------------------


class _Node(msgspec.Struct, tag_field="t", gc=False):
    """A node without content."""


class _Parted(_Node, gc=False):
    """A node whose content is a list of several parts."""

    Parts: ClassVar[type[Any]]

    @classmethod
    def of(cls, *parts: Any) -> Self:
        """Make a node of its parts, in pandoc's order."""
        return cls(cls.Parts(*parts))


class _Part(Generic[T]):
    """A part of a node's content as an attribute of the node.

    A property takes its place, whose getter is C: parts are read millions of times.
    """

    def __set_name__(self, owner: type[Any], name: str) -> None:
        def put(node: Any, part: T) -> None:
            setattr(node.c, name, part)

        setattr(owner, name, property(attrgetter(f"c.{name}"), put))

    if TYPE_CHECKING:

        def __get__(self, node: Any, owner: type[Any] | None = None) -> T: ...

        def __set__(self, node: Any, part: T) -> None: ...


class _Text(msgspec.Struct, array_like=True, gc=False):
    attr: Attr
    text: str


class _Raw(msgspec.Struct, array_like=True, gc=False):
    format: str
    text: str


class _Run(msgspec.Struct, array_like=True, gc=False):
    attr: Attr
    inlines: list[Inline]


class _Linked(msgspec.Struct, array_like=True, gc=False):
    attr: Attr
    inlines: list[Inline]
    target: Target


class _Formula(msgspec.Struct, array_like=True, gc=False):
    kind: Choice
    text: str


class _Quotation(msgspec.Struct, array_like=True, gc=False):
    kind: Choice
    inlines: list[Inline]


class _Citations(msgspec.Struct, array_like=True, gc=False):
    citations: list[Any]
    inlines: list[Inline]


class _Heading(msgspec.Struct, array_like=True, gc=False):
    level: int
    attr: Attr
    inlines: list[Inline]


class _Numbered(msgspec.Struct, array_like=True, gc=False):
    start: ListStart
    items: list[list[Block]]


class _Box(msgspec.Struct, array_like=True, gc=False):
    attr: Attr
    blocks: list[Block]


class _Captioned(msgspec.Struct, array_like=True, gc=False):
    attr: Attr
    caption: Caption
    blocks: list[Block]


class _Grid(msgspec.Struct, array_like=True, gc=False):
    attr: Attr
    caption: Caption
    columns: list[Any]
    head: TableHead
    bodies: list[TableBody]
    foot: TableHead


class Str(_Node, tag="Str", rename={"text": "c"}, gc=False):
    """A word."""

    text: str


class Space(_Node, tag="Space", gc=False):
    """The space between two words."""


class SoftBreak(_Node, tag="SoftBreak", gc=False):
    """The end of a line of the source, which is a space to readers."""


class LineBreak(_Node, tag="LineBreak", gc=False):
    """A hard break."""


class _Inlines(_Node, rename={"inlines": "c"}, gc=False):
    inlines: list[Inline]


class Emph(_Inlines, tag="Emph", gc=False):
    """Emphasis."""


class Strong(_Inlines, tag="Strong", gc=False):
    """Strong emphasis."""


class Strikeout(_Inlines, tag="Strikeout", gc=False):
    """Words that are struck out."""


class Superscript(_Inlines, tag="Superscript", gc=False):
    """Raised words."""


class Subscript(_Inlines, tag="Subscript", gc=False):
    """Lowered words."""


class SmallCaps(_Inlines, tag="SmallCaps", gc=False):
    """Words in small capitals."""


class Underline(_Inlines, tag="Underline", gc=False):
    """Underlined words."""


class Quoted(_Parted, tag="Quoted", gc=False):
    """Words in quotation marks."""

    c: _Quotation
    Parts: ClassVar = _Quotation
    kind = _Part[Choice]()
    inlines = _Part[list["Inline"]]()


class Cite(_Parted, tag="Cite", gc=False):
    """Words with citations."""

    c: _Citations
    Parts: ClassVar = _Citations
    citations = _Part[list[Any]]()
    inlines = _Part[list["Inline"]]()


class Code(_Parted, tag="Code", gc=False):
    """Code in a line."""

    c: _Text
    Parts: ClassVar = _Text
    attr = _Part[Attr]()
    text = _Part[str]()


class Math(_Parted, tag="Math", gc=False):
    """A formula, in TeX."""

    c: _Formula
    Parts: ClassVar = _Formula
    kind = _Part[Choice]()
    text = _Part[str]()


class RawInline(_Parted, tag="RawInline", gc=False):
    """Text in a line that is for one format alone."""

    c: _Raw
    Parts: ClassVar = _Raw
    format = _Part[str]()
    text = _Part[str]()


class Link(_Parted, tag="Link", gc=False):
    """A link."""

    c: _Linked
    Parts: ClassVar = _Linked
    attr = _Part[Attr]()
    inlines = _Part[list["Inline"]]()
    target = _Part[Target]()


class Image(_Parted, tag="Image", gc=False):
    """A picture; its inlines are what it shows, in words."""

    c: _Linked
    Parts: ClassVar = _Linked
    attr = _Part[Attr]()
    inlines = _Part[list["Inline"]]()
    target = _Part[Target]()


class Span(_Parted, tag="Span", gc=False):
    """Words with attributes."""

    c: _Run
    Parts: ClassVar = _Run
    attr = _Part[Attr]()
    inlines = _Part[list["Inline"]]()


class Note(_Node, tag="Note", rename={"blocks": "c"}, gc=False):
    """A footnote, where it is referred to."""

    blocks: list[Block]


class Plain(_Inlines, tag="Plain", gc=False):
    """A run of inlines that is no paragraph, as in a tight list."""


class Para(_Inlines, tag="Para", gc=False):
    """A paragraph."""


class LineBlock(_Node, tag="LineBlock", rename={"lines": "c"}, gc=False):
    """Lines that are kept."""

    lines: list[list[Inline]]


class CodeBlock(_Parted, tag="CodeBlock", gc=False):
    """A block of code: a listing, or a transcript."""

    c: _Text
    Parts: ClassVar = _Text
    attr = _Part[Attr]()
    text = _Part[str]()


class RawBlock(_Parted, tag="RawBlock", gc=False):
    """Text that is for one format alone."""

    c: _Raw
    Parts: ClassVar = _Raw
    format = _Part[str]()
    text = _Part[str]()


class BlockQuote(_Node, tag="BlockQuote", rename={"blocks": "c"}, gc=False):
    """A quotation."""

    blocks: list[Block]


class OrderedList(_Parted, tag="OrderedList", gc=False):
    """A numbered list."""

    c: _Numbered
    Parts: ClassVar = _Numbered
    start = _Part[ListStart]()
    items = _Part[list[list["Block"]]]()


class BulletList(_Node, tag="BulletList", rename={"items": "c"}, gc=False):
    """A list with bullets."""

    items: list[list[Block]]


class DefinitionList(_Node, tag="DefinitionList", rename={"items": "c"}, gc=False):
    """Terms, each with its definitions."""

    items: list[tuple[list[Inline], list[list[Block]]]]


class Header(_Parted, tag="Header", gc=False):
    """A heading."""

    c: _Heading
    Parts: ClassVar = _Heading
    level = _Part[int]()
    attr = _Part[Attr]()
    inlines = _Part[list["Inline"]]()


class HorizontalRule(_Node, tag="HorizontalRule", gc=False):
    """A rule."""


class Table(_Parted, tag="Table", gc=False):
    """A table."""

    c: _Grid
    Parts: ClassVar = _Grid
    attr = _Part[Attr]()
    caption = _Part[Caption]()
    columns = _Part[list[Any]]()
    head = _Part[TableHead]()
    bodies = _Part[list[TableBody]]()
    foot = _Part[TableHead]()


class Figure(_Parted, tag="Figure", gc=False):
    """A figure with a caption."""

    c: _Captioned
    Parts: ClassVar = _Captioned
    attr = _Part[Attr]()
    caption = _Part[Caption]()
    blocks = _Part[list["Block"]]()


class Div(_Parted, tag="Div", gc=False):
    """Blocks with attributes: a box, say."""

    c: _Box
    Parts: ClassVar = _Box
    attr = _Part[Attr]()
    blocks = _Part[list["Block"]]()


Marked = Emph | Strong | Strikeout | Superscript | Subscript | SmallCaps | Underline
"""Inlines that hold others and have nothing else."""

Inline = (
    Str | Space | SoftBreak | LineBreak | Emph | Strong | Strikeout | Superscript | Subscript | SmallCaps
    | Underline | Quoted | Cite | Code | Math | RawInline | Link | Image | Span | Note
)  # fmt: skip
Block = (
    Plain | Para | LineBlock | CodeBlock | RawBlock | BlockQuote | OrderedList | BulletList | DefinitionList
    | Header | HorizontalRule | Table | Figure | Div
)  # fmt: skip
Node = Inline | Block
Run = list[Inline]
"""The inlines of one block."""

Tree = list[Block]
"""The blocks of a chapter, or of a part of one."""

WithAttr = Header | Code | CodeBlock | Div | Span | Link | Image | Table | Figure
"""The nodes that have attributes."""

WITH_ATTR: tuple[type[WithAttr], ...] = (Header, Code, CodeBlock, Div, Span, Link, Image, Table, Figure)
MARKED: tuple[type[Marked], ...] = (Emph, Strong, Strikeout, Superscript, Subscript, SmallCaps, Underline)

HEADINGS = ("chapter title", "section heading", "subsection heading")
"""What a heading of level 1, of level 2 and of any deeper level is called."""


class Document(msgspec.Struct, gc=False, rename={"api_version": "pandoc-api-version"}):
    """A whole document, as pandoc reads and writes it."""

    api_version: Sequence[int]
    meta: dict[str, Any]
    blocks: list[Block]


_DOCUMENT = msgspec.json.Decoder(Document)
_TREE = msgspec.json.Decoder(list[Block])
_RUN = msgspec.json.Decoder(list[Inline])
_ENCODER = msgspec.json.Encoder()


def read_document(text: bytes | str) -> Document:
    """Return the document that pandoc's JSON has; raises RecursionError where it is nested too deep."""
    return _DOCUMENT.decode(text)


def read_tree(text: bytes | str) -> Tree:
    """Return the blocks that are stored as JSON."""
    return _TREE.decode(text)


def read_run(text: bytes | str) -> Run:
    """Return the inlines that are stored as JSON."""
    return _RUN.decode(text)


def written(nodes: Document | Sequence[Block] | Sequence[Inline]) -> bytes:
    """Return a document, blocks or inlines as pandoc's JSON."""
    return _ENCODER.encode(nodes)
