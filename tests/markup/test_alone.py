"""A message that is read alone is what it is in its place; so a translation can be read alone."""

from __future__ import annotations

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from polybook.markup import alone, parse, tree
from polybook.markup.html import native
from polybook.markup.positions import unwrapped
from polybook.model.book import LIMITS
from polybook.model.findings import BookError
from polybook.model.nodes import Attr, Code, Emph, LineBreak, Link, Math, Note, Run, Space, Span, Str, Strong

LINKS = ('[ref]: https://example.org/ref "Its title"', "[two words]: other.md#place")
NOTES = ("one", "two")


def read(*texts: str | tuple[str, ...]) -> list[Run | None]:
    lines = tuple((text,) if isinstance(text, str) else text for text in texts)
    (found,) = alone.read([alone.Group(lines, LINKS, NOTES)], LIMITS)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- x", [Str("-"), Space(), Str("x")]),
        ("1. x", [Str("1."), Space(), Str("x")]),
        ("> x", [Str(">"), Space(), Str("x")]),
        ("::: note", [Str(":::"), Space(), Str("note")]),
        ("# x", [Str("#"), Space(), Str("x")]),
        ("x #", [Str("x"), Space(), Str("#")]),
        ("In C# and F#", [Str("In"), Space(), Str("C#"), Space(), Str("and"), Space(), Str("F#")]),
        ("```", [Str("```")]),
        (": x", [Str(":"), Space(), Str("x")]),
        ("~ x", [Str("~"), Space(), Str("x")]),
        ("a | b", [Str("a"), Space(), Str("|"), Space(), Str("b")]),
        ("x\\", [Str("x\\")]),
        ("---", [Str("—")]),
        ("{#id}", [Str("{#id}")]),
        ("", []),
    ],
)
def test_nothing_opens_a_block(text: str, expected: Run) -> None:
    if text == "{#id}":  # attributes of nothing: pandoc leaves them out, in a paragraph too
        expected = []
    assert read(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("***both***", [Emph([Strong([Str("both")])])]),
        ("`a  b`", [Code.of(Attr(), "a  b")]),
        ("`a \\| b`", [Code.of(Attr(), "a \\| b")]),
        ("words {lang=it}", [Str("words"), Span.of(Attr("", [], [("lang", "it")]), [Space()])]),
        ("words{lang=it}", [Span.of(Attr("", [], [("lang", "it")]), [Str("words")])]),
        ("[x]{.c}", [Span.of(Attr("", ["c"]), [Str("x")])]),
        ("\u00a0x\u3000y", [Str("\u00a0x\u3000y")]),
    ],
)
def test_marks_mean_what_they_mean_in_a_paragraph(text: str, expected: Run) -> None:
    assert read(text) == [expected]


def test_a_hard_break_is_one_whatever_stands_around_it() -> None:
    found = read(("one *two*", "*three* **four**", "five"), ("a *b", "c* d"), ("`a", "b`"), ("$a", "b$"))
    assert [type(node) for node in found[0] or ()].count(LineBreak) == 2
    assert found[1] == [Str("a"), Space(), Emph([Str("b"), LineBreak(), Str("c")]), Space(), Str("d")]
    assert found[2] is None, "code has no hard break"
    assert found[3] is None or not tree.find(found[3], Math)


def test_what_a_chapter_defines_is_known_and_nothing_else() -> None:
    text = "[the words][ref], [ref], [Two  Words] and [none]; [^two], [^one] and [^none]"
    (found,) = read(text)
    assert found
    assert [(link.target.url, link.target.title) for link in tree.find(found, Link)] == [
        ("https://example.org/ref", "Its title"),
        ("https://example.org/ref", "Its title"),
        ("other.md#place", ""),
    ]
    assert [alone.label_of(note) for note in tree.find(found, Note)] == ["two", "one"]
    assert tree.plain(found).endswith("[^none]")


def test_one_that_is_nested_too_deep_leaves_the_others_alone() -> None:
    deep = "*a _b " * 60 + "c" + "_ d*" * 60
    assert read("one", deep, "two") == [[Str("one")], None, [Str("two")]]


def test_a_text_may_hold_the_spaces_that_breaks_are_made_of() -> None:
    assert read("a\u1680b", ("c", "d")) == [[Str("a\u1680b")], [Str("c"), LineBreak(), Str("d")]]


MARKS = """
one two x y *a* ** * _ __ ` `` `c` ~ ~~ ^ $ $x$ [ ] ( ) ]( ](u) [ref] [a][ref] [two words] {.c} {lang=it} {#i}
{ } {=html} < > <b> </b> <br/> <!-- --> &amp; &lt; &#42; &copy; \\ \\* \\[ \\| | - -- --- ... : ; , . ! !! ![
# ## " ' "q" 's http://a.bc <http://a.bc> a@b.cd <a@b.cd> [^one] [^two] [^x] é 日本 「」 한국 @x +x =x ::: ```
~~~ 1.
"""
TEXTS = st.lists(st.tuples(st.sampled_from(MARKS.split()), st.sampled_from(["", " ", " "])), max_size=9).map(
    lambda pieces: "".join(piece + space for piece, space in pieces).strip()
)

PLACES = {
    "paragraph": "x {}",
    "list item": "- x {}",
    "quotation": "> x {}",
    "definition": "Term\n:   x {}",
    "term": "x {}\n:   Definition",
    "heading": "## x {}",
    "table cell": "| a | b |\n|---|---|\n| x {} | y |",
}


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=8)
@given(st.lists(TEXTS, min_size=20, max_size=40))
def test_any_text_is_read_alone_as_it_is_read_in_its_place(place: str, texts: list[str]) -> None:
    if place == "heading":  # where attributes and marks at the end are the heading's
        texts = [text for text in texts if not text.endswith(("}", "#", "\\"))]
    if place == "table cell":  # where a bar ends the cell, wherever it stands
        texts = [text for text in texts if "|" not in text and not text.endswith("\\")]
    notes = "".join(f"\n\n[^{label}]: {number}" for number, label in enumerate(NOTES))
    documents = [PLACES[place].replace("{}", text) + "\n\n" + "\n".join(LINKS) + notes for text in texts]
    try:
        in_place = list(parse.parse(documents, reader=parse.READER + "-gfm_auto_identifiers"))
        by_itself = read(*(f"x {text}".strip() for text in texts))
    except BookError:
        reject()  # there are texts that pandoc cannot read at all
    for text, blocks, found in zip(texts, in_place, by_itself, strict=True):
        runs = [unwrapped(native.run(unwrapped(native.without_attributes(run)))) for run in tree.runs(blocks)]
        assert found is None or bare(found) in list(map(bare, runs)), text


def bare(run: Run) -> Run:
    """A run without what is in its notes; pandoc leaves some words in two."""
    whole: Run = []
    for node in run:
        tree.append(whole, tree.mapped(node, lambda _: [], bare))
    return whole
