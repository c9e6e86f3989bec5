"""Show the sites while the book is worked on."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from polybook.book import load, lock, settings
from polybook.catalogs import glossary
from polybook.catalogs import locales as catalogs
from polybook.commands import refresh
from polybook.commands.reading import Reading, choose, gather, opened, sound
from polybook.model import layout
from polybook.model.findings import PolybookError, refuse
from polybook.render import output, themes
from polybook.render.subject_index import with_index
from polybook.system.pool import Tell, quietly
from polybook.translation import editions, passages

ROOM = 256_000_000
"""How many bytes of finished steps a program that stays keeps in memory."""


def show(reading: Reading, locale: str, locales: Sequence[str]) -> passages.Lookup:
    """Write the pages of the edition in ``locale`` for the preview, each passage marked; return what tells
    what a mark stands for.

    ``locales`` are all that are shown there. Raises a PolybookError and leaves what was there.
    """
    root, book, store = reading.root, reading.book, reading.store
    lookup: passages.Lookup = passages.nothing
    if locale == book.settings.language:
        edition = editions.of_source(book, reading.sources, reading.destinations, store)
    else:
        catalog, terms = catalogs.read(root, locale, book.waivers), glossary.read(root, locale)
        framing = passages.marked(book.settings.language, locale, catalog.fuzzy)
        translated = editions.translate(book, reading.sources, reading.destinations, catalog, store, framing)
        review = partial(editions.reviewed, book, reading.sources, translated, catalog, terms, store)
        edition, lookup = translated.edition, passages.lookup(reading.sources, translated, catalog, review)
    output.write_preview(root, with_index(edition, store), locales, book.programs, store)
    return lookup


def serve(
    root: Path, locales: Sequence[str], port: int, announce: Callable[[str], None], tell: Tell = quietly
) -> None:
    """Show the sites in ``locales`` (all where none is named) while the book is worked on, until interrupted.

    They are made beside the book, not in ``output/``: each passage says which message it came of.
    """
    # Here: to load a server takes a while, and no other command needs one.
    from polybook.preview import server

    file = settings.read(root)
    refuse(file.findings)
    known = [file.settings.language, *catalogs.locales(root)]
    wanted = choose(locales, known, "language")
    folder = root / layout.PREVIEW
    store = opened(root, ROOM)
    lookups: dict[str, passages.Lookup] = {}

    def rebuild(changed: frozenset[Path]) -> str:
        if any(path.is_relative_to(themes.OURS) for path in changed):
            themes.forget()
        try:
            with lock.held(root, "serve"):  # what else it writes is in a folder of its own
                book = refresh.refresh_stale(root, load.unchecked(root), None, may_run=True)
            reading = sound(gather(root, book, store))
            return "\n".join(filter(None, (shown(reading, locale) for locale in wanted)))
        except PolybookError as error:
            return str(error)
        finally:
            if not changed:
                gc.freeze()  # what the first build leaves stays; to look for cycles in it takes long

    def shown(reading: Reading, locale: str) -> str:
        """Show an edition; return why it cannot be shown, which is no reason not to show others."""
        try:
            lookups[locale] = show(reading, locale, wanted)
        except PolybookError as error:
            return str(error)
        tell(locale, wanted.index(locale) + 1, len(wanted))
        return ""

    def describe(mark: str) -> passages.Passage | None:
        return next((found for one in lookups.values() if (found := one(mark))), None)

    watched = [root / name for name in (*layout.READ, layout.SETTINGS, layout.WAIVERS)]
    preview = server.Preview(folder, f"/{wanted[0]}/html/index.html", describe)
    try:
        server.serve(preview, [*watched, themes.OURS], rebuild, port, announce)
    finally:
        store.finish()
