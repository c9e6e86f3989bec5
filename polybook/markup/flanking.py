"""Letters that keep marks of emphasis beside them from being any.

CommonMark knows an opening mark from a closing one by what stands around it: ``**`` that has punctuation
inside and a letter outside is neither. Where words have spaces between them, that does well. Chinese,
Japanese and Korean authors write ``これは**「大事」**です``, and mean emphasis. So pandoc is given
punctuation in the place of such a letter (`prepared.hide`), and the Markdown edition has its number there
(`render/markdown`).

This is the rule of "CJK-friendly emphasis", which several Markdown parsers follow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape

_SIGNS = "\u203f\u2040\u2054\ufe4d\ufe4e\ufe4f\ufe33\ufe34"
"""What stands for such letters: the only punctuation that identifiers of headings keep."""

_OTHER_SIGNS = "".join(map(chr, range(0x1D800, 0x1DA00)))
"""What stands for more of them: SignWriting, which hardly any text has."""

_HEADING = re.compile(r"[ \t>]*#|.*\n[ \t>]*(?:=+|-+)[ \t]*(?:\n|\Z)")
_MARKS = re.compile(r"\*+|~~+")
_ADDRESS = re.compile(r"[@/:]|www\.", re.IGNORECASE)
# Punctuation beside which these would be others: of words (``a_b``), and quotation marks.
_TELLING = frozenset("_'\"")


def freed(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a text with punctuation in the place of each letter that hides marks, and what it stands for.

    Those of headings come first, of whose words identifiers are made.
    """
    places = list(hiding(text))
    if not places:
        return text, []
    used = set(unescape(text))
    free = [sign for sign in _SIGNS + _OTHER_SIGNS if sign not in used]
    places.sort(key=lambda at: not _HEADING.match(text, text.rfind("\n", 0, at) + 1))
    signs = dict(zip(dict.fromkeys(text[at] for at in places), free, strict=False))
    characters = list(text)
    for at in places:
        characters[at] = signs.get(text[at], text[at])
    return "".join(characters), [(sign, letter) for letter, sign in signs.items()]


def hiding(text: str) -> Iterator[int]:
    """Yield where letters stand that keep marks of emphasis from being any."""
    for marks in _MARKS.finditer(text):
        if (at := _letter_beside(text, *marks.span())) >= 0:
            further = at - 1 if at < marks.start() else at + 1
            beyond = text[further : further + 1] if further >= 0 else ""
            if beyond in ("*", "~"):
                # Between two marks it serves both, or may be what the other needs.
                others = next(one for one in _around(text, further) if one.start() <= further < one.end())
                if _letter_beside(text, *others.span()) != at:
                    continue
            if beyond not in _TELLING and not _is_in_address(text, at):
                yield at


def is_of_word(character: str) -> bool:
    """Whether a character is a letter, a digit or a mark on one."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _letter_beside(text: str, start: int, end: int) -> int:
    """Where the letter stands that hides the marks at ``text[start:end]``; -1 if none does."""
    if not start or end == len(text) or text[start - 1].isspace() or text[end].isspace():
        return -1
    if is_of_word(text[start - 1]) == is_of_word(text[end]):
        return -1
    if not (_is_wide(text[start - 1]) or _is_wide(text[end])):
        return -1
    return start - 1 if is_of_word(text[start - 1]) else end


def _around(text: str, at: int) -> Iterator[re.Match[str]]:
    """The marks of the line that a place is in."""
    return _MARKS.finditer(text, text.rfind("\n", 0, at) + 1)


def _is_wide(character: str) -> bool:
    """Whether a character is written in Chinese, Japanese or Korean, and is no picture."""
    return unicodedata.east_asian_width(character) in "WFH" and unicodedata.category(character) != "So"


def _is_in_address(text: str, at: int) -> bool:
    """Whether a letter may be one of an address that is a link without any mark."""
    if _is_wide(text[at]):
        return False
    word = re.compile(r"[^\s*~]*")
    begin = max(text.rfind(mark, 0, at) for mark in " \n*~") + 1
    found = word.match(text, begin)
    return bool(found and _ADDRESS.search(found[0]))
