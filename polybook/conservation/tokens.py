"""Texts as tokens, which is what formats are compared by.

A token is a word: what stands between white space, the edges of blocks and hard breaks. A picture is one with
its alternative text, a formula is one whatever it says, and so is each line of a block of code. A quotation
mark is a token of its own, as languages have marks of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

PICTURE = "\ufdd0"
"""What a picture's token begins with; its alternative text follows. No text holds this or the next ones."""

FORMULA = "\ufdd1"
"""The token of a formula."""

BREAK = "\ufdd2"
"""A hard break between two words: it stands in a token, as in a PDF any end of a line may be one."""

LINE_END = "\ufdd3"
"""The end of a line in words that are not finished."""

_QUOTE = "\ufdd4"
"""A quotation mark in them."""

_AROUND = re.compile(rf"(?:(?<!\s)\s++)?{BREAK}\s*+")

OPEN, DONE = "☐", "☒"
"""The boxes of tasks."""

_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")
"""Soft hyphens, zero-width characters, marks of direction, and those that choose between the forms of a
character: pandoc puts one behind some arrows in HTML.
"""

_QUOTES = re.compile("[\"'‘’‚‛“”„‟«»‹›「」『』〝〞〟]")
_SEEN = str.maketrans({"☑": DONE, LINE_END: BREAK, _QUOTE: " ' "})


class Token(NamedTuple):
    """A word, and where it stands."""

    text: str
    place: int = 0
    """The number of the block that it is in, through all chapters; 0 where nobody counts."""


class Stream(NamedTuple):
    """What readers meet in a chapter, or in a whole book."""

    text: list[Token]
    notes: list[list[Token]]
    """The footnotes, each a text of its own."""


class Writer:
    """Takes down a text as tokens."""

    def __init__(self) -> None:
        self.place = 0
        self.notes: list[list[Token]] = []
        self._tokens: list[Token] = []
        self._pieces: list[str] = []  # of the words that are not finished

    def stream(self) -> Stream:
        """All that was taken down."""
        self.edge()
        return Stream(self._tokens, self.notes)

    def text(self, text: str) -> None:
        """A piece of text: a part of a word, or several words."""
        self._pieces.append(_QUOTES.sub(_QUOTE, _UNSEEN.sub("", text)))

    def code(self, text: str) -> None:
        """Code in a line: every character of it counts."""
        self._pieces.append(text)

    def line_break(self) -> None:
        """A hard break."""
        self._pieces.append(BREAK)

    def line_end(self) -> None:
        """The end of a line on paper: maybe a hard break, maybe no more than where a word is parted."""
        self._pieces.append(LINE_END)

    def edge(self) -> None:
        """The edge of a block: no word goes on across it."""
        text = unicodedata.normalize("NFC", "".join(self._pieces))
        self._pieces.clear()
        if BREAK in text:
            text = _AROUND.sub(BREAK, text)
        for word in text.translate(_SEEN).split():
            if word := word.strip(BREAK):
                self._tokens.append(Token(word, self.place))

    def whole(self, text: str) -> None:
        """What is a token as it is."""
        self.edge()
        self._tokens.append(Token(text, self.place))

    def picture(self, alt: str) -> None:
        """A picture; one without words says nothing, but parts what it stands between."""
        words = " ".join(_QUOTES.sub("'", _UNSEEN.sub("", alt)).split())
        if words:
            self.whole(PICTURE + words)
        else:
            self.edge()

    def formula(self) -> None:
        """A formula."""
        self.whole(FORMULA)

    def listing(self, text: str) -> None:
        """A block of code."""
        for line in lines(text):
            self.whole(line)

    def note(self, note: Writer) -> None:
        """A footnote, in the order of their numbers."""
        self.notes.append(note.stream().text)

    def cut(self, ending: re.Pattern[str], since: tuple[int, int]) -> None:
        """Take back what matches ``ending`` at the end of the unfinished words, from where ``here`` was."""
        tokens, pieces = since
        begin = pieces if tokens == len(self._tokens) else 0
        self._pieces[begin:] = [ending.sub("", "".join(self._pieces[begin:]))]

    @property
    def here(self) -> tuple[int, int]:
        """How far this is: how many tokens, and how many pieces of unfinished words."""
        return len(self._tokens), len(self._pieces)

    def since(self, start: int) -> list[Token]:
        """The tokens from a number on, to be changed in place by `replace`."""
        return self._tokens[start:]

    def replace(self, start: int, count: int, text: str) -> None:
        """Put one token in the place of several."""
        self._tokens[start : start + count] = [Token(text, self._tokens[start].place)]

    def __len__(self) -> int:
        return len(self._tokens)


def lines(code: str) -> Iterator[str]:
    """The lines of a block of code without those that are empty, as paper has gaps for them."""
    return (line for line in re.split("\r\n?|\n", code) if line.strip())


def shown(token: str) -> str:
    """A token for people."""
    if token.startswith(PICTURE):
        return f"[picture: {token[1:]}]"
    return "[formula]" if token == FORMULA else token.replace(BREAK, " / ")
