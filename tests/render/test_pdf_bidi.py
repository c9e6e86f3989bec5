"""Lines from right to left are read from right to left, and say what their pages do not tell in order."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest

from polybook.conservation import pdf
from polybook.render import pdf_bidi, pdf_tags, typst
from polybook.render.pdf_bidi import begins_at_right, leftward
from polybook.render.pdf_elements import children
from polybook.render.pdf_pieces import LEFT, NUMBER, RIGHT, Piece

START = """
#set document(title: "Lines")
#set page(width: 12cm, height: 12cm, margin: 1cm)
#set text(size: 9pt, font: ("IBM Plex Serif", "Amiri", "Frank Ruhl Libre"), lang: "{language}")
#let ltr(it) = "\u2066" + it + "\u2069"
#show raw.where(block: false): it => ltr(it.text)
"""


def line(*pieces: tuple[str, float], y: float = 0) -> list[Piece]:
    return [Piece(x, y, way) for way, x in pieces]


TWO_WORDS = line(("", 50), (LEFT, 52), ("", 70), (LEFT, 72))
"""A space, a word, a space, a word, as they are seen from left to right."""


@pytest.mark.parametrize(
    ("pieces", "begins_at_right", "before", "after", "expected"),
    [
        pytest.param(TWO_WORDS, True, None, None, [(0, 4)], id="words"),
        pytest.param(TWO_WORDS, False, None, None, [(1, 4)], id="words in English"),
        pytest.param(TWO_WORDS, False, None, Piece(30, 0, LEFT), [(0, 4)], id="words that go on in English"),
        pytest.param(TWO_WORDS, False, Piece(90, 0, LEFT), None, [(0, 4)], id="and their end"),
        pytest.param(TWO_WORDS, False, None, Piece(30, 9, LEFT), [(1, 4)], id="and a line below"),
        pytest.param(line(("", 50), (LEFT, 50), (LEFT, 72)), False, None, None, [(0, 3)], id="a line's end"),
        pytest.param(
            [*TWO_WORDS, *line((LEFT, 60), ("", 75), (LEFT, 77), y=12)], True, None, None, [(0, 4), (4, 7)],
            id="two lines",
        ),
        pytest.param(
            line((LEFT, 80), (LEFT, 90), (RIGHT, 40), (RIGHT, 60), ("", 10), (LEFT, 12)), True, None, None,
            [(0, 2), (4, 6)], id="English among words",
        ),
        pytest.param(
            line((LEFT, 80), ("", 90), (NUMBER, 70), ("", 60), (LEFT, 63)), True, None, None,
            [(0, 2), (3, 5)], id="a number among words",
        ),
        pytest.param(
            line(("", 50), ("", 52)), True, Piece(70, 0, LEFT), Piece(20, 0, LEFT), [(0, 2)], id="signs"
        ),
        pytest.param(
            line(("", 50), ("", 52)), True, Piece(20, 0, RIGHT), Piece(70, 0, RIGHT), [], id="English signs"
        ),
        pytest.param(line((RIGHT, 10), ("", 30), (RIGHT, 40)), True, None, None, [], id="English"),
        pytest.param(
            [Piece(10, 0, "", end=15), *line((LEFT, 60), (LEFT, 75))], False, Piece(0, 0, RIGHT),
            Piece(20, 0, LEFT), [(1, 3)], id="a sign before words that go on",
        ),
    ],
)  # fmt: skip
def test_pieces_that_run_to_the_left_are_found(
    pieces: list[Piece],
    begins_at_right: bool,
    before: Piece | None,
    after: Piece | None,
    expected: list[tuple[int, int]],
) -> None:
    assert list(leftward(pieces, begins_at_right, before, after)) == expected


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (line((RIGHT, 10), (LEFT, 50)), False),
        (line((LEFT, 50), (RIGHT, 10)), True),
        (line((RIGHT, 50), ("", 48), (LEFT, 10)), True),
        (line((LEFT, 50), (NUMBER, 10)), None),
        ([*line((RIGHT, 50)), *line((LEFT, 10), y=12)], None),
        (TWO_WORDS, None),
    ],
)
def test_what_follows_tells_where_a_paragraph_begins(pieces: list[Piece], expected: bool | None) -> None:
    assert begins_at_right(pieces) is expected


def set_by_typst(text: str, language: str, tmp_path: Path) -> bytes:
    main = tmp_path / "main.typ"
    main.write_text(START.replace("{language}", language) + text, "utf-8")
    made = typst.run(main, {}, [], pdf_standards=typst.STANDARDS, format="pdf")
    assert isinstance(made, bytes), made
    return made


def said(content: bytes) -> list[str]:
    """The paragraphs, each as it is read out."""
    with pikepdf.open(io.BytesIO(content)) as document:
        tagged = pdf.Tagged(document)
        whole = document.Root.StructTreeRoot.K[0]
        return ["".join(piece.text for _, piece in tagged.below(whole, one)) for one in children(whole)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("he", "אחת שתיים, שלוש (ארבע) [חמש]: שש!"),
        ("he", "ראשון and *some* English (words) שני 12 שלישי 3.14 סוף."),
        ("he", "א *ב ג* ד _ה_ (*ו*) ז"),
        ("he", "*English first* ואז עברית ארוכה."),
        ("he", "#link(\"https://e.org\")[קישור של מילים] וסוף."),
        ("he", "אָלֶף בֵּית גִּימֶל"),
        ("ar", "واحد اثنان، ثلاثة (أربعة) ٣٤ و12 رسالة؟"),
        ("ar", "يُسَلِّمُ التَّحَكُّمَ أولًا"),
        ("fa", "می‌خواهم نامهٔ بلند را بخوانم؛ ۱۲۳ تا."),
        ("en", "Some Hebrew (שתי *מילים* כאן) here, and שלום, עולם!"),
        ("en", "שתי מילים first."),
    ],
)  # fmt: skip
def test_a_paragraph_is_read_as_it_was_written(language: str, text: str, tmp_path: Path) -> None:
    expected = re.sub(r'#link\("[^"]*"\)\[(.*?)\]', r"\1", text.replace("*", "").replace("_", ""))
    found, *_ = said(pdf_tags.finish(set_by_typst(text, language, tmp_path)))
    assert found == expected


def test_lines_are_read_one_after_another(tmp_path: Path) -> None:
    text = "שורה ארוכה מאוד עם gevent (גרסה 26.9) ועם `queue.get(timeout=3)` באמצע, ועוד כמה מילים. " * 4
    (found,) = said(pdf_tags.finish(set_by_typst(text, "he", tmp_path)))
    assert found.replace("\u2066", "").replace("\u2069", "") == text.replace("`", "").strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("واحد اثنان and ثلاثة أربعة", ["واحد اثنان ", " ثلاثة أربعة"]), ("واحد", []), ("يسلّم", ["يسلّم"])],
)
def test_what_a_page_does_not_tell_its_element_says(text: str, expected: list[str], tmp_path: Path) -> None:
    """No more than that. Its content stays in the order in which it is drawn."""
    with pikepdf.open(io.BytesIO(pdf_tags.finish(set_by_typst(text, "ar", tmp_path)))) as document:
        (paragraph,) = children(document.Root.StructTreeRoot.K[0])
        spans = [one for one in children(paragraph) if not isinstance(one, int)]
        assert [str(one.ActualText) for one in spans if "/ActualText" in one] == expected
        held = [
            number for one in children(paragraph) for number in ([one] if isinstance(one, int) else one.K)
        ]
        assert held == sorted(held)


def test_pages_without_such_letters_are_not_looked_at(tmp_path: Path) -> None:
    made = set_by_typst("English.\n\n#pagebreak()\nעברית כאן.", "en", tmp_path)
    with pikepdf.open(io.BytesIO(made)) as document:
        lines = pdf_bidi.Lines(document)
        assert list(lines.pages) == [document.pages[1].obj.objgen[0]]
