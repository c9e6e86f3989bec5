"""What is made of HTML's elements of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from polybook.markup import tree
from polybook.markup.html import inlines, tags
from polybook.markup.html.elements import Elements
from polybook.markup.html.runs import blocks_of, is_comment, one_run
from polybook.model.nodes import (
    Attr,
    BlockQuote,
    BulletList,
    Caption,
    Cell,
    Choice,
    CodeBlock,
    DefinitionList,
    Div,
    Header,
    HorizontalRule,
    ListStart,
    Node,
    OrderedList,
    Para,
    Plain,
    Row,
    Run,
    Table,
    TableBody,
    TableHead,
    Tree,
)

if TYPE_CHECKING:  # the parser is loaded where there is HTML to read
    from justhtml.dom import Node as Element

WIDEST = 100
"""How many columns a cell may have, and how many rows it may reach."""

_STYLES = {"1": "Decimal", "a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman", "I": "UpperRoman"}
_LANGUAGE = re.compile(r"lang(?:uage)?-")
_CELLS = frozenset({"td", "th"})


def paragraph(elements: Elements, element: Element) -> list[Node]:
    """A paragraph."""
    blocks = elements.flow(element)
    return elements.boxed(element, blocks) if blocks or elements.attr(element).identifier else []


def box(elements: Elements, element: Element) -> list[Node]:
    """Blocks, in a box where they have attributes."""
    return elements.boxed(element, elements.flow(element))


def kept(elements: Elements, element: Element) -> list[Node]:
    """Blocks with the name of their element."""
    return [Div.of(elements.attr(element, element.name), elements.flow(element))]


def line(elements: Elements, element: Element) -> list[Node]:
    """A line of its own, such as the words that stay of what can be folded, with the name of its element."""
    return [Div.of(elements.attr(element, element.name), elements.flow(element, tight=True))]


def quotation(elements: Elements, element: Element) -> list[Node]:
    """A quotation."""
    return elements.boxed(element, [BlockQuote(elements.flow(element))])


def rule(elements: Elements, element: Element) -> list[Node]:
    """A rule."""
    return [HorizontalRule()]


def heading(elements: Elements, element: Element) -> list[Node]:
    """A heading. Without an identifier it gets one of its words."""
    run = one_run(elements.all(element))
    attr = elements.placed(element, elements.attr(element))
    attr.pairs = [pair for pair in attr.pairs if pair[0] != "style"]
    attr.identifier = attr.identifier or elements.identifier(tree.plain(run))
    return [Header.of(tags.HEADINGS[element.name], attr, run)]


def listing(elements: Elements, element: Element) -> list[Node]:
    """Text whose spaces and lines are kept; what Markdown made within it stands between listings."""
    attr = elements.attr(element)
    found: list[Node] = []
    classes = list(attr.classes)
    text: list[str] = []

    def finish() -> None:
        code = "".join(text).rstrip("\n")
        text.clear()
        if code.strip():
            kinds = [_LANGUAGE.sub("", name) for name in classes]
            found.append(CodeBlock.of(elements.placed(element, Attr("", kinds)), code))

    def look(inner: Element) -> None:
        for child in inner.children or ():
            if child.name == "#text":
                text.append(cast(str, child.data))
            elif elements.is_hole(child):
                finish()
                found.extend(elements.fill(child))
            elif child.name == "br":
                text.append("\n")
            elif child.name == "img":
                finish()
                found.extend(inlines.image(elements, child))
            else:
                classes.extend(elements.attr(child).classes if child.name in tags.CODE else ())
                look(child)

    look(element)
    finish()
    return [Div.of(Attr(attr.identifier), blocks_of(found))] if attr.identifier else found


# ---- lists -----------------------------------------------------------------------------------


def items(elements: Elements, element: Element) -> list[Node]:
    """A list."""
    found: list[Tree] = []
    for child in element.children or ():
        if child.name == "li":
            number = (child.attrs or {}).get("value")
            if number and number != str(len(found) + 1):
                what = f"the number {number[:20]!a} of the item is left out"
                elements.say(what, child, 'write <ol start="...">')
            found.append(cast(Tree, elements.boxed(child, elements.flow(child, tight=True))))
        elif blocks := _without_comments(blocks_of(elements.nodes(child))):
            found[-1:] = [[*found[-1], *blocks]] if found else [blocks]
    if not found:
        return []
    if element.name != "ol":
        return elements.boxed(element, [BulletList(found)])
    given = element.attrs or {}
    start = re.fullmatch(r"\s*(\d{1,6})\s*", given.get("start") or "")
    style = _STYLES.get(given.get("type") or "1", "Decimal")
    begin = ListStart(int(start[1]) if start else 1, Choice(style), Choice("Period"))
    return elements.boxed(element, [OrderedList.of(begin, found)])


def item(elements: Elements, element: Element) -> list[Node]:
    """An item without a list."""
    return [BulletList([elements.flow(element, tight=True)])]


def definitions(elements: Elements, element: Element) -> list[Node]:
    """A list of terms."""
    found: list[tuple[Run, list[Tree]]] = []

    def define(blocks: Tree) -> None:
        if blocks and not found:
            found.append(([], []))
        if blocks:
            found[-1][1].append(blocks)

    def look(inner: Element) -> None:
        for child in inner.children or ():
            if child.name == "dt":
                found.append((one_run(elements.all(child)), []))
            elif child.name == "dd":
                define(elements.flow(child, tight=True))
            elif child.name == "div" and not elements.is_hole(child):
                look(child)
            else:
                define(_without_comments(blocks_of(elements.nodes(child))))

    look(element)
    return elements.boxed(element, [DefinitionList(found)]) if found else []


def _without_comments(blocks: Tree) -> Tree:
    return [block for block in blocks if not is_comment(block)]


# ---- tables ----------------------------------------------------------------------------------


def table(elements: Elements, element: Element) -> list[Node]:
    """A table with its caption; one that is more than a text stands before it."""
    found: list[Node] = []
    caption = Caption(None, [])
    head: list[Element] = []
    foot: list[Element] = []
    bodies: list[list[Element]] = []
    for child in element.children or ():
        rows = [row for row in child.children or () if row.name == "tr"]
        if child.name == "caption":
            attr, said = elements.attr(child), elements.flow(child)
            match said:
                case [Para() | Plain() as only] if attr == Attr() and not caption.blocks:
                    caption = Caption(None, [Plain(only.inlines)])
                case _:
                    own = Attr(attr.identifier, ["caption", *attr.classes], attr.pairs)
                    found.append(Div.of(own, said))
        elif child.name == "thead":
            head += rows
        elif child.name == "tfoot":
            foot += rows
        elif child.name == "tbody":
            bodies.append(rows)
        elif child.name not in ("colgroup", "col"):
            found += _without_comments(blocks_of(elements.nodes(child)))
    if not head and bodies and len(bodies[0]) > 1 and _heads(bodies[0][0]) == len(_cells(bodies[0][0])):
        head.append(bodies[0].pop(0))
    parts = [_rows(elements, rows) for rows in (head, *bodies, foot)]
    width = max(map(_width, parts))
    if not width:
        return [*found, *caption.blocks]
    top, *middle, bottom = [_filled(rows, width) for rows in parts]
    attr = elements.begun(element, elements.attr(element))
    attr.pairs = [pair for pair in attr.pairs if pair[0] != "style"]
    made = Table.of(
        attr,
        caption,
        [[Choice("AlignDefault"), Choice("ColWidthDefault")] for _ in range(width)],
        TableHead(Attr(), top),
        [
            TableBody(Attr(), int(all(map(_heads, rows))), [], made)
            for rows, made in zip(bodies, middle, strict=True)
            if made
        ],
        TableHead(Attr(), bottom),
    )
    return [*found, made]


def _cells(row: Element) -> list[Element]:
    return [child for child in row.children or () if child.name in _CELLS]


def _heads(row: Element) -> int:
    """How many cells at a row's beginning are heads."""
    names = [cell.name for cell in _cells(row)]
    return names.index("td") if "td" in names else len(names)


