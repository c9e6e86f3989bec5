"""Where in a book the text stands that Typst cannot set: it does not say so itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from polybook.model.findings import BookError, Finding

_TEXT = r'"(?:[^"\\]|\\.)*"'
_REFERENCE = re.compile(rf"#see\({_TEXT}, {_TEXT}\)|#refer\({_TEXT}\);")
_HEADINGS = "\n\n".join(f"{'=' * level} x" for level in range(1, 5))
"""What is set alone may begin with a heading of any level, none of which PDF/UA lets begin a book."""


class UnsetError(BookError):
    """An edition that Typst cannot set."""

    def __init__(self, finding: Finding, path: str, block: int | None, blocks: int) -> None:
        """``path`` is the file of the chapter that is to blame, ``block`` the number of the block, from 0;
        empty and None where that cannot be told. The chapter has so many ``blocks``."""
        super().__init__(finding)
        self.path = path
        self.block = block
        self.blocks = blocks


def error(
    locale: str,
    said: str,
    chapters: Sequence[tuple[str, str]],
    blocks: Callable[[int], Sequence[str]],
    refusal: Callable[[str], str],
) -> UnsetError:
    """Return the error for an edition of which Typst ``said`` that it cannot be set.

    ``chapters`` are the paths of its chapters, and these as Typst, ``blocks`` gives the blocks of one of them
    by its number, and ``refusal`` says what Typst has against a text that is set alone, or nothing.
    """

    def alone(parts: Sequence[str]) -> str:
        # What a part refers to may be elsewhere.
        return refusal(_REFERENCE.sub(_without, "\n\n".join([_HEADINGS, *parts])))

    path, block, held = "", None, list[str]()
    for number, (known, text) in enumerate(chapters):
        if refused := alone([text]):
            path, said = known, refused
            held = list(blocks(number))
            block = _first(held, alone)
            break
    what = f"Typst cannot set the {locale} edition: {' '.join(said.split())}"
    return UnsetError(Finding("pdf", what, hint="write it otherwise"), path, block, len(held))


def _without(reference: re.Match[str]) -> str:
    """What stands in the place of a reference: its words are content of their own."""
    return "#" if reference[0].startswith("#see") else ""


def _first(blocks: Sequence[str], alone: Callable[[Sequence[str]], str]) -> int | None:
    """The number of the first block with which Typst refuses those before and itself; None for none."""
    if not alone(blocks):
        return None
    low, high = 0, len(blocks)  # the first ``low`` blocks can be set, the first ``high`` cannot
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if alone(blocks[:middle]) else (middle, high)
    return low
