"""Waivers: who gives them, what they allow, and when they lapse."""

from __future__ import annotations

import pytest

from polybook.book import waivers
from polybook.model.catalog import Waiver

CATALOG = "locales/ja/LC_MESSAGES/book.po"
MESSAGE = "The name comes last."


def line_of(folder, message: str) -> int:
    return 1 + folder.read(CATALOG).split("\n").index(f'msgid "{message}"')


@pytest.fixture
def folder(book):
    """A book with a translation that its message's end is missing of."""
    return book("small").translate("ja", {MESSAGE: "名前は最後に来ます"})


def findings(folder, severity: str) -> list[str]:
    said = folder.run("check", "-l", "ja").out
    return [line for line in said.splitlines() if line.startswith(severity)]


def test_what_is_allowed_is_a_notice_until_the_translation_changes(folder) -> None:
    (before,) = findings(folder, "warning")
    assert "[end-punctuation]" in before
    line = line_of(folder, MESSAGE)
    folder.run("allow", "ja", str(line), "end-punctuation", "--by", "Ada", "--why", "a caption").succeeds()
    assert findings(folder, "warning") == []
    (notice,) = findings(folder, "notice")
    assert "allowed by Ada: the message ends with a full stop" in notice
    assert "(a caption)" in notice
    folder.replace(CATALOG, "名前は最後に来ます", "名前は最後に来る")
    assert findings(folder, "notice") == []
    assert sorted(one.rpartition("[")[2] for one in findings(folder, "warning")) == [
        "end-punctuation]",
        "waiver]",
    ]
    assert "lapsed" in "".join(findings(folder, "warning"))
    folder.run("allow", "ja", str(line), "end-punctuation", "--by", "Ada").succeeds()
    assert findings(folder, "warning") == []
    assert folder.read("waivers.toml").count("[[waiver]]") == 1


def test_a_comment_in_a_catalog_allows_nothing(folder) -> None:
    folder.replace(CATALOG, f'msgid "{MESSAGE}"', f'# polybook: allow end-punctuation\nmsgid "{MESSAGE}"')
    said = findings(folder, "warning")
    assert sorted(one.rpartition("[")[2] for one in said) == ["end-punctuation]", "proposal]"]
    assert f"Hint: if you agree: polybook allow ja {line_of(folder, MESSAGE) + 1} end-punctuation" in "".join(
        said
    )


@pytest.mark.parametrize(
    ("line", "code", "what"),
    [
        (0, "raw", "'raw' protects the reader and cannot be waived"),
        (0, "nothing", "unknown finding 'nothing'"),
        (1, "glossary", "in line 1 there is no translation that is used"),
    ],
)
def test_what_cannot_be_allowed(folder, line: int, code: str, what: str) -> None:
    folder.run("allow", "ja", str(line or line_of(folder, MESSAGE)), code).fails(2, what)
    assert not (folder.root / "waivers.toml").exists()


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"\xff", 1, "the line is not UTF-8"),
        (b"x = ", 1, "the file is no TOML"),
        (b"waiver = 1", 1, "a waiver is no list of waivers"),
        (b"waiver = [1]", 1, "a waiver is no table"),
        (b"other = 1", 1, "'other' means nothing here"),
        (b"\n[[waiver]]\nlanguage = 'it'\nmessage = 'x'\nfinding = 'y'", 2, "the waiver has no translation"),
        (
            b"[[waiver]]\nlanguage = 'it'\nmessage = 'x'\nfinding = 1\ntranslation = 'x'\nis = ''",
            1,
            "finding is no text",
        ),
    ],
)
def test_what_is_no_waiver_is_named(content: bytes, line: int, what: str) -> None:
    known, found = waivers.read(content)
    assert known == ()
    assert any(one.line == line and what in one.text for one in found), found


def test_whatever_a_message_holds_is_written_and_read() -> None:
    given = Waiver(
        "it", "ctx", 'a "b" \\ \x7f \n\t語\u2028', "glossary", waivers.of("x"), "Ada", "so\nand so"
    )
    text = waivers.added(waivers.added("# ours\n", given._replace(message="other")), given)
    assert [one._replace(line=0) for one in waivers.read(text.encode())[0]] == [
        given._replace(message="other"),
        given,
    ]
    assert text.startswith("# ours\n")
