"""What stands beside a listing's fence, in the spellings of many tools."""

from __future__ import annotations

import pytest
from pygments.lexers import find_lexer_class_by_name

from polybook.markup import positions
from polybook.markup.fences import INFO, TITLE, doubts, known
from polybook.markup.parse import parse
from polybook.markup.tree import find
from polybook.model.nodes import Attr, CodeBlock

FENCES = {
    "```": ("", ""),
    "```python": ("Python", ""),
    "```  Python  ": ("Python", ""),
    "``` C++": ("C++", ""),
    "```c#": ("C#", ""),
    "```rs": ("Rust", ""),
    "```mjs": ("JavaScript", ""),
    "```patch": ("Diff", ""),
    "```golang": ("Go", ""),
    "```shell-session": ("Bash Session", ""),
    "~~~ruby": ("Ruby", ""),
    "~~~~ ruby   linenos": ("Ruby", ""),
    "```rust,editable": ("Rust", ""),
    "```rust, no_run, edition2021": ("Rust", ""),
    "```js {2,4-6}": ("JavaScript", ""),
    "```js{2}": ("JavaScript", ""),
    "```js:no-line-numbers {2}": ("JavaScript", ""),
    "```ts twoslash": ("TypeScript", ""),
    "```diff-ts": ("Diff", ""),
    "```sh $": ("Bash", ""),
    "```{r}": ("S", ""),
    "```{{r}}": ("S", ""),
    "```{r, eval=FALSE}": ("S", ""),
    "```{r plot, fig.width=5, fig.cap='A plot'}": ("S", ""),
    "```{python}": ("Python", ""),
    "```{code-block} python": ("Python", ""),
    "```{code-cell} ipython3": ("Python", ""),
    "```{lang: css, test: no}": ("CSS", ""),
    "``` {.python .numberLines}": ("Python", ""),
    "``` {.numberLines .python}": ("Python", ""),
    "``` {#first .python}": ("Python", ""),
    '```python title="src/a.py" linenums="1"': ("Python", "src/a.py"),
    "```python {title='In words'}": ("Python", "In words"),
    '```python {filename="b.py"}': ("Python", "b.py"),
    '```jsx {1} title="It&apos;s here"': ("JSX", "It's here"),
    "```js:title=src/c.js": ("JavaScript", "src/c.js"),
    "```python:d.py": ("Python", "d.py"),
    "```ts [e.config.ts]": ("TypeScript", "e.config.ts"),
    "```r, caption='Five numbers'": ("S", ""),
}
"""Fences, with the language and the title that they give."""


def settled(fences: list[str]) -> list[CodeBlock]:
    """The first listing of a text for each fence; half of them in a list, which moves the fence."""
    texts = []
    for place, fence in enumerate(fences):
        mark = fence[: len(fence) - len(fence.lstrip("`~"))]
        lines = [fence, "a = 1", mark]
        texts.append("Words.\n\n" + "".join(f"{'  ' * (place % 2)}{line}\n" for line in lines))
        if place % 2:
            texts[-1] = texts[-1].replace("\n\n  ", "\n\n- ", 1)
    return [find(tree, CodeBlock)[0] for tree in parse(texts, positions=True)]


@pytest.fixture(scope="module")
def listings() -> dict[str, CodeBlock]:
    return dict(zip(FENCES, settled(list(FENCES)), strict=True))


@pytest.mark.parametrize("fence", FENCES)
def test_language_and_title_are_found(fence: str, listings: dict[str, CodeBlock]) -> None:
    node = listings[fence]
    named = find_lexer_class_by_name(node.attr.classes[0]).name if node.attr.classes else ""
    assert (named, node.attr.get(TITLE)) == FENCES[fence]
    assert list(doubts(node)) == []


def test_what_pandoc_leaves_out_is_kept(listings: dict[str, CodeBlock]) -> None:
    kept = {fence: node.attr.get(INFO) for fence, node in listings.items() if node.attr.get(INFO)}
    assert kept['```python title="src/a.py" linenums="1"'] == 'python title="src/a.py" linenums="1"'
    assert kept["```{r, eval=FALSE}"] == "{r, eval=FALSE}"
    assert not kept.keys() & {"```", "```python", "``` {.python .numberLines}", "``` {#first .python}"}
    own = [pair for pair in listings["``` {#first .python}"].attr.pairs if pair[0] not in positions.OURS]
    assert (listings["``` {#first .python}"].attr.identifier, own) == ("first", [])


def test_indented_code_that_shows_a_fence_has_none() -> None:
    [tree] = parse(["Words.\n\n    ```{=ms}\n    .X\n    ```\n\nWords.\n"], positions=True)
    [node] = find(tree, CodeBlock)
    assert (node.attr.classes, node.attr.get(INFO)) == ([], "")


@pytest.mark.parametrize("name", ["", "brainstorm", "no such", "{", "*", "a.b"])
def test_nobody_knows_every_language(name: str) -> None:
    assert known(name) == ""


@pytest.mark.parametrize(
    ("classes", "code", "told"),
    [
        (["javascrpt"], "", [("language", "did you mean 'javascript'?", 0)]),
        (["brainstorm"], "", [("language", "write text for code in no language", 0)]),
        (["mermaid"], "", [("diagram", "draw it as an SVG", 0)]),
        (["dot"], "", [("diagram", "draw it as an SVG", 0)]),
        (["math"], "", [("diagram", "write a formula as $$...$$", 0)]),
        (["rust"], "use a;\n# use b;\n#\nc();", [("hidden-line", "take it out", 2)]),
        (["rust"], "#[test]\n#![allow(a)]\nc();", []),
        (["python"], "# use b\n#\n", []),
        (["r"], "#| echo: false\n#| eval: false\na", [("hidden-line", "take it out: Polybook runs no", 1)]),
        (["common-lisp"], "#| some words |#", []),
        (["text"], "# a", []),
        (["plain"], "", []),
        (["none"], "", []),
        (["transcript", "text"], "", []),
        (["mermaid", "transcript"], "", []),
        ([], "", []),
    ],
)
def test_what_an_author_is_told(classes: list[str], code: str, told: list[tuple[str, str, int]]) -> None:
    found = list(doubts(CodeBlock.of(Attr(classes=classes), code)))
    assert [(one.code, one.line) for one in found] == [(name, line) for name, _, line in told]
    assert all(one.hint.startswith(hint) for one, (_, hint, _) in zip(found, told, strict=True))


def test_a_class_of_the_authors_own_is_not_the_language() -> None:
    (blocks,) = parse(["```sh {.wide}\na\n```\n"], positions=True)
    (listing,) = find(blocks, CodeBlock)
    assert listing.attr.classes == ["sh", "wide"]
