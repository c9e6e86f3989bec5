"""What contents call the book's parts and chapters: titles of the order that are messages of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence

from polybook.markup.variables import filled_text
from polybook.model.book import Book, OrderEntry
from polybook.model.catalog import Message
from polybook.model.edition import ContentsEntry

PART, ENTRY = "title of a part", "title in the contents"
"""What a translator sees such titles called."""

# The source is written in signs that an edition shows otherwise.
_SIGNS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "--", "—": "---", "…": "..."})


def messages(order: Sequence[OrderEntry], titles: Mapping[str, str]) -> list[Message]:
    """Return the titles that stand in a book's order alone, as messages.

    A part's is one always, a chapter's where it is not what the chapter itself has; ``titles`` are these, by
    the paths of the chapters, in reading order.
    """
    return [
        Message(one.title, PART if one.kind == "part" else ENTRY, one.origin, one.line)
        for one in order
        if _is_own(one, titles)
    ]


def entries(
    book: Book,
    titles: Mapping[str, str],
    shown: Sequence[str],
    say: Callable[[Message], tuple[str, str]],
) -> tuple[ContentsEntry, ...]:
    """Return the contents of an edition whose chapters have the titles ``shown``.

    ``say`` gives what the edition shows for a message, and the language of that where it is another one.
    Chapters that cannot be read are left out.
    """
    places = {path: place for place, path in enumerate(titles)}
    own = iter(messages(book.order, titles))
    found = []
    for one in book.order:
        message = next(own) if _is_own(one, titles) else None
        place = places.get(one.path)
        if one.path and place is None:
            continue
        title, language = say(message) if message else (one.title if place is None else shown[place], "")
        title = filled_text(title, book.variables) if message else title
        found.append(ContentsEntry(one.kind, title, place, one.depth, one.matter, language))
    return tuple(found)


def _is_own(one: OrderEntry, titles: Mapping[str, str]) -> bool:
    if not any(map(str.isalpha, one.title)):
        return False
    return one.kind != "chapter" or _alike(one.title) != _alike(titles.get(one.path, ""))


def _alike(title: str) -> str:
    return unicodedata.normalize("NFC", " ".join(title.split())).translate(_SIGNS)
