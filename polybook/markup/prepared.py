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

Then dollars that are money are hidden, ideographs that pandoc would put others in the place of, and letters
that keep marks from being emphasis (`hide`): another character stands for each until pandoc has read the
text.

At last words are joined (`join`), to be parted again in what pandoc writes (`part`). Each word and each space
is a token of its own to pandoc, and where it is asked for positions, a node in a wrapper of its own: half of
its work and more. So the space between two words becomes a letter, which makes one word of them. In both a
character stands for another, so no position moves.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any, NamedTuple, cast

from polybook.markup import flanking, lines
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
    """A piece of a text, ``text[start:end]``, that is written otherwise: as ``made``."""

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
            if composed != match[0] and not _OTHER_FORM.match(match[0]):
                yield Edit(match.start(), match.end(), composed)


# Ideographs that are other forms of others, as names have them; composing puts these others in their places.
_OTHER_FORM = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
# A character with the marks after it, which are no letters but for those of Hangul, and no punctuation.
_MARK = r"(?:[^\w\0-\xbf\u2000-\u20cf\u2100-\u2bff\u3000-\u3029]|[\u1160-\u11ff])"
_CLUSTER = re.compile(rf"[^\0-\x7f]{_MARK}*|[\0-\x7f]{_MARK}+")


def _unindented(text: str) -> Iterator[Edit]:
    """Spaces that the line below attributes begins with, or is: pandoc could not read the text."""
    if not _BELOW_ATTRIBUTES.search(text):
        return
    reader, start = lines.Reader(), 0
    is_below = is_text = False
    for line in text.split("\n"):
        if is_below and line.endswith((" ", "\t")) and not line.strip(" \t>"):
            yield Edit(start + len(line.rstrip(" \t")), start + len(line), "")
        elif is_text and "\t" not in line:
            begin = reader.margin(line)
            rest = line[begin:].lstrip(" ")
            end = len(line) - len(rest)
            if 0 < end - begin < 4 and not _INDENTING.match(rest):
                yield Edit(start + begin, start + end, "")
        read = reader.line(line)
        is_below = line.rstrip().endswith("}") and read.kind not in ("code", "verbatim")
        is_text = is_below and read.text.lstrip().startswith("{")
        start += len(line) + 1


_BELOW_ATTRIBUTES = re.compile(r"\}[ \t]*\n[ \t>]*[ \t]")
# What is left where it is, as lines below it are so much the less indented: code, and items of lists.
_INDENTING = re.compile(r"```|~~~|(?:[-+*]|\d{1,9}[.)])(?: |$)")

_MENDS: tuple[Mend, ...] = (_composed, _unindented)

# ---- what pandoc is not to see ---------------------------------------------------------------

_SIGNS = "\ua838\u20b0\U0001e2ff\u09fb"
"""What stands for a dollar: signs of money too, as which pandoc takes them; hardly any text has them."""

_BRACES = "\u2774\u2983\ufe5b\uff5b"
"""What stands for a brace: others, which are as good a punctuation to pandoc."""

_ESCAPED_BRACES = re.compile(r"((?<!\\)(?:\\\\)*\\\{)\{")

_LETTERS = re.compile("[\U00017000-\U000187f7]")
"""What stands for ideographs: Tangut, in which hardly any text is written either."""

# What is escaped, code, and where a formula may begin.
_OPENING = re.compile(r"\\.|(?P<code>`+)|\$\$?", re.DOTALL)
_INNER = re.compile(r"\\.|[{}$]", re.DOTALL)
_DIGITS = frozenset("0123456789")


class Hidden(NamedTuple):
    """A text in which characters that pandoc would change, or read as marks, have others for them."""

    text: str
    signs: tuple[tuple[str, str], ...] = ()
    """The others, each with what it stands for."""

    brace: str = ""
    """What stands for the second brace of ``\\{{``; it stays when the text was read (`variables.unhide`)."""

    def shown(self, written: bytes) -> bytes:
        """What pandoc wrote of the text, with the characters that it has."""
        for sign, meant in self.signs:
            written = written.replace(sign.encode(), meant.encode())
        return written


def hide(text: str) -> Hidden:
    """Return a text without the dollars that are around no formula, the ideographs of other forms, and the
    letters that hide marks of emphasis (`flanking`).

    In pandoc's own Markdown too no formula in single dollars has a digit after it: ``from US$5 to US$6`` has
    none.
    """
    text, brace = _without_escaped_braces(text)
    signs = [] if text.isascii() else _signs_of_forms(text)
    if signs:
        text = text.translate({ord(form): letter for letter, form in signs})
    if "$" in text:
        pieces = _EMPTY_LINE.split(text)
        hidden = [_without_money(piece) if piece.count("$") > 1 else piece for piece in pieces]
        if hidden != pieces:
            used = unescape(text)
            if sign := next((sign for sign in _SIGNS if sign not in used), ""):
                text = "".join(hidden).replace(_MONEY, sign)
                signs.append((sign, "$"))
    if not text.isascii() and ("*" in text or "~~" in text):
        text, more = flanking.freed(text)
        signs += more
    return Hidden(text, tuple(signs), brace)


def _without_escaped_braces(text: str) -> tuple[str, str]:
    if r"\{{" not in text:
        return text, ""
    used = unescape(text)
    if not (sign := next((sign for sign in _BRACES if sign not in used), "")):
        return text, ""
    return _ESCAPED_BRACES.sub(lambda found: found[1] + sign, text), sign


def _signs_of_forms(text: str) -> list[tuple[str, str]]:
    forms = sorted(set(_OTHER_FORM.findall(text)))
    if not forms or _LETTERS.search(unescape(text)):
        return []
    return [(chr(0x17000 + number), form) for number, form in enumerate(forms)]


_MONEY = "\0"
"""Such a dollar, before it is known what may stand for it. No text of a book holds it."""


def _without_money(paragraph: str) -> str:
    pieces: list[str] = []
    at = begin = 0
    while opening := _OPENING.search(paragraph, at):
        at = opening.end()
        if opening["code"]:
            closing = re.compile(f"(?<!`){opening[0]}(?!`)").search(paragraph, at)
            at = closing.end() if closing else at
        elif opening[0][0] == "$":
            if end := _end_of_formula(paragraph, opening[0], at):
                at = end
            else:
                at = opening.start() + 1
                pieces += (paragraph[begin : at - 1], _MONEY)
                begin = at
    return "".join([*pieces, paragraph[begin:]])


def _end_of_formula(paragraph: str, opening: str, start: int) -> int:
    """Where a formula ends of which the text begins at ``start``, after its ``opening``; 0 for none.

    A dollar in braces closes none.
    """
    depth = 0
    for found in _INNER.finditer(paragraph, start):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth < 0:
            return 0
        if found[0] == "$" and not depth:
            end = found.end()
            formula, after = paragraph[start : end - 1], paragraph[end : end + 1]
            if opening == "$$":
                return end + 1 if formula and after == "$" else 0
            is_money = after in _DIGITS or formula[:1].isspace() or formula[-1:].isspace()
            return end if formula and not is_money else 0
    return 0


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
