"""Messages that changed in form and not in words: their translations go along, with the same change.

A typo inside code, another link target, other marks of emphasis, curly quotation marks for straight ones or
a name for a character are no reason to translate again. What says the same is guessed from the texts, which
is quick, and then decided on the trees that pandoc makes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import unescape

from polybook.markup import tree
from polybook.model.catalog import Translation, parted
from polybook.model.nodes import Emph, Link, Node, Quoted, RawInline, SoftBreak, Space, Str, Strong, Tree

Parse = Callable[[Sequence[str]], Iterable[Tree]]
"""Texts to trees, as `parse.parse` gives them."""

# What stands in a text without being its words. An escaped character is found first, to be left alone.
_PIECE = re.compile(
    r"""
    (?P<escape> \\[!-/:-@\[-`{-~] )
  | (?P<code> (?:(?<!`)|(?<=\\`)) (?P<ticks>`++) .+? (?<!`)(?P=ticks)(?!`) )
  | (?P<target> (?<=\]\() (?: <[^<>\n]*> | [^\s()<]+ (?:\([^\s()]*\)[^\s()]*)* ) )
  | (?P<note> \[\^[^\[\]\s]+\] )
  | (?P<label> (?<=\]) \[[^\[\]\n]+\] )
  | (?P<address> <[A-Za-z][\w+.-]*[:@][^<>\s]+> )
  | (?P<math> \$(?=\S)[^$\n]+(?<=\S)\$(?!\d) )
    """,
    re.VERBOSE | re.DOTALL,
)
_LABELLED = re.compile(r"(?P<words>\[[^\[\]\n]+\])(?P<label>\[[^\[\]\n]*\])")
_ESCAPED = 0xF0000
_PUT_BY = re.compile("[\U000f0000-\U000f007f]")
_EMPHASIS = re.compile(r"\*+(?=\S)|(?<=\S)\*+|(?<!\w)_+(?=\S)|(?<=[^\s_])_++(?!\w)")

_BREAK = re.compile(r"(?:\\|(?<! ) {2,}+)\n")
_DOUBLE, _SINGLE = "“”„‟«»", "‘’‚‛‹›"
_QUOTES = str.maketrans(dict.fromkeys(_DOUBLE, '"') | dict.fromkeys(_SINGLE, "'"))
_ANY_QUOTES = str.maketrans(dict.fromkeys(_DOUBLE + _SINGLE + "'", '"'))

LONGEST = 4, 2000
"""A text of a catalog is looked at if it has at most so many times its counterpart's characters, and so many
more: catalogs are not trusted, and patterns take their time with what is very long."""

Piece = tuple[str, str]
"""What a piece is (a group of `_PIECE`) and its text."""


def carry(
    gone: Mapping[str, Translation], fresh: Sequence[str], parse: Parse
) -> dict[str, tuple[str, Translation]]:
    """Return for new messages that say what a message said that is gone its key, and the translation edited.

    ``gone`` are these messages' translations, by their keys; ``fresh`` are the new ones' keys, and the result
    is by these. Each that is gone is given away once, to the new one most like it. Whether what comes out is
    a sound translation is for the contract to say.
    """
    pairs = _pairs(gone, fresh)
    texts = [text for old, new in pairs for text in _alike(parted(old)[1], parted(new)[1])]
    trees = list(parse([_alone(text) + _definitions(text) for text in texts]))
    carried = {}
    readings = zip(pairs, texts[::2], texts[1::2], trees[::2], trees[1::2], strict=True)
    for (old, new), old_text, new_text, before, after in readings:
        edited = _edited(old_text, new_text, gone[old].text)
        if edited is not None and _said(before) == _said(after):
            carried[new] = old, Translation(edited, gone[old].line)
    return carried


def _pairs(gone: Mapping[str, Translation], fresh: Sequence[str]) -> list[tuple[str, str]]:
    """Which new messages have, as texts, the words and the context of one that is gone."""
    from rapidfuzz import fuzz

    alike = defaultdict[tuple[str, str], list[str]](list)
    longest = max((len(parted(key)[1]) for key in fresh), default=0)
    for key in gone:
        if _too_long(key, longest):
            continue
        context, text = parted(key)
        alike[context, _words(text)].append(key)
    ranked = [
        (-fuzz.ratio(parted(old)[1], text), place, rank, old, new)
        for place, new in enumerate(fresh)
        for context, text in [parted(new)]
        for rank, old in enumerate(alike.get((context, _words(text)), ()))
    ]
    found: dict[str, str] = {}
    taken = set()
    for *_, old, new in sorted(ranked):
        if new not in found and old not in taken:
            found[new] = old
            taken.add(old)
    return [(old, new) for new, old in found.items()]


# ---- texts ---------------------------------------------------------------------------------


def _words(text: str) -> str:
    """The text without what is not its words: each piece is there as its kind only, emphasis is not."""

    def bare(match: re.Match[str]) -> str:
        piece = _piece(match)
        # An escaped mark is out of reach of the pattern for emphasis.
        return f"\x00{piece[0]}\x00" if piece else chr(_ESCAPED + ord(match[0][1]))

    text = unicodedata.normalize("NFC", unescape(_LABELLED.sub(_unlabelled, text)))
    words = _EMPHASIS.sub("", _PIECE.sub(bare, _BREAK.sub(" \x00break\x00 ", text)))
    words = _PUT_BY.sub(lambda found: chr(ord(found[0]) - _ESCAPED), words)
    return " ".join(words.translate(_ANY_QUOTES).split())


def _unlabelled(link: re.Match[str]) -> str:
    """A link without its label, if that is its words: messages had it so."""
    return link["words"] if link["label"] in ("[]", link["words"]) else link[0]


def _alike(old: str, new: str) -> tuple[str, str]:
    """The two texts, the old one with the labels of links that the new one has."""
    for link in _LABELLED.finditer(new):
        if _unlabelled(link) != link[0]:
            bare = re.compile(rf"(?<!\]){re.escape(link['words'])}(?:\[\])?(?![\[(])")
            old = bare.sub(link[0].replace("\\", r"\\"), old)
    return old, new


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


def _alone(text: str) -> str:
    """A text as a heading, in which nothing opens a block; one of several lines as it is."""
    return text if "\n" in text else f"# {text} #"


def _definitions(text: str) -> str:
    """What makes the labels in a text that stands alone into footnotes and links."""
    labels = {piece[1] for piece in _pieces(text) if piece[0] in ("note", "label")}
    return "".join(f"\n\n{label}: word" for label in sorted(labels))


# ---- trees ---------------------------------------------------------------------------------


def _said(nodes: Iterable[Node]) -> str:
    """What a tree says: its words, and for everything else but emphasis that it is there."""
    parts = []
    for node in nodes:
        match node:
            case Link() if node.target.url in (shown := tree.plain(node.inlines), "mailto:" + shown):
                parts.append("\x00address\x00")  # it says no words
            case Str():
                parts.append(node.text.translate(_QUOTES))
            case Space() | SoftBreak():
                parts.append(" ")
            case Emph() | Strong():
                parts.append(_said(node.inlines))
            case Quoted():
                mark = "'" if node.kind.t == "SingleQuote" else '"'
                parts.append(f"{mark}{_said(node.inlines)}{mark}")
            case RawInline():
                parts.append(f"\x00{node.format}\x00{node.text}\x00")
            case _:
                parts.append(f"\x00{type(node).__name__}\x00")
                parts += [_said(inner) for inner in tree.held(node)]
    return "".join(parts)
