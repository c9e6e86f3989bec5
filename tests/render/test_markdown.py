"""The Markdown edition: the same tree where pandoc reads it again, the same words on a code host."""

from __future__ import annotations

import re
import subprocess

import pytest
from conftest import BOOKS
from generated import Maker
from lxml import html
from markdown_it import MarkdownIt

from polybook.book import load
from polybook.markup import pandoc, parse, positions
from polybook.markup.boxes import kind_of, title_of
from polybook.markup.folds import is_summary, is_tab
from polybook.markup.tree import append, mapped, plain, rows, runs
from polybook.model.edition import Edition, EditionChapter
from polybook.model.nodes import (
    Attr,
    Block,
    Code,
    CodeBlock,
    DefinitionList,
    Div,
    Emph,
    Header,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Para,
    Plain,
    RawBlock,
    RawInline,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Subscript,
    Superscript,
    Table,
    Tree,
    written,
)
from polybook.render import markdown
from polybook.system.cache import Store
from polybook.translation.quotes import curled

TAG = re.compile(r"</?(?:div|span|a|su[bp]|u|dl|dt|dd|details|summary)\b[^>]*>")
"""HTML that the edition has for what Markdown has no mark for."""

HOST = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def trees_of(texts: list[str]) -> list[Tree]:
    return [curled(positions.without(tree), "en") for tree in parse.parse(texts, positions=True)]


def editions(trees: list[Tree]) -> list[str]:
    """Each tree as an edition of one chapter."""
    book = load.load(BOOKS / "small")
    found = []
    for tree in trees:
        chapter = EditionChapter("c", "", written(tree).decode(), 0, "")
        edition = Edition("en", book.settings, (chapter,), {}, 0, 0)
        found.append(markdown.render(edition, Store(None)).decode())
    return found


def edition(text: str) -> str:
    (made,) = editions(trees_of([text]))
    return made


# ---- read again ------------------------------------------------------------------------------


def bare(blocks: Tree) -> Tree:
    """Blocks without attributes but for boxes' kinds, and without what is written as HTML."""
    found: Tree = []
    for block in blocks:
        match block:
            case RawBlock() if block.text.startswith("<!--") or TAG.fullmatch(block.text.strip()):
                continue
            case Div() if is_summary(block) or is_tab(block):
                title, rest = title_of(block) if is_tab(block) else (runs(block.blocks)[0], [])
                found += bare([Para(title), *rest])
                continue
            case Div() if not kind_of(block) and block.attr.classes != ["title"]:
                found += bare(block.blocks)
                continue
            case Div():
                block = Div.of(Attr("", [kind_of(block) or "title"]), block.blocks)
            case Header():
                block = Header.of(block.level, Attr(), block.inlines)
            case DefinitionList():
                for term, definitions in block.items:
                    found.append(Para(bare_run(term)))
                    for one in definitions:
                        found += [Para(x.inlines) if isinstance(x, Plain) else x for x in bare(one)]
                continue
        found.append(mapped(block, bare, bare_run))
    return found


def bare_run(run: Run) -> Run:
    found: Run = []
    for node in run:
        if isinstance(node, RawInline) and TAG.fullmatch(node.text):
            continue
        if isinstance(node, Span | Superscript | Subscript):
            for inner in bare_run(node.inlines):
                append(found, inner)
            continue
        copy: Inline = mapped(node, bare, bare_run)
        match copy:
            case Link() | Image():
                copy = type(copy).of(Attr(), copy.inlines, copy.target)
            case Code():
                copy = Code.of(Attr(), copy.text)
        append(found, copy)
    return found


# ---- on a code host --------------------------------------------------------------------------


def words_of(blocks: Tree) -> list[str]:
    return re.findall(r"\w+", said(blocks))


def said(blocks: Tree) -> str:
    return "\n".join(map(said_by, blocks))


def said_by(block: Block) -> str:
    match block:
        case Para() | Plain() | Header():
            return run_says(block.inlines)
        case RawBlock():
            return ""
        case Table():
            cells = [said(cell.blocks) for row in rows(block) for cell in row.cells]
            return "\n".join([*cells, *(f"Table {said([one])}" for one in block.caption.blocks)])
        case Div():
            kind = kind_of(block)
            return f"{kind.upper() if kind else ''} {said(block.blocks)}"
        case DefinitionList():
            pieces = [(run_says(term), *map(said, definitions)) for term, definitions in block.items]
            return "\n".join("\n".join(piece) for piece in pieces)
    parts = getattr(block, "items", None) or [getattr(block, "blocks", [])]
    return getattr(block, "text", "") or "\n".join(map(said, parts))


