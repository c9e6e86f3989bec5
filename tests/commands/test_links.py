"""Links and the places that they lead to, in books that are built."""

from __future__ import annotations

import re

import pytest
from conftest import BookFolder, check_epub
from lxml import html

from polybook.chapters.addresses import SCHEMES
from polybook.release import validation

PLACES = """\
# Places

::: {.note #in-a-box}
A box.
:::

{#in-a-paragraph}
A paragraph with [words]{#on-words}, `code`{#on-code}, [a link](https://example.org){k=1 k=2 #on-a-link} and
<a id="in-html"></a>tags, <a name="by-name"></a>old ones too.

![A box.](figures/box.svg "A box"){#on-a-figure}

- ![A box.](figures/box.svg){#in-an-item}

```text {#on-a-listing}
words
```

<table id="on-a-table"><tr id="on-a-row"><td>one</td><td id="on-a-cell">two</td></tr></table>

<blockquote id="on-a-quotation"><p>Words.</p></blockquote>

<details id="on-details"><summary>More</summary><p id="within">Words.</p></details>

Twice[^a] a note[^a].

[^a]: It has [a place]{#in-a-note}.

<a id="old-name"></a>

## New name

<a id="main"></a>

## Main

## Page contents

## From {#_from1}

## Note1 fn1 {#fn1}
"""
NAMES = sorted(
    {*re.findall(r'(?:#|id="|name=")([a-z_][\w-]+)["}]', PLACES), "new-name", "page-contents"} - {"places"}
)
LINKS = "\n".join(f"[to {name}](03-places.md#{name})" for name in NAMES)


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory):
    """A book with links to places of every kind, in all formats."""
    import shutil

    from conftest import BOOKS

    root = tmp_path_factory.mktemp("placed") / "small"
    shutil.copytree(BOOKS / "small", root)
    folder = (
        BookFolder(root).write("source/03-places.md", PLACES).write("source/04-to.md", f"# To\n\n{LINKS}\n")
    )
    folder.run("--lang", "en").succeeds()
    return folder


def test_any_identifier_is_a_place_on_the_site(placed) -> None:
    output = placed.root / "output"
    files = [path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()]
    assert validation.links(output, files, "") == []
    site = output / "en/html"
    hrefs = html.fromstring((site / "to.html").read_bytes()).xpath("//main//p/a/@href")
    assert len(hrefs) == len(NAMES) == 23
    ids = html.fromstring((site / "places.html").read_bytes()).xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    assert {href.partition("#")[2] for href in hrefs} <= set(ids)


@pytest.mark.java
def test_any_identifier_is_a_place_in_the_epub(placed) -> None:
    check_epub(placed.root / "output/en/small-book-en.epub")


def test_any_identifier_is_a_place_in_markdown(placed) -> None:
    text = placed.read("output/en/small-book-en.md")
    for name in re.findall(r"\[to [^]]*\]\(#([^)]*)\)", text):
        assert f'id="{name}"' in text or f"{{#{name}" in text or name in ("main", "new-name"), name


def test_every_word_is_shown_where_places_are(placed) -> None:
    placed.run("check", "--deep").succeeds()


def test_links_by_other_tools_names_lead_to_the_heading(book) -> None:
    folder = book("small").write(
        "source/03-names.md",
        "# Names\n\n[one](#-go--back) [two](#go-back) [three](#_2-1-go) [four](#go.on) "
        "[five](#earth_africa-go--back)\n\n## 🌍 Go & back\n\n## 2.1 Go\n\n## Go.on\n",
    )
    folder.run("-f", "html", "--lang", "en").succeeds()
    page = html.fromstring((folder.root / "output/en/html/names.html").read_bytes())
    first = "#earth_africa-go--back"
    assert page.xpath("//main//p/a/@href") == [first, first, "#21-go", "#goon", first]


