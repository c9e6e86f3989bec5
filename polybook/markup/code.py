"""Listings as tokens: what Pygments makes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

LONGEST = 40_000, 1000
"""A listing of more characters than the first, or with a line of more than the second, is plain text: the
time that lexers take may grow with the square of either."""

Token = tuple[int, Any, str]
"""Where a token begins in its listing, what Pygments says that it is, and its text."""


class Parted(NamedTuple):
    """A program in Python without its remarks, and these."""

    bare: str
    """The program with nothing after the marks of comments, and between the quotes of docstrings."""

    comments: dict[int, str]
    """What comments say, by its place in ``bare``."""

    docs: dict[int, str]
    """What docstrings say, by its place in ``bare``, and other strings that look like docstrings."""


# Comments and docstrings, and what may hold their marks: the line that names the interpreter, and strings.
_PIECE = re.compile(
    r"""
    ^[ \t]*[rRuU]?\"{3} (?P<doc>[^"\\]*) \"{3} | \#(?!!) (?P<comment>[^\r\n]*) | \#.*
    | \"{3} (?:\\[\s\S] | [^\\])*? (?:\"{3} | \Z) | '{3} (?:\\[\s\S] | [^\\])*? (?:'{3} | \Z)
    | " (?:\\[\s\S] | [^"\\\n])*+ "? | ' (?:\\[\s\S] | [^'\\\n])*+ '?
    """,
    re.VERBOSE | re.MULTILINE,
)


def parted(code: str) -> Parted:
    """Take the remarks out of a program in Python.

    By its strings and marks alone: braces of f-strings that hold the string's own quotes are not understood.
    """
    pieces: list[str] = []
    comments, docs = dict[int, str](), dict[int, str]()
    begin = length = 0
    for piece in _PIECE.finditer(code):
        if kind := piece.lastgroup:
            start, end = piece.span(kind)
            pieces.append(code[begin:start])
            length += start - begin
            begin = end
            (comments if kind == "comment" else docs)[length] = piece[kind]
    return Parted("".join([*pieces, code[begin:]]), comments, docs)


def tokens(language: str, code: str) -> Sequence[Token]:
    """Return Pygments' tokens of a listing. Joined, their texts are the code.

    As plain text in a language that Pygments does not know, and where its lexer drops or changes something.
    """
    if language != "python":
        return _lexed(language, code)
    # A listing is read again in each language of a book, where nothing differs but what its remarks say.
    from pygments.token import Comment, String

    bare, comments, docs = parted(code)
    remarks = iter(sorted({**comments, **docs}.items()))
    place, text = next(remarks, (-1, ""))
    found: list[Token] = []
    longer = 0
    for begin, kind, value in _lexed(language, bare):
        if begin < place <= begin + len(value):
            if (kind, value) not in ((Comment.Single, "#"), (String.Doc, '""""""')):
                break
            cut = place - begin
            found.append((begin + longer, kind, value[:cut] + text + value[cut:]))
            longer += len(text)
            place, text = next(remarks, (-1, ""))
        else:
            found.append((begin + longer, kind, value))
    return found if place < 0 else _lexed(language, code)  # what is no remark to Pygments may be anything


@lru_cache(maxsize=4096)
def _lexed(language: str, code: str) -> tuple[Token, ...]:
    found, place = [], 0
    for kind, text in _read(language, code):
        found.append((place, kind, text))
        place += len(text)
    return tuple(found)


def _read(language: str, code: str) -> list[tuple[Any, str]]:
    from pygments.token import Text

    if len(code) > LONGEST[0] or any(len(line) > LONGEST[1] for line in code.split("\n")):
        language = "text"
    # A lexer may raise whatever it likes at code that is none of its language.
    try:
        # Many take a line for one only where it ends: that of a command and what it printed, a comment.
        read = [
            (kind, text) for _, kind, text in _lexer(language).get_tokens_unprocessed(code + "\n") if text
        ]
    except Exception:
        read = []
    if "".join(text for _, text in read) != code + "\n":
        return [(Text, code)] if code else []
    kind, last = read.pop()
    return [*read, (kind, last[:-1])] if last != "\n" else read


@cache
def _lexer(language: str) -> Any:
    """Pygments' lexer for a language of listings, or for plain text where it has none."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return get_lexer_by_name("text")
