"""The tags of a PDF in the order of its pages, and the file no larger than it must be."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object


def finish(content: bytes) -> bytes:
    """Return a tagged PDF of Typst's, its text and looks unchanged, in about half the bytes.

    Typst has a footnote read out in the middle of the sentence that refers to it. Here it is read where it
    is seen, after its page's text. And what an element holds itself comes in parts before, between and after
    what its children hold; tools that take all of the first before all of the second mix up the words. Here
    each part after a child is an element of its own. Readers open the file with its outline.
    """
    with pikepdf.open(io.BytesIO(content)) as document:
        pages = {page.obj.objgen: place for place, page in enumerate(document.pages)}
        elements = [
            one
            for one in document.objects
            if isinstance(one, Dictionary) and one.get("/Type") == "/StructElem"
        ]
        _move_notes(document.Root.StructTreeRoot.K, elements, pages)
        parents = dict(pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree).items())
        for element in elements:
            children = _children(element)
            if len(children) > 1 and {int, *map(type, children)} != {int}:  # most hold nothing but text
                _part(document, element, children, parents)
        document.Root.PageMode = Name.UseOutlines
        out = io.BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return out.getvalue()


def _move_notes(top: Object, elements: Sequence[Object], pages: dict[tuple[int, int], int]) -> None:
    """Put each footnote after the last block that begins on its page."""
    whole = top[0] if isinstance(top, Array) else top
    blocks = list(whole.K)
    # A block without content is after all pages; a note that goes on overleaf is read where it ends.
    begins = [next((pages[page.objgen] for page, _ in _content(block)), len(pages)) for block in blocks]
    moved = defaultdict[int, list[Object]](list)
    notes = [one for one in elements if one.S == "/Note"]
    for note in sorted(
        notes, key=lambda one: [(pages[page.objgen], number) for page, number in _content(one)]
    ):
        parent = note.P
        parent.K = Array([one for one in parent.K if not _same(one, note)])
        note.P = whole
        note.A = Dictionary(O=Name.Layout, Placement=Name.Block)
        ends = max((pages[page.objgen] for page, _ in _content(note)), default=0)
        moved[max(place for place, begin in enumerate(begins) if begin <= ends)].append(note)
    whole.K = Array([one for place, block in enumerate(blocks) for one in (block, *moved[place])])


def _same(one: object, other: Object) -> bool:
    return isinstance(one, Dictionary) and one.is_indirect and one.objgen == other.objgen


def _content(element: Object) -> Iterator[tuple[Object, int]]:
    """Page and number of each piece of content below an element, in order."""
    for one in _children(element):
        if isinstance(one, int):
            yield element.Pg, one
        elif one.get("/Type") == "/MCR":
            yield one.Pg, int(one.MCID)
        elif "/S" in one:
            yield from _content(one)


def _children(element: Object) -> list[Object | int]:
    content: Any = element.get("/K")
    if content is None:
        return []
    return list(content) if isinstance(content, Array) else [content]


def _part(
    document: pikepdf.Pdf, element: Object, children: Sequence[Object | int], parents: dict[int, Object]
) -> None:
    """Put what an element holds itself after a child of its into elements of their own."""
    parts: list[Object | int | list[Object | int]] = []
    after = False
    for one in children:
        if isinstance(one, int) or one.get("/Type") == "/MCR":
            if after and isinstance(parts[-1], list):
                parts[-1].append(one)
            else:
                parts.append([one] if after else one)
        else:
            after = after or "/S" in one
            parts.append(one)
    if not any(isinstance(part, list) for part in parts):
        return
    own = parents[int(element.Pg.StructParents)]  # what a number alone is on the element's page
    new: list[Object | int] = []
    for part in parts:
        if isinstance(part, list):
            span = Dictionary(Type=Name.StructElem, S=Name.Span, P=element, Pg=element.Pg, K=Array(part))
            made = document.make_indirect(span)
            for one in part:
                if isinstance(one, int):
                    own[one] = made
                else:
                    parents[int(one.Pg.StructParents)][int(one.MCID)] = made
            new.append(made)
        else:
            new.append(part)
    element.K = Array(new)