def _rows(elements: Elements, rows: Iterable[Element]) -> list[Row]:
    return [Row(elements.attr(row), [_cell(elements, cell) for cell in _cells(row)]) for row in rows]


def _cell(elements: Elements, element: Element) -> Cell:
    attr = elements.attr(element)
    style = attr.get("style")
    align = next((one for one in ("left", "right", "center") if f"text-align: {one}" in style), "default")
    attr.pairs = [pair for pair in attr.pairs if pair[0] != "style"]
    given = element.attrs or {}
    rows, columns = _span(given.get("rowspan")), _span(given.get("colspan"))
    return Cell(attr, Choice(f"Align{align.capitalize()}"), rows, columns, elements.flow(element, tight=True))


def _span(written: str | None) -> int:
    found = re.match(r"\s*(\d{1,4})", written or "")
    return min(max(int(found[1]), 1), WIDEST) if found else 1


def _width(rows: Sequence[Row]) -> int:
    return max(_widths(rows), default=0)


def _widths(rows: Sequence[Row]) -> Iterator[int]:
    """How many columns each row takes, with the cells of rows above that reach down into it."""
    reaching: list[tuple[int, int]] = []  # columns, and for how many rows more
    for row in rows:
        yield sum(cell.columns for cell in row.cells) + sum(columns for columns, _ in reaching)
        reaching = [(columns, left - 1) for columns, left in reaching if left > 1]
        reaching += [(cell.columns, cell.rows - 1) for cell in row.cells if cell.rows > 1]


def _filled(rows: Sequence[Row], width: int) -> list[Row]:
    """Rows of the same width, in which no cell reaches beyond the last one."""
    filled = []
    for number, (row, known) in enumerate(zip(rows, _widths(rows), strict=True)):
        for cell in row.cells:
            cell.rows = min(cell.rows, len(rows) - number)
        empty = [Cell(Attr(), Choice("AlignDefault"), 1, 1, []) for _ in range(width - known)]
        filled.append(Row(row.attr, row.cells + empty))
    return filled
