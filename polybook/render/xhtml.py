"""An edition's chapters as XHTML, written once for the site and the EPUB.

What each of them shows in a way of its own is a place in the text, which the format fills in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any

import gevent
import orjson

from polybook.markup.tree import plain
from polybook.model.edition import Edition
from polybook.model.nodes import Node, Tree
from polybook.render import blocks, themes
from polybook.render.blocks import NOTES, note_kind, pairs, picture, raw, raw_inline, task_list
from polybook.render.words import Words, words
from polybook.system import fingerprints
from polybook.system.cache import Step, Store

Place = Sequence[Any]
"""What stands at a place of a chapter: of which kind it is, and what there is to know of it.

``listing`` with its node; ``picture`` with path, alternative text, caption and how many numbered ones are
before it; ``heading``, which is after one, with level, anchor, title and the language of what is not
translated; ``link`` into the book with its anchor; ``note``, the reference to a footnote; ``table``, within
the tag around one; ``box`` with whether the task is done, and ``box end`` after its text. What fills a place
may be nothing.
"""

Show = Callable[[Place], str]
"""What a format has at a place. Links are led by `fill`; a ``note`` comes with its number."""

_MARK = "\ufdd0{}\ufdd1"
"""A place in what pandoc writes. No chapter and no translation holds these characters, as no text does."""

_LINK = "\ufdd0{}\ufdd2"
"""Where a link's address begins; its anchor follows."""

_PLACE = re.compile('\ufdd0([0-9]+)(?:\ufdd1\n?|\ufdd2(#[^"]*))')


@dataclass(frozen=True)
class Written:
    """A chapter as pandoc wrote it, but for its places."""

    text: str
    notes: Mapping[int, str]
    """Its footnotes in order, by the place of the reference. None has others: pandoc reads none in one."""

    places: tuple[Place, ...]


def write(edition: Edition, chapters: Sequence[int], store: Store) -> list[Written]:
    """Return these chapters of an edition, by their places in it."""
    say = words(edition.locale, edition.theme)
    shared = {
        "polybook": fingerprints.code("model", "markup", "render"),
        "theme": themes.stamp(edition.theme, "locales"),
        "tools": fingerprints.of("pypandoc_binary", "babel"),
    }
    steps = [
        Step("write", f"{edition.locale} {chapter.name}", {**shared, "chapter": chapter.digest})
        for chapter in (edition.chapters[place] for place in chapters)
    ]

    def make(wanted: list[int]) -> Iterator[Any]:
        made: dict[int, tuple[list[int], list[Place]]] = {}  # the footnotes' places, and all

        def prepare(chapter: int) -> list[Tree]:
            gevent.sleep(0)  # between two chapters others may go on
            # Whoever wrote it as &#xFDD0; gets what stands for a character that is none.
            marked = _Marked(orjson.loads(edition.chapters[chapter].json.replace("\ufdd0", "\ufffd")), say)
            made[chapter] = list(marked.notes), marked.places
            return [marked.blocks, *marked.notes.values()]

        asked = [chapters[one] for one in wanted]
        written = blocks.write_chapters("html5", edition, asked, prepare)
        for chapter in asked:
            text = next(written)
            notes, places = made.pop(chapter)
            yield [text, [[place, next(written)] for place in notes], places]

    return store.remember(steps, make, lambda told: Written(told[0], dict(told[1]), tuple(told[2])))


