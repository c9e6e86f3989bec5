"""What pandoc is given to read, and the way back from what it writes.

First a text is mended (`mend`): written so that pandoc reads in it what its author meant. What that moves is
kept, so that a place in the mended text is known in the author's. Each mend is a function in `_MENDS`; they
are made one after another, and each sees what those before it made.

To add one, write a function that yields an `Edit` for each piece that it writes otherwise, in the order of
the text::

    def _money(text: str) -> Iterator[Edit]:
        for match in _PRICE.finditer(text):
            yield Edit(match.start(), match.end(), "\\\\$")  # "$" becomes "\\$"

and put it into `_MENDS`. It must leave what it has mended as it is, as a text may come by twice, and lines as
they are: an edit neither holds a line's end nor makes one. And as texts are read alone too (`alone`), what is
an edit in a chapter should be one in a paragraph of it that stands on a line of its own.

Then words are joined (`join`), to be parted again in what pandoc writes (`part`). Each word and each space is
a token of its own to pandoc, and where it is asked for positions, a node in a wrapper of its own: half of its
work and more. So the space between two words becomes a letter, which makes one word of them. As it is one
character too, no position moves.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any, NamedTuple, cast

from polybook.markup.tree import WORDS, Held, held
from polybook.model.nodes import (
    Code,
    CodeBlock,
    Image,
    Link,
    Math,
    Node,
    RawBlock,
    RawInline,
    Space,
    Str,
    Target,
    Tree,
)

# ---- mends -----------------------------------------------------------------------------------


class Edit(NamedTuple):
    """A piece of a text, ``text[start:end]``, that is written otherwise: as ``made``, which is not empty."""

    start: int
    end: int
    made: str


Mend = Callable[[str], Iterator[Edit]]


class _Moves(NamedTuple):
    """What one mend moved: the edges of its edits, in the text that it made and in the one it was given."""

    starts: list[int]
    ends: list[int]
    given_starts: list[int]
    given_ends: list[int]

    def given_start(self, offset: int) -> int:
        """Where that begins which begins at an offset of the text that was made."""
        edit = bisect_right(self.starts, offset) - 1
        if edit < 0:
            return offset
        past = offset - self.ends[edit]
        return self.given_ends[edit] + past if past >= 0 else self.given_starts[edit]

    def given_end(self, offset: int) -> int:
        """Where that ends which ends at an offset of the text that was made."""
        edit = bisect_right(self.starts, offset) - 1
        if edit < 0:
            return offset
        if offset == self.starts[edit]:
            return self.given_starts[edit]
        return self.given_ends[edit] + max(0, offset - self.ends[edit])


class Mended(NamedTuple):
    """A text as pandoc is to read it, and the way back to the text as it was written."""

    text: str
    moves: tuple[_Moves, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return from where to where that is written which stands at ``text[start:end]``.

        Of what a mend made together, all is in it as soon as some is.
        """
        for moves in reversed(self.moves):
            start, end = moves.given_start(start), moves.given_end(end)
        return start, end


def mend(text: str) -> Mended:
    """Return a text as pandoc is to read it."""
    moves = []
    for make in _MENDS:
        if edits := list(make(text)):
            text, moved = _made(text, edits)
            moves.append(moved)
    return Mended(text, tuple(moves))


def _made(text: str, edits: list[Edit]) -> tuple[str, _Moves]:
    pieces: list[str] = []
    moves = _Moves([], [], [], [])
    past = length = 0
    for start, end, made in edits:
        pieces += (text[past:start], made)
        length += start - past
        moves.starts.append(length)
        length += len(made)
        moves.ends.append(length)
        moves.given_starts.append(start)
        moves.given_ends.append(end)
        past = end
    return "".join([*pieces, text[past:]]), moves


def _composed(text: str) -> Iterator[Edit]:
    """Letters with marks of their own: pandoc makes one character of them, and counts them so."""
    if not unicodedata.is_normalized("NFC", text):
        for match in _CLUSTER.finditer(text):
            composed = unicodedata.normalize("NFC", match[0])
            if composed != match[0]:
                yield Edit(match.start(), match.end(), composed)


