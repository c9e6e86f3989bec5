"""HTML becomes nodes: what browsers show of it, what is said of the rest, and where its text stands."""

from __future__ import annotations

from typing import Any

import pytest

from polybook.markup import parse, positions, tree
from polybook.markup.html import native
from polybook.model.book import LIMITS
from polybook.model.findings import Finding
from polybook.model.nodes import (
    MARKED,
    WITH_ATTR,
    Code,
    CodeBlock,
    Image,
    LineBreak,
    Link,
    Node,
    Note,
    Quoted,
    RawBlock,
    RawInline,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Tree,
)

# ---- what comes of HTML ----------------------------------------------------------------------

BLOCKS = {
    # Halves with Markdown between them.
    "<details open>\n<summary>Go *on*</summary>\n\nA *b*\n\n</details>": (
        "Div{data-tag=details open=}(Div{data-tag=summary}(Plain(Go *on*)) Para(A Emph(b)))"
    ),
    "<div class=w>\n\n## In it\n\n</div>": "Div{.w}(Header2{#in-it}(In it))",
    "- one <details><summary>Why</summary>\n\n  two\n\n  </details>": (
        "BulletList(Para(one) Div{data-tag=details}(Div{data-tag=summary}(Plain(Why)) Para(two)))"
    ),
    "<a href=https://e.org>\n\n![A](a.png)\n\n</a>": "Para(Link->https://e.org(Image->a.png(A)))",
    # End tags that nobody writes, upper case, values without quotes, characters by name.
    "<UL><LI>one<LI>two</UL>": "BulletList(Plain(one) Plain(two))",
    "<p>one<p>R&D &copy; 2&nbsp;x": "Para(one) Para(R&D © 2\xa0x)",
    "<hr><p align=center>x<br>y": "HorizontalRule() Div{style=text-align: center}(Para(x/y))",
    "<!DOCTYPE html>\n<center>x</center>": "Div{style=text-align: center}(Para(x))",
    "<dl><dt>T<dd>one<dd><p>two</dl>": "DefinitionList(T Plain(one) Para(two))",
    "<ol start=3><li>x</ol>": "OrderedList(Plain(x))",
    "<pre><code class=language-c>a &lt; b\n c</code></pre>": "CodeBlock{.c}(a < b\n c)",
    "<blockquote>x</blockquote>": "BlockQuote(Para(x))",
    "<figure><img src=a.png alt='An A'><figcaption>B</figcaption></figure>": (
        "Div{data-tag=figure}(Para(Image->a.png(An A)) Div{data-tag=figcaption}(Plain(B)))"
    ),
    "<h2 id=x>A <i>b</i></h2>": "Header2{#x}(A Emph(b))",
    "## The end\n\n<h3>The end</h3>": "Header2{#the-end}(The end) Header3{#the-end-1}(The end)",
    # Tables of any shape.
    "<table><tr><th>A<th>B<tr><td rowspan=2>1<td align=right>2<tr><td>3</table>": (
        "Table(Plain(A) Plain(B) Plain(1) Plain(2) Plain(3))"
    ),
    "<table>\n<tr><td>\n\n*a*\n\n</td></tr>\n</table>": "Table(Para(Emph(a)))",
    "<table><caption>C</caption><tr><td>a<td>b<tr><td>c</table>": (
        "Table(Plain(C) Plain(a) Plain(b) Plain(c))"
    ),
    # Comments take nothing with them.
    "<!-- a note --> shown": "Para(shown)",
    "- <!-- a -- b --> shown\n- more": "BulletList(Plain(shown) Plain(more))",
    "<p>a <!-- b --> c</p>": "Para(a c)",
}

