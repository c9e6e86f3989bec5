"""The front of an edition as one picture, drawn from its title, subtitle and authors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from polybook.model.book import Settings
from polybook.model.edition import Edition
from polybook.model.findings import BookError, Finding
from polybook.render import themes, typst
from polybook.render.words import words
from polybook.system import files, fingerprints, temporary
from polybook.system.cache import Step, Store, digest_of

WIDTH, HEIGHT = 1600, 2400
"""The picture's size in pixels: what shops and readers' shelves ask for."""

ROWS = 9
"""How many rows of bars are drawn."""


def words_on(settings: Settings) -> list[str]:
    """Return what stands on a cover."""
    return [text for text in (settings.title, settings.subtitle, ", ".join(settings.authors)) if text]


def render(edition: Edition, fonts: Sequence[Path], store: Store, width: int = WIDTH) -> bytes:
    """Return the cover, a PNG so many pixels wide; the same bytes each time. ``fonts`` are folders beside
    the theme's own.

    Raises BookError with what Typst says.
    """
    size = "" if width == WIDTH else f" {width}"
    return _drawn(edition, fonts, store, size, HEIGHT / WIDTH, format="png", ppi=192 * width / WIDTH)


def drawing(edition: Edition, fonts: Sequence[Path], store: Store, ratio: float) -> bytes:
    """Return the cover as SVG, ``ratio`` times as high as wide, as `render` does."""
    return _drawn(edition, fonts, store, " drawing", ratio, format="svg")


def _drawn(
    edition: Edition, fonts: Sequence[Path], store: Store, kind: str, ratio: float, **options: Any
) -> bytes:
    say, settings = words(edition.locale, edition.theme), edition.settings
    tag = say.language.split("-")
    inputs = {
        "title": settings.title,
        "subtitle": settings.subtitle,
        "authors": json.dumps(settings.authors, ensure_ascii=False),
        "bars": json.dumps(list(_bars(settings.identifier))),
        "ratio": f"{ratio:.4f}",
        "lang": tag[0],
        "region": next((part for part in tag[1:] if len(part) == 2), ""),
        "direction": say.direction,
        "cjk": typst.CJK_FONT if say.is_cjk else "",
    }

    def draw() -> bytes:
        with temporary.folder() as folder:
            files.write_folder(folder, themes.folder(edition.theme, "cover"))
            written = typst.run(folder / "cover.typ", inputs, fonts, **options)
        if isinstance(written, str):
            if own := typst.of_theme(written, edition.theme, "cover"):
                raise BookError(own)
            said = " ".join(written.split())
            raise BookError(Finding("cover", f"Typst cannot draw the {edition.locale} cover: {said}"))
        return written

    own = {
        "polybook": fingerprints.code("render"),
        "theme": themes.stamp(edition.theme, "cover"),
    }
    step = Step(
        "cover", f"{edition.locale}{kind}", {"settings": digest_of(inputs), **own, **typst.made_with(fonts)}
    )
    return bytes(store.one(step, draw))


def _bars(identifier: str) -> Iterator[list[tuple[float, float, int]]]:
    """For each row its bars: where one begins and how long it is, in parts of the row, and its shade.

    They come of the book's identifier, so that a book has them alike in all its languages and for ever.
    """
    chance = sha256(identifier.encode()).digest()
    bright = chance[0] % ROWS
    for row in range(ROWS):
        first, second, third = chance[1 + 3 * row : 4 + 3 * row]
        # A bar is no shorter than a ninth of the row, and ends a little before the next begins.
        cuts = sorted({0, 2 + first % 3, 5 + second % 2, 9 - third % 3})
        yield [
            (start / 9, (end - start) / 9 - 0.03, 3 if row == bright and place == 1 else (first + place) % 3)
            for place, (start, end) in enumerate(pairwise(cuts))
        ]
