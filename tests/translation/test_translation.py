"""From a catalog to an edition: substitution, the proof, and what a translation may not do."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import BOOKS, shape
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook.book import load
from polybook.chapters.source import extract, read
from polybook.markup import tree
from polybook.model.book import Book
from polybook.model.catalog import Catalog, Translation
from polybook.model.edition import Edition
from polybook.model.findings import Finding
from polybook.model.nodes import BulletList, Header, Image, Link, Note, Plain, Span, Str, read_tree
from polybook.system.cache import Store
from polybook.translation import contract, editions


class Reading:
    """A sample book, read once."""

    def __init__(self, root: Path) -> None:
        self.book: Book = load.load(root)
        self.sources, self.anchors, _ = read(self.book, Store(None))
        self.source = editions.of_source(self.book, self.sources, self.anchors, Store(None))
        self.texts = list(dict.fromkeys(m.text for m in extract(self.book, self.sources)))

    def translate(self, translations: dict[str, str], locale: str = "ja") -> tuple[Edition, list[Finding]]:
        """The edition with these translations; each one's line is its place among all messages."""
        given = {text: Translation(new, self.texts.index(text) + 1) for text, new in translations.items()}
        catalog = Catalog(locale, f"locales/{locale}/LC_MESSAGES/book.po", given)
        made = editions.translate(self.book, self.sources, self.anchors, catalog, Store(None))
        return made.edition, list(made.findings)


@pytest.fixture(scope="module")
def everything() -> Reading:
    return Reading(BOOKS / "everything")


def blocks(edition: Edition) -> list:
    """All blocks, soft line breaks folded as they are in messages."""
    text = "[" + ",".join(chapter.json for chapter in edition.chapters) + "]"
    return json.loads(text.replace('{"t":"SoftBreak"}', '{"t":"Space"}'))


def words_of(edition: Edition) -> str:
    return "".join(chapter.json for chapter in edition.chapters)


def test_an_identity_catalog_gives_the_source_back(everything: Reading) -> None:
    # Another language has other quotation marks.
    edition, findings = everything.translate({text: text for text in everything.texts}, "en")
    assert findings == []
    assert blocks(edition) == blocks(everything.source)
    assert edition.translated == edition.messages == len(everything.texts)


def test_every_message_takes_a_translation(everything: Reading) -> None:
    """Each message on its own, so that one cannot hide what another does."""
    for text in everything.texts:
        edition, findings = everything.translate({text: text})
        assert findings == [], text
        assert edition.translated == 1


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u3000"], ids=ascii)
def test_spaces_that_mean_something_stay(everything: Reading, space: str) -> None:
    said = f"{space}a{space}b{space}"
    edition, findings = everything.translate({text: said for text in everything.texts if text.isalpha()})
    assert findings == []
    assert all(said in chapter.json for chapter in edition.chapters)


REFERENCES = """
See [the words] and ![A *box*][].

![A box][a *box*]

[The words]: https://example.org/words "Their title"
[a *box*]: figures/box.svg 'Its "title"'
"""


@pytest.mark.parametrize(
    "translation",
    [
        "![箱][A *box*]と[言葉][the words]。",
        '![箱](figures/box.svg "題")と[言葉](https://example.org/words "題")。',
        "![A *box*][]と[the words]。",
    ],
)
def test_links_with_definitions_take_a_translation(book, translation: str) -> None:
    folder = book("small")
    folder.write("source/01-start.md", folder.read("source/01-start.md") + REFERENCES)
    reading = Reading(folder.root)
    given = {
        "See [the words][the words] and ![A *box*][A *box*].": translation,
        "A box": "箱です",
        'Its "title"': "箱の題",
    }
    edition, findings = reading.translate(given)
    assert findings == []
    links = tree.find(read_tree(edition.chapters[0].json), Link, Image)
    assert [link.target.url for link in links[-3:]].count("figures/box.svg") == 2
    assert (links[-1].inlines, links[-1].target.title) == ([Str("箱です")], "箱の題")
    assert any(link.target.url == "https://example.org/words" for link in links)


def test_links_with_definitions_keep_their_targets(book) -> None:
    folder = book("small")
    folder.write("source/01-start.md", folder.read("source/01-start.md") + REFERENCES)
    text = "See [the words][the words] and ![A *box*][A *box*]."
    _, findings = Reading(folder.root).translate({text: "[言葉]と![箱]。"})
    assert {finding.code for finding in findings} == {"link-target", "image", "attribute"}