def test_a_name_that_may_be_two_headings_is_told(book) -> None:
    folder = book("small").write("source/03-names.md", "# Names\n\n[one](#a-b)\n\n## A.B\n\n## A & B\n")
    folder.run("check").fails(
        5, "source/03-names.md:3: the link leads to '#a-b', which may be #a--b or #ab. Hint: link to"
    )


def test_the_books_rule_is_a_setting(book) -> None:
    folder = book("small").replace("pyproject.toml", "date =", 'heading-anchors = "pandoc"\ndate =')
    folder.write("source/03-names.md", "# Names\n\n[one](#12-a--b) [two](#a-b)\n\n## 1.2 A & b\n")
    folder.run("-f", "html", "--lang", "en").succeeds()
    page = html.fromstring((folder.root / "output/en/html/names.html").read_bytes())
    assert page.xpath("//main//p/a/@href") == ["#a-b", "#a-b"]


def test_a_programs_lines_share_no_anchor_with_a_heading(book) -> None:
    folder = book("small").replace("source/01-start.md", "## A program", "## Hello py\n\n## A program")
    folder.run("-f", "html", "--lang", "en").succeeds()
    ids = html.fromstring((folder.root / "output/en/html/start.html").read_bytes()).xpath("//@id")
    assert {"hello-py", "hello-py-2", "hello-py-2-L1"} <= set(ids)
    assert len(ids) == len(set(ids))


LEADING = """\
# Leading

[one](./02-end.md) [two](end.html#the-very-end) [three](/02-end) <a href="end/">four</a>

[data](data/the%20sums.csv) [drawing](figures/box.svg) [program](../examples/first/hello.py)
[license](../LICENSE) and a note[^n] with <HTTPS://Example.org/a[0]>, [a phone](tel:+1-2)

[^n]: Of [the data](<data/the sums.csv>) and <https://example.org/b[1]>, [more](//example.org/#a#b).
"""


@pytest.fixture
def leading(book) -> BookFolder:
    """A book with links to files of its folder."""
    folder = book("small").write("source/03-leading.md", LEADING)
    return folder.write("source/data/the sums.csv", "1,2\n").write("source/data/unnamed.csv", "3\n")


def hrefs(folder: BookFolder, page: str) -> list[str]:
    tree = html.fromstring((folder.root / "output/en/html" / page).read_bytes())
    return tree.xpath("//main//a[not(@class)]/@href")


def test_links_and_files_are_on_the_site(leading) -> None:
    leading.run("--lang", "en", "-f", "html").succeeds()
    assert hrefs(leading, "leading.html") == [
        "end.html", "end.html#the-very-end", "end.html", "end.html",
        "files/data/the%20sums.csv", "figures/box.svg", "examples/first/hello.py",
        "https://Example.org/a%5B0%5D", "tel:+1-2",
        "files/data/the%20sums.csv", "https://example.org/b%5B1%5D", "https://example.org/#a%23b",
    ]  # fmt: skip
    site = leading.root / "output/en/html"
    assert (site / "files/data/the sums.csv").read_text() == "1,2\n"
    assert (site / "figures/box.svg").is_file()
    assert (site / "examples/first/hello.py").is_file()
    assert not (site / "files/data/unnamed.csv").exists()


def test_other_formats_lead_to_files_on_the_site(leading) -> None:
    leading.run("--lang", "en", "-f", "md", "-f", "pdf").succeeds()
    text = leading.read("output/en/small-book-en.md")
    there = "https://example.org/small/en/html"
    assert f"[data]({there}/files/data/the%20sums.csv) [drawing]({there}/figures/box.svg)" in text
    assert f"[program]({there}/examples/first/hello.py)\nlicense and a note" in text


