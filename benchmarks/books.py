"""Write a book of any size, with a full catalog, to measure builds with.

python benchmarks/books.py 40 FOLDER
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from polybook.catalogs import po
from polybook.commands import init

SECTIONS = 10
"""How many sections a chapter has, of as many blocks as `SECTION` names."""

NOUNS = (
    *("queue", "greenlet", "event", "loop", "worker", "socket", "timeout", "buffer", "thread", "server"),
    *("client", "lock", "signal", "pool", "hub", "timer", "message", "channel", "request", "answer"),
)
VERBS = (
    *("waits", "runs", "stops", "sends", "holds", "returns", "blocks", "yields", "reads", "writes"),
    *("begins", "ends", "fails", "grows", "closes", "opens", "wakes", "sleeps", "counts", "switches"),
)
KANA = ("待つ", "動く", "止まる", "送る", "持つ", "返す", "読む", "書く", "並ぶ", "始まる", "終わる", "続く")

SETTINGS = """[tool.polybook]
name = "large"
title = "A large book"
language = "en"
identifier = "urn:uuid:7d444840-9dc0-11d1-b245-5ffdce74fad2"
"""


def write(folder: Path, chapters: int, locale: str = "ja") -> None:
    """Write a book of so many chapters into ``folder``; the same text each time.

    A chapter is the same in a larger book, but for where its links lead.
    """
    (folder / "source").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(SETTINGS, "utf-8")
    for number in range(1, chapters + 1):
        (folder / "source" / _name(number)).write_text(_chapter(number, chapters), "utf-8")
    _translate(folder, locale)


# ---- text ----------------------------------------------------------------------------------


@dataclass
class _Place:
    """Where in the book a block stands, and the chance that makes its words."""

    chapter: int
    chapters: int
    block: int
    chance: random.Random

    @property
    def noun(self) -> str:
        return self.chance.choice(NOUNS)

    @property
    def clause(self) -> str:
        return f"the {self.noun} {self.chance.choice(VERBS)}"

    @property
    def sentence(self) -> str:
        return f"{self.clause.capitalize()} while {self.clause}"


def _name(chapter: int) -> str:
    return f"{chapter:03}-chapter-{chapter}.md"


def _chapter(number: int, chapters: int) -> str:
    place = _Place(number, chapters, 0, random.Random(number))
    blocks = []
    for block in SECTION * SECTIONS:
        blocks.append(block(place))
        place.block += 1
    return "\n\n".join(blocks) + "\n"


def _heading(at: _Place) -> str:
    section = at.block // len(SECTION)
    return f"## Section {section}" if section else f"# Chapter {at.chapter}"


def _paragraph(at: _Place) -> str:
    said = ". ".join(at.sentence for _ in range(3))
    return f"{said}, as the *{at.noun}* of `call_{at.chapter}_{at.block}()` **{at.chance.choice(VERBS)}**."


def _linked(at: _Place) -> str:
    other, section = at.chance.randint(1, at.chapters), at.chance.randint(1, SECTIONS - 1)
    first = f"See [chapter {other}]({_name(other)}) for the {at.noun}"
    return f"{first}. {at.sentence}, as in [its *section*]({_name(other)}#section-{section})."


def _noted(at: _Place) -> str:
    return f"{at.sentence}.[^{at.chapter}-{at.block}] {at.sentence}, and {at.clause}."


def _note(at: _Place) -> str:
    return f"[^{at.chapter}-{at.block - 1}]: {at.sentence}, but not the `{at.noun}`."


def _list(at: _Place) -> str:
    items = [f"- {at.sentence}.", f"- {at.sentence}:", f"  - {at.clause};", f"  - *{at.clause}*."]
    return "\n".join([*items, f"- {at.sentence}, `{at.noun}` too."])


def _steps(at: _Place) -> str:
    items = [f"1. {at.sentence}.", f"2. {at.sentence}:", f"   - {at.clause};", f"   - {at.clause}."]
    return "\n".join([*items, f"3. {at.sentence}."])


def _quotation(at: _Place) -> str:
    return f"> {at.sentence}. {at.sentence}.\n>\n> {at.sentence}, *{at.noun}*."


def _table(at: _Place) -> str:
    rows = (f"| {at.noun} | `{at.noun}_{row}` | {at.sentence} |" for row in range(4))
    return "\n".join(("| Name | Code | Meaning |", "| --- | --- | --- |", *rows))


def _code(at: _Place) -> str:
    name = f"{at.chapter}_{at.block}"
    steps = "\n\n".join(
        f"def step_{name}_{number}(given):\n    return [one + {number} for one in given if one]"
        for number in range(4)
    )
    head = f'```python {{fragment="made to be measured"}}\n# {at.clause.capitalize()} first.'
    return f"{head}\n{steps}\n\n\nprint(step_{name}_0([1, 2]))\n```"


SECTION: tuple[Callable[[_Place], str], ...] = (
    *(
        _heading,
        _paragraph,
        _paragraph,
        _linked,
        _paragraph,
        _list,
        _paragraph,
        _code,
        _paragraph,
        _paragraph,
    ),
    *(_noted, _note, _paragraph, _steps, _paragraph, _quotation, _table, _paragraph, _code, _paragraph),
)


# ---- translation ---------------------------------------------------------------------------

_WORDS = re.compile(r"(`[^`]*`|\]\([^)]*\)|\[\^[^\]]*\])|[A-Za-z]+")
"""Words, and first what is none: code, where a link leads, the sign of a footnote."""


def _translate(folder: Path, locale: str) -> None:
    """Fill a catalog: each translation has what its message has, in other words."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)  # each time, or no two catalogs would be the same
    path = folder / init.init(folder, locale, begun)
    file = po.read(path.read_text("utf-8"))
    assert file.header
    entries = [file.header]
    for entry in file.entries:
        before, _, _ = entry.written.rpartition("\nmsgstr ")
        lines = [before, *po.field("msgstr", _said(entry.text))]
        entries.append(entry._replace(written="\n".join(lines)))
    path.write_text(po.join(entries, file.rest), "utf-8")


def _said(text: str) -> str:
    """Another text with the same code, links and emphasis; no word comes twice in a row."""
    number = random.Random(text).randrange(len(KANA))

    def word(match: re.Match[str]) -> str:
        nonlocal number
        number += 5
        return match[1] or KANA[number % len(KANA)]

    return _WORDS.sub(word, text)


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
