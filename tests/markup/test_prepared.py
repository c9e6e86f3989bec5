"""Words are joined for pandoc, and nobody sees it: not in a tree, nor in where its nodes stand."""

from __future__ import annotations

import pytest
from conftest import ROOT
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from polybook.chapters import messages, references
from polybook.markup import parse, positions, prepared, tree
from polybook.model.book import Chapter
from polybook.model.findings import BookError
from polybook.model.nodes import Space, Span, Str, Tree

# What is joined is shown by a middle dot.
JOINED = [
    ("Each greenlet has a stack.", "Each·greenlet·has·a·stack."),
    ("It waits, and it's late.", "It·waits, and·it's·late."),
    ("Über alle Berge, часть 2", "Über·alle·Berge, часть·2"),
    ("see www.example.org or", "see·www.example.org·or"),
    ("two  spaces and\ta tab", "two  spaces·and\ta·tab"),
    ("- a list item\n- another *one here*", "- a·list·item\n- another *one·here*"),
    ("read [the other page](o.md) and go on", "read [the other page](o.md) and·go·on"),
    ("[one](two three) four five", "[one](two three) four·five"),
    ("a task\n\n- [x] is done now", "a·task\n\n- [x] is·done·now"),
    ("a cell | of a row\n--- | ---", "a·cell | of·a·row\n--- | ---"),
    ("for `x in y` do this", "for `x·in·y` do·this"),
    ("漢字 かな and 한국어 תו ١", "漢字·かな·and·한국어·תו·١"),
]
LEFT = [
    "# A heading of words",
    "> - ## A heading of words",
    "A heading of words\n==================",
    "> A heading\n> of words\n> ---",
    "a [name over\nlines of] text\n\n[name over lines of]: /u",
    "[one two]: and more",
    "[one](two(three four)five) six",
    "words [in a span]{.c title=it} here",
    "words <b title=it hidden>here now</b>",
    "``` python and more words",
    "~~~ python and more words",
    "::: box of words",
    "a letter &#xa7fa; of its own",
    "a letter \ua7fa of its own",
    "line ends\rof another kind",
    "one— two, 漢。 字",
]


def shown(text: str) -> str:
    return (prepared.join(text) if prepared.is_free(text) else text).replace(prepared.LETTER, "·")


@pytest.mark.parametrize(("text", "expected"), JOINED)
def test_words_of_plain_text_are_joined(text: str, expected: str) -> None:
    assert shown(text) == expected
    differs_in_nothing([text])


@pytest.mark.parametrize("text", LEFT)
def test_what_more_than_words_could_change_by_is_left(text: str) -> None:
    assert not prepared.is_free(text) or prepared.join(text) == text
    differs_in_nothing([text])


def test_what_is_risky_in_a_paragraph_or_a_line_is_so_there_alone() -> None:
    assert shown("it is {odd}\nor not\n\nit is not") == "it is {odd}\nor not\n\nit·is·not"
    assert shown("it is ::: odd\nor not") == "it is ::: odd\nor·not"


def test_words_in_words_are_parted_and_spaces_elsewhere_come_back() -> None:
    text = 'He said "so it is" of `a b c`.\n\n    code of words, "t":"Str","c":"a b"\n\n<!-- a\n\nb c d -->\n'
    assert shown(text).count("·") == 10
    differs_in_nothing([text])
    (blocks,) = parse.parse(["one two"], positions=True)
    (wrapper,) = tree.runs(list(positions.unwrap(blocks)))[0]
    assert isinstance(wrapper, Span)
    assert wrapper.attr.pairs == [("wrapper", "1"), ("data-pos", "1:1-1:8")]
    assert wrapper.inlines == [Str("one"), Space(), Str("two")]


def test_sample_books_are_as_if_their_words_were_never_joined() -> None:
    paths = [*sorted(ROOT.glob("source/*.md"))[::4], *ROOT.glob("tests/books/*/source/*.md")]
    differs_in_nothing([path.read_text("utf-8") for path in paths])


MARKS = """
one two three I x 1 über слово 漢字 é www http data-pos * ** _ ` ``` ~ ~~ ^ $ $$ [ ] ( ) ]( (url) [x] {.c}
{ } < > <b> </b> <!-- --> @ :// a@b.cd &amp; &#42; \\ - -- --- ... | : ; , . ! # === + ~~~ ::: www.a.bc
http://a.bc/d [a]: /u " '
"""
PIECES = st.sampled_from(MARKS.split())
STARTS = st.sampled_from(
    ["", "", "", "- ", "1. ", "a. ", "(i) ", "> ", "    ", "  ", "# ", "::: ", ": ", "```", "\t", "- [ ] "]
)
WORDS = st.sampled_from(
    ["one two three", "a b", "it is so, and so", "x 1 y 2", "no. one", "слово два", "so[^1] it is"]
)
LINES = st.builds(
    lambda start, pieces, end: start + "".join(a + b for a, b in pieces) + end,
    STARTS,
    st.lists(st.tuples(WORDS | PIECES, st.sampled_from([" ", " ", "", "  "])), max_size=8),
    st.sampled_from(["", "", "  ", "\\"]),
)
ENDS = ["\n\n[one two]: /u 'a b'", "\n\n[^1]: a note of words", ""]
TEXTS = st.builds(
    lambda lines, end: "\n".join(lines) + end,
    st.lists(LINES | st.sampled_from(["", "", "---", "===", ">", "--- | ---", "```", ":::"]), max_size=9),
    st.sampled_from(ENDS),
)


@settings(max_examples=20, deadline=None)
@given(st.lists(TEXTS, min_size=10, max_size=20))
def test_whatever_is_written_reads_the_same(texts: list[str]) -> None:
    try:
        unjoined(texts)
    except BookError:
        reject()  # there are texts that pandoc cannot read at all
    differs_in_nothing(texts)


def differs_in_nothing(texts: list[str]) -> None:
    """Assert that joining changes neither trees nor messages, nor where headings and links stand."""
    assert list(parse.parse(texts)) == unjoined(texts, positions=False)
    for text, joined, left in zip(texts, parse.parse(texts, positions=True), unjoined(texts), strict=True):
        assert known(text, joined) == known(text, left)


def unjoined(texts: list[str], *, positions: bool = True) -> list[Tree]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "join", lambda text: text)
        return list(parse.parse(texts, positions=positions))


def known(text: str, blocks: Tree) -> tuple[object, ...]:
    chapter = Chapter("source/01-one.md", "one", text)
    return positions.without(blocks), messages.slots(chapter, blocks), references.outline(chapter, blocks)
