"""Quotation marks: straight ones become those of the language that they stand in.

pandoc's reader takes straight marks in pairs for a quotation (`Quoted`), and single ones for apostrophes.
Here they become the characters themselves, so that every format shows the same. Marks that somebody typed
curly stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from polybook.markup.tree import WORDS, append, mapped
from polybook.model.nodes import (
    Div,
    Inline,
    LineBreak,
    Quoted,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Tree,
    written,
)

_SPACES = frozenset({Space, SoftBreak, LineBreak})


class Marks(NamedTuple):
    """What opens and closes a quotation in a language, and one in single marks."""

    opening: str
    closing: str
    single_opening: str
    single_closing: str


_ENGLISH = Marks(*"“”‘’")
_OTHERS = {
    Marks(*"„“‚‘"): "bg bs cs de et hr is lt mk sk sl sr",
    Marks(*"„”’’"): "hu pl ro",
    Marks(*"””’’"): "fi he sv",
    Marks(*"«»“”"): "ca el gl hy it pt-PT sq",
    Marks(*"«»‘’"): "nb nn no",
    Marks(*"«»„“"): "be ru uk",
    Marks(*"«»‹›"): "ar de-CH fa fr-CH it-CH",
    Marks("«\u202f", "\u202f»", "“", "”"): "fr",
    Marks(*"”“’‘"): "ur",
    Marks(*"「」『』"): "ja yue zh-HK zh-Hant zh-MO zh-TW",
}
_BY_TAG = {tag: marks for marks, tags in _OTHERS.items() for tag in tags.split()}
"""As Unicode's CLDR has them, but for the spaces in French and the marks of books in Arabic. Languages that
are not named have those of English, as most do there."""


def marks_of(tag: str) -> Marks:
    """Return the marks of a language, by its tag or its locale's name: ``pt-PT``, ``zh_Hant``."""
    parts = re.split("[-_@]", tag)
    tags = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_BY_TAG[one] for one in (*tags, f"{parts[0]}-{parts[-1]}") if one in _BY_TAG), _ENGLISH)


def curled(blocks: Tree, tag: str) -> Tree:
    """Return ``blocks`` with quotations in the marks of the language ``tag``; parts that say that they are in
    another language have the marks of that one.
    """
    text = written(blocks)
    has_marks = b'"Quoted"' in text or "“".encode() in text or (_is_unspaced(tag) and "’".encode() in text)
    return _Curling(tag).blocks(blocks) if has_marks else blocks


def _is_unspaced(tag: str) -> bool:
    """Whether a language is written without spaces: it has no apostrophes, and a mark between two letters is
    one of quotation."""
    return tag.startswith(("ja", "yue", "zh"))


class _Curling:
    """A walk over what is in one language."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._marks = marks_of(tag)

    def blocks(self, blocks: Tree) -> Tree:
        return [self._mapped(block) for block in blocks]

    def run(self, run: Run) -> Run:
        words = "".join(node.text for node in run if type(node) is Str)
        if "“" in words or ("’" in words and _is_unspaced(self._tag)):
            run = self._paired(run)
        new: Run = []
        for node in run:
            if type(node) is Quoted:
                opening, closing = self._around(node)
                for one in (Str(opening), *self.run(node.inlines), Str(closing)):
                    append(new, one)
            elif new and type(node) is Str is type(new[-1]):  # after a quotation
                append(new, node)
            else:
                new.append(node if type(node) in WORDS else self._mapped(node))
        return new

    def _mapped(self, node: Any) -> Any:
        tag = node.attr.get("lang") if isinstance(node, (Div, Span)) else ""
        walk = _Curling(tag) if tag else self
        return mapped(node, walk.blocks, walk.run)

    def _around(self, node: Quoted) -> tuple[str, str]:
        """The marks around a quotation, or the apostrophes of what pandoc takes for one: rock 'n' roll, or
        the '80s and the dogs' bowl."""
        if node.kind.t == "DoubleQuote":
            return self._marks.opening, self._marks.closing
        first = node.inlines[0] if node.inlines else None
        is_elision = self._marks is _ENGLISH and node.inlines in ([Str("n")], [Str("N")])
        if is_elision or (isinstance(first, Str) and _DECADE.match(first.text)):
            return "’", "’"
        return self._marks.single_opening, self._marks.single_closing

    def _paired(self, run: Run) -> Run:
        """A run with marks between two letters, in which pandoc sees no pairs, as they are meant.

        pandoc writes each of these as the mark that opens a quotation in English.
        """
        text = "".join(_shown(node) for node in run)
        put = {found.start(): "״" for found in _GERSHAYIM.finditer(text)}
        put |= _pairs(text, "“", put, self._marks[:2])
        for place in _unmatched(text, "“", put):
            if text[place - 1 : place].isdigit() or not text[place + 1 : place + 2].strip():
                put[place] = '"'  # inches, or a mark alone
        if _is_unspaced(self._tag):
            put |= _pairs(text, "’", put, self._marks[2:])
        if not put:
            return run
        new: Run = []
        begin = 0
        for node in run:
            end = begin + len(_shown(node))
            if type(node) is Str and any(begin <= place < end for place in put):
                node = Str("".join(put.get(place, text[place]) for place in range(begin, end)))
            new.append(node)
            begin = end
        return new


_DECADE = re.compile(r"[0-9]0s?(?!\w)")
_HEBREW = "[\u05d0-\u05ea]"
_GERSHAYIM = re.compile(f"(?<={_HEBREW})“(?={_HEBREW}(?!{_HEBREW}))")
"""Before an acronym's last letter."""

_CLOSED_BY = {"„": "“”", "“": "”", "‚": "‘’", "‘": "’"}


def _unmatched(text: str, mark: str, put: Mapping[int, str]) -> list[int]:
    """The places in ``text`` of a mark that is in no pair, as „this“ and “this” are, and not in ``put``."""
    waiting: list[int] = []
    alone: list[int] = []
    for place, sign in enumerate(text):
        if place in put:
            continue
        if waiting and sign in _CLOSED_BY[text[waiting[-1]]]:
            waiting.pop()
        elif sign in _CLOSED_BY:
            waiting.append(place)
        elif sign == mark:
            alone.append(place)
    return sorted(alone + [place for place in waiting if text[place] == mark])


def _pairs(text: str, mark: str, put: Mapping[int, str], around: Sequence[str]) -> dict[int, str]:
    """What opens and closes quotations whose two marks have no other pair, by their places."""
    alone = _unmatched(text, mark, put)
    found: dict[int, str] = {}
    for first, second in zip(alone[::2], alone[1::2], strict=False):
        if not text[first + 1].isspace() and not text[second - 1].isspace():
            found[first], found[second] = around
    return found


def _shown(node: Inline) -> str:
    """What an inline is in the text of its run, for each word and space its own characters."""
    return node.text if isinstance(node, Str) else " " if type(node) in _SPACES else "\ufffc"