INLINES = {
    "a<br>b": "a/b",
    "a<br/>\nb": "a/b",
    "<kbd>Esc</kbd> it": "Span{data-tag=kbd}(Esc) it",
    "<b>a *b*</b>": "Strong(a Emph(b))",
    "<del>a</del><u>b</u><sub>c</sub>": "Strikeout(a)Underline(b)Subscript(c)",
    "<code>a_b</code> and <code>*c*</code>": "Code(a_b) and Span{data-tag=code}(Emph(c))",
    "<code>a <b>b</b></code>": "Code(a b)",
    "<span class='a b' id=c lang=ja>x</span>": "Span{#c .a .b lang=ja}(x)",
    '<a href="x.md" title="T">a <i>b</i></a>': "Link->x.md(a Emph(b))",
    "<a href=https://e.org>https://e.org</a>": "Link->https://e.org(https://e.org)",
    '<a name="spot"></a>here': "Span{#spot}()here",
    '<a id="spot"/>here': "Span{#spot}()here",
    "<img src=a.png alt='B &amp; c' width=40%>": "Image{width=40%}->a.png(B & c)",
    "ab<wbr>cd": "ab\u200bcd",
    "<q>a</q>": "Quoted(a)",
    "<ruby>字<rt>ji</rt></ruby>": "Span{data-tag=ruby}(字Span{data-tag=rt}(ji))",
    "<input type=checkbox checked disabled> a": "[x] a",
    "a <!-- b --> c": "a c",
    "a <!-- b -->": "a",
    "`<i>`{=html}a`</i>`{=html}": "Emph(a)",
    "<b><i>a</b>b</i>": "Strong(Emph(a))Emph(b)",
    "!<b><!-- x -->a</b>": "!Strong(a)",
    "a <!--> b <!---> c": "a b c",
    "<b>x</b> <i>y</i>": "Strong(x) Emph(y)",
    "<bdi dir=rtl>a</bdi>": "Span{data-tag=bdi dir=rtl}(a)",
}

ELSEWHERE = {
    "| a<br>b | <b>c</b> |\n|---|---|": "Table(Plain(a/b) Plain(Strong(c)))",
    "## A <sup>b</sup>": "Header2{#a-b}(A Superscript(b))",
    "## A <div>b</div>": "Header2{#a-b}(A b)",
    "![a <i>b</i>](c.png)": "Para(Image->c.png(a Emph(b)))",
    "A <i>b</i>\n:   c <b>d</b>": "DefinitionList(A Emph(b) Plain(c Strong(d)))",
    "a[^1]\n\n[^1]: b <i>c</i>": "Para(aNote(Para(b Emph(c))))",
    "*a <b>b</b>*": "Para(Emph(a Strong(b)))",
    "> <p>a": "BlockQuote(Para(a))",
}

CASES = BLOCKS | {text: f"Para({made})" for text, made in INLINES.items()} | ELSEWHERE

# ---- what is said ----------------------------------------------------------------------------

SAID = {
    "a\n\nUse List<T> and <file>": [(3, "<T> is no tag"), (3, "<file> is no tag")],
    "the <title> tag": [(1, "<title> is shown by no edition, and not closed here")],
    "a <b onclick=x>b</b>": [(1, "the event handler")],
    "<p>Use List<T></p>": [(1, "<T> is no tag")],
    "a <b>b\n\nc</b> d": [(1, "<b> is not closed"), (3, "</b> closes nothing")],
    "a <b>b\n\nc": [(1, "<b> is not closed")],
    "<p>\n\na\n\n</p>": [(5, "<p> holds no paragraphs of Markdown")],
    "a\n\n<script>\nx\n</script>": [(3, "<script> is shown by no edition, and is left out")],
    "a <script>x</script> b": [(1, "<script> is shown by no edition")],
    "<style>p { color: red }</style>": [(1, "<style> is shown by no edition")],
    "<video src=https://e.org/v.mp4 controls></video>": [(1, "a link to https://e.org/v.mp4 stands")],
    "<iframe src=a.html></iframe>": [(1, "<iframe> is shown by no edition, and is left out")],
    "<button>\n\n*a*\n\n</button>": [(1, "<button> is left out; what is in it is shown")],
    "<a href=https://e.org onclick=x>a</a>": [(1, "the event handler 'onclick' of <a>")],
    "<a href=' JavaScript:x'>a</a>": [(1, "the address of the link, 'JavaScript:x'")],
    "<p style='display:none; text-align: right'>a": [(1, "the style 'display' of <p>")],
    "<font color=red>a</font>": [(1, "the color of <font>")],
    "<table>\n<tr><td>\n\na\n\n</td>\n\nb\n\n</table>": [(8, "what stands between a table's tags here")],
    "`x`{=latex} a": [(1, "the raw text for the format 'latex'")],
    "<div *-<-\n*a*\n": [(1, "the tag '<div *-<-")],
    "<b>x</b>{.c} y": [(1, "the attributes beside </b> are left out")],
    "<del>\n\n*a*\n\n</del>": [(1, "<del> is around whole paragraphs")],
    "<?php x ?>\n\na": [(1, "'<?php x ?>' is no HTML")],
    "<div\n\na": [(1, "the tag '<div' never ends")],
    "<div><!-- a\n\nb": [(1, "the comment never ends"), (1, "<div> is not closed")],
    # Nothing is said of what is as HTML has it.
    "<ul><li>a</ul>\n\n<details>\n\nb\n\n</details> <br> <!-- c -->": [],
}

