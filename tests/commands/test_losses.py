"""Nothing of the source is lost in any format: in the sample books, and in small inputs of all kinds."""

from __future__ import annotations

import re
from pathlib import Path

import generated
import pytest
from conftest import TESTS
from conserved import by_chapter, lost, write_book

from polybook.render import output, themes

CASES = TESTS / "cases/right-to-left.md"

KEPT = {
    "all marks of inlines": "*a* **b** ***c*** ~~d~~ x^2^ H~2~O [e]{.small} `f`",
    "marks within words": "un*frigging*believable, re**do**ing, H~2~O`x`s",
    "punctuation that markup has": r"\* 1\. \# \[a\] {b} \<c> \`d\` $5 @e #f _g_h ~ ^ | \\ / & && % -- ...",
    "marks that begin a line": "- \\- a\n- \\+ b\n- 1\\) c\n- \\# d\n- \\= e\n- / f",
    "quotation marks": "\"a 'b' c\" don't '90s 5\" \u00ab\u00a0d\u00a0\u00bb \u201ee\u201c",
    "code with all of ASCII": "`` !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~ ``",
    "text in HTML": "<p>Shown on a *page*.\n\n<div>here <b>and</b>, there</div>\n\n<!-- not this --> this",
    "a table in HTML": "<table>\n<tr><th>a<th>b\n<tr><td rowspan=2>c<td>d<br>e\n<tr><td>f\n</table>",
    "breaks and elements in lines": "left<br>right <kbd>K</kbd>, <mark>m</mark>. <code>a <i>b</i></code>",
    "what can be folded": "<details><summary>A <b>b</b>, c</summary>\n\n## D\n\ne\n\n</details>\n\nf",
    "folds": (
        '::: {.details title="A *b*, c"}\n\n## D\n\ne\n\n:::\n\n::: details\nf\n:::\n\n'
        '<details>g</details>\n\n- ::: {.details .open .tip title="h"}\n  i\n  :::\n\n'
        "  <details>\n  <summary>j</summary>\n  </details>"
    ),
    "tabs": (
        ':::: tabs\n::: {.tab title="A `b`"}\n\n## C\n\nd[^t]\n\n:::\n::: {.tab .open #t title="E"}\n'
        '![f](figures/figure.svg "G")\n:::\n::: {.tab title="H"}\n:::\n::::\n\n[^t]: i\n\n'
        '::: {.tab title="j"}\n- k\n:::\n\n[l](#t)'
    ),
    "lists in HTML": "<ol><li>a<li>b</ol>\n\n<dl><dt>c<dd>d</dl>\n\n- e\n\n  <center>f <b>g</b>, h</center>",
    "what is no tag": "Use List<T> and <file>, and <q>this</q>.",
    "figures in HTML": "<figure><img src=figures/figure.svg alt=a><figcaption>B <i>c</i></figcaption>",
    "a hard break": "one\\\ntwo  \nthree",
    "hard breaks between marks": "*one*\\\n**two**\\\n`three`",
    "links": "[in](0001-c0001.md), [out](https://e.org/a), <https://e.org/b>, [mail](mailto:a@e.org).",
    "many links": " ".join(f"[w{n}](https://example.org/{n})" for n in range(6)) + ".",
    "many links elsewhere": (
        "| "
        + " ".join(f"[w{n}](https://e.org/{n})" for n in range(6))
        + " |\n|---|\n| "
        + " ".join(f"[`c{n}`](https://e.org/{n})" for n in range(6))
        + " |\n\n- "
        + " ".join(f"[*i{n}*[^w]](https://e.org/{n})" for n in range(6))
        + "\n- b\n\n> "
        + " ".join(f"[q{n}](mailto:q{n}@e.org)" for n in range(6))
        + "\n\nTerm\n:   "
        + " ".join(f"[d{n}](https://e.org/{n})" for n in range(6))
        + "\n\n[^w]: a"
    ),
    "a link with marks": "See [the *whole* `text`](https://example.org), and [**in**](0001-c0001.md).",
    "nested lists": "- a\n  1. b\n     - c\n\n       d\n  2. e\n- f\n\n3. g\n4. h",
    "tasks": "- [ ] a\n- [x] b\n  - [ ] c",
    "definitions": "Term *one*\n:   a\n\n    b\n:   c\n\nTerm two\n:   - d\n    - e",
    "definitions in a definition": "A *b*\n:   c\n\n    D *e*\n    :   f\n\n        G\n        :   h",
    "tables": "| a | b |\n|---|--:|\n| *c* | `d e` |\n|   | f |",
    "quotations": "> a\n> b\n>\n> > c\n>\n> - d",
    "a quotation of one paragraph": "> a^2^b *c*\\\n> ~~d~~ e\n\n> > H~2~O",
    "a link with a formula": "[a $x$ b](0001-c0001.md), and [*c* $y$](0001-c0001.md).",
    "boxes in boxes": "::: note\n\n::: tip\n\na\n\n:::\n\n:::",
    "boxes": "::: note\n\na\n\n- b\n\n:::\n\n::: warning\n\n`c`\n\n:::",
    "footnotes": "a[^1] b[^two], c[^1].\n\n[^1]: A note.\n\n[^two]: Two\n\n    blocks\n\n    - and a list",
    "a footnote in a heading": "## Head[^h] *on*\n\na\n\n[^h]: See [it](https://e.org).\n\n    b",
    "a footnote in a link": " ".join(f"[w{n}[^w]](https://e.org/{n})" for n in range(5)) + "\n\n[^w]: a",
    "links in a footnote": "a[^l]\n\n[^l]: " + " ".join(f"[w{n}](https://e.org/{n})" for n in range(5)),
    "quotes beside breaks": "\"a\"\\\n'b'\\\nc",
    "others' footnotes": "a[^1] b[^2]\n\n[^1]: See [it](https://e.org).\n\n[^2]: ```c\n    x\n    ```",
    "figures": '![what is seen](figures/figure.svg "A caption")\n\nand ![in a line](figures/figure.svg) too',
    "formulas that only some of the tools know": (
        "$$\\begin{vmatrix}a&b\\\\c&d\\end{vmatrix}$$\n\n"
        "$\\sqrt$ $\\label{a}x$ ${}$ $\\bigcap_i A_i$\n\n$$ $$"
    ),
    "blocks within many others": (
        f"{'> ' * 20}a\n\n"
        + "\n\n".join(f"{':' * (60 - n)} {{#d{n}}}" for n in range(55))
        + "\n\nb\n\n"
        + "\n\n".join(":" * (6 + n) for n in range(55))
        + "\n\n"
        + "".join(f"{'    ' * n}c{n}\n\n{'    ' * n}:   d\n\n" for n in range(20))
        + "\n\n".join(f"{':' * (60 - n)} note" for n in range(40))
        + "\n\ne\n\n"
        + "\n\n".join(":" * (21 + n) for n in range(40))
    ),
    "links in headings": "## A [link](0001-c0001.md) and <https://e.org>\n\n" + "a word " * 900 + "\n\nb",
    "headings called as parts of ours": "## Example\n\na\n\n## Shown example\n\n## Contents\n\n[c](#example)",
    "formulas": "so $a^2$ and\n\n$$\\frac{a}{b}$$\n\nend",
    "blocks of code": "```python\ndef f():\n\n    return 'x'  # said\n```\n\n    indented\n        more",
    "rare ends of lines": "`a\u2028b\x85c`\n\n```text\na\u2028b\u2029c\x85d\n```\n\n```python\n\u2028\n```",
    "empty blocks of code": "a\n\n```python\n```\n\nb\n\n> ```\n> ```\n\nc\n\n```\n\n \n\n```\n\nd\n\n```js",
    "sessions": "```console\n$ ls\nfile.txt\n```\n\n```doscon\nC:\\> ver\n6\n```",
    "titles of listings": (
        "```js {1} title='a.js'\nb\n```\n\n- ```{.c title=\"Some words\"}\n  d\n  ```\n\n```py:e.py\nf\n```"
    ),
    "captions and references": (
        "See [](#fig), [](#tab), [](#code), [](#html) and [](#part).[^n]\n\n"
        '![a](figures/figure.svg "It"){#fig}\n\n'
        "| a |\n|---|\n| [](#fig) |\n\n: *Of* it {#tab}\n\n"
        '- ```py {#code caption="Some words" title="x.py"}\n  d\n  ```\n\n'
        "<table id=html><caption>In <i>HTML</i></caption><tr><td>1</table>\n\n## A part {#part}\n\n"
        '[^n]: As in [](#code).\n\n    ```py {caption="In a note"}\n    d\n    ```'
    ),
    "fences of other tools": (
        "```rust,editable\n# a\n```\n\n```{r, echo=FALSE}\n#| b: c\n```\n\n```mermaid\nA-->B\n```"
    ),
    "code in a language that nobody knows": "```brainstorm\na <- b -> c\n```",
    "long lines of code": "```text\n" + "word " * 60 + "\n```",
    "long lines of code without a space": (
        f"```text\n{'x' * 200}\n{'日' * 90}\n```\n\n- ```c\n  {'y(1);' * 60}\n  ```"
    ),
    "long pieces of code in a line": (
        f"before `{'x' * 120}` after `{'aLong.name_and' * 9}` on, `--{'y' * 99}` end"
    ),
    "long pieces of code in a table": f"| a | b |\n|---|---|\n| `{'x' * 90}` | `{'aB' * 45}` |",
    "tables of many columns": (
        "| "
        + " | ".join(f"head {n}" for n in range(24))
        + " |\n"
        + "|---" * 24
        + "|\n| "
        + " | ".join(f"word{n} `code_{n}`" for n in range(24))
        + " |\n\n"
        "<table><tr><td rowspan=2>donaudampfschifffahrtsgesellschaft<td colspan=2>a<tr><td>"
        "pneumonoultramicroscopicsilico<td>supercalifragilisticexpialidocious</table>"
    ),
    "long pieces of code elsewhere": f"## `{'x' * 99}`\n\na[^1]\n\n> `{'y' * 99}`\n\n[^1]: `{'z' * 140}`",
    "words that are too long for a line": (
        f"## {'x' * 99}\n\na {'y' * 150}, <https://e.org/{'b/c-' * 30}{'d' * 99}> and "
        f"[e](https://e.org/{'f' * 99}).[^1]\n\n[^1]: {'é' * 140}--"
    ),
    "headings": "## Two *marks*\n\na\n\n### Three `code`\n\nb\n\n#### Four\n\nc\n\n## Two\n\nd",
    "a rule": "a\n\n---\n\nb",
    "emoji": (
        "A \U0001f9ec, \u2764\ufe0f, "
        "1\ufe0f\u20e3 \U0001f44d\U0001f3fd `\U0001f1ee\U0001f1f9` \U0001f468\u200d\U0001f52c\n\n"
        "```\nx = '\u2705'\n```"
    ),
    "what no font has": "A \U00010330\u0301 and `\ue000`.\n\n```python\na = '\U00010331'  # \U00010332\n```",
    "words from right to left": (
        "Words שלום עולם and مرحبا بالعالم (שתי *מילים* כאן) end.\\\nשלום `x` עולם **bold**"
    ),
    "other scripts": "日本語の段落です。 Русский язык, Ελληνικά, Ünïcödé",
    "long words": "antidisestablishmentarianism " * 12 + "`polybook.conservation.compare.differences` " * 4,
}
"""Small inputs by what they hold: no format loses anything of them."""