def run_says(run: Run) -> str:
    pieces = []
    for node in run:
        match node:
            case Str() | Code():
                pieces.append(node.text)
            case Math():
                pieces.append(f"${node.text}$")
            case Note():
                pieces.append(" NOTE ")
            case Space() | SoftBreak() | LineBreak():
                pieces.append(" ")
            case Image() | RawInline():
                pass
            case _:
                pieces.append(run_says(node.inlines))
    return "".join(pieces)


BLOCKS = re.compile(
    r"</?(?:p|li|ul|ol|h\d|t\w+|pre|br|blockquote|div|hr|d[ltd])\b[^>]*>|<!--.*?-->", re.DOTALL
)


def host_says(text: str) -> list[str]:
    body = re.split(r"\n\n\[\^c-1\]:", text)[0]  # footnotes are another extension's
    shown = BLOCKS.sub("\n", HOST.render(re.sub(r"\[\^c-\d+\]", " NOTE ", body)))
    return re.findall(r"\w+", html.fromstring(f"<div>{shown}</div>").text_content())


@pytest.mark.parametrize(
    "seeds", [range(60), pytest.param(range(60, 1000), marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_any_chapter_is_the_same_to_pandoc_and_says_the_same_on_a_code_host(seeds: range) -> None:
    trees = trees_of([f"# Title\n\n{Maker(seed).chapter()}\n" for seed in seeds])
    made = editions(trees)
    again = map(positions.without, parse.parse(made, positions=True))
    for seed, tree, text, other in zip(seeds, trees, made, again, strict=True):
        assert bare(other) == bare(tree), seed
        assert host_says(text) == words_of(tree), seed


# ---- what it looks like ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C:\\\\#dir and \\&nbsp;, a\\_b a_b", r"C:\\#dir and \&nbsp;, a_b a_b"),
        ("| a |\n|---|\n| `x \\| y` \\| z $a\\|b$ |", "| a |\n|--|\n| `x \\| y` \\| z $a\\|b$ |"),
        ('"So" it\'s -- \\-- ... \\"', '“So” it’s – \\-- … \\"'),
        ("some words {lang=it} more", 'some words<span lang="it"> </span> more'),
        ("In 1.0\n1\\. and 2.5\n\\- and\n\\# x # y", "In 1.0\n1\\. and 2.5\n\\- and\n\\# x \\# y"),
        ("[a]{.b #c} H~2~O x^2^", '<span id="c" class="b">a</span> H<sub>2</sub>O x<sup>2</sup>'),
        ("*a*: b, *c*(d)[^n]: e\n\n[^n]: x", "*a*: b, *c*(d)[^c-1]\\: e\n\n[^c-1]: x"),
        ("a <b>c</b> <br>", "a <b>c</b> <br>"),
        ("## Of words\n\n## Other {#name}", '## Of words\n\n## <a id="name"></a>Other'),
        ("::: note\nWords.\n:::", "> [!NOTE]\n> Words."),
        ("::: {.tip #t title='x'}\nWords.\n:::".replace("'", '"'), '> [!TIP] x\n> <a id="t"></a>Words.'),
        ("> [!WARNING]\n> - a\n> - b", "> [!WARNING]\n>\n> - a\n> - b"),
        ("::: other\nWords.\n:::", '<div class="other">\n\nWords.\n\n</div>'),
        ("Term\n: one", "Term\n:   one"),
        (
            "Term\n: one\n\n  two",
            "<dl>\n\n<dt>\n\nTerm\n\n</dt>\n\n<dd>\n\none\n\ntwo\n\n</dd>\n\n</dl>",
        ),
        ("| a |\n|---|\n| b |\n\n: Of *it*", "| a |\n|--|\n| b |\n\n: Of *it*"),
        ("![a](figures/p.svg){width=50%}", '<p><img src="figures/p.svg" alt="a" width="50%"></p>'),
        (
            "a ![b | c](p.png){#x .y height=1in}",
            'a <img src="p.png" alt="b | c" id="x" class="y" height="96">',
        ),
        ('![](p.png "c"){alt=""}', '<p><img src="p.png" alt="" title="c"></p>'),
        ("![a](figures/p.svg)", "![a](figures/p.svg)"),
        ('[![a](figures/p.svg "c")]{lang=it}', '![a](figures/p.svg "c")'),
        ("`a`{.python} [b](https://x.y){.c}", "`a` [b](https://x.y)"),
        ("<https://x.y/a_b> <a@x.y>", "<https://x.y/a_b> <a@x.y>"),
        ("It costs \\$5 or $6, $x$", "It costs \\$5 or \\$6, $x$"),
        ('``` {.python file="a.py"}\n``x``\n```', '``` python {file="a.py"}\n``x``\n```'),
        ("> ``` {.transcript .text}\n> x\n>\n> y\n> ```", "> ``` text {.transcript}\n> x\n>\n> y\n> ```"),
        ("``` {#i .python k='v'}\nx\n\n```".replace("'", '"'), '``` python {#i k="v"}\nx\n\n```'),
        ("- a\n\n  ```\n  x\n\n\n  y\n  ```\n", "- a\n\n  ```\n  x\n\n\n  y\n  ```"),
        ("```\n```", "```\n```"),
        ("- [ ] a\n- [x] b", "- [ ] a\n- [x] b"),
    ],
)
def test_how_marks_are_written(text: str, expected: str) -> None:
    made = edition(text + "\n")
    assert re.sub(" +\\|", " |", re.sub("--+", "--", made.strip())) == expected


def test_an_alert_is_one_on_github() -> None:
    """What cmark-gfm is given begins with the kind alone in its line."""
    text = edition("::: {.note}\nWords.\n:::\n\n> [!CAUTION]\n> Words.\n")
    assert re.findall(r"^> \[!([A-Z]+)\]$", text, re.MULTILINE) == ["NOTE", "CAUTION"]


@pytest.mark.parametrize("title", ['a" file="/etc/b', "a\\", "a & &quot; b", "a`b", "{a} 'b'", "</code>"])
def test_a_title_of_a_listing_adds_nothing_beside_its_fence(title: str) -> None:
    listing = CodeBlock.of(Attr("", ["js"], [("title", title)]), "x")
    made = markdown._listing(listing)
    assert isinstance(made, RawBlock)
    assert list(parse.parse([made.text])) == [[listing]]


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("彼は**「はい」**と", ["「はい」"]),
        ("値**`x`**と**[い](u)**う", ["x", "い"]),
        ("사과**(빨강)**와 *둘*.", ["(빨강)"]),
        ("あ**。**い**「う」**", ["。", "「う」"]),
    ],
)
def test_emphasis_is_emphasis_beside_letters_too(text: str, bold: list[str]) -> None:
    made = edition(text)
    assert [one.text_content() for one in html.fromstring(HOST.render(made)).findall(".//strong")] == bold
    (again,) = trees_of([made])
    assert bare(again) == bare(trees_of([text])[0])


