"""What pandoc is given to read: words joined, to be parted again in what it writes.

Each word and each space is a token of its own to pandoc, and where it is asked for positions, a node in a
wrapper of its own: half of its work and more. So the space between two words becomes a letter, which makes
one word of them. As it is one character too, no position moves.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, cast

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
