"""Boxes, captions and definitions: what authors write in several ways becomes one.

A box is a Div with the name of its kind as a class, and, where it has a title, a Div ``title`` as its first
block: pandoc's own form. Read as that are GitHub's alerts, with a title as Obsidian has it, and titles after
the kind or as an attribute::

    > [!NOTE]            > [!TIP] A title        ::: tip A title        ::: {.warning title="A title"}
    > Its text.          > Its text.             Its text.              Its text.
                                                 :::                    :::

A paragraph ``Table: ...`` or ``: ...`` beside a table is its caption, as in pandoc's own Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

from polybook.markup import folds, positions
from polybook.markup.html.tags import TAG
from polybook.markup.prepared import LETTER
from polybook.markup.tree import is_title
from polybook.model.nodes import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Caption,
    DefinitionList,
    Div,
    Header,
    Inline,
    LineBreak,
    OrderedList,
    Para,
    Plain,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Table,
    Tree,
)

KINDS = frozenset({"note", "tip", "important", "warning", "caution", "danger", "info"})
"""The kinds of boxes. GitHub has the first five."""

_TITLED_TOO = frozenset({folds.DETAILS, folds.TAB})
"""What beside boxes takes a title (`folds`)."""

TITLE = "title"
"""The class of the Div that a box's title is in (`tree.is_title`), and the attribute that may give it."""


def kind_of(box: Div) -> str | None:
    """The kind of a box, None for any other Div: a class in letters of either case, or Quarto's for it."""
    if box.attr.get(TAG):
        return None
    return next(filter(KINDS.__contains__, map(_kind, box.attr.classes)), None)


def others(box: Div) -> list[str]:
    """The classes of a box beside its kind."""
    return [name for name in box.attr.classes if _kind(name) not in KINDS]


def _kind(name: str) -> str:
    return name.lower().removeprefix("callout-")


def title_of(box: Div) -> tuple[Run, Tree]:
    """A box's title, empty where it has none, and its other blocks."""
    match box.blocks:
        case [Div(blocks=[Para() | Plain() as only]) as first, *rest] if is_title(first):
            return only.inlines, rest
    return [], box.blocks


# ---- titles in the text ----------------------------------------------------------------------

_FENCE = r"(?P<before>[ \t>]*(?:(?:[-*+:~]|\d{1,9}[.)]|\[\^[^\]\s]++\]:)[ \t]++)*+:{3,}[ \t]*)"
# The words go on while what comes is not the end: spaces, colons, spaces. Runs of both are taken whole.
_NAMED = re.compile(
    _FENCE + r"(?P<kind>[A-Za-z-]+)"
    r"(?:[ \t]++(?P<after>(?![\s:{])(?:[^ \t:\n]++|(?![ \t]*+:*+[ \t]*+$)(?:[ \t]++|:++))+)"
    r"|\[(?P<within>.+)\])[ \t]*+:*+[ \t]*+$"
)
_ATTRIBUTE = re.compile(_FENCE + r"\{[^\n]*?\btitle=(?:\"(?P<quoted>[^\"\n]+)\"|(?P<bare>[^\s\"}]+))")
_TITLED = re.compile(
    rf"(?P<kind>[A-Za-z-]+)(?:{LETTER}++(?P<after>(?:[^{LETTER}:\n]++|(?!{LETTER}*+:*+\Z)(?:{LETTER}++|:++))*)"
    rf"|\[(?P<within>.*)\]){LETTER}*+:*+"
)

Titles = Mapping[int | str, Run]
"""Titles as they are read, each by its line and by its text."""


class TitleText(NamedTuple):
    """Titles on the lines of a text that open a box."""

    lines: tuple[int, ...]
    """Counted from 1."""

    texts: tuple[str, ...]

    document: str
    """A text with these titles as headings, each in its line and column, and nothing else."""

    def read(self, blocks: Tree) -> Titles:
        """The titles, from the blocks that the document was read as."""
        runs = [block.inlines for block in blocks if isinstance(block, Header)]
        if len(runs) != len(self.lines):
            return {}
        return {**dict(zip(self.texts, runs, strict=True)), **dict(zip(self.lines, runs, strict=True))}


