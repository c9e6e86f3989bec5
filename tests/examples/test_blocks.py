"""Which marks of cog's count, and that every broken one is told with its line."""

from __future__ import annotations

import pytest

from polybook.examples import blocks
from polybook.model.book import Chapter

END = "<!-- [[[end]]] -->"
SUMMED = "<!-- [[[end]]] (sum: XXXXXXXXXX) -->"


def read(text: str) -> blocks.Blocks:
    return blocks.read(Chapter("source/01-a.md", "a", text))


def test_a_block_knows_where_it_stands() -> None:
    text = f"# Head\n\n<!-- [[[cog\nif deep:\n    listing(x[y[z[0]]])\n]]] -->\nold\n\n  text\n{END}\nmore\n"
    assert read(text).blocks == (
        blocks.Block(
            line=3,
            prefix="",
            within_html=False,
            code="\nif deep:\n    listing(x[y[z[0]]])",
            first=7,
            end=10,
            written="old\n\n  text\n",
            end_mark=END,
        ),
    )


@pytest.mark.parametrize(
    ("before", "prefix"),
    [
        ("", ""),
        ("> ", "> "),
        (">", ">"),
        ("- ", "  "),
        ("10. ", "    "),
        ("> 1. > ", ">    > "),
        ("[^note]: ", "    "),
        ("> [^note]:   ", ">     "),
    ],
)
def test_output_stays_in_what_the_block_stands_in(before, prefix) -> None:
    bare = prefix.rstrip()
    (block,) = read(f"{before}<!-- [[[cog f() ]]] -->\n{prefix}a\n{bare}\n{prefix}  b\n{prefix}{END}").blocks
    assert (block.prefix, block.code, block.output) == (prefix, "f()", "a\n\n  b\n")


def test_python_is_read_without_what_the_block_stands_in() -> None:
    (block,) = read(f"> <!-- [[[cog\n> if x:\n>\n>     f()\n> ]]] -->\n> {END}").blocks
    assert block.code == "\nif x:\n\n    f()"
    (block,) = read(f"- <!-- [[[cog a = 1\n  f(a) ]]] -->\n  {END}").blocks
    assert block.code == "a = 1\nf(a)"


@pytest.mark.parametrize(
    "text",
    [
        f"```\n<!-- [[[cog f() ]]] -->\n{END}\n```",
        f"> ~~~ markdown\n> <!-- [[[cog f() ]]] -->\n> {END}\n> ~~~",
        "    <!-- [[[cog f() ]]] -->",
        f"- item\n\n      <!-- [[[cog f() ]]] -->\n      {END}",
        "Write `<!-- [[[cog f() ]]] -->`, then ``[[[end]]] ` ``.",
        "A code span `that\nholds [[[end]]]` goes on.",
        "| a |\n|---|\n| `[[[cog` |",
        r"Or \[[[cog] and \[[[end]]] with a backslash.",
        "An array: a[b[c[0]]].",
        "<!-- a comment with [[brackets]] -->",
    ],
)
def test_what_shows_marks_is_text(text) -> None:
    assert (read(text).blocks, read(text).broken) == ((), ())


