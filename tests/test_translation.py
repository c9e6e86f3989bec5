"""From a catalog to an edition: substitution, the proof, and what a translation may not do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook import editions, loading, markup
from polybook.cache import Store
from polybook.model import Book, Catalog, Edition, Finding, Translation

BOOKS = Path(__file__).parent / "books"


class Reading:
    """A sample book, read once."""

    def __init__(self, root: Path) -> None:
        self.book: Book = loading.load(root)
        self.sources, self.anchors = editions.read(self.book, Store(None))
        self.source = editions.of_source(self.book, self.sources, self.anchors, Store(None))
        self.texts = list(dict.fromkeys(m.text for m in editions.extract(self.book, self.sources)))

    def translate(self, translations: dict[str, str]) -> tuple[Edition, list[Finding]]:
        """The edition with these translations; each one's line is its place among all messages."""
        given = {text: Translation(new, self.texts.index(text) + 1) for text, new in translations.items()}
        catalog = Catalog("ja", "locales/ja/LC_MESSAGES/book.po", given)
        made = editions.translate(self.book, self.sources, self.anchors, catalog, Store(None))
        return made.edition, list(made.findings)


@pytest.fixture(scope="module")
def everything() -> Reading:
    return Reading(BOOKS / "everything")


def blocks(edition: Edition) -> list:
    """All blocks, soft line breaks folded as they are in messages."""
    text = json.dumps([chapter.blocks for chapter in edition.chapters])
    return json.loads(text.replace('{"t": "SoftBreak"}', '{"t": "Space"}'))


def words_of(edition: Edition) -> str:
    return json.dumps([chapter.blocks for chapter in edition.chapters], ensure_ascii=False)


def test_an_identity_catalog_gives_the_source_back(everything: Reading) -> None:
    edition, findings = everything.translate({text: text for text in everything.texts})
    assert findings == []
    assert blocks(edition) == blocks(everything.source)
    assert edition.translated == edition.messages == len(everything.texts)


def test_every_message_takes_a_translation(everything: Reading) -> None:
    """Each message on its own, so that one cannot hide what another does."""
    for text in everything.texts:
        edition, findings = everything.translate({text: text})
        assert findings == [], text
        assert edition.translated == 1


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


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=6))
def test_identity_holds_for_any_mixture_of_blocks(parts: list[str]) -> None:
    text = "# Title\n\n" + "\n<!-- x -->\n\n".join(
        part.replace("[^n]", f"[^n{place}]").replace("[r]", f"[r{place}]") for place, part in enumerate(parts)
    )
    from polybook.model import Chapter, Settings

    chapter = Chapter("source/01-a.md", "a", text)
    book = Book(Settings("a", "A", "en", "urn:x:a"), (chapter,), {"a.svg": b"<svg/>"})
    sources, anchors = editions.read(book, Store(None))
    texts = {message.text for message in editions.extract(book, sources)}
    catalog = Catalog("ja", "p", {text: Translation(text, 1) for text in texts})
    made = editions.translate(book, sources, anchors, catalog, Store(None))
    assert made.findings == ()
    assert blocks(made.edition) == blocks(editions.of_source(book, sources, anchors, Store(None)))


def test_headings_keep_the_sources_identifiers(everything: Reading) -> None:
    edition, findings = everything.translate({"Lists": "一覧", "Setext heading": "見出し"})
    assert findings == []

    def headings(edition: Edition) -> list[str]:
        return [n["c"][1][0] for c in edition.chapters for n in markup.each(c.blocks) if n["t"] == "Header"]

    assert headings(edition) == headings(everything.source)
    assert headings(edition)[0] == "blocks"
    assert "一覧" in words_of(edition)


def test_what_falls_back_is_marked_with_its_language(everything: Reading) -> None:
    edition, _ = everything.translate({"one item": "項目"})
    text = words_of(edition)
    assert text.count('["untranslated"], [["lang", "en"]]') > 30
    chapter = edition.chapters[0]
    assert chapter.untranslated == len(everything.sources[0].slots) - 1
    item = next(node for node in markup.each(chapter.blocks) if node["t"] == "BulletList")["c"][0][0]
    assert item == {"t": "Plain", "c": [{"t": "Str", "c": "項目"}]}


def test_footnotes_may_change_their_order(everything: Reading) -> None:
    text = "A footnote[^one] and another[^two], and the first again[^one]."
    turned = "脚注[^two]、もう一つ[^one]、もう一度[^one]。"
    edition, findings = everything.translate({text: turned, "The second note.": "二番目の注。"})
    assert findings == []
    notes = [node for node in markup.each(edition.chapters[1].blocks) if node["t"] == "Note"]
    assert [markup.plain(note["c"][0]["c"])[:4] for note in notes] == ["二番目の", "The ", "The "]


def test_a_bar_in_a_table_cell_needs_no_knowledge(everything: Reading) -> None:
    edition, findings = everything.translate({"three words here": "三つ|の語"})
    assert findings == []
    assert "三つ|の語" in words_of(edition)


PARAGRAPH = (
    "A paragraph with `code`, *emphasis*, **strong** and ~~struck~~ text that goes on in a second line"
)
LINKED = PARAGRAPH + ' [with a link](02-inlines.md#links "and a title").'
CODE_LINK = "`code` [x](02-inlines.md#links)"

