"""Containers ``:::`` of VuePress, VitePress, Quarto and Docusaurus, where Polybook reads them otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from polybook.importers import spans
from polybook.importers.around import Around
from polybook.importers.constructs import blocks
from polybook.importers.drafts import Draft, Edit, Row, fences, rows

_OPEN = re.compile(
    r"(?P<margin>[ \t>]*)(?P<colons>:{3,})[ \t]*(?:(?P<name>[A-Za-z][\w-]*)(?P<after>[ \t]+[^\n{]*"
    r"|\[[^\n]*\])?|\{(?P<held>[^{}\n]*)\})"
    r"[ \t]*(?:\{(?P<more>[^{}\n]*)\})?[ \t]*:*[ \t]*$"
)
_CLOSE = re.compile(r"[ \t>]*:{3,}[ \t]*$")
_HEADING = re.compile(r"[ \t>]*(?P<signs>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*(?:\{[^{}\n]*\})?[ \t]*$")
_TAB = re.compile(
    r"[ \t]*(?:@tab(?::active)?[ \t]+(?P<hope>[^#\n]+?)(?:[ \t]*#\S+)?|==[ \t]+(?P<press>.+?)"
    r"|\+\+\+[ \t]+(?P<plus>.+?))[ \t]*$"
)
_LABEL = re.compile(r"\[(?P<label>[^\[\]]+)\]\s*$")
_OTHER_FORMATS = re.compile(r"when-format=\"?(?P<format>[\w:-]+)")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield edits for each container that is written otherwise here."""
    if ":::" not in draft.text:
        return
    known = rows(draft.text)
    ends = closings(known)
    for number, row in enumerate(known):
        match = _OPEN.match(row.line) if row.kind == "prose" else None
        if not match:
            continue
        end = ends.get(number, 0)
        name = (match["name"] or "").lower()
        held = spans.braces(match["held"] or match["more"] or "")
        classes = {name, *(one.lower() for one in held.classes)} - {""}
        after = (match["after"] or "").strip().strip("[]").strip()
        if name in {"details", "expander", "collapse"} and not held.classes:
            yield draft.rows(
                number, number + 1, f"{match['margin']}{blocks.details(after)}", "parts that fold"
            )
        elif name in {"code-group", "code-tabs", "tabs", "tab-group"} and end:
            yield from _tabs(draft, known, number, end, match["margin"])
        elif "panel-tabset" in classes and end:
            yield from _panel(draft, known, number, end, match["margin"])
        elif any(one.startswith("callout-") for one in classes) and end:
            yield from _callout(draft, known, number, end, held, classes)
        elif classes & {"content-visible", "content-hidden"} and end:
            yield from _conditional(draft, number, end, classes, match["held"] or "")
        elif any(one.startswith("rmd") for one in classes):
            word = next(one for one in classes if one.startswith("rmd"))[3:]
            kind = blocks.kind_of(word) or "note"
            yield draft.rows(number, number + 1, f"{match['margin']}{blocks.box(kind)}", "boxes")
        elif name in {"v-pre", "raw"} and end:
            yield draft.gone(number, number + 1, "containers without effect")
            yield draft.gone(end, end + 1)
        elif name and name not in _OURS and blocks.kind_of(name):
            title = blocks.title_of(name, after)
            yield draft.rows(
                number, number + 1, match["margin"] + blocks.box(blocks.kind_of(name), title), "boxes"
            )
        elif name and after and name not in _OURS and name not in blocks.KINDS:
            opening = f"{match['margin']}{blocks.box('note', after)}"
            yield draft.rows(number, number + 1, opening, "boxes", f"the kind of box '{name}' is a note")


_OURS = frozenset({"note", "tip", "important", "warning", "caution", "danger", "info"})