def titles(text: str) -> TitleText | None:
    """Return the titles that stand on lines of ``text`` which may open a box; None where there are none."""
    found: dict[int, tuple[int, str]] = {}
    for start, line in _fences(text):
        match = _named(line) or _ATTRIBUTE.match(line)
        if match and match.lastgroup:
            group = match.lastgroup
            column = len(line[: match.start(group)].expandtabs(4))
            found[text.count("\n", 0, start) + 1] = column, match[group]
    if not found:
        return None
    lines = [""] * max(found)
    for number, (column, title) in found.items():
        lines[number - 1] = f"#{' ' * (column - 1)}{title} #"
    return TitleText(tuple(found), tuple(title for _, title in found.values()), "\n".join(lines) + "\n")


def joined(text: str) -> str:
    """Return the text with each title after a box's kind joined to it by letters: pandoc takes but one word.

    `prepared.part` undoes it where no box is opened.
    """
    pieces: list[str] = []
    done = 0
    for start, line in _fences(text):
        if match := _named(line):
            begin = start + match.end("before")
            pieces += (text[done:begin], re.sub("[ \t]", LETTER, line[match.end("before") :]))
            done = start + len(line)
    return "".join([*pieces, text[done:]])


def _fences(text: str) -> Iterator[tuple[int, str]]:
    """The lines with three colons, each after where it starts."""
    at = text.find(":::")
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = len(text) if end < 0 else end
        yield start, text[start:end]
        at = text.find(":::", end)


def _named(line: str) -> re.Match[str] | None:
    """A line that opens a box, if it does, with a title after the kind."""
    match = _NAMED.match(line)
    return match if match and _takes_title(match["kind"]) else None


def _takes_title(name: str) -> bool:
    return name.lower() in KINDS or name in _TITLED_TOO


# ---- blocks ----------------------------------------------------------------------------------

_ALERT = re.compile(r"\[!(\w+)\][-+]?")


def shaped(blocks: Tree, named: Titles) -> Tree:
    """Return ``blocks``, whose nodes are changed in place, with boxes and captions as all know them.

    Those in footnotes are left as they are.
    """
    new: Tree = []
    has_tables = False
    for block in blocks:
        match block:
            case Div():
                block.blocks = shaped(block.blocks, named)
                _name(block, named)
            case BlockQuote():
                block.blocks = shaped(block.blocks, named)
                new.append(_alert(block) or block)
                continue
            case BulletList():
                block.items = [_loose(shaped(item, named)) for item in block.items]
            case OrderedList():
                block.items = [_loose(shaped(item, named)) for item in block.items]
            case DefinitionList():
                block.items = [
                    (term, [_loose(shaped(part, named)) for part in parts]) for term, parts in block.items
                ]
            case Table():
                has_tables = True
        new.append(block)
    return _captioned(new) if has_tables else new


def _name(box: Div, named: Titles) -> None:
    """Put the title of a box, or of what folds, into it as its first block."""
    title = _taken_title(box, named)
    if folds.DETAILS in box.attr.classes:
        folds.fold(box, title)
    elif title:
        box.blocks = [_title(title), *box.blocks]


def _taken_title(box: Div, named: Titles) -> Run:
    """The title that a block's attributes give, which they have no longer; empty where there is none."""
    attr = box.attr
    match = _TITLED.fullmatch(attr.classes[0]) if len(attr.classes) == 1 else None
    if match and _takes_title(match["kind"]):
        text = (match["after"] or match["within"]).replace(LETTER, " ")
        attr = Attr(attr.identifier, [match["kind"]], attr.pairs)
    elif attr.get(TITLE) and (kind_of(box) or not _TITLED_TOO.isdisjoint(attr.classes)):
        text = attr.get(TITLE)
        attr = Attr(attr.identifier, attr.classes, [pair for pair in attr.pairs if pair[0] != TITLE])
    else:
        return []
    box.attr = attr
    return named.get(positions.first_line(box) or text) or [Str(text)]


