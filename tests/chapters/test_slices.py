"""Messages are what stands in the source: read alone each is its run, and put back it changes nothing.

Many more chapters than a test has time for, forty for each of so many seeds:

    python tests/chapters/test_slices.py FIRST_SEED COUNT
"""

from __future__ import annotations

import random
import sys
import zlib
from collections.abc import Iterator, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook.chapters import messages, references
from polybook.chapters.messages import PLAIN_KINDS
from polybook.chapters.readings import as_read
from polybook.chapters.source import Parsed, Source, numbered, own
from polybook.markup import alone, parse, positions
from polybook.markup.html import native
from polybook.model.book import LIMITS, Chapter
from polybook.model.nodes import Run, Tree, written

# fmt: off
WORDS = [
    "one", "two", "I'm", "U\u0308ber", "gro\u0308\u00dfer", "a\u0301\u0323b", "\u212b", "\u0958",
    "\u1112\u1161\u11ab", "漢字", "かな。", "は\u3000", "\u05e9\u05c1\u05dc", "\u202bאב\u202c",
    "می\u200cخواهم", "👩\u200d🚀", "𝒳y", "a\u00a0b", "\u00a0", "c\u0085", "d\u2028e", "\u202f!", "x_1", "C#",
    "1.", "50\\%", "a\\*b", "\\\\", "&amp;", "&#42;", "a.b@c.de", "http://a.bc/d_e", "...", "--", '"q"', "~",
    "^", "n|m", "[^n]", "*", "[", "]", "(c)", "@x", ":", "$a$", "$a\n= b$", "$$\nx\n$$", "$\\text{if}\n x$",
]
WRAPPED = [
    "*{}*", "**{}**", "***{}***", "_{}_", "__{}__", "~~{}~~", "^{}^", "**_{}_**", "*{}**", "({})",
    "[{}]{{.c}}", "[{}](u)", "[{}](<b c> \"t 'u'\")", "[{}](u\n'v\nw')", "[{}]", "[{}][]", "[{}][the ref]",
    "![{}](p.svg)", "![{}][]", "`{}`", "``{} ` ``", "`a  {}`", "`\t{}`", "`{}\n{}`",
    "[{}]{{.c\nk='v w'}}", "<b>{}</b>", "<b\ntitle='{}'>", "<!-- {} -->", "<i>{}",
    "{}{{.d}}", "{} {{lang=it}}", "# {}", "- {}", "> {}", "{} #",
]
# fmt: on
SPACES = [" ", " ", " ", " ", "", "\n", "\n", "  \n", "\\\n", " \n", "  ", "\t"]
CONTAINERS = [
    *(("- ", "  "), ("-\t", "    "), ("1. ", "   "), ("- [ ] ", "  "), ("* ", "\t"), ("Term\n:   ", "    ")),
    *(("> ", "> "), (">", ">"), ("> ", "")),
]
OTHERS = [
    *("```python\nx = 1  # a  remark\n```", "    code", "---", "<!-- notranslate -->", "{.c}", "***last***"),
    *("<!-- translators: x -->", "<div>\n\nx\n\n</div>", "![A *box*](b.svg 'c')", "![one]", "| a |\n|---|"),
]
DEFINED = [
    "\n\n[the ref]: r.md 'The title'\n[one]: <o> \"O\"\n[two]:\n  t",
    "\n\n[漢字]: k\n[U\u0308ber]: u\n",
    "\n\n[^n]: A note, ***with***\n    more[x](u){.c}\n\n    and more",
]


class Author(random.Random):
    """Somebody who writes whatever Markdown has, and more."""

    def chapter(self) -> str:
        blocks = [self.block(2) for _ in range(self.randint(1, 3))]
        text = "\n\n".join([*blocks, ""]).rstrip()
        # pandoc does not say where formulas, footnotes and tags stand that have attributes.
        for end in ("$", "[^n]", ">"):
            text = text.replace(end + "{", end + " {")
        return text + "".join(one for one in DEFINED if self.random() < 0.3)

    def block(self, depth: int) -> str:
        kind = self.random()
        if depth and kind < 0.3:
            parts = "\n\n".join(self.block(depth - 1) for _ in range(self.randint(1, 3)))
            if kind < 0.05:
                return f"::: note\n{parts}\n:::"
            first, others = self.choice(CONTAINERS)
            lines = [(line and others + line) or others.rstrip() for line in parts.split("\n")]
            return first + "\n".join(lines).removeprefix(others)
        if kind < 0.4:
            return self.choice(OTHERS)
        text = self.text(2).strip("\n")
        if kind < 0.5:
            marks, end = "#" * self.randint(1, 3), self.choice(["", " {#i .c}", " #", "{.c}"])
            return f"{marks} {text}".replace("\n", " ") + end
        if kind < 0.55:
            return text + "\n==="
        if kind < 0.65:
            cells = [self.text(1).replace("\n", " ").replace("|", "\\|") for _ in range(4)]
            return "| {} | {} |\n|---|---|\n| {} | {} |".format(*cells)
        return text

    def text(self, depth: int) -> str:
        return "".join(self.spaced(self.inline(depth)) for _ in range(self.randint(1, 5)))

    def spaced(self, text: str) -> str:
        """A text with space after it. Marks beside a hard break are read otherwise where it stands alone."""
        space = " " if text.endswith("\\") else self.choice(SPACES)
        return text + (space if text[-1:].isalnum() or len(space) < 2 else "\n")

    def inline(self, depth: int) -> str:
        if depth and self.random() < 0.5:
            return self.choice(WRAPPED).replace("{}", "{0}").format(self.text(depth - 1).strip(" \n\\"))
        return self.choice(WORDS)


