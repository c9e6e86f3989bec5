"""The tags of a PDF in the order of its pages, and the file no larger than it must be."""

from __future__ import annotations

import io
import re
import tempfile
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from polybook.render import pdf_bidi
from polybook.render.pdf_elements import children

_ELEMENT = re.compile(rb"\n(\d+) 0 obj\n<</Type/StructElem/S/(.*)>>\nendobj")
"""A structure element as Typst writes it: its number, then its kind and all else, in one line."""

_MATTERS = re.compile(rb"Note\b|R\s*(?:<<|\d++(?!\s+\d+\s+R))")
"""What every footnote has, and every element with content of its own (``<<`` or a number) after a child (the
reference ``12 0 R``). Others may have it too: it tells which elements to look at."""

_PAGE = re.compile(rb"/Pg (\d+) 0 R")
"""The page of an element's content."""

_TYPE, _SPAN = Name.StructElem, Name.Span  # once, as looking them up takes as long as making an element


def finish(content: bytes) -> bytes:
    """Return a tagged PDF of Typst's, its text and looks unchanged, in about half the bytes.

    Typst has a footnote read out in the middle of the sentence that refers to it. Here it is read where it
    is seen, after its page's text. And what an element holds itself comes in parts before, between and after
    what its children hold; tools that take all of the first before all of the second mix up the words. Here
    each part after a child is an element of its own. What runs from right to left is said by elements.
    Pages stay as Typst wrote them. Readers open the file with its outline.
    """
    # A file is mapped into memory; from a stream each bit of it is a call of Python's: twice the time in all.
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        with pikepdf.open(file, access_mode=pikepdf.AccessMode.mmap) as document:
            lines = pdf_bidi.Lines(document)
            elements = _elements(document, content, lines.pages)
            _move_notes(document, [one for one in elements if one.S == "/Note"])
            owners = _owners(document)
            for element in elements:
                if lines.pages:
                    _turn(document, element, lines, owners)
                _part(document, element, owners)
            document.Root.PageMode = Name.UseOutlines
            out = io.BytesIO()
            document.save(
                out,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
                fix_metadata_version=False,
            )
    return out.getvalue()


def _elements(document: pikepdf.Pdf, content: bytes, pages: Container[int] = ()) -> list[Object]:
    """The elements that may have to change, in the order of their numbers.

    All may that have content on ``pages``, which are numbers of objects.

    A large book has tens of thousands, and to look at each through pikepdf would take longer than all else
    here. So those that matter are looked for in the bytes. Where not every element is written there as
    expected, by another Typst or with words of the book's that look like one, all of them are taken.
    """
    found = _ELEMENT.findall(content)
    if found and len(found) == content.count(b"/StructElem") and b"/ObjStm" not in content:
        numbers = {
            int(number)
            for number, written in found
            if _MATTERS.search(written)
            or (pages and any(int(one) in pages for one in _PAGE.findall(written)))
        }
        return [document.get_object(number, 0) for number in sorted(numbers)]
    return sorted(_below(document.Root.StructTreeRoot), key=lambda one: one.objgen)


def _below(element: Object) -> Iterator[Object]:
    for one in children(element):
        if isinstance(one, Dictionary) and "/S" in one:
            yield one
            yield from _below(one)


def _content(element: Object) -> Iterator[tuple[Object, int]]:
    """Page and number of each piece of content below an element, in order."""
    for one in children(element):
        if isinstance(one, int):
            yield element.Pg, one
        elif one.get("/Type") == "/MCR":
            yield one.Pg, int(one.MCID)
        elif "/S" in one:
            yield from _content(one)


