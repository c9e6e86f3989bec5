"""The order of an index, and its letters."""

from __future__ import annotations

from itertools import groupby

import pytest

from polybook.render import collation
from polybook.render.collation import OTHERS, SYMBOLS, Collation


def ordered(language: str, own: str, words: str) -> str:
    """Words below their letters, in order."""
    order = Collation(language, own)
    by_key = sorted(words.split(), key=lambda word: (order.letter(word).key, order.key(word)))
    groups = groupby(by_key, lambda word: order.letter(word).key)
    found = [list(some) for _, some in groups]
    return "; ".join(f"{order.letter(some[0]).shown}: {' '.join(some)}" for some in found)


@pytest.mark.parametrize(
    ("language", "own", "words", "expected"),
    [
        ("en", "-", "zebra Éclat eel apple Apple état", "A: apple Apple; E: Éclat eel état; Z: zebra"),
        ("en", "-", ".git 42 a --b", f"{SYMBOLS}: --b .git 42; A: a"),
        ("sv", "z < å < ä < ö", "öl ål zoo apa ära az", "A: apa az; Z: zoo; Å: ål; Ä: ära; Ö: öl"),
        ("de", "-", "öl ofen orgel", "O: ofen öl orgel"),
        ("cs", "c < č; h < ch", "chata cena hora čas ihned", "C: cena; Č: čas; H: hora; Ch: chata; I: ihned"),
        ("es", "n < ñ", "ñame nube oro cañon cano canto", "C: cano canto cañon; N: nube; Ñ: ñame; O: oro"),
        ("ja", "-", "ひみつ ハンドル ごはん がっこう", "か: がっこう ごはん; は: ハンドル ひみつ"),
        ("ja", "-", "うさぎ lamp ぱん 語", f"L: lamp; あ: うさぎ; は: ぱん; {OTHERS}: 語"),
        ("ko", "-", "하늘 가방 꽃 나무 고양이", "ㄱ: 가방 고양이 꽃; ㄴ: 나무; ㅎ: 하늘"),
        ("ru", "-", "яма арбуз ёж ель", "А: арбуз; Е: ёж ель; Я: яма"),
        ("ar", "-", "شمس قمر أرض", "ا: أرض; ش: شمس; ق: قمر"),
    ],
)  # fmt: skip
def test_words_stand_below_their_letters(language: str, own: str, words: str, expected: str) -> None:
    assert ordered(language, own, words) == expected


def test_chinese_is_sorted_by_pinyin() -> None:
    assert collation.reading("zh-Hans", "协程 pool") == "xie cheng pool"
    assert collation.reading("ja", "協程") == "協程"


def test_words_come_before_longer_ones_that_begin_with_them() -> None:
    order = Collation("en", "-")
    assert sorted(["lamp-post", "lampoon", "lamp", "lamp oil"], key=order.key) == [
        "lamp",
        "lamp oil",
        "lamp-post",
        "lampoon",
    ]
