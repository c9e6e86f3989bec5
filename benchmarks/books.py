"""Write a book of any size, with a full catalog, to measure builds with.

python benchmarks/books.py 40 FOLDER
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from polybook.book import load
from polybook.catalogs import locales as catalogs
from polybook.catalogs import po
from polybook.catalogs.origins import places
from polybook.chapters.source import read
from polybook.system.cache import Store

PARAGRAPHS = 200
"""How many paragraphs a chapter has, beside its headings, lists, tables and listings."""

NOUNS = ("queue", "greenlet", "event", "loop", "worker", "socket", "timeout", "buffer", "thread", "server")
VERBS = ("waits", "runs", "stops", "sends", "holds", "returns", "blocks", "yields", "reads", "writes")
KANA = ("待つ", "動く", "止まる", "送る", "持つ", "返す", "読む", "書く", "並ぶ", "始まる", "終わる", "続く")


def write(folder: Path, chapters: int, locales: tuple[str, ...] = ("ja",)) -> None:
    """Write a book of so many chapters into ``folder``; the same text each time."""
    chance = random.Random(chapters)
    (folder / "source").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(
        '[tool.polybook]\nname = "large"\ntitle = "A large book"\nlanguage = "en"\n'
        'identifier = "urn:uuid:7d444840-9dc0-11d1-b245-5ffdce74fad2"\n',
        "utf-8",
    )
    for number in range(1, chapters + 1):
        text = _chapter(number, chapters, chance)
        (folder / "source" / f"{number:03}-chapter-{number}.md").write_text(text, "utf-8")
    for locale in locales:
        _translate(folder, locale)


def _sentence(chance: random.Random) -> str:
    first, second = (f"the {chance.choice(NOUNS)} {chance.choice(VERBS)}" for _ in range(2))
    return f"{first.capitalize()} while {second}"


def _chapter(number: int, chapters: int, chance: random.Random) -> str:
    parts = [f"# Chapter {number}"]
    for place in range(1, PARAGRAPHS + 1):
        if place % 25 == 1:
            parts.append(f"## Section {number}.{place // 25 + 1}")
        said = ". ".join(_sentence(chance) for _ in range(3))
        code = f"`call_{number}_{place}()`"
        parts.append(f"{said}, as *{chance.choice(NOUNS)}* number {place} of {code} shows.")
        if place % 20 == 0:
            other = chance.randint(1, chapters)
            parts.append(
                f"See [chapter {other}]({other:03}-chapter-{other}.md) for the {chance.choice(NOUNS)}."
            )
        if place % 40 == 0:
            parts.append(
                f"```python\n# The {chance.choice(NOUNS)} comes first.\n" + _program(number, place) + "```"
            )
        if place % 50 == 0:
            parts.append("\n".join(f"- {_sentence(chance)}." for _ in range(4)))
        if place % 100 == 0:
            rows = "\n".join(f"| {chance.choice(NOUNS)} {row} | {_sentence(chance)} |" for row in range(4))
            parts.append(f"| Name | Meaning |\n| --- | --- |\n{rows}")
    return "\n\n".join(parts) + "\n"


def _program(number: int, place: int) -> str:
    return "".join(
        f"def step_{number}_{place}_{line}(given):\n    return given + {line}\n" for line in range(6)
    )


def _translate(folder: Path, locale: str) -> None:
    """Fill a catalog: each translation has what its message has, in other words."""
    book = load.load(folder)
    store = Store(None)
    sources, _ = read(book, store)
    path = folder / catalogs.start(folder, book.settings, places(book, sources, store), locale)
    file = po.read(path.read_text("utf-8"))
    chance = random.Random(locale)
    entries = [*([file.header] if file.header else [])]
    for entry in file.entries:
        lines = [line for line in entry.lines if not line.startswith("msgstr")]
        lines += po.field("msgstr", _said(entry.text, chance))
        entries.append(entry._replace(written="\n".join(lines)))
    path.write_text(po.join(entries, file.rest), "utf-8")


def _said(text: str, chance: random.Random) -> str:
    """Another text with the same code, links and emphasis, and no word twice in a row."""
    start = chance.randrange(len(KANA))
    return " ".join(
        KANA[(start + place * 5) % len(KANA)] if word.isalpha() and word.islower() else word
        for place, word in enumerate(text.split(" "))
    )


def main() -> None:
    write(Path(sys.argv[2]), int(sys.argv[1]))


if __name__ == "__main__":
    main()