def test_a_block_that_begins_with_a_tag_is_no_html_for_a_host() -> None:
    spaced: Run = [SoftBreak(), Str("*a*"), SoftBreak()]
    (made,) = editions([[Para([Span.of(Attr("", ["c"]), [Emph(spaced)]), Str("b")])]])
    (emphasis,) = html.fromstring(HOST.render(made)).findall(".//em")
    assert emphasis.text_content() == "*a*"


# ---- links of a code host's own --------------------------------------------------------------

WORDS = """\
# Title

Go to www.one.example, WWW.two.example, http://three.example/x, https://four.example, ftp://five.example/y;
write to a@six.example, b.c+d_e@seven-8.example, mailto:f@nine.example, (www.ten.example), *www.l.example*.

| www.twelve.example | g@thirteen.example |
|---|---|
| ftp://fourteen.example | h@i.example |

See <https://kept.example/1>, [words](https://kept.example/2) and <kept@kept.example>.
"""


def test_words_that_look_like_addresses_are_no_links_where_the_source_has_none() -> None:
    text = edition(WORDS)
    shown = subprocess.run(
        [pandoc.executable(), "-f", "gfm", "-t", "html"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.findall(r'href="([^"]*)"', shown)
    assert found == ["https://kept.example/1", "https://kept.example/2", "mailto:kept@kept.example"]
    # What GitHub does last, to words whose escapes are gone: nothing is left of an address of mail.
    assert not re.search(r"[\w.+-]@\w", re.sub(r"(?s)<a\s.*?</a>", "", shown))


def test_and_they_are_read_again_as_the_same_words() -> None:
    (tree,), (again,) = trees_of([WORDS]), trees_of([edition(WORDS)])
    ours, theirs = (list(tokens_of_tree(one)) for one in (tree, again))
    assert ours == theirs


def tokens_of_tree(blocks: Tree) -> list[str]:
    return "\n".join(plain(run) for run in runs(blocks)).split()
