"""What a program prints is what a chapter can hold, or is refused with its line."""

from __future__ import annotations

import pytest

from polybook.book import text_limits
from polybook.examples.printed import Unshowable, read, unshowable


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("日本\tab\n", "日本\tab\n"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("one\r\r\ntwo", "one\ntwo"),
        (" 5 %\r50 %\r99 %\rdone\nnext\n", "done\nnext\n"),
        ("a long line\rA\n", "A long line\n"),
        ("still\r", "still"),
        ("\rx\n\r\n", "x\n\n"),
        ("[[[end]]] --> ``` ~~~ :::\n", "[[[end]]] --> ``` ~~~ :::\n"),
    ],
)
def test_what_a_terminal_would_show_is_recorded(printed, shown) -> None:
    assert read(printed.encode()) == shown
    assert text_limits.check("", shown) == ()


@pytest.mark.parametrize(
    ("printed", "line", "said"),
    [
        (b"ok\n\xff\xfe", 2, "the byte 0xff"),
        (b"\xed\xa0\x80", 1, "the byte 0xed"),
        (b"one\ntwo \x1b[32mgreen\x1b[0m", 2, "escape sequence"),
        ("\x9b1m".encode(), 1, "escape sequence"),
        (b"a\0b", 1, "U+0000 (NUL)"),
        (b"\n\nnew\fpage", 3, "U+000C (form feed)"),
        (b"a\x0bb", 1, "U+000B"),
        (b"a\bb", 1, "U+0008"),
        ("a\x85b".encode(), 1, "U+0085"),
        ("a\u2028b".encode(), 1, "U+2028 (line separator)"),
        ("a\u2029b".encode(), 1, "U+2029"),
        ("a\ufffeb".encode(), 1, "U+FFFE"),
        ("a\ufdd0b".encode(), 1, "U+FDD0"),
        ("a\U0008ffffb".encode(), 1, "U+8FFFF"),
        (b"short\n" + b"x" * 16_001, 2, "more than 16000"),
        ("\U0001f600".encode() * 8_001, 1, "more than 16000"),
        (b"x" * 16_001 + b"\n\0", 1, "more than 16000"),
        (b"\0\n" + b"x" * 16_001, 1, "NUL"),
    ],
)
def test_what_no_chapter_can_hold_is_told_with_its_line(printed, line, said) -> None:
    refused = read(printed)
    assert isinstance(refused, Unshowable)
    assert refused.line == line
    assert said in refused.what
    assert refused.hint


def test_whatever_a_chapter_may_not_hold_is_refused() -> None:
    for code in [*range(0x3000), *range(0xD000, 0x11000), 0x1FFFE, 0x10FFFF]:
        if text_limits.check("", chr(code)) and chr(code) != "\n":
            assert unshowable(chr(code)), hex(code)