class _Marked:
    """A chapter's blocks with marks at their places, and its footnotes apart."""

    def __init__(self, tree: Tree, say: Words) -> None:
        self._say = say
        self._numbers = count()
        self.places: list[Place] = []
        self.notes: dict[int, Tree] = {}
        self.blocks = blocks.prepare(tree, self._block, self._inline)

    def _mark(self, *place: Any, form: str = _MARK) -> str:
        self.places.append(place)
        return form.format(len(self.places) - 1)

    def _block(self, node: Node) -> Tree | None:
        if node["t"] == "CodeBlock":
            return [raw("html", self._mark("listing", node))]
        if node["t"] == "RawBlock" and node["c"][1].lstrip().startswith("<!--"):
            return []  # what authors tell cog and translators is not for readers
        if node["t"] == "Header":
            level, (anchor, *_), inlines = node["c"]
            only = inlines[0] if len(inlines) == 1 and inlines[0]["t"] == "Span" else None
            language = pairs(only).get("lang", "") if only else ""
            return [node, raw("html", self._mark("heading", level, anchor, plain(inlines), language))]
        if tasks := task_list(node):
            for item in tasks["c"]:
                self._box(item)
            return [raw("html", '<div class="tasks">'), tasks, raw("html", "</div>")]
        if node["t"] == "Table":
            around = f'<div class="table"{self._mark("table")}>'
            return [raw("html", around), node, raw("html", "</div>")]
        if kind := note_kind(node):
            label = escape(self._say(NOTES[kind]))
            before = f'<div class="box {kind}" role="note" aria-label="{label}"><p class="label">{label}</p>'
            return [raw("html", before), *node["c"][1], raw("html", "</div>")]
        if found := picture(node):
            path, alt, caption = found
            number = next(self._numbers) if caption else 0
            return [raw("html", self._mark("picture", path, alt, caption, number))]
        return None

    def _box(self, item: Tree) -> None:
        inlines = item[0]["c"] if item and item[0]["t"] in ("Para", "Plain") else []
        while inlines and inlines[0]["t"] == "Span":  # marked as not translated
            inlines = inlines[0]["c"][1]
        if inlines and inlines[0]["t"] == "Str" and inlines[0]["c"] in ("☐", "☒"):
            done = inlines[0]["c"] == "☒"
            inlines[:2] = [raw_inline("html", self._mark("box", done))]
            inlines.append(raw_inline("html", self._mark("box end")))

    def _inline(self, node: Node) -> Tree | None:
        match node["t"]:
            case "Note":
                mark = self._mark("note")
                self.notes[len(self.places) - 1] = node["c"]
                return [raw_inline("html", mark)]
            case "Link" if node["c"][2][0].startswith("#"):
                target = node["c"][2]
                target[0] = self._mark("link", target[0][1:], form=_LINK) + target[0]
            case "Code" if self._say.direction == "rtl":
                # Code runs from left to right. An EPUB's style may not say so; the attribute may.
                node["c"][0][2].append(["dir", "ltr"])
            case "Span" if "untranslated" in node["c"][0][1]:
                node["c"][0][2].append(["dir", words(pairs(node)["lang"]).direction])
        return None


def fill(written: Written, homes: Mapping[str, str], page: str, show: Show) -> tuple[str, list[str]]:
    """Return the chapter's text, and its footnotes by number, with the places filled by ``show``.

    ``homes`` has the page of each anchor in the book, ``page`` is the chapter's own.
    """
    numbers = {place: number for number, place in enumerate(written.notes, 1)}

    def put(found: re.Match[str]) -> str:
        at = int(found[1])
        match written.places[at]:
            case ["link", anchor]:
                home = homes.get(anchor, page)
                if home == page:
                    return found[2]
                return home if home.rpartition(".")[0] == anchor else home + found[2]  # or the top of a page
            case ["note"]:
                shown = show(["note", numbers[at]])
            case place:
                shown = show(place)
        # A line that nothing stands on is none.
        return shown + "\n" if shown and found[0].endswith("\n") else shown

    return _PLACE.sub(put, written.text), [_PLACE.sub(put, note) for note in written.notes.values()]


def figure(shown: str, caption: str, number: int, say: Words) -> str:
    """Return a picture, shown by ``shown``, as a figure; one with a caption has a number."""
    below = ""
    if caption:
        label = escape(say("Figure {number}.", number=number), quote=False)
        space = "\u3000" if say.is_cjk else " "
        text = escape(caption, quote=False)
        below = f'<figcaption><span class="number">{label}</span>{space}{text}</figcaption>'
    return f'<figure class="picture">{shown}{below}</figure>'
