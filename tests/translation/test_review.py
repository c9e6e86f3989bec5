"""What is said of translations: pairs of message and translation, in cases/review.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import TESTS

from polybook.book.waivers import of
from polybook.catalogs import glossary
from polybook.chapters import figure_texts
from polybook.chapters.source import read
from polybook.model import layout
from polybook.model.book import Book, Chapter, Settings
from polybook.model.catalog import Catalog, Message, Term, Translation, Waiver
from polybook.model.findings import BookError
from polybook.system.cache import Store
from polybook.translation import editions

CASES = TESTS / "cases/review.md"
TERMS = [
    Term(source, target, 1)
    for source, target in (
        ("greenlet", "greenlet"),
        ("main greenlet", "greenlet principale"),
        ("queue", "coda"),
        ("wait", "attendere"),
        ("wait", "attesa"),
    )
]


@dataclass(frozen=True)
class Case:
    name: str
    source: str
    translation: str
    wanted: str


def cases() -> list[Case]:
    found = []
    for block in CASES.read_text("utf-8").split("@@@ ")[1:]:
        name, _, rest = block.partition("\n")
        source, _, rest = rest.partition("\n===\n")
        translation, _, wanted = rest.partition("\n---\n")
        found.append(Case(name, source, translation, wanted))
    return found


def written(given: list[Case]) -> list[str]:
    """All cases as one book and one catalog, in which a case's place is its line; the findings of each."""
    text = "# Cases\n\n" + "\n\n".join(case.source for case in given) + "\n"
    book = Book(Settings("a", "A", "en", "urn:x:a"), (Chapter("source/01-cases.md", "cases", text),), {})
    sources, anchors, _ = read(book, Store(None))
    translations = {}
    waivers = []
    for line, (slot, case) in enumerate(zip(sources[0].slots[1:], given, strict=True)):
        waiver = re.match(r"# allowed: (.*)\n", case.translation)
        waived = frozenset(waiver[1].split(", ")) if waiver else frozenset()
        new = case.translation[waiver.end() if waiver else 0 :]
        translations[slot.message.key] = Translation(new, line, waived)
        waivers += [
            Waiver("it", "", slot.message.key, code, of(new), "Ada", "said so", line)
            for code in sorted(waived)
        ]
    path = "locales/it/LC_MESSAGES/book.po"
    catalog = Catalog("it", path, translations, waivers=tuple(waivers))
    made = editions.translate(book, sources, anchors, catalog, Store(None))
    findings = [*made.findings, *editions.reviewed(book, sources, made, catalog, TERMS, Store(None))]
    return [
        "".join(sorted(f"{one.code}: {one.text}\n" for one in findings if one.line == line))
        for line in range(len(given))
    ]


def test_cases(request: pytest.FixtureRequest) -> None:
    found = cases()
    said = written(found)
    if request.config.getoption("--regenerate"):
        parts = zip(found, said, strict=True)
        CASES.write_text(
            "".join(f"@@@ {one.name}\n{one.source}\n===\n{one.translation}\n---\n{new}" for one, new in parts)
        )
    assert dict(zip((one.name for one in found), said, strict=True)) == {
        one.name: one.wanted for one in found
    }


FIGURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">
<rect x="10" y="10" width="80" height="40"/>
<text x="50" y="30" text-anchor="middle">pool</text>
<text x="100" y="80">left</text>
<text x="150" y="80">right</text>
<text x="50" y="45" class="code">put()</text>
</svg>"""


def test_a_translation_that_fits_its_box_is_not_spoken_of() -> None:
    assert crowded({"pool": "vasca", "left": "sin.", "right": "des."}) == []


def test_a_translation_wider_than_its_box() -> None:
    what = "the translation is too wide for its place in the figure"
    assert crowded({"pool": "insieme limitato"}) == [("pool", what)]
    assert crowded({"right": "a destra, sul bordo"}) == [("right", what)]


def test_a_translation_that_runs_into_its_neighbour() -> None:
    assert crowded({"left": "待っている"}) == [
        ("left", "the translation runs into another text of the figure")
    ]


def crowded(translations: dict[str, str]) -> list[tuple[str, str]]:
    found = figure_texts.crowded("a.svg", FIGURE, lambda message: translations.get(message.text))
    return [(message.text, what) for message, what in found]


def test_a_waiver_of_a_figures_room(tmp_path: Path) -> None:
    book = Book(
        Settings("a", "A", "en", "urn:x:a"), (Chapter("source/01-a.md", "a", "# A\n"),), {"a.svg": FIGURE}
    )
    sources, anchors, _ = read(book, Store(None))
    for waived, codes in (
        (frozenset(), [("figure-room", "warning")]),
        (frozenset({"figure-room"}), [("figure-room", "notice")]),
    ):
        catalog = Catalog("it", "p", {"pool": Translation("insieme limitato", 1, waived)})
        made = editions.translate(book, sources, anchors, catalog, Store(None))
        found = editions.reviewed(book, sources, made, catalog, (), Store(None))
        assert [(one.code, one.severity) for one in found] == codes


def test_a_glossary_is_read_as_weblate_writes_it(tmp_path: Path) -> None:
    path = tmp_path / layout.glossary("it")
    path.parent.mkdir(parents=True)
    assert glossary.read(tmp_path, "it") == ()
    path.write_bytes(
        b'\xef\xbb\xbf"source","target","developer_comments"\r\n"queue","coda","la, le"\r\n"x",""\r\n'
    )
    assert glossary.read(tmp_path, "it") == (Term("queue", "coda", 2),)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"term;translation\n", 1),
        (b"", 1),
        (b"source,target\n\xff,x\n", 2),
        (b'source,target\na,b\nc,"' + b"d" * 140_000, 3),
        (b"source,target\na,b\n" + b"d" * 140_000 + b",x\n", 3),
        (b"d" * 140_000, 1),
        (b'source,target\na,b\n"c,d\ne,f\n', 3),
        (b'source,target\n"a"b,c\n', 2),
        (b'"source,target', 1),
        (b"source,target\n" + b"a" * 501 + b",b\n", 2),
    ],
)
def test_what_is_no_glossary_is_named(tmp_path: Path, content: bytes, line: int) -> None:
    path = tmp_path / layout.glossary("it")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(BookError) as error:
        glossary.read(tmp_path, "it")
    assert str(error.value).startswith(f"locales/it/glossary.csv:{line}: ")


def test_rows_end_however_lines_do(tmp_path: Path) -> None:
    path = tmp_path / layout.glossary("it")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"source,target\rqueue,coda\rpool,\rx\r\nhub,hub\n")
    assert glossary.read(tmp_path, "it") == (Term("queue", "coda", 2), Term("hub", "hub", 5))


def test_a_message_is_known_by_its_context_too() -> None:
    assert Message("Pool", "term", "p", 1).key != Message("Pool", "term", "p", 1, context="verb").key
