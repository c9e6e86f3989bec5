"""Boxes, captions and definitions are one form, however they are written."""

from __future__ import annotations

import pytest

from polybook.markup import boxes, parse, positions
from polybook.markup.html import native
from polybook.markup.tree import find, plain, runs
from polybook.model.nodes import Attr, Block, DefinitionList, Div, Para, Plain, Table, Tree
from polybook.render.blocks import BOXES


def read(text: str) -> Tree:
    """The blocks of a text, which are the same whether their positions are asked for or not."""
    (placed,) = parse.parse([text], positions=True)
    (bare,) = parse.parse([text])
    assert positions.without(placed) == positions.without(bare)
    return positions.without(bare)


def shown(block: Block) -> str:
    """Kind, title and text of a box."""
    assert isinstance(block, Div)
    title, rest = boxes.title_of(block)
    return f"{boxes.kind_of(block)} <{plain(title)}> {' / '.join(map(plain, runs(rest)))}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> [!NOTE]\n> Words\n> and more.", "note <> Words and more."),
        ("> [!tip]\n>\n> Words.\n>\n> - item", "tip <> Words. / item"),
        ("> [!Caution]-\n> Words.", "caution <> Words."),
        ("> [!INFO]+ A *title*\n> Words.", "info <A title> Words."),
        ("> [!WARNING] Only a title", "warning <Only a title> "),
        ("> [!WARNING]", "warning <> "),
        ("> [!NOTE]\\\n> Words.", "note <> Words."),
        ("::: tip\nWords.\n:::", "tip <> Words."),
        ("::: Danger\nWords.\n:::", "Danger <> Words."),
        ('::: tip Use `a b`, *it* has $5 "so"\nWords.\n:::', "tip <Use a b, it has $5 so> Words."),
        ("::: warning  One  two  :::\nWords.\n:::", "warning <One two> Words."),
        (":::tip[Of several words]\nWords.\n:::", "tip <Of several words> Words."),
        (":::tip[One]\nWords.\n:::", "tip <One> Words."),
        ('::: {.note #n title="A *b* c"}\nWords.\n:::', "note <A b c> Words."),
        ('::: {.callout-important title="A b"}\nWords.\n:::', "important <A b> Words."),
        ("::: {.note title=One}\nWords.\n:::", "note <One> Words."),
        ("::: note\n::: title\nA b\n:::\n\nWords.\n:::", "note <A b> Words."),
    ],
)
def test_boxes(text: str, expected: str) -> None:
    (box,) = read(text + "\n")
    assert shown(box).casefold() == expected.casefold()


def test_boxes_stand_in_other_blocks() -> None:
    text = "- ::: tip One two\n  Words.\n  :::\n\n> > [!NOTE] Three\n> > Words.\n\n"
    text += 'Term\n: ::: {.tip title="An *other*"}\n  Words.\n  :::\n\n'
    text += "Term\n: x\n\n  > [!TIP]\n  > Words.\n\nWords[^n].\n\n[^n]: x\n\n    > [!INFO]\n    > Words.\n"
    found = [shown(box) for box in find(read(text), Div) if boxes.kind_of(box)]
    assert found == [
        "tip <One two> Words.",
        "note <Three> Words.",
        "tip <An other> Words.",
        "tip <> Words.",
        "info <> Words.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "> [!whatever]\n> Words.",
        "> [!NOTE]: words",
        "> [!NOTE](u)",
        "> Words [!NOTE]",
        "[!NOTE]\nWords.",
        "::: whatever of words\nWords.\n:::",
        "```\n::: tip Of code\n:::\n```",
        "    ::: tip Of code",
        "~~~ md\n> [!NOTE]\n~~~",
    ],
)
def test_other_words_are_no_boxes(text: str) -> None:
    blocks = read(text + "\n")
    assert not [box for box in find(blocks, Div) if boxes.kind_of(box)]
    (without,) = parse.parse([text.replace("tip", "tap").replace("NOTE", "NUTE") + "\n"])
    changed = str(blocks).replace("tip", "tap").replace("NOTE", "NUTE")
    assert changed == str(positions.without(without))


TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TABLE}\nTable: A *caption*\n", ["A caption"]),
        (f"{TABLE}\n: A\n  caption {{#of .it}}\n\nWords.\n", ["A caption", "Words."]),
        (f"table: A caption\n\n{TABLE}\nWords.\n", ["A caption", "Words."]),
        (f"{TABLE}\nTable: One\n\n{TABLE}\n: Two\n", ["One", "Two"]),
        (f"Table: One\n\n{TABLE}\n{TABLE}\n: Two\n", ["One", "Two"]),
        (f"{TABLE}\nTables: none\n", ["", "Tables: none"]),
        (f"{TABLE}\n: []{{.c}}\n", [""]),
        (f"{TABLE}\nTable:\n", ["", "Table:"]),
        (f"Table: none\n\nWords.\n\n{TABLE}", ["Table: none", "Words.", ""]),
    ],
)
def test_captions_of_tables(text: str, expected: list[str]) -> None:
    def said(block: Block) -> str:
        if isinstance(block, Table):
            return " ".join(map(plain, runs(block.caption.blocks)))
        return plain(runs([block])[0])

    blocks = read(text)
    assert [said(block) for block in blocks] == expected
    if "#of" in text:
        (table,) = find(blocks, Table)
        assert (table.attr.identifier, table.attr.classes, table.attr.pairs) == ("of", ["it"], [])


def test_several_texts_of_a_definition_or_an_item_are_paragraphs() -> None:
    text = "Term\n: one\n\n  two\n: only\n\n- a\n  <!-- x -->\n  b\n- c\n  - d\n"
    definitions, items = read(text)
    assert isinstance(definitions, DefinitionList)
    assert [[type(one) for one in part] for part in definitions.items[0][1]] == [[Para, Para], [Plain]]
    kinds = [type(one) for item in items.items for one in item]
    assert kinds.count(Para) == 2


def test_every_kind_has_a_label() -> None:
    assert BOXES.keys() == boxes.KINDS


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ('::: {.details title="A *b*"}\nc\n:::', []),
        ("::: details A *b*\nc\n:::", []),
        ("::: details\n::: title\nA *b*\n:::\n\nc\n:::", []),
        ('::: {.details .open title="A *b*"}\nc\n:::', [("open", "")]),
        ('::: {.details open=true title="A *b*"}\nc\n:::', [("open", "")]),
    ],
)
def test_what_folds_is_what_html_has(text: str, attributes: list[tuple[str, str]]) -> None:
    (fold,) = read(text + "\n")
    assert isinstance(fold, Div)
    assert fold.attr == Attr("", [], [("data-tag", "details"), *attributes])
    html = f"<details{' open' * bool(attributes)}>\n<summary>A <em>b</em></summary>\n\nc\n\n</details>\n"
    (placed,) = parse.parse([html], positions=True)
    assert positions.without(native.blocks(html, placed, "")[0]) == [fold]


def test_what_folds_keeps_its_other_attributes_and_is_no_box() -> None:
    (fold,) = read('::: {.details #a .warning title="B" lang=it}\nc\n:::\n')
    assert isinstance(fold, Div)
    assert fold.attr == Attr("a", ["warning"], [("data-tag", "details"), ("lang", "it")])
    assert boxes.kind_of(fold) is None


def test_a_tab_has_its_title_as_a_box_has_it() -> None:
    for text in ('::: {.tab title="A *b*"}\nc\n:::\n', "::: tab A *b*\nc\n:::\n"):
        (tab,) = read(text)
        assert isinstance(tab, Div)
        title, rest = boxes.title_of(tab)
        assert (plain(title), [plain(run) for run in runs(rest)], tab.attr) == (
            "A b",
            ["c"],
            Attr("", ["tab"]),
        )
