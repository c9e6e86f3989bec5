"""One translation never stops a build: what a format refuses falls back, and is named."""

from __future__ import annotations

import pytest

from polybook.commands import build
from polybook.commands.reading import read
from polybook.model.findings import BookError, Finding
from polybook.render import output

CATALOG = "locales/ja/LC_MESSAGES/book.po"
GIVEN = {
    "The name comes last.": "名前は最後に来ます。",
    "A box.": "箱。",
    "Nothing else is printed.": "ほかには何も出力しません。",
    "The end": "おわり",
}


def built(book, monkeypatch: pytest.MonkeyPatch, refused: list[list[str]]):
    """A build in which a format refuses what has all words of one of the lists."""
    folder = book("small").translate("ja", GIVEN)
    real = output.render

    def render(root, edition, *more):
        said = "".join(chapter.json for chapter in edition.chapters)
        if any(all(word in said for word in words) for words in refused):
            raise BookError(Finding("pdf", "nobody can set this"))
        return real(root, edition, *more)

    monkeypatch.setattr(output, "render", render)
    return folder, build.make(read(folder.root), ["ja"], ["md"])


def line_of(folder, message: str) -> int:
    return 2 + folder.read(CATALOG).split("\n").index(f'msgid "{message}"')


def test_the_translation_to_blame_is_left_out_and_no_other(book, monkeypatch) -> None:
    folder, made = built(book, monkeypatch, [["箱。"]])
    assert made.failed == ()
    (finding,) = (one for one in made.findings if one.code == "format")
    assert (finding.path, finding.line, finding.severity) == (CATALOG, line_of(folder, "A box."), "warning")
    text = (folder.root / made.artifacts[0].path).read_text("utf-8")
    assert "箱。" not in text
    assert all(word in text for word in ("名前は最後に来ます。", "おわり"))


def test_several_are_found(book, monkeypatch) -> None:
    folder, made = built(book, monkeypatch, [["箱。"], ["おわり"]])
    lines = {one.line for one in made.findings if one.code == "format"}
    assert lines == {line_of(folder, "A box."), line_of(folder, "The end")}
    text = (folder.root / made.artifacts[0].path).read_text("utf-8")
    assert "名前は最後に来ます。" in text


def test_one_of_two_is_enough_where_they_stop_it_together(book, monkeypatch) -> None:
    _, made = built(book, monkeypatch, [["箱。", "おわり"]])
    assert made.failed == ()
    assert len([one for one in made.findings if one.code == "format"]) in (1, 2)


def test_what_the_source_does_too_is_no_fault_of_a_translation(book, monkeypatch) -> None:
    _, made = built(book, monkeypatch, [["greets"]])
    assert [one.text for one in made.failed] == ["nobody can set this"]
    assert made.artifacts == ()
    assert not any(one.code == "format" for one in made.findings)
