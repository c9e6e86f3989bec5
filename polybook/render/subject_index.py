"""The subject index as the last chapter of an edition: entries by letter, each with links to its places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from polybook.markup import index_marks
from polybook.model.edition import ContentsEntry, Edition, EditionChapter, IndexMark
from polybook.model.nodes import (
    Attr,
    BulletList,
    Div,
    Header,
    Inline,
    Link,
    Plain,
    Run,
    Space,
    Span,
    Str,
    Target,
    Tree,
    written,
)
from polybook.render import collation, themes
from polybook.render.collation import Collation
from polybook.render.words import Words, words
from polybook.system import fingerprints
from polybook.system.cache import Step, Store, digest, digest_of

INDEX = "index"
"""The class of all that is below the title."""

PLACES = "page-index-places"
"""The class of what leads to an entry's places, and its attribute with the names of all of them: paper has
pages in its stead."""

ANCHOR = "page-index"


def with_index(edition: Edition, store: Store) -> Edition:
    """Return the edition with its index as a further chapter; as it is where no chapter has an entry."""
    if not any(chapter.entries for chapter in edition.chapters):
        return edition
    say = words(edition.locale, edition.theme)
    marks = [(chapter.title, chapter.entries) for chapter in edition.chapters]
    inputs = {
        "entries": digest_of(marks),
        "theme": themes.stamp(edition.theme, "locales"),
        "polybook": fingerprints.code("model", "markup", "render"),
        "tools": fingerprints.of("babel", "pyuca", "pypinyin"),
    }
    step = Step("index", edition.locale, inputs)
    text = store.one(step, lambda: written(_Making(edition, say).blocks())).decode()
    name = _free_name({chapter.name for chapter in edition.chapters})
    title = say("Index")
    chapter = EditionChapter(name, title, text, 0, digest(title, text))
    entry = ContentsEntry("chapter", title, len(edition.chapters), 0, "back")
    return replace(edition, chapters=(*edition.chapters, chapter), contents=(*edition.contents, entry))


def is_index(chapter: EditionChapter) -> bool:
    """Whether a chapter is one that `with_index` made."""
    return f'"{ANCHOR}"' in chapter.json[:200]


def _free_name(taken: set[str]) -> str:
    """The name of the index's page, which no chapter has."""
    name = "subject-index"
    while name in taken:
        name += "-"
    return name


@dataclass
class _Entry:
    """One of the words or phrases of the index, with what stands below it."""

    words: str
    language: str
    reading: str
    marks: list[tuple[str, IndexMark]] = field(default_factory=list)
    """Where it leads to, each with the title of the chapter."""

    inner: dict[tuple[str, str], _Entry] = field(default_factory=dict)


class _Making:
    """One index in the making."""

    def __init__(self, edition: Edition, say: Words) -> None:
        self._edition, self._say = edition, say
        self._order = Collation(say.language, say("Order of letters"))

    def blocks(self) -> Tree:
        """The chapter's blocks."""
        entries = self._sorted(self._gathered())
        letters: Mapping[str, str] = {
            collation.SYMBOLS: self._say("Symbols and numbers"),
            collation.OTHERS: self._say("Others"),
        }
        parts: Tree = []
        by_letter = groupby(entries, lambda one: self._order.letter(one.reading).key)
        for number, (_, some) in enumerate(by_letter, 1):
            those = list(some)
            shown = {self._order.letter(one.reading).shown for one in those}
            letter = min(shown, key=lambda one: (not one.isascii(), one))
            heading = Attr(f"{ANCHOR}-{number}", ["unlisted"])
            parts += [Header.of(2, heading, _run(letters.get(letter, letter))), self._list(those)]
        title = Header.of(1, Attr(ANCHOR, [], [("role", "doc-index")]), _run(self._say("Index")))
        return [title, Div.of(Attr("", [INDEX]), parts)]

    def _gathered(self) -> dict[tuple[str, str], _Entry]:
        """All entries, with those below them."""
        top: dict[tuple[str, str], _Entry] = {}
        for chapter in self._edition.chapters:
            for mark in chapter.entries:
                below, entry = top, None
                for level in index_marks.parse(mark.entry):
                    key = level.words, mark.language
                    by = level.reading or collation.reading(mark.language or self._say.language, level.words)
                    entry = below.setdefault(key, _Entry(level.words, mark.language, by))
                    below = entry.inner
                if entry:
                    entry.marks.append((chapter.title, mark))
        return top

    def _sorted(self, entries: Mapping[Any, _Entry]) -> list[_Entry]:
        def key(one: _Entry) -> Any:
            return self._order.letter(one.reading).key, self._order.key(one.reading), one.words

        return sorted(entries.values(), key=key)

    def _list(self, entries: Sequence[_Entry]) -> BulletList:
        return BulletList([list(self._item(one)) for one in entries])

    def _item(self, entry: _Entry) -> Iterator[Any]:
        run = _run(entry.words, entry.language)
        if entry.marks:
            run.append(self._places(entry.marks))
        yield Plain(run)
        if entry.inner:
            yield self._list(self._sorted(entry.inner))

    def _places(self, marks: Sequence[tuple[str, IndexMark]]) -> Inline:
        """Links to an entry's places, one a section, by its title; where two have the same, with that of the
        chapter before it.
        """
        sections = {mark.section: (title, mark) for title, mark in reversed(marks)}
        places = [sections[one] for one in dict.fromkeys(mark.section for _, mark in marks)]
        titles = [mark.title for _, mark in places]
        run: Run = []
        for chapter, mark in places:
            is_alone = titles.count(mark.title) == 1 or mark.title == chapter
            shown = mark.title if is_alone else f"{chapter}: {mark.title}"
            link = Link.of(Attr(), _run(shown, mark.title_language), Target(f"#{mark.anchor}"))
            run += [*_joiner(self._say(", ")), link]
        names = " ".join(dict.fromkeys(mark.anchor for _, mark in marks))
        return Span.of(Attr("", [PLACES], [("places", names)]), run)


def _joiner(text: str) -> Run:
    mark = text.rstrip(" ")
    return [Str(mark), Space()] if mark != text else [Str(mark)]


def _run(text: str, language: str = "") -> Run:
    run: Run = []
    for word in filter(None, text.split(" ")):
        run += [Space(), Str(word)] if run else [Str(word)]
    return [Span.of(Attr("", ["untranslated"], [("lang", language)]), run)] if language else run
