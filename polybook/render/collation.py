"""In which order words stand in an index, and below which letter: Unicode's order, with a language's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

SYMBOLS, OTHERS = "symbols", "others"
"""What stands for the heading of what begins with no letter, and with one that has none."""

_ROWS = (
    *("あいうえお", "かきくけこ", "さしすせそ", "たちつてと", "なにぬねの"),
    *("はひふへほ", "まみむめも", "やゆよ", "らりるれろ", "わゐゑをん"),
)
_ROW = {kana: row[0] for row in _ROWS for kana in row}
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_INITIALS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"

Key = tuple[Any, ...]
"""What words are sorted by."""


class Letter(NamedTuple):
    """What a heading of an index is told by."""

    key: Key
    """The same for all that stand below it, and in the order of the headings."""

    shown: str
    """The letter, or `SYMBOLS` or `OTHERS`."""


class Collation:
    """The order of a language.

    ``own`` are its letters that stand elsewhere than Unicode has them, each after another one: ``z < å < ä``
    says that words with these letters come after all with ``z``; several such rules have ``;`` between them.
    """

    def __init__(self, language: str, own: str) -> None:
        self._language = language.split("-")[0]
        self._after: dict[str, tuple[str, int]] = {}
        for rule in filter(str.strip, own.split(";")):
            base, *letters = (letter.strip().casefold() for letter in rule.split("<"))
            self._after |= {letter: (base, rank) for rank, letter in enumerate(letters, 1)}
        letters = sorted(self._after, key=len, reverse=True)
        self._letters = re.compile("|".join(map(re.escape, letters)) or r"(?!)")

    def key(self, text: str) -> Key:
        """What a text is sorted by."""
        folded = _folded(text)
        weights: list[tuple[int, int]] = []
        done = 0
        for found in self._letters.finditer(folded):
            weights += ((weight, 0) for weight in _primary(folded[done : found.start()]))
            base, rank = self._after[found[0]]
            weights += ((weight, rank) for weight in _primary(base)[-1:])
            done = found.end()
        weights += ((weight, 0) for weight in _primary(folded[done:]))
        return tuple(weights), _collator()(unicodedata.normalize("NFC", text)), text

    def letter(self, text: str) -> Letter:
        """The letter below which a text stands."""
        folded = _folded(text)
        first = folded[:1]
        if not first.isalpha():
            return Letter((0,), SYMBOLS)
        if found := self._letters.match(folded):
            return Letter((1, self.key(found[0])[0]), found[0][:1].upper() + found[0][1:])
        if self._language == "ja" and (row := _ROW.get(_hiragana(first))):
            return Letter((1, self.key(row)[0][:1]), row)
        if "가" <= first <= "힣":
            initial = _INITIALS[(ord(first) - ord("가")) // 588]
            return Letter(
                (
                    1,
                    self.key("가나다라마바사아자차카타파하"["ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ".index(initial)])[
                        0
                    ][:1],
                ),
                initial,
            )
        if unicodedata.name(first, "").startswith("CJK"):
            return Letter((2,), OTHERS)
        base = unicodedata.normalize("NFD", first)[0]
        return Letter((1, self.key(first)[0][:1]), base.upper() if len(base.upper()) == 1 else base)


def reading(language: str, words: str) -> str:
    """What words are sorted by that have no reading of their own: Chinese by pinyin."""
    if language.split("-")[0] != "zh":
        return words
    from pypinyin import lazy_pinyin

    return " ".join(" ".join(lazy_pinyin(words)).split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _hiragana(kana: str) -> str:
    """A kana as a large hiragana without marks."""
    base = unicodedata.normalize("NFD", kana)[0]
    return (chr(ord(base) - 0x60) if "ァ" <= base <= "ヶ" else base).translate(_SMALL)


def _primary(text: str) -> tuple[int, ...]:
    """The weights of a text's letters, whatever marks and case they have."""
    weights = _collator()(text)
    return weights[: weights.index(0)] if 0 in weights else weights


@cache
def _collator() -> Callable[[str], tuple[int, ...]]:
    from pyuca import Collator  # it reads a table for a fifth of a second

    key: Callable[[str], tuple[int, ...]] = Collator().sort_key
    return key
