r"""Characters that nobody sees, and where a script has a use for them.

Which ones they are, Unicode says (``Default_Ignorable_Code_Point``, the categories of controls); beside these
there are letters and symbols that are blank. What a script needs stands beside its letters and is no finding.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import accumulate

import regex

_BLANK = "\u2800\U0001d159"
"""Blank glyphs that Unicode does not call ignorable: of braille, of music."""

_INVISIBLE = regex.compile(rf"[\p{{Default_Ignorable_Code_Point}}{_BLANK}\u2028\u2029\ufff9-\ufffc]")
_NO_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})

# Scripts whose letters take other forms beside others, and those that are written without spaces.
_JOINING = (
    r"\p{Arabic}\p{Syriac}\p{Nko}\p{Mongolian}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}"
    r"\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Balinese}\p{Javanese}"
)
_UNSPACED = (
    r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Han}\p{Hiragana}\p{Katakana}\p{Balinese}\p{Javanese}"
)
_EMOJI = r"\p{Extended_Pictographic}\ufe0f\U0001f3fb-\U0001f3ff"

_USED = regex.compile(
    rf"""
      (?<=[{_JOINING}]) [\u200c\u200d]                # how a letter is joined to the next
    | (?<=[{_EMOJI}]) \u200d (?=\p{{Extended_Pictographic}}|[\u2640\u2642\u2695])
    | (?<=[{_UNSPACED}]) \u200b | \u200b (?=[{_UNSPACED}])
    | (?<=\p{{L}}\p{{M}}*) \u00ad (?=\p{{L}})              # where a word may be divided
    | (?<=[^\s\p{{C}}]) \u2060 (?=[^\s\p{{C}}])           # where a line does not end
    | (?<=[\p{{S}}\p{{P}}0-9\u203c\u2049]) [\ufe0e\ufe0f]    # the form of a symbol
    | (?<=[\p{{Han}}\p{{S}}\p{{Myanmar}}\p{{Phags_Pa}}]) [\ufe00-\ufe02]
    | (?<=\p{{Han}}) [\U000e0100-\U000e01ef]
    | (?<=\p{{Mongolian}}) [\u180b-\u180f] | (?<=\p{{Mongolian}}) \u180e (?=\p{{Mongolian}})
    | (?<=\p{{Hebrew}}) \u034f (?=\p{{Hebrew}})
    | \u115f (?=[\u1160-\u11a7]) | (?<=[\u1100-\u115f]) \u1160
    | (?<=[\u2801-\u28ff]) \u2800 (?=[\u2801-\u28ff])
    | \U0001f3f4 \U000e0067 \U000e0062 (?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074
        |\U000e0077\U000e006c\U000e0073) \U000e007f      # the flags of England, Scotland, Wales
    """,
    regex.VERBOSE,
)
_DIRECTED = regex.compile(r"[\u061c\u200e\u200f\u2066-\u2069]")
_LEFTWARD = regex.compile(
    r"[\p{Hebrew}\p{Arabic}\p{Syriac}\p{Thaana}\p{Nko}\p{Samaritan}\p{Mandaic}\p{Adlam}\p{Hanifi_Rohingya}]"
)

# What sets a part of a text apart from the direction of the rest, and what ends that.
_ISOLATES = {"\u2066": 1, "\u2067": 1, "\u2068": 1, "\u2069": -1}


def unseen(text: str) -> set[str]:
    """The characters of a text that no reader sees, and that its script has no use for.

    >>> unseen("می\u200cخواهم"), unseen("pass\u200cword")
    (set(), {'\\u200c'})
    """
    if text.isascii() and text.isprintable():
        return set()
    odd = {character for character in set(text) if is_unseen(character)}
    if not odd:
        return odd
    if not odd.isdisjoint(_ISOLATES) and not _is_balanced(text):
        return odd & _ISOLATES.keys() | unseen("".join(one for one in text if one not in _ISOLATES))
    if _LEFTWARD.search(bare := _DIRECTED.sub("", text)):
        text = bare
    return {character for character in set(_USED.sub("", text)) if is_unseen(character)}


@cache
def is_unseen(character: str) -> bool:
    """Whether a character shows nothing, wherever it stands."""
    return unicodedata.category(character) in _NO_TEXT or bool(_INVISIBLE.fullmatch(character))


def _is_balanced(text: Iterable[str]) -> bool:
    """Whether each isolate that begins ends, and none ends that did not begin."""
    depths = list(accumulate(_ISOLATES.get(one, 0) for one in text))
    return depths[-1] == 0 and min(depths) >= 0
