"""Messages that changed in form and not in words: their translations go along, with the same change.

A typo inside code, another link target, other marks of emphasis are no reason to translate again. What
says the same is guessed from the texts, which is quick, and then decided on the trees that pandoc makes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from polybook import markup
from polybook.languages import Message, Translation
from polybook.model import Tree

Parse = Callable[[Sequence[str]], Iterable[Tree]]
"""Texts to trees, as `markup.parse` gives them."""

# What stands in a text without being its words. An escaped character is found first, to be left alone.
_PIECE = re.compile(
    r"""
    (?P<escape> \\. )
  | (?P<code> (?P<ticks>`+)(?!`) .+? (?<!`)(?P=ticks)(?!`) )
  | (?P<target> (?<=\]\() (?: <[^<>\n]*> | [^\s()<]+ (?:\([^\s()]*\)[^\s()]*)* ) )
  | (?P<note> \[\^[^\]\s]+\] )
  | (?P<label> (?<=\]) \[[^\[\]\n]+\] )
  | (?P<address> <[A-Za-z][\w+.-]*[:@][^<>\s]+> )
  | (?P<math> \$(?=\S)[^$\n]+(?<=\S)\$(?!\d) )
    """,
    re.VERBOSE | re.DOTALL,
)
_EMPHASIS = re.compile(r"\*+(?=\S)|(?<=\S)\*+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")

LONGEST = 4, 2000
"""A text of a catalog is looked at if it has at most so many times its counterpart's characters, and so many
more: catalogs are not trusted, and patterns take their time with what is very long."""

Piece = tuple[str, str]
"""What a piece is (a group of `_PIECE`) and its text."""


def carry(
    gone: Mapping[str, Translation], fresh: Sequence[Message], parse: Parse
) -> dict[str, tuple[str, Translation]]:
    """Return for new messages that say what a message said that is gone its key, and the translation edited.

    ``gone`` are these messages' translations, by their keys; the result is by the keys of ``fresh``. Each
    that is gone is given away once, to the new one most like it. Whether what comes out is a sound
    translation is for the contract to say.
    """
    pairs = _pairs(gone, fresh)
    texts = [text for old, message in pairs for text in (_text(old), message.text)]
    trees = list(parse([text + _definitions(text) for text in texts]))
    carried = {}
    for (old, message), before, after in zip(pairs, trees[::2], trees[1::2], strict=True):
        edited = _edited(_text(old), message.text, gone[old].text)
        if edited is not None and _said(before) == _said(after):
            carried[message.key] = old, Translation(edited, gone[old].line, gone[old].waived)
    return carried


def _text(key: str) -> str:
    return key.rpartition("\x04")[2]


def _pairs(gone: Mapping[str, Translation], fresh: Sequence[Message]) -> list[tuple[str, Message]]:
    """Which new messages have, as texts, the words and the context of one that is gone."""
    from rapidfuzz import fuzz

    alike = defaultdict[tuple[str, str], list[str]](list)
    longest = max((len(message.text) for message in fresh), default=0)
    for key in gone:
        if _too_long(key, longest):
            continue
        context, _, text = key.rpartition("\x04")
        alike[context, _words(text)].append(key)
    ranked = [
        (-fuzz.ratio(_text(key), message.text), place, rank, key, message)
        for place, message in enumerate(fresh)
        for rank, key in enumerate(alike.get((message.context, _words(message.text)), ()))
    ]
    found: dict[str, tuple[str, Message]] = {}
    taken = set()
    for *_, key, message in sorted(ranked, key=lambda row: row[:3]):
        if message.key not in found and key not in taken:
            found[message.key] = key, message
            taken.add(key)
    return list(found.values())


# ---- texts ---------------------------------------------------------------------------------


def _words(text: str) -> str:
    """The text without what is not its words: each piece is there as its kind only, emphasis is not."""

    def bare(match: re.Match[str]) -> str:
        piece = _piece(match)
        # Out of reach of the pattern for emphasis.
        return f"\x00{piece[0]}\x00" if piece else "\x01" + "".join(chr(0xE000 + ord(c)) for c in match[0][1])

    return " ".join(_EMPHASIS.sub("", _PIECE.sub(bare, text)).split())


def _edited(before: str, after: str, translation: str) -> str | None:
    """The translation of ``before`` with the pieces of ``after``; None where these are not clear."""
    if _too_long(translation, len(before)):
        return None
    ours, wanted, theirs = list(_pieces(before)), list(_pieces(after)), list(_pieces(translation))
    changed: dict[Piece, Piece] = {}
    for old, new in zip(ours, wanted, strict=True):
        if changed.setdefault(old, new) != new:
            return None
    if any(theirs.count(old) != ours.count(old) for old, new in changed.items() if old != new):
        return None

    def exchange(match: re.Match[str]) -> str:
        piece = _piece(match)
        return changed.get(piece, piece)[1] if piece else match[0]

    return _PIECE.sub(exchange, translation)


def _too_long(text: str, counterpart: int) -> bool:
    return len(text) > LONGEST[0] * counterpart + LONGEST[1]


def _pieces(text: str) -> Iterator[Piece]:
    return (piece for match in _PIECE.finditer(text) if (piece := _piece(match)))


def _piece(match: re.Match[str]) -> Piece | None:
    kind = next(name for name, found in match.groupdict().items() if found is not None)
    return None if kind == "escape" else (kind, match[0])


def _definitions(text: str) -> str:
    """What makes the labels in a text that stands alone into footnotes and links."""
    labels = {piece[1] for piece in _pieces(text) if piece[0] in ("note", "label")}
    return "".join(f"\n\n{label}: word" for label in sorted(labels))


# ---- trees ---------------------------------------------------------------------------------


def _said(blocks: Tree) -> str:
    """What a text says: its words, and for everything else but emphasis that it is there."""
    parts, addresses = [], set()
    for node in markup.find(blocks):
        content: Any = node.get("c")
        match node["t"]:
            case "Link" if content[2][0] in (shown := markup.plain(content[1]), "mailto:" + shown):
                # A link that shows its own address says no words.
                addresses |= {id(inner) for inner in content[1]}
                parts.append("\x00address\x00")
            case "Str" if id(node) in addresses:
                pass
            case "Str":
                parts.append(content)
            case "Space" | "SoftBreak":
                parts.append(" ")
            case "Emph" | "Strong":
                pass
            case "RawInline":
                parts.append(f"\x00{content[0]}\x00{content[1]}\x00")
            case kind:
                parts.append(f"\x00{kind}\x00")
    return "".join(parts)
