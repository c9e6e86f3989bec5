"""Where each message stands in the book, as catalogs say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from polybook.catalogs import merge
from polybook.catalogs.merge import Place
from polybook.chapters import contents, figure_texts, messages
from polybook.chapters.source import Source, step, titles
from polybook.model.book import Book
from polybook.system.cache import Store

_PLACES = msgspec.json.Decoder(list[Place])


def places(book: Book, sources: Sequence[Source], store: Store) -> list[Place]:
    """Every message of the book as catalogs have it where it stands, in the order of `extract`.

    Those of a chapter that did not change are not made again.
    """
    steps = [step("list", source.chapter, "catalogs") for source in sources]

    def make(wanted: list[int]) -> Iterator[bytes]:
        for number in wanted:
            yield msgspec.json.encode([merge.place(slot.message) for slot in sources[number].slots])

    listed = store.remember(steps, make, _PLACES.decode)
    return [
        *map(merge.place, messages.of_settings(book.settings)),
        *map(merge.place, contents.messages(book.order, titles(sources))),
        *chain.from_iterable(listed),
        *map(merge.place, figure_texts.messages(book.figures)),
    ]