def test_what_looks_like_a_footnote_stays_text(book) -> None:
    folder = book("small")
    text = folder.read("source/01-start.md") + "\nSee[^Note X], [^nowhere].\n\n[^note x]: Noted.\n"
    folder.write("source/01-start.md", text)
    given = {"See[^Note X], [^nowhere].": "Vedi [^nowhere][^note X].", "Noted.": "Nota."}
    edition, findings = Reading(folder.root).translate(given)
    assert {finding.code for finding in findings} == {"structure"}, "labels are taken over as they are"
    edition, findings = Reading(folder.root).translate(
        given | {"See[^Note X], [^nowhere].": "Vedi [^nowhere][^Note X]."}
    )
    assert findings == []
    (*_, note) = tree.find(read_tree(edition.chapters[0].json), Note)
    assert tree.plain(tree.runs(note.blocks)[0]) == "Nota."
    said = [tree.plain(run) for run in tree.runs(read_tree(edition.chapters[0].json))]
    assert [words for words in said if "nowhere" in words] == ["Vedi [^nowhere]."]


BLOCKS = [
    "A paragraph\nof two lines.\n",
    "- item\n- *item\n  two*\n\n  ```python\n  # remark\n  x = 1\n  ```\n",
    "1. one\n   - nested\n\n     para\n2. two\n",
    "> quote\\\n> broken *a\n> b*\n",
    "| a | b \\| c |\n|---|:-:|\n| *x* | `y` |\n",
    "Term\n:   Def\n    more\n\n    second\n",
    "::: note\n\nIn a box[^n].\n\n:::\n\n[^n]: A note\n    here.\n",
    "[ref][r] and [r].\n\n[r]: https://example.org\n",
    "## Heading *two*\n",
    '![alt](a.svg "Caption")\n',
    "Hard\\\nbreak and  \nanother.\n",
    "```text {.transcript}\nout\n```\n",
]


