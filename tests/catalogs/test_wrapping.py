"""Lines of catalogs: what gettext's tools make of what we write is what we wrote."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from conftest import NOW
from test_locales import PATH, SETTINGS, messages, update

from polybook.catalogs import locales as catalogs
from polybook.catalogs import po, wrapping
from polybook.catalogs.merge import place

WORD = "word " * 13  # 65 columns
CASES = {
    "after a space": (WORD + "another window", [WORD + "another ", "window"]),
    "after a hyphen": (WORD + "well-known-thing", [WORD + "well-known-", "thing"]),
    "after a slash": (WORD + "either/or/neither", [WORD + "either/or/", "neither"]),
    "before a bracket that follows a sign": (WORD + "so what?(nothing)", [WORD + "so what?", "(nothing)"]),
    "not before a bracket that follows a letter": (WORD + "the_function(x)", [WORD, "the_function(x)"]),
    "not before a closing sign after a space": (WORD + "what was it ?", [WORD + "what was ", "it ?"]),
    "not within an escape": (WORD + "abcdefg hij\\k", [WORD + "abcdefg ", "hij\\\\k"]),
    "after a mark of the end": ("a\nb", ["a\\n", "b"]),
    "an empty line at the end": ("a\n\n", ["a\\n", "\\n"]),
    "not before a mark of the end": (WORD + "ten more ab\n", [WORD + "ten more ", "ab\\n"]),
    "what cannot be broken": ("x" * 100, None),
    "between ideographs, not before a full stop": ("字" * 38 + "。字", ["字" * 37, "字。字"]),
    "not after an opening mark": ("字" * 37 + "「字」", ["字" * 37, "「字」"]),
    "combining marks take no room": ("e\u0301" * 60, None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_where_a_line_ends(name: str) -> None:
    text, rows = CASES[name]
    written = wrapping.field("msgid", text)
    if rows is None:
        assert written == [f'msgid "{text}"']
    else:
        assert written == ['msgid ""', *(f'"{row}"' for row in rows)]


SIGNS = [
    "word", "a", "(x)", "[y]", "{z}", "`c`", "-", "--", "-x", "12", "3.5", "%d", "$x", "a/b", "e-mail",
    ".", ",", "!", "?", ":", "'it'", '"q"', "\\", "|", "~", "<b>", "&", "#", "**x**", "http://a.b/c-d/e",
    "\t", "\n", " ", " ", " ", "日本語", "、", "。", "「", "」", "（", "）", "ー", "ァ", "々", "・", "！",
    "…", "“", "”", "한글", "—", "–", "·", "é", "«q»", "\u00a0", "°", "€", "½", "×", "→", "नमस्ते", "।",
    "שלום", "مرحبا", "،", "привет", "\u200d", "\u0301",
]  # fmt: skip


def texts(seed: int) -> list[str]:
    chance = random.Random(seed)
    some = chance.sample(SIGNS, 20)
    made = ["".join(chance.choice(some) for _ in range(chance.randint(1, 60))).strip() for _ in range(300)]
    return [*dict.fromkeys(text for text in made if text)]


def msgcat(text: str) -> str:
    done = subprocess.run(["msgcat", "--force-po", "-"], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.gettext
@pytest.mark.parametrize("seed", range(8))
def test_msgcat_changes_nothing(tmp_path: Path, seed: int) -> None:
    """In entries that are new, fuzzy, obsolete, with contexts, and that stand in many files."""
    first = messages(texts(seed))
    catalogs.start(tmp_path, SETTINGS, map(place, first), "uk", NOW)
    path = tmp_path / PATH.replace("/ja/", "/uk/")
    text = path.read_text("utf-8")
    for entry, said in zip(po.read(text).entries, reversed(first), strict=True):
        translation = "\n".join(wrapping.field("msgstr", said.text))
        text = text.replace(entry.written, entry.written.removesuffix('msgstr ""') + translation)
    path.write_text(text, "utf-8")
    assert msgcat(text) == text
    files = [f"source/a-folder/chapter-{number}.md" for number in range(9)]
    stand = [one._replace(path=path, context="here" * (seed % 2)) for one in first[::2] for path in files]
    update(tmp_path, [*stand, *(one._replace(text=one.text + " And more.") for one in first[1::2])])
    text = path.read_text("utf-8")
    assert msgcat(text) == text
    assert "#~ msgid" in text
    assert "#, fuzzy" in text
    update(tmp_path, first)
    text = path.read_text("utf-8")
    assert msgcat(text) == text


@pytest.mark.gettext
def test_a_header_of_many_columns(tmp_path: Path) -> None:
    catalogs.start(tmp_path, SETTINGS, [], "ar", NOW)
    text = (tmp_path / PATH.replace("/ja/", "/ar/")).read_text("utf-8")
    assert "nplurals=6" in text
    assert msgcat(text) == text


def test_other_peoples_lines_stay(tmp_path: Path) -> None:
    """A catalog that was broken at spaces only is so afterwards, but for what changed."""
    said = messages([WORD + "well-known-thing", "Another"])
    catalogs.start(tmp_path, SETTINGS, map(place, said), "ja", NOW)
    path = tmp_path / PATH
    lines = path.read_text("utf-8").replace('well-known-"\n"thing"', '"\n"well-known-thing"')
    path.write_text(
        lines.replace('msgstr ""\n\n', 'msgstr "訳"\n\n').replace(
            '"thing"\nmsgstr ""', '"thing"\nmsgstr "訳"'
        )
    )
    before = path.read_text("utf-8")
    assert '"well-known-thing"' in before
    update(tmp_path, said)
    assert path.read_text("utf-8") == before
    update(tmp_path, said[1:])
    update(tmp_path, said)
    assert path.read_text("utf-8") == before
