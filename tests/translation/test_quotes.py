"""Straight quotation marks become those of their language; what was typed curly stays."""

from __future__ import annotations

import pytest

from polybook.markup import parse
from polybook.markup.tree import find, plain, runs
from polybook.model.nodes import Quoted
from polybook.translation.quotes import curled, marks_of

CASES = [
    ("en", "\"Wait\", she wrote, 'now'.", "“Wait”, she wrote, ‘now’."),
    ("en", "It's the '80s: drum 'n' bass, the cooks' hats", "It’s the ’80s: drum ’n’ bass, the cooks’ hats"),
    ("en", "\"A 'word' in a word\"", "“A ‘word’ in a word”"),
    ("en", 'a 14" screen, 6\'2" tall', 'a 14" screen, 6’2" tall'),
    ("en", "“typed ‘so’ by hand”, „and so“", "“typed ‘so’ by hand”, „and so“"),
    ("en", "“a paragraph of several", "“a paragraph of several"),
    ("en", "a lone \" is itself", 'a lone " is itself'),
    ("en", r"\"escaped\" and `\"code\"`", r'"escaped" and \"code\"'),
    ("en", '*"all of it"* and "*inside*"', "“all of it” and “inside”"),
    ("de", "\"Ein 'Wort' darin\" und typisch's", "„Ein ‚Wort‘ darin“ und typisch’s"),
    ("fr", "\"l'avion\" d'hier", "«\u202fl’avion\u202f» d’hier"),
    ("it", "\"l'acqua\"", "«l’acqua»"),
    ("pl", '"tak"', "„tak”"),
    ("sv", '"ja"', "”ja”"),
    ("ru", "\"да 'нет'\"", "«да „нет“»"),
    ("ar", '"نعم"', "«نعم»"),
    ("ja", "\"東京\" と '京都'", "「東京」 と 『京都』"),
    ("ja", '昨日"雨"が、今日"*雪*"が', "昨日「雨」が、今日「雪」が"),
    ("ja", "これは'小'さい", "これは『小』さい"),
    ("zh-Hans", '他说："走吧"了', "他说：“走吧”了"),
    ("zh_TW", '她說"好"', "她說「好」"),
    ("he", 'ארה"ב ו"ספר" טוב', "ארה״ב ו”ספר” טוב"),
    ("en", '"out" [un "mot" là]{lang=fr} "out"', "“out” un «\u202fmot\u202f» là “out”"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_marks_are_those_of_the_language(language: str, text: str, expected: str) -> None:
    (blocks,) = parse.parse([text + "\n"])
    new = curled(blocks, language)
    assert plain(runs(new)[0]) == expected
    assert not find(new, Quoted)


def test_words_and_marks_are_one_word_as_where_they_were_typed() -> None:
    straight, typed = parse.parse(['(It\'s "*so* far", "no".)\n', "(It’s “*so* far”, “no”.)\n"])
    assert curled(straight, "en") == typed


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("pt", "“”‘’"),
        ("pt-BR", "“”‘’"),
        ("pt_PT", "«»“”"),
        ("de", "„“‚‘"),
        ("de-CH", "«»‹›"),
        ("sr@latin", "„“‚‘"),
        ("zh-Hant-HK", "「」『』"),
        ("xx", "“”‘’"),
    ],
)
def test_the_nearest_language_counts(tag: str, expected: str) -> None:
    assert "".join(marks_of(tag)) == expected
