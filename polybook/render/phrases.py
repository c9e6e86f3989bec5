"""Titles in Chinese and Japanese: where their lines may end, as they have no spaces."""

from __future__ import annotations

import re
from functools import cache

import budoux

_MODELS = {
    "ja": budoux.load_default_japanese_parser,
    "zh-Hans": budoux.load_default_simplified_chinese_parser,
    "zh-Hant": budoux.load_default_traditional_chinese_parser,
}

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_MARK = re.compile(r"(?<=[、。，：；！？])")


def of(text: str, language: str) -> list[str]:
    """Return a text in its phrases; the whole of what is written with spaces.

    >>> of("プログラムを実行しながら時を刻む", "ja")
    ['プログラムを', '実行しながら', '時を', '刻む']
    """
    kind, *rest = language.split("-")
    if kind == "zh":
        kind = "zh-Hant" if {"Hant", "TW", "HK", "MO"} & set(rest) else "zh-Hans"
    if kind not in _MODELS or not _UNSPACED.search(text):
        return [text]
    return [part for phrase in _model(kind).parse(text) for part in _MARK.split(phrase) if part]


@cache
def _model(kind: str) -> budoux.Parser:
    return _MODELS[kind]()
