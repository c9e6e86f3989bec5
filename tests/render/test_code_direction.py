"""Code runs from left to right in every edition, and words in it turn nothing around."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from polybook.model.nodes import Attr, CodeBlock
from polybook.render import blocks, pdf_blocks, themes, typst

CODE = 'x = "واحد" + 12  # هذا تعليق.'


def block(code: str, language: str = "python") -> CodeBlock:
    return CodeBlock.of(Attr("", [language], []), code)


def test_pieces_in_another_direction_are_apart_on_pages() -> None:
    (line,) = blocks.code_lines(block(CODE))
    assert 'dir="ltr">واحد</span>' in line
    assert 'dir="ltr"># هذا تعليق.</span>' in line
    assert "dir" not in "".join(blocks.code_lines(block('x = "one" + 12  # é, 語')))


def test_a_site_says_so_of_all_code() -> None:
    style = (themes.OURS / "html/style.css").read_text("utf-8")
    assert "code, kbd, samp, pre { direction: ltr; unicode-bidi: isolate; }" in style


def test_a_piece_that_others_follow_is_apart_in_a_pdf() -> None:
    shown = pdf_blocks._coloured(blocks.highlighted(block(CODE), CODE)[0])
    assert shown.count("\u2066") + shown.count("\\u{2066}") == 1
    assert "\u2066" not in pdf_blocks._coloured([("c", "# هذا")])
    assert pdf_blocks._coloured([]) == ""


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_sign_of_a_comment_stands_before_it(language: str, tmp_path: Path) -> None:
    main = tmp_path / "main.typ"
    main.write_text(
        "#set page(width: 15cm, height: 5cm)\n"
        f'#set text(lang: "{language}", font: ("IBM Plex Mono", "Amiri"))\n'
        "#show raw.where(block: true): set text(dir: std.ltr)\n"
        f"#raw({pdf_blocks.string('// هذا تعليق.')}, block: true)\n",
        "utf-8",
    )
    made = typst.run(main, {}, [], pdf_standards=[], format="pdf")
    assert isinstance(made, bytes), made
    page = pypdfium2.PdfDocument(made)[0].get_textpage()
    text = page.get_text_range()
    assert page.get_charbox(text.index("/"))[0] < page.get_charbox(text.index("ت"))[0]
    template = (themes.OURS / "pdf/book.typ").read_text("utf-8")
    assert "show raw.where(block: true): set text(dir: std.ltr)" in template