KEPT = {
    "Use List<T> and <file>": "Para(Use List<T> and <file>)",
    "<p>Use List<T> now</p>": "Para(Use List<T> now)",
    "<b2>a</b2>": "Para(<b2>a</b2>)",
    "<div\n\na": "Para(<div) Para(a)",
    "the <title> tag": "Para(the <title> tag)",
    "<button>\n\n*a*\n\n</button>": "Para(Emph(a))",
    "<form>a <label>b</label></form>": "Para(a b)",
    "<iframe src=https://e.org></iframe>": "Para(Link->https://e.org(https://e.org))",
    "<a href='javascript:x'>a</a>": "Para(a)",
    "<title>\n\na\n\n</title>": "Para(a)",
    "a <script>*b*</script> c": "Para(a c)",
    "<table>\n\na\n\n<tr><td>b</table>": "Para(a) Table(Plain(b))",
    "<div hidden>a</div>": "Para(a)",
    "<template>\n\na\n\n</template>": "Para(a)",
}


@pytest.fixture(scope="module")
def read() -> dict[str, tuple[Tree, list[Finding]]]:
    """Each text's blocks, with positions, and what is said of it."""
    texts = list(dict.fromkeys([*CASES, *SAID, *KEPT, *PLACED]))
    trees = parse.parse([text + "\n" for text in texts], LIMITS, positions=True)
    return {
        text: native.blocks(text, blocks, "source/01-a.md") for text, blocks in zip(texts, trees, strict=True)
    }


def told(nodes: Tree | Run) -> str:
    """Nodes in short: a node's name, its attributes and what it holds."""
    parts = [one(node) for node in nodes]
    return "".join(parts) if nodes and isinstance(nodes[0], INLINE) else " ".join(parts)


INLINE = (*MARKED, Str, Space, SoftBreak, LineBreak, Code, RawInline, Link, Image, Span, Quoted, Note)


def one(node: Any) -> str:
    match node:
        case Str():
            return node.text
        case Space() | SoftBreak():
            return " "
        case LineBreak():
            return "/"
    name = type(node).__name__ + str(getattr(node, "level", ""))
    if isinstance(node, WITH_ATTR) and (parts := attributes(node)):
        name += "{" + " ".join(parts) + "}"
    if isinstance(node, Link | Image):
        name += f"->{node.target.url}"
    if isinstance(node, Code | CodeBlock | RawBlock | RawInline):
        return f"{name}({node.text})"
    return f"{name}({' '.join(filter(None, map(told, tree.held(node))))})"


def attributes(node: Any) -> list[str]:
    attr = node.attr
    parts = [f"#{attr.identifier}"] if attr.identifier else []
    return [*parts, *(f".{one}" for one in attr.classes), *(f"{key}={value}" for key, value in attr.pairs)]


Read = dict[str, tuple[Tree, list[Finding]]]


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_html_becomes_what_browsers_show(read: Read, text: str, expected: str) -> None:
    blocks, findings = read[text]
    assert (told(positions.without(blocks)), findings) == (expected, [])


@pytest.mark.parametrize(("text", "expected"), KEPT.items())
def test_no_text_is_lost_with_its_tags(read: Read, text: str, expected: str) -> None:
    assert told(positions.without(read[text][0])) == expected