def test_where_nobody_knows_the_site_other_formats_have_the_words(leading) -> None:
    leading.replace("pyproject.toml", 'base-url = "https://example.org/small/"', "")
    leading.run("--lang", "en", "-f", "md").succeeds()
    assert "\n\ndata drawing program\nlicense and a note" in leading.read("output/en/small-book-en.md")
    leading.run("check", "--lang", "ja").succeeds().fails(
        0,
        "source/03-leading.md:5: the link leads to 'source/data/the sums.csv', which only the site has",
        "source/03-leading.md:6: the link leads to 'LICENSE', which no edition has; its words are shown.",
    )


def test_every_word_is_shown_where_links_are(leading) -> None:
    leading.run("check", "--deep").succeeds()


@pytest.mark.java
@pytest.mark.parametrize("is_known", [True, False])
def test_links_of_every_kind_are_valid_in_an_epub(leading, is_known: bool) -> None:
    if not is_known:
        leading.replace("pyproject.toml", 'base-url = "https://example.org/small/"', "")
    every = "\n".join(f"[{one}]({one}:{AFTER.get(one, '//example.org/x')})" for one in sorted(SCHEMES))
    leading.write("source/04-schemes.md", f"# Schemes\n\n{every}\n")
    leading.run("--lang", "en", "-f", "epub").succeeds()
    check_epub(leading.root / "output/en/small-book-en.epub")


AFTER = {"mailto": "a@example.org", "tel": "+1", "urn": "isbn:123"}


def test_what_a_changed_file_or_heading_is_linked_by_is_built_anew(leading) -> None:
    leading.translate("ja", {"The start": "はじめ"})
    leading.run("-f", "html").succeeds()
    leading.replace("source/02-end.md", "## The very end", "## [x]{#a} The very end {#last}")
    leading.replace("source/03-leading.md", "end.html#the-very-end", "end#last")
    leading.replace("source/01-start.md", "#the-very-end", "#a")
    leading.run("-f", "html").succeeds()
    assert hrefs(leading, "leading.html")[1] == "end.html#last"
    leading.replace("source/02-end.md", "{#a}", "{#start}")
    leading.replace("source/01-start.md", "02-end.md#a", "end.html#start")
    leading.run("-f", "html").succeeds()
    assert "end.html#end-start" in hrefs(leading, "start.html")
    (leading.root / "source/data/the sums.csv").unlink()
    leading.run("-f", "html").fails(1, "'data/the%20sums.csv', which no edition has")


def test_former_addresses_lead_on(book) -> None:
    front = "---\naliases: [first.html, /guide/begin/]\n---\n"
    folder = book("small")
    folder.write("source/01-start.md", front + folder.read("source/01-start.md"))
    folder.write("source/03-more.md", "# More\n\n[to it](first.html#a-program) [again](/guide/begin)\n")
    folder.translate("ja", {}).run("-f", "html").succeeds()
    site = folder.root / "output/ja/html"
    for former, target in (("first.html", "start.html"), ("guide/begin/index.html", "../../start.html")):
        page = html.fromstring((site / former).read_bytes())
        assert page.xpath("//main//a/@href") == [target]
        assert page.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={target}"]
        assert page.xpath("//link[@rel='canonical']/@href") == [
            "https://example.org/small/ja/html/start.html"
        ]
    assert hrefs(folder, "more.html") == ["start.html#a-program", "start.html"]
    assert "start.html" in folder.read("output/sitemap.xml")
    assert "first.html" not in folder.read("output/sitemap.xml")


def test_a_former_address_is_one_of_one_page(book) -> None:
    folder = book("small").write("source/03-more.md", "---\naliases: [End.html, old]\n---\n\n# More\n")
    folder.write("source/04-last.md", "---\nx: 1\naliases: [old.html, index.html, a b]\n---\n\n# Last\n")
    folder.run("check").fails(
        5,
        "error: source/03-more.md:2: the former address 'End.html' is one of source/02-end.md too. Hint:",
        "warning: source/04-last.md:3: 'a b' is no address of a page, so none leads on. Hint:",
    )
    folder.replace("source/04-last.md", ", a b", "").run("check").fails(
        5,
        "error: source/04-last.md:3: the former address 'old.html' is one of source/03-more.md too.",
        "error: source/04-last.md:3: the former address 'index.html' is one of the contents too.",
    )