KNOWN = {}
"""Small inputs of which something is lost, and why. Whoever mends one moves it up."""

LEFTWARD = re.findall(r"^@@@ (\w+): (.*)\n((?:(?!@@@).*\n)+)", CASES.read_text("utf-8"), re.MULTILINE)
"""Language, name and text of inputs of which nothing is lost in a book of this language."""


@pytest.mark.parametrize(
    ("name", "formats"),
    [
        ("small", output.FORMATS),
        ("everything", output.FORMATS),
        ("numbers", output.FORMATS),
        ("handbook", output.FORMATS),
        ("rtl", output.FORMATS),
    ],
)
def test_nothing_of_a_sample_book_is_lost(name: str, formats: tuple[str, ...], book) -> None:
    assert lost(book(name).root, formats) == []


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is lost of each small input; the last entry is what is wrong with the book."""
    inputs = KEPT | {name: text for name, (_, text) in KNOWN.items()}
    told = by_chapter(lost(write_book(tmp_path_factory.mktemp("kept"), list(inputs.values()))))
    numbers = {f"{number:04}": name for number, name in enumerate(inputs, 1)}
    return {name: told.get(number, []) for number, name in numbers.items()} | {
        "": [one for number, those in told.items() if number not in numbers for one in those]
    }


@pytest.mark.parametrize(
    "name",
    [
        "",
        *KEPT,
        *(
            pytest.param(name, marks=pytest.mark.xfail(reason=why, strict=True))
            for name, (why, _) in KNOWN.items()
        ),
    ],
)
def test_nothing_is_lost(name: str, found: dict[str, list[str]]) -> None:
    assert found[name] == []


@pytest.fixture(scope="module")
def found_leftward(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[str]]:
    """What is lost in books from right to left, by language and input."""
    found: dict[tuple[str, str], list[str]] = {}
    for language in dict.fromkeys(language for language, _, _ in LEFTWARD):
        inputs = {name: text for own, name, text in LEFTWARD if own == language}
        told = by_chapter(
            lost(write_book(tmp_path_factory.mktemp(language), list(inputs.values()), language))
        )
        found |= {(language, name): told.get(f"{number:04}", []) for number, name in enumerate(inputs, 1)}
    return found


@pytest.mark.parametrize(("language", "name"), [case[:2] for case in LEFTWARD])
def test_nothing_is_lost_from_right_to_left(
    language: str, name: str, found_leftward: dict[tuple[str, str], list[str]]
) -> None:
    assert found_leftward[language, name] == []


@pytest.mark.parametrize(
    "count", [30, pytest.param(300, marks=pytest.mark.slow)], ids=["few chapters", "many chapters"]
)
def test_nothing_is_lost_of_chapters_made_at_random(count: int, tmp_path: Path) -> None:
    assert lost(write_book(tmp_path, generated.chapters(count))) == []


def test_a_loss_is_told_with_file_line_and_words(book) -> None:
    folder = book("small")
    text = folder.read("source/02-end.md")
    folder.write("source/02-end.md", f"{text}\n<p>\nFirst.\n</p>\n\nA *word* here.\n")
    assert "[lost]" not in folder.run("check", "--deep").succeeds().out
    folder.write("theme/pdf/book.typ", themes.OURS.joinpath("pdf/book.typ").read_text("utf-8"))
    folder.replace("theme/pdf/book.typ", "  show emph: it => ", "  show emph: it => if true { } else ")
    told = f"error: source/02-end.md:{text.count(chr(10)) + 6}: the en PDF does not show 'word'. [lost]"
    folder.run("check").succeeds()
    assert told in folder.run("check", "--deep").fails(5).out
