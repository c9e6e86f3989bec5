"""One text in two spellings: whether they say the same, and a translation of one in the other's spelling.

Tools that make catalogs write one Markdown in many ways: links inline, by reference or by number, other marks
of emphasis, escapes, entities, breaks of lines. Nothing is parsed here: the contract decides later on trees
what a translation is worth.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

# What stands in a text without being its words. An escaped character is found first, to be left alone.
_PIECE = re.compile(
    r"""
    (?P<escape> \\[!-/:-@\[-`{-~] )
  | (?P<code> (?:(?<!`)|(?<=\\`)) (?P<ticks>`++) (?s:.+?) (?<!`)(?P=ticks)(?!`) )
  | (?P<link> (?<=\]) (?: \( [^\S\n]* (?: <[^<>\n]*> | [^\s()<]*+ (?:\([^\s()]*\)[^\s()]*+)* )
        (?: \s+ (?: "[^"]*" | '[^']*' ) )? \s* \)
      | \[ [^\[\]\n]* \] | \{\d+\} ) )
  | (?P<note> \[\^[^\[\]\s]+\] )
  | (?P<address> <[A-Za-z][\w+.-]*[:@][^<>\s]+> )
  | (?P<tag> </?[A-Za-z][^<>]*> )
  | (?P<math> \$(?=\S)[^$\n]+(?<=\S)\$(?!\d) )
  | (?P<break> \\\n | (?<![ ])[ ]{2,}+\n | <br\s*/?> )
    """,
    re.VERBOSE,
)
_UNHEARD = re.compile(r"(?:[\s*_~`\"'\u2018-\u201f\[\](){}\\]|-(?!\d))+")
_DASHES = str.maketrans({"\u2013": "--", "\u2014": "---", "\u2026": "...", "\u00a0": " "})


class Piece(NamedTuple):
    """Something in a text that is none of its words."""

    kind: str
    text: str
    start: int
    end: int


def pieces(text: str) -> Iterator[Piece]:
    """Yield what a text holds beside its words, in order; no escapes."""
    for match in _PIECE.finditer(text):
        kind = next(name for name in _KINDS if match[name] is not None)
        if kind != "escape":
            yield Piece(kind, match[0], match.start(), match.end())


_KINDS = ("escape", "code", "link", "note", "address", "tag", "math", "break")


def said(text: str) -> str:
    """Return what two spellings of one text have in common: its letters, digits and most signs, with those of
    its code; without spaces, quotation marks, hyphens, marks of emphasis and links.

    >>> said("Use [*this*](a.md) \\\\_now\\\\_.") == said("Use [**this**][ref]  _now_.")
    True
    """
    parts: list[str] = []
    at = 0
    for match in _PIECE.finditer(text):
        parts.append(unescape(text[at : match.start()]))
        at = match.end()
        kind = next(name for name in _KINDS if match[name] is not None)
        if kind == "escape":
            parts.append(match[0][1])
        elif kind in ("code", "math"):
            parts.append(match[0])
        elif kind == "address":
            parts.append(match[0][1:-1])
    parts.append(unescape(text[at:]))
    joined = unicodedata.normalize("NFC", "".join(parts)).translate(_DASHES)
    return _UNHEARD.sub("", joined)


def respelt(theirs: str, ours: str, translation: str) -> str:
    """Return a ``translation`` of ``theirs`` with links, code and breaks as ``ours`` has them, which says the
    same as ``theirs``.

    Where it is not clear which is which, they stay.
    """
    before, after, found = list(pieces(theirs)), list(pieces(ours)), list(pieces(translation))
    changed: dict[int, str] = {}
    for kind in ("link", "code", "math", "address", "note", "tag"):
        changed |= _exchanged(
            [piece.text for piece in before if piece.kind == kind],
            [piece.text for piece in after if piece.kind == kind],
            [(place, piece.text) for place, piece in enumerate(found) if piece.kind == kind],
        )
    changed |= {place: "\\\n" for place, piece in enumerate(found) if piece.kind == "break"}
    parts: list[str] = []
    at = 0
    for place, piece in enumerate(found):
        parts += [translation[at : piece.start], changed.get(place, piece.text)]
        at = piece.end
    return "".join([*parts, translation[at:]])


def _exchanged(
    before: Sequence[str], after: Sequence[str], found: Sequence[tuple[int, str]]
) -> dict[int, str]:
    """What takes the place of pieces of one kind, by their places."""
    if len(before) != len(after):
        return {}
    left = list(zip(before, after, strict=True))
    changed: dict[int, str] = {}
    unknown: list[tuple[int, str]] = []
    for place, text in found:
        pair = next((pair for pair in left if pair[0] == text), None)
        if pair:
            left.remove(pair)
            changed[place] = pair[1]
        else:
            unknown.append((place, text))
    # Links that a translator changed: to the same page in another language, or the only one there is.
    for place, text in unknown:
        if text[0] not in "([":
            continue
        same = (pair for pair in left if page(text[1:-1]) == page(pair[0][1:-1]))
        pair = next(same, left[0] if len(unknown) == len(left) == 1 else None)
        if pair:
            left.remove(pair)
            changed[place] = pair[1]
    return changed


def page(address: str) -> str:
    """Return what of an address is the same in every language: not its host's language, nor folders above."""
    path = unquote(address.partition("#")[0].partition("?")[0]).rstrip("/")
    parts = [part for part in re.split(r"[/\\]", path) if not _LANGUAGE.fullmatch(part)]
    name = re.sub(r"\.(?:md|html?)$", "", parts[-1]) if parts else ""
    return name or address.rpartition("#")[2]


_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")


def guarded(text: str) -> str:
    """Return a text in which signs that only some readers of Markdown heed stand for themselves.

    >>> guarded("a^2 is $5, ~x, `a^2`")
    'a\\\\^2 is \\\\$5, \\\\~x, `a^2`'
    """
    parts: list[str] = []
    at = 0
    for match in _PIECE.finditer(text):
        if match["math"] is None:
            parts += [_GUARDED.sub(r"\\\g<0>", text[at : match.start()]), match[0]]
            at = match.end()
    return "".join([*parts, _GUARDED.sub(r"\\\g<0>", text[at:])])


_GUARDED = re.compile(r"[\^$~@{}<|]|(?<=\w)_(?=\w)")