ATTACKS = {
    # a whole other structure
    "heading": "# heading",
    "list": "- item",
    "ordered list": "1. item",
    "quotation": "> quoted",
    "rule": "---",
    "code fence": "``` x",
    "html block": "<script>alert(1)</script>",
    "html comment": "<!-- a",
    "raw block": "```{=html}",
    "div": "::: warning",
    "reference definition": "[ref]: javascript:alert(1)",
    "footnote definition": "[^one]: stolen",
    "table": "| a |\n|---|\n| b |",
    "nothing": "&nbsp;",
    # added to a paragraph that is right otherwise
    "inline script": CODE_LINK + " <script>alert(1)</script>",
    "event attribute": CODE_LINK + ' <b onclick="x()">b</b>',
    "raw html": CODE_LINK + " `<b>`{=html}",
    "raw typst": CODE_LINK + ' `#panic("x")`{=typst}',
    "typst attribute": CODE_LINK + ' [x]{typst:text:fill="{panic(read(`f`))}"}',
    "class": CODE_LINK + " [x]{.big}",
    "code with attributes": "`code`{onclick=x} [x](02-inlines.md#links)",
    "link with attributes": "`code` [x](02-inlines.md#links){onclick=x}",
    "javascript link": CODE_LINK + " [x](javascript:alert(1))",
    "javascript spelled oddly": "`code` [x](JaVaScRiPt&colon;alert(1))",
    "data link": CODE_LINK + " [x](data:text/html,x)",
    "file link": CODE_LINK + " [x](file:///etc/passwd)",
    "autolink": CODE_LINK + " <https://evil.example>",
    "other target": "`code` [x](https://evil.example)",
    "local image": CODE_LINK + " ![x](/etc/hostname)",
    "remote image": CODE_LINK + " ![x](https://evil.example/x.png)",
    "math": CODE_LINK + " $x$",
    "code changed": "`other` [x](02-inlines.md#links)",
    "code lost": "[x](02-inlines.md#links)",
    "bidi override": CODE_LINK + " \u202eevil",
    "control character": CODE_LINK + " \x1b[31m",
    "far too long": CODE_LINK + " x" * 3000,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_translation_falls_back_and_harms_no_other(everything: Reading, name: str) -> None:
    others = {"one item": "一つ目", "Rows of rows.": "行の行。", "Title": "題"}
    others = {text: new for text, new in others.items() if text in everything.texts}
    edition, findings = everything.translate({LINKED: ATTACKS[name], **others})
    line = everything.texts.index(LINKED) + 1
    assert {finding.line for finding in findings} == {line}
    assert all(finding.path == "locales/ja/LC_MESSAGES/book.po" for finding in findings)
    clean, _ = everything.translate(others)
    assert words_of(edition) == words_of(clean)
    assert edition.translated == len(others)


HOSTILE_PLACES = {
    "one item": ["```", "- x", "[ref]: https://evil.example", ":::", "<div>", "    code"],
    "Lists": ["x {#y onclick=z}", "`x`", "<script>", "[a](b)"],
    "Term one": ["# x", "<!--", "> x"],
    "cell": ["x <script>", "`<b>`{=html}", "[x](javascript:y)"],
    "What the picture shows": ["x](/etc/passwd) ![y", "<b>", "`x`{=typst}"],
    "A remark in a list.": ["x\u2028import os", "x\nimport os", '"""'],
    "Tables": ["[^one]: x", "[ref]: javascript:x"],
    "The second note.": ["# x", "[ref]: https://evil.example", "<script>"],
}


@pytest.mark.parametrize(
    ("text", "attack"), [(text, attack) for text, found in HOSTILE_PLACES.items() for attack in found]
)
def test_attacks_in_other_places(everything: Reading, text: str, attack: str) -> None:
    edition, findings = everything.translate({text: attack, "another item that is wrapped": "二つ目"})
    shapes = [editions.contract.shape(chapter.blocks) for chapter in edition.chapters]
    assert shapes == [editions.contract.shape(chapter.blocks) for chapter in everything.source.chapters]
    assert "二つ目" in words_of(edition)
    assert all(finding.line == everything.texts.index(text) + 1 for finding in findings)
    listing = next(n for n in markup.each(edition.chapters[0].blocks) if n["t"] == "CodeBlock")
    assert "\n".join(listing["c"][1].split("\n")[1:]) == 'value = "kept"'
    for node in markup.each([chapter.blocks for chapter in edition.chapters]):
        if node["t"] == "Link":
            assert node["c"][2][0] != "https://evil.example"
            assert not node["c"][2][0].startswith("javascript")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_mutant_changes_what_is_not_its_own(everything: Reading, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(everything.texts))
    marks = [*'`*_[](){}<>!|\\#:$^~="\n\t', "**", "- ", "1. ", "    ", "-->", "<!--", "```", ":::", "{.x}"]
    words = ["&#106;", "https://e.org", "[^one]", "[ref]", "<b>", "日本", "javascript:"]
    pieces = st.sampled_from([*marks, *words])
    mutant = text
    for piece, place in data.draw(
        st.lists(st.tuples(pieces, st.integers(0, len(text))), min_size=1, max_size=4)
    ):
        mutant = mutant[:place] + piece + mutant[place:]
    edition, _ = everything.translate({text: mutant})
    for chapter, source in zip(edition.chapters, everything.source.chapters, strict=True):
        assert editions.contract.shape(chapter.blocks) == editions.contract.shape(source.blocks)
    ours = sum((editions.contract.marks(run) for run in runs(everything.source)), start=type(COUNTER)())
    theirs = sum((editions.contract.marks(unmarked(run)) for run in runs(edition)), start=type(COUNTER)())
    assert ours == theirs


COUNTER = editions.contract.marks([])


def runs(edition: Edition) -> list:
    return [run for chapter in edition.chapters for run in markup.runs(chapter.blocks)]


def unmarked(run: list) -> list:
    """A run without the span that marks it as not translated."""
    if len(run) == 1 and run[0]["t"] == "Span" and run[0]["c"][0][1] == ["untranslated"]:
        return run[0]["c"][1]
    return run