def closings(known: Sequence[Row]) -> dict[int, int]:
    """The rows that close containers, by those that open them."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for number, row in enumerate(known):
        if row.kind != "prose" or ":::" not in row.line:
            continue
        if _CLOSE.match(row.line):
            if opened:
                found[opened.pop()] = number
        elif _OPEN.match(row.line) or re.match(r"[ \t>]*:{3,}[ \t]*\{", row.line):
            opened.append(number)
    return found


def _tabs(draft: Draft, known: tuple[Row, ...], number: int, end: int, margin: str) -> Iterator[Edit]:
    """Tabs that lines begin, or, with none of these, one a fenced block."""
    yield draft.rows(number, number + 1, f"{margin}{blocks.TABS}\n", "tabs")
    begins = [
        (row, next(filter(None, match.groups())))
        for row in range(number + 1, end)
        if known[row].kind == "prose" and (match := _TAB.match(known[row].line))
    ]
    if begins:
        for place, (row, title) in enumerate(begins):
            before = f"{margin}{blocks.END}\n\n" if place else ""
            yield draft.rows(row, row + 1, f"{before}{margin}{blocks.tab(title)}\n")
        yield draft.rows(end, end + 1, f"{margin}{blocks.END}\n\n{margin}{blocks.END}")
        return
    for fence in fences(draft.text):
        if number < fence.first < end:
            label = _LABEL.search(fence.info)
            line = known[fence.first].line
            bare = _LABEL.sub("", line).rstrip()
            title = label["label"] if label else fence.language or "…"
            yield draft.rows(fence.first, fence.first + 1, f"{fence.margin}{blocks.tab(title)}\n\n{bare}")
            last = fence.end - 1
            yield draft.rows(last, last + 1, f"{known[last].line}\n\n{fence.margin}{blocks.END}\n")


def _panel(draft: Draft, known: tuple[Row, ...], number: int, end: int, margin: str) -> Iterator[Edit]:
    """Quarto's tabs: each heading of the first level in the container begins one."""
    heads = [
        (row, match)
        for row in range(number + 1, end)
        if known[row].kind == "prose" and (match := _HEADING.match(known[row].line))
    ]
    if not heads:
        return
    level = len(heads[0][1]["signs"])
    heads = [(row, match) for row, match in heads if len(match["signs"]) == level]
    yield draft.rows(number, number + 1, f"{margin}{blocks.TABS}\n", "tabs")
    for place, (row, match) in enumerate(heads):
        before = f"{margin}{blocks.END}\n\n" if place else ""
        yield draft.rows(row, row + 1, f"{before}{margin}{blocks.tab(match['title'])}")
    yield draft.rows(end, end + 1, f"{margin}{blocks.END}\n\n{margin}{blocks.END}")


def _callout(
    draft: Draft, known: tuple[Row, ...], number: int, end: int, held: spans.Braces, classes: set[str]
) -> Iterator[Edit]:
    """Quarto's boxes: a heading that begins one is its title."""
    row = next((one for one in range(number + 1, end) if known[one].line.strip()), end)
    match = _HEADING.match(known[row].line) if row < end and known[row].kind == "prose" else None
    kind = next(one for one in sorted(classes) if one.startswith("callout-"))[8:]
    title = match["title"] if match else held.get("title")
    opening = blocks.box(kind if kind in _OURS else "note", title)
    if held.identifier:
        opening = f"::: {{.{kind} #{held.identifier}" + (f" title={spans.quoted(title)}}}" if title else "}")
    if held.get("collapse") in {"true", "True"}:
        opening = blocks.details(title or kind.capitalize())
    if not match and not held.pairs and not held.identifier:
        return
    margin = known[number].margin
    yield draft.rows(number, number + 1, f"{margin}{opening}", "boxes")
    if match:
        yield draft.gone(row, row + 1)


def _conditional(draft: Draft, number: int, end: int, classes: set[str], held: str) -> Iterator[Edit]:
    """What is for some formats: what is for pages is for all here, the rest is left out."""
    named = _OTHER_FORMATS.search(held)
    for_pages = not named or named["format"].startswith(("html", "epub"))
    shown = for_pages if "content-visible" in classes else not for_pages
    if shown:
        yield draft.gone(number, number + 1, "parts for some formats")
        yield draft.gone(end, end + 1)
    else:
        what = "what is for another format alone is left out"
        yield draft.gone(number, end + 1, "parts for some formats", what)
