"""Texts are mended and words are joined for pandoc, and nobody sees it: not in a tree, nor in where its nodes
stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import normalize

import msgspec
import pytest
from conftest import ROOT
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from polybook.chapters import messages, references
from polybook.markup import pandoc, parse, positions, prepared, tree
from polybook.model.book import LIMITS, Chapter
from polybook.model.findings import BookError
from polybook.model.nodes import CodeBlock, Math, Space, Span, Str, Tree, read_document

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


CLUSTERS = st.lists(
    st.sampled_from(
        [
            *"aqA \n<*>=か—。\u0301\u0323\u0338\u20d0\u3099\u05d0\u05bc\u09c7\u09be\u1112\u1161\u11ab\uac00",
            *"\u212b\u2126\u0958\ufb1d\U0001f600",
        ]
    ),
    max_size=12,
).map("".join)


@given(CLUSTERS)
def test_marks_are_composed_as_pandoc_does_and_each_piece_is_found_again(text: str) -> None:
    mended = prepared.mend(text)
    assert mended.text == normalize("NFC", text)
    assert mended.origin(0, len(mended.text)) == (0, len(text))
    for start in range(len(mended.text)):
        begin, end = mended.origin(start, start + 1)
        assert mended.text[start] in normalize("NFC", text[begin:end])
        assert mended.origin(start, start) in ((begin, begin), (begin, end))
    lines = zip(mended.text.split("\n"), text.split("\n"), strict=True)
    assert [normalize("NFC", line) == composed for composed, line in lines].count(False) == 0


def test_other_forms_of_ideographs_are_kept() -> None:
    forms = "\ufa19\u6751\U0002f80f"
    text = f'# {forms} *a*\n\n`{forms}` [{forms}](#{forms}-a "{forms}")\n\n    {forms}\n'
    assert prepared.mend(text).text == text
    plain, tangut, money = parse.parse([text, text + "\U00017000", f"{text}\nUS$5 to US$6"])
    assert repr(plain).count(forms) == 7, "in words, an identifier, code, an address, a title"
    assert money[:-1] == plain
    assert "\ufa19" not in repr(tangut), "in a text in Tangut they are as pandoc has them"


def test_what_several_mends_moved_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def doubled(text: str) -> Iterator[prepared.Edit]:
        for at in (at for at, character in enumerate(text) if character == "é"):
            yield prepared.Edit(at, at + 1, "(eé)")

    monkeypatch.setattr(prepared, "_MENDS", (*prepared._MENDS, doubled))
    mended = prepared.mend("ae\u0301 e\u0301b")
    assert mended.text == "a(eé) (eé)b"
    assert mended.origin(0, 1) == (0, 1)
    assert mended.origin(1, 5) == mended.origin(2, 3) == (1, 3)
    assert mended.origin(5, 6) == (3, 4)
    assert mended.origin(10, 11) == (6, 7)


def test_a_last_line_needs_no_end() -> None:
    texts = [
        "| a | b |\n|---|---|\n| c | d |",
        "word\n\n::: note\nin a box\n:::",
        "# Heading {#here}",
        "```\ncode\n```",
    ]
    for with_positions in (False, True):
        given = list(parse.parse(texts, positions=with_positions))
        assert given == list(parse.parse([text + "\n" for text in texts], positions=with_positions))


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
    (wrapper,) = tree.runs(blocks)[0]
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


@settings(max_examples=20)
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


# ---- lines below attributes ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["{.c}\n  \nword", "> {.c}\n>  \n> word", "- {.c} \n \t\n  word", "word\n\n{.c}\n "]
)
def test_spaces_below_attributes_are_an_empty_line(text: str) -> None:
    assert list(parse.parse([text])) == list(parse.parse(["\n".join(map(str.rstrip, text.split("\n")))]))
    slots = messages.slots(
        Chapter("source/01-one.md", "one", text), next(parse.parse([text], positions=True))
    )
    assert [text[slot.start : slot.end] for slot in slots] == ["word"]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("{.c}\n word", "{.c}\nword"),
        ("- {.c}\n  a\n- {.d}\n    b", "- {.c}\n  a\n- {.d}\n  b"),
        ("> {.c}\n>   # a", "> {.c}\n> # a"),
        ("1. {#i}\n\n   {.c}\n      > a", "1. {#i}\n\n   {.c}\n   > a"),
    ],
)
def test_a_line_below_attributes_may_be_indented(text: str, same: str) -> None:
    (blocks,), (wanted,) = parse.parse([text]), parse.parse([same])
    assert blocks == wanted


def test_spaces_below_a_brace_in_code_are_code() -> None:
    (blocks,) = parse.parse(["```\n{.c}\n  \n```"])
    assert [node.text for node in tree.find(blocks, CodeBlock)] == ["{.c}\n  "]


# ---- dollars -------------------------------------------------------------------------------


def formulas(blocks: Tree) -> list[str]:
    return [" ".join(node.text.split()) for node in tree.find(blocks, Math)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("between $20 and $30 a month", []),
        ("A$7, or $x$, or $8", ["x"]),
        ("$x$ costs $5, $y$ costs $6.", ["x", "y"]),
        ("a sum of $2$3", []),
        ("$ x$ and $x $", []),
        ("$5 is `$1` and `$2`", []),
        ("it is $a +\nb$ there", ["a + b"]),
        ("it is $a\n\nb$ there", []),
        ("$$a\n= 5$$9 and $5 or US$6", ["a = 5"]),
        ("$\\text{if $x$ is 5}$ or $5", [r"\text{if $x$ is 5}"]),
        ("\\$5 and $a$", ["a"]),
        ("nothing in $$$$ here", []),
        ("| $5 | $6 |\n|----|----|\n| $a$ | US$7 |", ["a"]),
    ],
)
def test_formulas_are_not_made_of_money(text: str, expected: list[str]) -> None:
    (blocks,) = parse.parse([text + "\n"])
    assert formulas(blocks) == expected


MONEY = """\
# From $5 to $6 {#a key="$1 $2"}

*$5*-**$6**, `$1 $2`, [$5](/u$1?$2 "$3"), <https://x.y/$1$2>, <b title="$5$6">$5</b>, $5[^$1$2].

[$5 and $6]: /u

[$5 and $6], \ua838 &#xa838; $5$6

[^$1$2]: It is $5 or $6.

    code $1 $2

``` $x key="$1 $2"
$5 $6
```
"""


def test_money_is_where_it_was() -> None:
    (ours,) = parse.parse([MONEY])
    (theirs,) = parse.parse([MONEY], reader=parse.READER + "-tex_math_dollars")
    assert ours == theirs


def test_formulas_are_those_of_pandocs_markdown() -> None:
    words = ["a", "5", "US", "x1", "(", ".", "$", "$", "$", " ", " ", "\n", "`c`"]
    made = st.lists(st.sampled_from([*words, "\\\\$"]), min_size=3, max_size=14).map("".join)
    texts: list[str] = []

    @settings(max_examples=300, database=None)
    @given(made)
    def collect(text: str) -> None:
        if "$$" not in text:  # these may hold single ones there, and not here
            texts.append(f"w {text} w\n")

    collect()
    ours = list(map(formulas, parse.parse(texts)))
    read = pandoc.convert(
        parse._SCRIPT,
        "markdown",
        list(map(len, texts)),
        lambda place: [msgspec.json.encode(texts[place])],
        LIMITS,
    )
    theirs = [formulas(read_document(line).blocks) for line in read]
    assert [pair for pair in zip(texts, ours, theirs, strict=True) if pair[1] != pair[2]] == []
    assert sum(map(bool, ours)) > 30
