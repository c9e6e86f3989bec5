"""Formulas as the PDF shows them: pandoc writes TeX as Typst, and Typst is asked what it takes of that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from polybook.markup.tree import find
from polybook.model.book import Limits
from polybook.model.edition import Edition, EditionChapter
from polybook.model.nodes import Choice, Math, Para, Tree
from polybook.render import typst
from polybook.render.blocks import write
from polybook.system import fingerprints, temporary
from polybook.system.cache import Step, Store

FORMAT = "typst-smart"
"""What pandoc writes: quotation marks and dashes as the characters that they are."""

_WRITTEN = re.compile(r"\$(.*)\$(?:<[^<>]*>)?", re.DOTALL)  # a label would be one of the book's

_RENAMED = {
    "sect": "inter",
    "times.circle": "times.o",
    "dot.circle": "dot.o",
    "minus.circle": "minus.o",
    "bracket.l.double": "bracket.l.stroked",
    "bracket.r.double": "bracket.r.stroked",
    "√": "\\√",  # else it would be the root of what comes next
}
"""Symbols as pandoc 3.9 spells them, and as Typst 0.15 does."""

_OLD = re.compile(rf'"(?:[^"\\]|\\.)*+"?|(?<![\w.])({"|".join(map(re.escape, _RENAMED))})(?!\w)')
_BARS = re.compile(r"\\begin\{([vV])matrix\*?\}")
_BARRED = 'delim: "||"'


def of(edition: Edition, store: Store) -> dict[str, str]:
    """Return the edition's formulas, by their TeX, as Typst; an empty text for each that Typst refuses."""
    having = [chapter for chapter in edition.chapters if '"Math"' in chapter.json]  # few have any
    steps = [
        Step(
            "formulas",
            f"{edition.locale} {chapter.name}",
            {
                "chapter": chapter.digest,
                "polybook": fingerprints.code("model", "markup", "markup/html", "render"),
                "tools": fingerprints.of("pypandoc_binary", "typst"),
            },
        )
        for chapter in having
    ]

    def make(places: list[int]) -> Iterator[dict[str, str]]:
        yield from _made([having[place] for place in places], edition.settings.limits)

    written: list[dict[str, str]] = store.remember(steps, make)
    return dict(pair for of_chapter in written for pair in of_chapter.items())


def _made(chapters: Sequence[EditionChapter], limits: Limits) -> Iterator[dict[str, str]]:
    """For each chapter its formulas, by their TeX, as Typst."""
    held = [list(dict.fromkeys(node.text for node in find(one.blocks, Math))) for one in chapters]
    sources = list(dict.fromkeys(tex for own in held for tex in own))

    def prepare(place: int) -> list[Tree]:
        return [[Para([Math.of(Choice("InlineMath"), sources[place])])]]

    written = write(FORMAT, list(map(len, sources)), prepare, limits)
    known = {tex: as_typst(tex, text.strip()) for tex, text in zip(sources, written, strict=True)}
    with temporary.folder() as folder:
        refused = typst.refused(folder / "formulas.typ", list(filter(None, known.values())))
    for own in held:
        yield {tex: "" if known[tex] in refused else known[tex] for tex in own}


def as_typst(tex: str, written: str) -> str:
    """Return a formula that pandoc wrote as Typst, without the marks around it, as Typst 0.15 spells it.

    >>> as_typst(r"a \\cap b", "$a sect b$")
    'a inter b'
    >>> as_typst(r"\text{sect}", '$"sect"$')
    '"sect"'
    """
    found = _WRITTEN.fullmatch(written)
    text = _OLD.sub(lambda name: _RENAMED.get(name[1], name[0]), found[1] if found else "").strip()
    bars = ['delim: "|"' if kind == "v" else 'delim: "‖"' for kind in _BARS.findall(tex)]
    if len(bars) == text.count(_BARRED):  # pandoc writes one and two bars alike
        for one in bars:
            text = text.replace(_BARRED, one, 1)
    return text.replace(_BARRED, 'delim: "‖"')