@settings(max_examples=60 if os.environ.get("CI") else 15)
@given(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=6))
def test_identity_holds_for_any_mixture_of_blocks(parts: list[str]) -> None:
    text = "# Title\n\n" + "\n<!-- x -->\n\n".join(
        part.replace("[^n]", f"[^n{place}]").replace("[r]", f"[r{place}]") for place, part in enumerate(parts)
    )
    from polybook.model.book import Chapter, Settings

    chapter = Chapter("source/01-a.md", "a", text)
    book = Book(
        Settings("a", "A", "en", "urn:x:a"),
        (chapter,),
        {"a.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>'},
    )
    sources, anchors, _ = read(book, Store(None))
    texts = {message.text for message in extract(book, sources)}
    catalog = Catalog("ja", "p", {text: Translation(text, 1) for text in texts})
    made = editions.translate(book, sources, anchors, catalog, Store(None))
    assert made.findings == ()
    assert blocks(made.edition) == blocks(editions.of_source(book, sources, anchors, Store(None)))


def test_headings_keep_the_sources_identifiers(everything: Reading) -> None:
    edition, findings = everything.translate({"Lists": "一覧", "Setext heading": "見出し"})
    assert findings == []

    def headings(edition: Edition) -> list[str]:
        return [anchor for chapter in edition.chapters for anchor in anchors(chapter.blocks)]

    assert headings(edition) == headings(everything.source)
    assert headings(edition)[0] == "blocks"
    assert "一覧" in words_of(edition)


def test_what_falls_back_is_marked_with_its_language(everything: Reading) -> None:
    edition, _ = everything.translate({"one item": "項目"})
    text = words_of(edition)
    assert text.count('["untranslated"],[["lang","en"]]') > 30
    chapter = edition.chapters[0]
    assert chapter.untranslated == len(everything.sources[0].slots) - 1
    assert tree.find(chapter.blocks, BulletList)[0].items[0][0] == Plain([Str("項目")])


def test_footnotes_may_change_their_order(everything: Reading) -> None:
    text = "A footnote[^one] and another[^two], and the first again[^one]."
    turned = "脚注[^two]、もう一つ[^one]、もう一度[^one]。"
    edition, findings = everything.translate({text: turned, "The second note.": "二番目の注。"})
    assert findings == []
    notes = tree.find(edition.chapters[1].blocks, Note)
    assert [tree.plain(tree.runs(note.blocks)[0])[:4] for note in notes] == ["二番目の", "The ", "The "]


def test_a_bar_in_a_table_cell_needs_no_knowledge(everything: Reading) -> None:
    edition, findings = everything.translate({"three words here": "三つ|の語"})
    assert findings == []
    assert "三つ|の語" in words_of(edition)


PIECES = [
    *"`*_[](){}<>!|\\#:$^~=\"'&;%@+-\n\t ",
    "**",
    "- ",
    "1. ",
    "    ",
    "-->",
    "<!--",
    "```",
    ":::",
    "{.x}",
    "\\\n",
    "[x]: y",
    "&#106;",
    "&#10;",
    "&lt;",
    "&#x202e;",
    "https://e.example",
    "[^one]",
    "[^two]",
    "[ref]",
    "[ref]: https://e.example",
    "<b>",
    "</b>",
    "<kbd>",
    "</kbd>",
    "日本",
    "javascript:",
    "data:",
    "![",
    "](",
    "{=html}",
    "`x`{=typst}",
    "\u202e",
    "\u200b",
    "\x1b",
    "---",
    "$x$",
    "| a |",
    '"""',
    "#panic()",
    "02-inlines.md#links",
    "figures/plain.svg",
]
"""What a mutant is given: everything that means something to a reader of Markdown."""


def mutant(text: str, texts: list[str], seed: int) -> str:
    """The text with some pieces put in, taken out, doubled, encoded, or taken from another message."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 4)):
        left, right = sorted(chance.choices(range(len(text) + 1), k=2))
        right = min(right, left + 12)
        piece = text[left:right]
        text = chance.choice(
            [
                text[:left] + chance.choice(PIECES) + text[left:],
                text[:left] + chance.choice(PIECES) + text[right:],
                text[:left] + text[right:],
                text[:right] + piece + text[right:],
                text[:left] + "".join(f"&#{ord(one)};" for one in piece) + text[right:],
                text[:left] + quote(piece, safe="") + text[right:],
                text[:left] + "\\" + text[left:],
                text[:left] + chance.choice(texts)[: chance.randint(1, 60)] + text[right:],
                text[:left] + chance.choice(texts),
            ]
        )
    return text


@settings(max_examples=300 if os.environ.get("CI") else 15)
@given(data=st.data())
def test_no_mutant_changes_what_is_not_its_own(everything: Reading, data: st.DataObject) -> None:
    """Each message is either mutated or translated by a word of its own, which must still be there."""
    size = len(everything.texts)
    seeds = data.draw(st.lists(st.integers(0, 3) | st.integers(1, 2**32), min_size=size, max_size=size))
    words = {text: f"parola{place}fine" for place, text in enumerate(everything.texts)}
    edition, findings = everything.translate(
        {
            text: mutant(text, everything.texts, seed) if seed else f"{text} {words[text]}"
            for text, seed in zip(everything.texts, seeds, strict=True)
        }
    )
    mutated = {place for place, seed in enumerate(seeds, 1) if seed}
    assert {finding.line for finding in findings} <= mutated
    shown = words_of(edition) + "".join(map(str, vars(edition.settings).values()))
    shown += b"".join(edition.figures.values()).decode()
    assert [
        words[text]
        for text, seed in zip(everything.texts, seeds, strict=True)
        if not seed and words[text] not in shown
    ] == []
    for chapter, source in zip(edition.chapters, everything.source.chapters, strict=True):
        assert shape(chapter.blocks) == shape(source.blocks)
        assert anchors(chapter.blocks) == anchors(source.blocks)
    assert sum(map(contract.marks, map(unmarked, runs(edition))), start=Counter()) == sum(
        map(contract.marks, runs(everything.source)), start=Counter()
    )


def anchors(blocks: list) -> list[str]:
    return [node.attr.identifier for node in tree.find(blocks, Header)]


def runs(edition: Edition) -> list:
    return [run for chapter in edition.chapters for run in tree.runs(chapter.blocks)]


def unmarked(run: list) -> list:
    """A run without the span that marks it as not translated."""
    if len(run) == 1 and isinstance(run[0], Span) and run[0].attr.classes == ["untranslated"]:
        return run[0].inlines
    return run