def test_a_place_may_be_in_another_chapter(book) -> None:
    folder = book("small").write("source/03-more.md", "# More\n\n[a](#the-very-end) [b](#one)\n\n## Two\n")
    folder.write("source/04-last.md", "# Last {#one}\n\n[it](#very)\n\n## Two\n")
    folder.replace("source/02-end.md", "# The end", "# The end\n\n[x]{#very}")
    folder.run("-f", "html", "--lang", "en").succeeds()
    assert hrefs(folder, "more.html") == ["end.html#the-very-end", "last.html"]
    assert hrefs(folder, "last.html") == ["end.html#very"]
    folder.replace("source/02-end.md", "[x]{#very}", "[x](#two)").replace(
        "source/04-last.md", "#very", "#two"
    )
    folder.run("check").fails(
        5, "source/02-end.md:3: the link leads to '#two', which may be in 03-more.md or 04-last.md. Hint:"
    )


def test_a_note_that_is_used_twice_has_its_links_and_its_place_once(book) -> None:
    note = "[^a]: [A place]{#here}, [the end](02-end.md)."
    folder = book("small").write(
        "source/03-more.md", f"# More\n\nOne[^a] two[^a], [it](#here).\n\n[x]{{#end}}\n\n{note}\n"
    )
    folder.run("update").succeeds()
    folder.translate("ja", {"One[^a] two[^a], [it](#here).": "[それ](#here)、[^a]二[^a]。"})
    folder.run("-f", "html", "-f", "pdf").succeeds()
    for locale in ("en", "ja"):
        page = folder.read(f"output/{locale}/html/more.html")
        assert page.count('id="here"') == 1
        assert page.count('<a href="end.html">the end</a>') == 2


NAMELESS = """\
# Nameless

[x]{#here} and [](#here), [](02-end.md#the-very-end), [](#gone), [](https://example.org).

## See [](02-end.md)

| a |
|---|
| b |

: As [](02-end.md) has it.

::: {.note #box}

[](#box)

:::
"""


def test_a_link_without_words_leads_to_what_has_a_name(book) -> None:
    folder = book("small").write("source/03-nameless.md", NAMELESS)
    said = sorted(line for line in folder.run("check").out.splitlines() if "source/03" in line)
    path, none = (
        "source/03-nameless.md",
        "and nothing there has a name to show in their place. Hint: write words",
    )
    wanted = [
        f"error: {path}:11: the link to '02-end.md' has no words, and stands in a heading or",
        f"error: {path}:15: the link to '#box' has no words, {none}",
        f"error: {path}:3: the link leads to '#gone', but",
        f"error: {path}:3: the link to '#here' has no words, {none}",
        f"error: {path}:5: the link to '02-end.md' has no words, and stands in a heading or",
        f"warning: {path}:3: the link to 'https://example.org' has no words, so nobody sees it. Hint:",
    ]
    assert len(said) == len(wanted)
    for line, begin in zip(said, wanted, strict=True):
        assert line.startswith(begin)


def test_a_translation_keeps_a_link_without_words(book) -> None:
    folder = book("small").write(
        "source/03-more.md", "# More\n\nSee [](02-end.md#the-very-end).\n\nAnd [](#more).\n"
    )
    folder.run("update").succeeds()
    folder.translate(
        "ja",
        {
            "See [](02-end.md#the-very-end).": "[終わり](02-end.md#the-very-end)を参照。",
            "And [](#more).": "[](#more)も。",
        },
    )
    folder.run("check").fails(5, "the translation lacks a link without words")
    folder.run("-f", "md").succeeds()
    text = folder.read("output/ja/small-book-ja.md")
    assert "[第3章「More」](#more)も。" in text
    assert "See [The very end](#the-very-end)." in text