def test_output_may_show_marks_in_code() -> None:
    text = f"<!-- [[[cog f() ]]] -->\n````text\n{END}\n```\n<!-- [[[cog g() ]]] -->\n````\n{SUMMED}\n"
    (block,) = read(text).blocks
    assert (block.end, block.state) == (7, "edited")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"<!-- [[[cog f() -->\n{END}", {1: "has no ]]]"}),
        (f"<!-- [[[cog\nf()\n\n{END}\n\n<!-- [[[cog g() ]]] -->\n{END}", {1: "has no ]]]"}),
        ("<!-- [[[cog\nf()", {1: "has no ]]]"}),
        (f"> <!-- [[[cog\nf() ]]] -->\n{END}", {1: "has no ]]]"}),
        (f'<!-- [[[cog\nf("-->")\n]]] -->\n{END}', {2: "holds -->"}),
        (f'<!-- [[[cog f("-->") ]]] -->\n{END}', {1: "holds -->"}),
        ("<!-- [[[cog f() ]]] -->\n\ntext", {1: "has no [[[end]]]"}),
        (
            f"<!-- [[[cog f() ]]] -->\n<!-- [[[cog g() ]]] -->\n{END}\n{END}",
            {1: "has no [[[end]]]", 4: "no cog block"},
        ),
        (f"text\n\n{SUMMED}", {3: "no cog block begins"}),
        ("<!-- [[[cog f() ]]] -->\n<!-- [[[end]] -->", {2: "ends with"}),
        ("<!-- [[[cog f() ]]] -->\n<!-- [[[ END ]]] -->", {2: "ends with"}),
        ("<!-- [[cog f() ]]] -->", {1: "begins with"}),
        ("<!-- cog f() ]]] -->", {1: "begins with"}),
        ("<!-- [[[coq f() ]]] -->\n\n<!-- [[[cogf() ]]] -->", {3: "begins with"}),
        ("[[[cog f() ]]]", {1: "only as a comment"}),
        ("one\ntwo <!-- [[[cog f() ]]] -->", {2: "only as a comment"}),
        ("<!--\n[[[cog f() ]]]\n-->", {2: "only as a comment"}),
        (f"<!-- [[[cog f() ]]] -->\n```\nx\n{END}", {1: "line 2 is not closed"}),
        (f"<!-- [[[cog f() ]]] -->\n```\n{END}\n\ntext\n\n```\n{END}", {1: "line 2 is not closed"}),
    ],
)
def test_broken_blocks_are_told_with_their_lines(text, told) -> None:
    broken = read(text).broken
    assert [finding.line for finding in broken] == list(told)
    for finding, said in zip(broken, told.values(), strict=True):
        assert said in str(finding)
        assert finding.hint


def test_all_that_is_broken_is_told_at_once() -> None:
    parts = [
        "<!-- [[[cog a() -->",
        END,
        "<!-- [[[cog b() ]]] -->",
        "```",
        END,
        "",
        "<!-- [[[cog c() ]]] -->",
        END,
        END,
    ]
    assert [finding.line for finding in read("\n".join(parts)).broken] == [1, 3, 9]
    assert [block.code for block in read("\n".join(parts)).blocks] == ["c()"]


def test_what_might_reach_into_the_next_block_is_not_written_over() -> None:
    """A fence that lost its end, in a block without a sum: all looks like output up to the next end."""
    block = f"<!-- [[[cog f() ]]] -->\n```python {{a}}\nx\n{END}\n"
    text = "\n".join([block, "Words.", "", block.replace("x", "y\n```")])
    assert [block.line for block in read(text).blocks] == [8]
    assert "line 2 is not closed" in str(read(text).broken[0])


CONFLICT = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<!-- [[[cog f() ]]] -->\n```\n" + CONFLICT.format("1", "2") + f"```\n{SUMMED}", 3),
        ("<!-- [[[cog f() ]]] -->\n" + CONFLICT.format(SUMMED, SUMMED.lower()), 2),
        (CONFLICT.format("<!-- [[[cog f() ]]] -->", "<!-- [[[cog g() ]]] -->") + END, 1),
        ("<!-- [[[cog\n" + CONFLICT.format("f()", "g()") + f"]]] -->\n{END}", 2),
        ("words\n\n" + CONFLICT.format("one", "two"), 3),
    ],
)
def test_a_merge_conflict_is_named_as_one(text, line) -> None:
    assert [(finding.code, finding.line) for finding in read(text).broken] == [("conflict", line)]
    assert read(text).blocks == ()


def test_a_conflict_that_is_shown_is_none() -> None:
    assert read("```\n" + CONFLICT.format("one", "two") + "```").broken == ()


def test_fences_of_the_author_are_those_outside_of_blocks() -> None:
    text = f"```python\n```\n\n- a\n  ~~~ text {{a=1}}\n  ~~~\n\n<!-- [[[cog f() ]]] -->\n```\n```\n{END}\n"
    assert blocks.fences(Chapter("", "", text)) == (blocks.Fence(1, "python"), blocks.Fence(5, " text {a=1}"))