def _move_notes(document: pikepdf.Pdf, notes: Sequence[Object]) -> None:
    """Put each footnote after the last block that begins on its page."""
    if not notes:
        return
    _take_out(notes)
    pages = {page.obj.objgen: place for place, page in enumerate(document.pages)}
    whole, *_ = children(document.Root.StructTreeRoot)
    blocks = list(children(whole))
    begun = [0] * len(pages)
    for place, block in enumerate(blocks):
        for page, _ in _content(block):
            begun[pages[page.objgen]] = place
            break  # its first piece tells where it begins
    begun = list(accumulate(begun, max))  # on a page without a beginning it is the last one before
    held = [([(pages[page.objgen], number) for page, number in _content(note)], note) for note in notes]
    moved = defaultdict[int, list[Object]](list)
    for pieces, note in sorted(held, key=lambda one: one[0]):
        note.P = whole
        note.A = Dictionary(O=Name.Layout, Placement=Name.Block)
        # A note that goes on overleaf is read where it ends.
        moved[begun[max((page for page, _ in pieces), default=0)]].append(note)
    whole.K = Array([one for place, block in enumerate(blocks) for one in (block, *moved[place])])


def _take_out(notes: Sequence[Object]) -> None:
    """Take footnotes out of the elements that they stand in."""
    numbers = {note.objgen for note in notes}
    for parent in {note.P.objgen: note.P for note in notes}.values():
        held = children(parent)
        parent.K = Array([one for one in held if isinstance(one, int) or one.objgen not in numbers])


def _owners(document: pikepdf.Pdf) -> dict[tuple[int, int], Object]:
    """For each page the list of the elements that its pieces of content belong to, by their numbers."""
    parents = dict(pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree).items())
    pages = [page.obj for page in document.pages if "/StructParents" in page.obj]
    return {page.objgen: parents[int(page.StructParents)] for page in pages}


def _part(document: pikepdf.Pdf, element: Object, owners: Mapping[tuple[int, int], Object]) -> None:
    """Put what an element holds itself after a child of its into elements of their own."""
    new: list[Any] = []
    same = None  # how many at the beginning stay as they are
    after = False
    for own, run in groupby(children(element), _is_content):
        part = list(run)
        if own and after:
            same = len(new) if same is None else same
            new.append(_span(document, element, part, owners))
        else:
            new += part
            after = after or (not own and any("/S" in one for one in part))
    if same is not None:
        content: Any = element.K
        while len(content) > same:  # pikepdf looks through all of a list that is set anew
            del content[-1]
        content.extend(new[same:])


def _turn(
    document: pikepdf.Pdf, element: Object, lines: pdf_bidi.Lines, owners: Mapping[tuple[int, int], Object]
) -> None:
    """Put what an element holds from right to left into elements that say it: pages have it as it is seen."""
    given = list(children(element))
    own = element.Pg.objgen[0] if "/Pg" in element else 0
    new: list[Any] = []
    for page, group in groupby(given, lambda one: own if isinstance(one, int) else _page(one)):
        part = list(group)
        if page not in lines.pages:
            new += part
            continue
        numbers = [one if isinstance(one, int) else int(one.MCID) for one in part]
        for run in lines.runs(element, page, numbers):
            content = part[run.begin : run.end]
            if run.said:
                span = _span(document, element, content, owners)
                span.ActualText = pikepdf.String(run.said)
                content = [span]
            new += content
    if len(new) != len(given) or any(one is not other for one, other in zip(new, given, strict=True)):
        element.K = Array(new)


def _page(one: Object) -> int:
    """The number of the page, as an object, that an element's child is content of; 0 for an element."""
    return int(one.Pg.objgen[0]) if one.get("/Type") == "/MCR" else 0


def _is_content(one: Object | int) -> bool:
    return isinstance(one, int) or bool(one.get("/Type") == "/MCR")


def _span(
    document: pikepdf.Pdf,
    element: Object,
    part: Sequence[Any],
    owners: Mapping[tuple[int, int], Object],
) -> Object:
    """Return a new element below another that holds a part of its content."""
    page = element.Pg
    span = {"/Type": _TYPE, "/S": _SPAN, "/P": element, "/Pg": page, "/K": Array(part)}
    made = document.make_indirect(Dictionary(span))
    for one in part:
        if isinstance(one, int):
            owners[page.objgen][one] = made
        else:
            owners[one.Pg.objgen][int(one.MCID)] = made
    return made
