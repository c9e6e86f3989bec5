"""Chapters made at random, of all kinds of nodes, nested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from textwrap import indent

_WORDS = r"""
word two long x 1 3.14 e.g. naïve Größe слово 日本語。 don't - + = -- --- ... / // \\ & && % @name
a@b 50%
\* \# \_ \` \< \> \[ \] \{ \} \| \~ \^ \$ 1\. 2\) \- \+ \= a_b_c /* */ #tag (a) “b” «c» 'd' "e" f's
&amp; &copy;
C# C++ ~/.x ! ? ; : => -> http:// 1.5. A. (1) [] \$5 \ -1 +1
"""
WORDS = _WORDS.split()
_LINKS = "https://example.org/ https://example.org/a_b~c?d=1&e=%20f mailto:a@example.org #here{number}"
LINKS = _LINKS.split()
CODES = [*["code", "--option", "f(x)['y']", '"s"', "a\\b", "#{}", "$x$", "*p", "_q_", "<T>", "a->b"], "x = y"]
FORMULAS = ["a^2", r"\frac{a}{b}", "x_1 + y", r"\alpha \le \beta"]
LISTINGS = (
    "```python\ndef f(x):\n    return x  # remark\n\nprint('a')\n```",
    "```\nplain\n  text   with gaps\n\n\nand more\n```",
    "```sh\n$ ls -l | wc\n# not a heading\n```",
    '```json\n{"a": [1, 2]}\n```',
    "```c\n/* a */ int x = 1; // b\n```",
    "````text\n#hash *star* _under_ \\back `tick` $dollar <angle> @at\n```\n````",
    "    indented\n      twice",
)
BOXES = ("note", "tip", "warning", "{.other}")
FOLDS = ("details", "details A *fold*", '{.details .open title="A `fold`"}')
TABS = ("tab A *tab*", '{.tab .open title="A `tab`"}')
FIGURES = ('![alt "words"](figures/figure.svg "A caption, *plain*")', "![alt *words*](figures/figure.svg)")


class Maker:
    """Makes chapters, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._number = seed
        self._noted = True

    def chapter(self) -> str:
        """A chapter without its title, with a section that the links of all lead to."""
        blocks = [f"## Here {{#here{self._number}}}"]
        for _ in range(self._random.randint(2, 6)):
            blocks += [self._line("## ") if self._random.random() < 0.2 else self._block(3), "<!-- -->"]
        self._noted = False
        blocks += [f"[^{label}]: {_inside(self._blocks(0), 4)}" for label in "abc"]
        return "\n\n".join(blocks)

    def _any(self, *makers: Callable[[], str]) -> str:
        return self._random.choice(makers)()

    def _one_of(self, texts: Sequence[str]) -> str:
        return self._random.choice(texts)

    # ---- inlines -----------------------------------------------------------------------------

    def _words(self) -> str:
        return " ".join(self._random.choices(WORDS, k=self._random.randint(1, 5)))

    def _inline(self, depth: int) -> str:
        if depth == 0 or self._random.random() < 0.5:
            return self._words()
        return self._any(
            lambda: f"`{self._one_of(CODES)}`",
            lambda: f"${self._one_of(FORMULAS)}$",
            lambda: "x^2^ H~2~O ^*a*^",
            lambda: f"![what {self._words()}](figures/figure.svg)" if depth > 1 else "",
            lambda: f"[{self._inline(depth - 1)}]{{.small}}",
            lambda: f"[i {self._words()}]{{.index}}",
            lambda: '[]{.index entry="a!b"}',
            lambda: f"[a {self._inline(depth - 2 if depth > 1 else 0)} b]({self._link()})",
            lambda: f"[words]({self._link()} 'a title')",
            lambda: f"<{LINKS[0]}{self._number}>",
            lambda: f"{self._words()}[^{self._one_of(('a', 'b', 'c'))}]" if self._noted else "",
            self._marked(depth),
            self._marked(depth),
        )

    def _link(self) -> str:
        return self._one_of(LINKS).format(number=self._number)

    def _marked(self, depth: int) -> Callable[[], str]:
        def make() -> str:
            mark = self._one_of(("*", "**", "***", "~~", '"', "_"))
            return f"{mark}a {self._inline(depth - 1)} b{mark}"

        return make

    def _line(self, before: str = "") -> str:
        pieces = [self._inline(2) for _ in range(self._random.randint(1, 3))]
        return f"{before}Say {' '.join(pieces)} end"

    def _run(self) -> str:
        text = "Say"
        for _ in range(self._random.randint(1, 6)):
            text += self._one_of((" ", " ", " ", "\nand ", "\\\nor ")) + (self._inline(3) or "more")
        return text + " end"

    # ---- blocks ------------------------------------------------------------------------------

    def _blocks(self, depth: int) -> str:
        return "\n\n".join(self._block(depth) for _ in range(self._random.randint(1, 3)))

    def _block(self, depth: int) -> str:
        if depth == 0 or self._random.random() < 0.4:
            return self._run()
        return self._any(
            lambda: self._one_of(LISTINGS),
            self._table,
            lambda: self._one_of(FIGURES),
            lambda: "---",
            lambda: f"$${self._one_of(FORMULAS)}$$",
            lambda: self._list(depth),
            lambda: self._list(depth),
            lambda: self._tight_list(),
            lambda: indent(self._blocks(depth - 1), "> ", lambda _: True),
            lambda: f"::: {self._one_of(BOXES)}\n\n{self._blocks(depth - 1)}\n\n:::",
            lambda: f"{self._line()}\n:   {_inside(self._blocks(depth - 1), 4)}\n:   {self._line()}",
            lambda: f"::: {self._one_of(FOLDS)}\n\n{self._blocks(depth - 1)}\n\n:::",
            lambda: f":::: tabs\n\n{self._tab(depth)}\n\n{self._tab(depth)}\n\n::::",
        )

    def _tab(self, depth: int) -> str:
        return f"::: {self._one_of(TABS)}\n\n{self._blocks(depth - 1)}\n\n:::"

    def _list(self, depth: int) -> str:
        mark = self._one_of(("- ", "1. ", "7. ", "- [x] "))
        items = [f"{self._line()}\n\n{self._blocks(depth - 1)}" for _ in range(self._random.randint(1, 3))]
        return "\n\n".join(mark + _inside(item, mark.index(" ") + 1) for item in items)

    def _tight_list(self) -> str:
        mark = self._one_of(("- ", "- [ ] ", "2) "))
        return "\n".join(self._line(mark) for _ in range(self._random.randint(1, 4)))

    def _table(self) -> str:
        width = self._random.randint(1, 3)

        def row() -> str:
            return "| " + " | ".join(self._line().replace("|", "/") for _ in range(width)) + " |"

        return "\n".join([row(), "|---" * width + "|", *(row() for _ in range(self._random.randint(1, 3)))])


def _inside(text: str, width: int) -> str:
    """A text as the content of an item, whose marker stands before its first line."""
    return indent(text, " " * width, lambda line: bool(line.strip()))[width:]


def chapters(count: int, first: int = 0) -> list[str]:
    """So many chapters, each by its own seed."""
    return [Maker(seed).chapter() for seed in range(first, first + count)]