# A character with the marks after it, which are no letters but for those of Hangul, and no punctuation.
_MARK = r"(?:[^\w\0-\xbf\u2000-\u20cf\u2100-\u2bff\u3000-\u3029]|[\u1160-\u11ff])"
_CLUSTER = re.compile(rf"[^\0-\x7f]{_MARK}*|[\0-\x7f]{_MARK}+")


_MENDS: tuple[Mend, ...] = (_composed,)

# ---- words -----------------------------------------------------------------------------------

LETTER = "\ua7fa"
"""What stands for a space: a letter of hardly any text, with no other case and no other form."""

# Letters and digits. To join across punctuation, which is a token of its own, brings nothing.
_WORD = r"[^\W_]"
_SPACE = re.compile(f" (?<={_WORD} )(?={_WORD})")
# What names a definition elsewhere would have to be joined there too; an address with a space in it is none.
_BRACKETS = re.compile(r"(\[[^][\n]*\](?![(:])|\[[^][\n]*\]\([^()\n]*\))")
# Brackets that are not as simple as that, attributes, HTML, and the line below a heading, whose identifier is
# made of its words.
_RISKY = re.compile(r"[][{}<]|\n[ \t>]*(?:=+|-+)[ \t]*(?:\n|\Z)")
# A heading, and what opens code and boxes: the first word says the kind.
_RISKY_LINE = re.compile(r"#[ \t]|```|~~~|:::")
_EMPTY_LINE = re.compile(r"(\n[ \t]*(?=\n))")
_SPACE_NODE = Space()


def join(text: str) -> str:
    """Return the text, which `is_free`, with words joined where that changes nothing but the words.

    In code and raw text spaces may become letters too.
    """
    return "".join(map(_joined, _EMPTY_LINE.split(text)))


def part(blocks: Tree) -> None:
    """Part the words of a tree, in place, that was read from a joined text.

    With positions, words that were joined share a wrapper; there is no other difference to the tree of the
    text itself.
    """
    waiting: list[Held] = [blocks]
    while waiting:
        nodes = cast(list[Any], waiting.pop())
        pieces: list[Node] = []
        for node in nodes:
            kind = type(node)
            if kind is Str:
                if LETTER in node.text:
                    first, *others = node.text.split(LETTER)
                    pieces.append(Str(first))
                    for word in others:
                        pieces += (_SPACE_NODE, Str(word))
                    continue
            elif kind in _TEXTS:
                node.text = node.text.replace(LETTER, " ")  # there it was one of many characters
            elif kind not in WORDS:
                if kind in _LINKS:
                    url, title = node.target.url, node.target.title
                    node.target = Target(url.replace(LETTER, " "), title.replace(LETTER, " "))
                waiting += held(node)
            pieces.append(node)
        if len(pieces) != len(nodes):
            nodes[:] = pieces


_TEXTS = frozenset({Code, CodeBlock, Math, RawInline, RawBlock})
_LINKS = frozenset({Link, Image})


def is_free(text: str) -> bool:
    """Return whether words of a text may be joined.

    The letter is nowhere in it, nor written by its number, and its lines end where they do for us.
    """
    return LETTER not in (unescape(text) if "&#" in text else text) and "\r" not in text


def _joined(paragraph: str) -> str:
    """The lines between two empty ones, joined: nothing that holds text goes on beyond these."""
    if _RISKY.search(_BRACKETS.sub("", paragraph)):
        return paragraph
    lines = paragraph.split("\n")
    return "\n".join(line if _RISKY_LINE.search(line) else _joined_line(line) for line in lines)


def _joined_line(line: str) -> str:
    pieces = _BRACKETS.split(line)
    pieces[::2] = [_SPACE.sub(LETTER, piece) for piece in pieces[::2]]
    return "".join(pieces)
