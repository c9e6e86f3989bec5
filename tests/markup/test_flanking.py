"""Emphasis beside letters without a space: as Chinese, Japanese and Korean have it."""

from __future__ import annotations

import pytest

from polybook.chapters import messages
from polybook.markup import flanking, parse, positions
from polybook.markup.tree import find, plain, runs
from polybook.model.book import Chapter
from polybook.model.nodes import Emph, Header, Strikeout, Strong


def marked(text: str) -> list[str]:
    """The texts that are marked in a paragraph."""
    (blocks,) = parse.parse([text])
    return [plain(node.inlines) for node in find(blocks, Emph, Strong, Strikeout)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("彼は**「はい」**と言った", ["「はい」"]),
        ("次は**必ず読むこと。**終わり", ["必ず読むこと。"]),
        ("这是**“要点”**的说明", ["“要点”"]),
        ("사과**(빨강)**와 배", ["(빨강)"]),
        ("値は*`x`*です", ["x"]),
        ("図は**[ここ](u)**に", ["ここ"]),
        ("値は~~「古い」~~新", ["「古い」"]),
        ("彼は***「はい」***と", ["「はい」", "「はい」"]),
        ("**(い)**と**(う)**", ["(い)", "(う)"]),
        ("**「い」**と*「う」*、", ["「い」", "「う」"]),
        ("**「い」**word", ["「い」"]),
        ("- 彼は**「はい」**\n  と言った", ["「はい」"]),
        ("| 彼は**「はい」**と |\n|---|", ["「はい」"]),
        # What was emphasis is the same, and what is none is none.
        ("`x`**あ**z", ["あ"]),
        ("あ**い**う、**え**。", ["い", "え"]),
        ("彼は __「はい」__ と", ["「はい」"]),
        ("彼は__「はい」__と", []),
        ("彼は**「はい」 **と", []),
        ("彼は\\*\\*「はい」\\*\\*と", []),
        ("word**(x)**word", []),
        ("彼は`**「はい」**`と", []),
        ("**「い」**う_え_お", []),
        ("**「い」**a@b.cd", []),
    ],
)
def test_what_is_marked(text: str, expected: list[str]) -> None:
    assert marked(text) == expected


def test_the_letters_come_back_wherever_they_stand() -> None:
    text = (
        '彼は**「は」**と `は**「は」**と` [は**「は」**と](は**「と "は**「と") $は**「$\n\n    は**「と\n'
    )
    (blocks,) = parse.parse([text])
    assert repr(blocks).count("は") == text.count("は")
    assert not set(repr(blocks)) & {*flanking._SIGNS, *flanking._OTHER_SIGNS}


def test_a_heading_keeps_its_identifier_and_its_place() -> None:
    others = "".join(f"\n\n{chr(letter)}**「x」**" for letter in range(0x4E00, 0x4E40))
    text = f"{others[2:]}\n\n## 彼は**「はい」**と\n\n読む**。**事\n===="
    (blocks,) = parse.parse([text], positions=True)
    headings = [block for block in positions.without(blocks) if isinstance(block, Header)]
    assert [heading.attr.identifier for heading in headings] == ["彼ははいと", "読む事"]
    assert len(find(blocks, Strong)) == 64 + 2
    slots = messages.slots(Chapter("source/01-one.md", "one", text), blocks)
    assert [slot.message.text for slot in slots[-2:]] == ["彼は**「はい」**と", "読む**。**事"]
    assert all(text[slot.start : slot.end] == slot.message.text for slot in slots)


def test_a_text_that_has_such_signs_itself_keeps_them() -> None:
    (blocks,) = parse.parse(["a\u203fb \ufe33 彼は**「はい」**と"])
    assert plain(runs(blocks)[0]) == "a\u203fb \ufe33 彼は「はい」と"
