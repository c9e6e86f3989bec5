"""A chapter as the pieces that can be paired with those of a translated one: its runs and its listings."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from polybook.catalogs.wrapping import columns
from polybook.chapters.messages import Slot
from polybook.chapters.source import Source
from polybook.markup import comments, tree
from polybook.model.nodes import Code, CodeBlock, Header, Image, Link, Math, Para, Plain, RawBlock, Run, Tree
from polybook.proposals.spelling import page

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.+#-]*[A-Za-z0-9+#]|[A-Z]")
_WORD = re.compile(r"[^\W\d_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]")
_STEM = 6
"""How many letters of a word tell which it is, whatever its ending."""


@dataclass
class Unit:
    """A run of inlines or a listing, and what of it is the same in every language."""

    kind: str
    """``heading``, ``paragraph``, ``list item``, ``table cell``, ``picture``, ``listing``, ..."""

    level: int = 0
    """Of a heading; how deep an item of a list lies."""

    text: str = ""
    """Its words."""

    marks: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Code, links, pictures, numbers and names: what a translation keeps."""

    last: str = ""
    """The kind of its last sign."""

    slots: tuple[Slot, ...] = ()
    """Its messages, in order."""

    stems: frozenset[str] = frozenset()
    """Its words, as far as they are told from others: their first letters, or two signs of a script that has
    no spaces between words."""

    @property
    def size(self) -> int:
        """How long it is, in columns."""
        return columns(self.text)


def units(source: Source) -> list[Unit]:
    """Return the pieces of a chapter, in order; those that are no message are among them."""
    by_run, by_listing = defaultdict[int, list[Slot]](list), defaultdict[int, list[Slot]](list)
    for slot in source.slots:
        if slot.listing >= 0:
            by_listing[slot.listing].append(slot)
        elif slot.run >= 0:
            by_run[slot.run].append(slot)
    walk = _Walk(by_run, by_listing)
    walk.blocks(source.tree, "paragraph", 0)
    return walk.found


class _Walk:
    """One walk through a tree, in the order in which `messages` counts runs and listings."""

    def __init__(self, by_run: dict[int, list[Slot]], by_listing: dict[int, list[Slot]]) -> None:
        self._by_run, self._by_listing = by_run, by_listing
        self._runs, self._listings = count(), count()
        self.found: list[Unit] = []

    def blocks(self, blocks: Tree, kind: str, depth: int) -> None:
        for block in blocks:
            if isinstance(block, RawBlock):
                continue
            if isinstance(block, Para | Plain):
                self._run(kind, depth, block.inlines)
            elif isinstance(block, Header):
                self._run("heading", block.level, block.inlines)
            elif isinstance(block, CodeBlock):
                slots = tuple(self._by_listing.get(next(self._listings), ()))
                self.found.append(_listing(block, slots))
            else:
                for inner, part in tree.parts(block, kind):
                    self.blocks(part, inner, depth + 1)

    def _run(self, kind: str, depth: int, run: Run) -> None:
        slots = tuple(self._by_run.get(next(self._runs), ()))
        is_picture = len(run) == 1 and isinstance(run[0], Image)
        text = tree.plain(run)
        self.found.append(
            Unit(
                "picture" if is_picture else kind,
                depth,
                text,
                _marks(run, text),
                _last(text),
                slots,
                stems(text),
            )
        )
        for note in tree.notes(run):
            self.blocks(note.blocks, "footnote", depth)


def _listing(block: CodeBlock, slots: tuple[Slot, ...]) -> Unit:
    """A listing by its lines, without comments."""
    language = block.attr.classes[0] if block.attr.classes else ""
    parts = [piece.text for piece in comments.pieces(language, block.text) if piece.kind is not None]
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    marks = Counter(("line", line) for line in lines if len(line) > 2)
    return Unit("listing", 0, block.text, marks, "", slots)


def _marks(run: Run, text: str) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for node in tree.beside_words(run):
        match node:
            case Code():
                found["code", node.text] += 1
            case Link():
                found["link", page(node.target.url)] += 1
            case Image():
                found["picture", page(node.target.url)] += 1
            case Math():
                found["formula", "".join(node.text.split())] += 1
    for number in _NUMBER.findall(unicodedata.normalize("NFKC", text)):
        found["number", number] += 1
    for name in _NAME.findall(text):
        found["name", name.casefold()] += 1
    return found


_ENDS = {"。": ".", "．": ".", "｡": ".", "।": ".", "۔": ".", "？": "?", "؟": "?", "！": "!", "：": ":"}


def _last(text: str) -> str:
    sign = text.rstrip(" )）\"'」』”’*_")[-1:]
    sign = _ENDS.get(sign, sign)
    return sign if sign in ".?!:" else ""


def stems(text: str) -> frozenset[str]:
    """Return the words of a text, as `Unit.stems` has them."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if _CJK.search(word):
            found.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
        elif len(word) > 2:
            found.add(word[:_STEM])
    return frozenset(found)


def joined(some: Sequence[Unit]) -> Unit:
    """Return several units as one, as where a translator joined paragraphs."""
    marks: Counter[tuple[str, str]] = Counter()
    for one in some:
        marks += one.marks
    return Unit(
        some[0].kind,
        some[0].level,
        " ".join(one.text for one in some),
        marks,
        some[-1].last,
        tuple(slot for one in some for slot in one.slots),
        frozenset().union(*(one.stems for one in some)),
    )


def sections(found: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Yield the units of each section with its heading; those before the first heading first."""
    part: list[Unit] = []
    for unit in found:
        if unit.kind == "heading" and part:
            yield part
            part = []
        part.append(unit)
    if part:
        yield part