def _title(run: Run) -> Div:
    return Div.of(Attr("", [TITLE], []), [Para(run)])


def _alert(quote: BlockQuote) -> Div | None:
    """The box that a quotation is which begins with ``[!NOTE]``; None for any other."""
    first = _bare(quote.blocks[0]) if quote.blocks else None
    if not isinstance(first, Para):
        return None
    word, rest = _first_word(first.inlines)
    match = _ALERT.fullmatch(word)
    if not match or match[1].lower() not in KINDS:
        return None
    end = next((place for place, node in enumerate(rest) if _is_break(node)), len(rest))
    title, first.inlines = rest[:end], rest[end + 1 :]
    blocks = quote.blocks if first.inlines else quote.blocks[1:]
    named = [_title(title)] if title else []
    return Div.of(Attr("", [match[1].lower()], []), [*named, *blocks])


def _captioned(blocks: Tree) -> Tree:
    """Blocks in which a caption beside a table, after it or before it, is in the table."""
    new: Tree = []
    waiting = iter(zip_longest(blocks, blocks[1:], blocks[2:]))
    for block, second, third in waiting:
        table = block
        caption = _caption(second) if isinstance(block, Table) else []
        if not caption and isinstance(second, Table) and not _caption(third):
            table, caption = second, _caption(block)
        if isinstance(table, Table) and caption:
            _put(caption, table)
            next(waiting)
            new.append(table)
        else:
            new.append(block)
    return new


def _caption(block: Block | None) -> Run:
    """What a paragraph says as a caption; empty where it is none."""
    only = _bare(block) if block else None
    if not isinstance(only, Para):
        return []
    word, rest = _first_word(only.inlines)
    return rest if word.lower() in ("table:", ":") else []


def _put(caption: Run, table: Table) -> None:
    """Put a caption into its table, which gets the attributes at its end: ``: Caption {#name}``."""
    last = caption[-1]
    if isinstance(last, Span) and last.inlines[:1] == [Space()]:
        caption = caption[:-1]
        own = last.attr
        pairs = [pair for pair in own.pairs if pair[0] not in positions.OURS]
        table.attr = Attr(own.identifier, own.classes, [*table.attr.pairs, *pairs])
    table.caption = Caption(None, [Plain(caption)])


def _loose(blocks: Tree) -> Tree:
    """An item's or a definition's blocks: of several texts each is a paragraph, or they run together."""
    if len(blocks) > 1 and sum(isinstance(_bare(block), Plain) for block in blocks) > 1:
        return [_paragraph(block) for block in blocks]
    return blocks


def _paragraph(block: Block) -> Block:
    if isinstance(block, Plain):
        return Para(block.inlines)
    if positions.is_wrapper(block) and isinstance(block, Div):
        block.blocks = [_paragraph(one) for one in block.blocks]
    return block


# ---- with positions or without ---------------------------------------------------------------


def _bare(block: Block) -> Block:
    """A block without the wrapper that has its position."""
    if isinstance(block, Div) and positions.is_wrapper(block) and len(block.blocks) == 1:
        return block.blocks[0]
    return block


def _only(node: Inline) -> Inline:
    """An inline without the wrapper that has its position, where it is alone in it."""
    if isinstance(node, Span) and positions.is_wrapper(node) and len(node.inlines) == 1:
        return node.inlines[0]
    return node


def _first_word(run: Run) -> tuple[str, Run]:
    """The word that a run begins with, and what comes after it and a space."""
    word = ""
    for place, node in enumerate(run):
        only = _only(node)
        if isinstance(only, Str):
            word += only.text
        elif isinstance(only, Space):
            return word, run[place + 1 :]
        elif isinstance(only, SoftBreak | LineBreak):
            return word, run[place:]
        else:
            return "", []
    return word, []


def _is_break(node: Inline) -> bool:
    return isinstance(_only(node), SoftBreak | LineBreak)