@pytest.mark.parametrize(("text", "expected"), SAID.items())
def test_what_is_amiss_is_said_with_its_line(read: Read, text: str, expected: list[tuple[int, str]]) -> None:
    found = read[text][1]
    assert [(one.line, start in one.text) for one, (_, start) in zip(found, expected, strict=True)] == [
        (line, True) for line, _ in expected
    ]
    assert {(one.code, one.path, one.severity) for one in found} <= {("html", "source/01-a.md", "warning")}


# ---- where text stands -----------------------------------------------------------------------

PLACED = {
    "<p>One &amp; <b>two</b> three</p>": ["One &amp;", "<b>two</b>", "three"],
    "> <p>\n> one\n> two </p>": ["one|two"],
    "- a\n\n  <div>b\tc</div>": ["a", "b\tc"],
    "a <kbd>b *c*</kbd> d": ["a", "<kbd>|b| |*c*|</kbd>", "d"],
    "<details><summary>more</summary>\n\nhere\n\n</details>": ["more", "here"],
    "```{=html}\n<p>in\n```": ["in"],
    "<table><tr><td>a<td>b": ["a", "b"],
    "<div id='b'\n*c*": ["<div id='b'|*c*"],
    "<Note>\n*b*\n</Note>": ["<Note>", "*b*", "</Note>"],
    "<img src=a.png alt='b c'>": ["<img src=a.png alt='b c'>"],
}


def placed(text: str, node: Node) -> str:
    lines = text.split("\n")
    return "|".join(
        lines[segment.line - 1][segment.start : segment.end] for segment in positions.segments(node, lines)
    )


@pytest.mark.parametrize(("text", "expected"), PLACED.items())
def test_text_has_its_place_in_the_source(read: Read, text: str, expected: list[str]) -> None:
    runs = [run for _, block in positions.held_by(read[text][0]) for run in tree.runs([block])]
    assert [place for run in runs for node in run if (place := placed(text, node).strip())] == expected


def test_a_tab_moves_no_position() -> None:
    line = "\tone\ttwo"
    written = positions.written(1, line, 5, 8)
    node = positions.wrapped([Str("two")], written)[0]
    assert positions.segments(node, [line]) == [positions.Segment(1, 5, 8)]


# ---- chapters without HTML, and texts of their own -------------------------------------------


@pytest.mark.parametrize("text", ["a *b* `<c>`", "a < b", "<https://e.org>", "<!-- a -->\n\nb"])
def test_a_chapter_without_html_is_left_as_it_is(text: str) -> None:
    (blocks,) = parse.parse([text], LIMITS, positions=True)
    assert native.blocks(text, blocks, "")[0] is blocks


@pytest.mark.parametrize(
    "text", ["<!-- translators: a --> b", "- <!-- notranslate -->\n  a", "a\n\n<!-- b -->\nc"]
)
def test_a_comment_between_blocks_stays_for_who_reads_it(text: str) -> None:
    (blocks,) = parse.parse([text], LIMITS, positions=True)
    made, _ = native.blocks(text, blocks, "")
    assert [raw.text.strip() for raw in tree.find(made, RawBlock)] == [
        text[text.index("<") : text.index(">") + 1]
    ]


@pytest.mark.parametrize(
    "text", ["2 * 3 _a_ `b` [c](d)", 'it\'s "so" -- a...', "R&D &lt;b> &amp;copy;", "# a | b"]
)
def test_text_of_htmls_is_read_alone_as_it_stands(text: str) -> None:
    (blocks,) = parse.parse([f"<p>{text}</p>\n\n# {native.as_markdown(text)} #"], LIMITS, positions=True)
    inside, alone = tree.runs(positions.without(native.blocks(text + "<p>", blocks, "")[0]))
    assert inside == alone


def test_a_run_that_was_read_alone_is_read_the_same_way() -> None:
    run = [Str("a"), RawInline.of("html", "<br>"), RawInline.of("html", "<i>"), Str("b")]
    made = native.run(run)
    assert told(made[:-1]) == "a/Emph(b)"
    assert isinstance(said := made[-1], RawInline)
    assert said.text.startswith("<i> is not closed")