@settings(max_examples=8)
@given(st.integers(0, 2**32))
def test_each_message_is_its_run_and_changes_nothing_where_it_came_from(seed: int) -> None:
    author = Author(seed)
    assert faults([author.chapter() for _ in range(40)]) == []


@pytest.mark.parametrize(
    "text",
    [
        # Comments, attributes and marks at the ends of a run's lines.
        *(
            "one <!-- a\n--> two\n===",
            "> - one <!-- a\n>   --> two\n>   :   three",
            "# one<b><!-- a -->two</b>",
        ),
        *("<b>one</b>{.c} two", "one <br>{.c} two", "- [ ] <!-- a -->\none", "- [\n  ] one", "- [x] one"),
        *("<Note>\n*one*\n</Note>", "<div id='a'\n*one*", "one <!--> two -->"),
        # Remarks in formulas.
        *("one $a % b\n  = 5\\% % c\n  + d$ two", "> one $$a%b\n> = c$$ two", "$\\text{a % b\nc}$ one"),
        # Emphasis without spaces around it.
        *("[<!-- a -->]{.c}one", "一 <b>二</b>{.c}\nは", "*一\n二*\n三", "一[\n二]{.c}\n三", "一。[\n二](u)"),
        *("彼は**「はい」**と", "これは*一つ。*\n二つ", "一つ。\n**「二つ」**と"),
    ],
)
def test_a_message_is_its_run_and_changes_nothing(text: str) -> None:
    assert faults([text]) == []


def faults(texts: list[str]) -> list[tuple[str, object]]:
    """What is wrong with the messages of which texts."""
    sources = read(texts)
    found = list(alone.read([source.group(in_text(source)) for source in sources], LIMITS))
    changed = [put_back(source) for source in sources]
    back = [
        native.blocks(text, blocks, "")[0]
        for text, blocks in zip(changed, parse.parse(changed, positions=True), strict=True)
    ]
    wrong: list[tuple[str, object]] = []
    for source, runs, blocks in zip(sources, found, back, strict=True):
        all_runs = numbered(source.tree)
        slots = [slot for slot in source.slots if slot.message.kind not in PLAIN_KINDS]
        for slot, run in zip(slots, runs, strict=True):
            if run is None or alone.folded(run) != alone.folded(own(slot, all_runs[slot.run])):
                wrong.append((source.chapter.text, slot.message.text))
        if folded(positions.without(blocks)) != folded(source.tree):
            wrong.append((source.chapter.text, put_back(source)))
    return wrong


def well_formed(texts: Sequence[str]) -> Iterator[tuple[str, Tree]]:
    """Chapters and their trees, with positions; without those whose HTML has faults, which are findings."""
    for text, parsed in zip(texts, parse.parse(texts, positions=True), strict=True):
        blocks, faulty = native.blocks(text, parsed, "")
        if not faulty:
            yield text, blocks


def read(texts: Sequence[str]) -> list[Source]:
    sources = []
    for text, blocks in well_formed(texts):
        chapter = Chapter("source/01-one.md", "one", text)
        slots, defined = messages.read(chapter, blocks)
        packed = zlib.compress(written(positions.without(blocks)), 1)
        kept = Parsed((), references.Outline("", (), (), (), ()), defined, msgspec.json.encode(slots), packed)
        sources.append(Source(chapter, kept))
    return sources


def in_text(source: Source) -> list[str]:
    return [as_read(slot.message) for slot in source.slots if slot.message.kind not in PLAIN_KINDS]


def put_back(source: Source) -> str:
    """The text with each message in its place, but for those of several lines, and of titles with marks."""
    text = source.chapter.text
    for slot in reversed(source.slots):
        said = (
            slot.message.text.replace("|", "\\|") if slot.message.kind == "table cell" else slot.message.text
        )
        if "\n" not in said and slot.message.kind not in PLAIN_KINDS:
            text = text[: slot.start] + said + text[slot.end :]
    return text


def folded(blocks: list) -> list[Run]:
    return [alone.folded(run) for run in numbered(blocks)]


def search(first: int, count: int) -> None:
    """Print what is wrong with the chapters of these seeds."""
    for seed in range(first, first + count):
        author = Author(seed)
        for text, said in faults([author.chapter() for _ in range(40)]):
            print(f"{seed}: {text!r}\n    {said!r}", flush=True)


if __name__ == "__main__":
    search(*map(int, sys.argv[1:]))
