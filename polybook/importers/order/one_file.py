"""One large file: a book whose headings ``#`` or ``##`` are its chapters."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from polybook.importers.drafts import Draft, Row, rows
from polybook.importers.order import front, tables
from polybook.importers.plan import About, Entry, Plan
from polybook.importers.source import Shelf

_HEADING = re.compile(r"(?P<signs>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_SAID = re.compile(r"(?P<key>title|author|authors|year|language|date)\s*:\s*(?P<value>.+)", re.IGNORECASE)
_DEFINED = re.compile(r" {0,3}\[(?P<label>(?P<note>\^)?(?:[^\[\]\\]|\\.)+)\]:(?=[ \t]|$|<|http)")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]")
_SHORT = 20_000
"""How many characters make a book's text too short to be cut at headings below its title."""
_BLOCK = re.compile(
    r"%[ \t]*(?P<title>[^\n]*)\n(?:%[ \t]*(?P<authors>[^\n]*)\n)?(?:%[ \t]*(?P<date>[^\n]*)\n)?"
)


class Head(NamedTuple):
    """A heading at the top level of a text."""

    row: int
    level: int
    title: str


def headings(text: str) -> Iterator[Head]:
    """Yield the headings that stand in no list, quotation or box."""
    found = rows(text)
    match = front.HEAD.match(text)
    begin = match[0].count("\n") if match else 0
    for number, row in enumerate(found):
        if number < begin or row.kind != "prose" or row.margin.strip() or row.line[:1] in {" ", "\t", ">"}:
            continue
        heading = _HEADING.match(row.line)
        if heading:
            yield Head(number, len(heading["signs"]), heading["title"])
        elif _is_set(found, number, begin):
            yield Head(number, 1 if found[number + 1].line[0] == "=" else 2, row.line.strip())


def _is_set(found: Sequence[Row], number: int, begin: int) -> bool:
    """Whether a line is a heading with a line of ``=`` or ``-`` below it."""
    if number + 1 >= len(found):
        return False
    below = found[number + 1]
    before = found[number - 1].kind if number > begin else "blank"
    return bool(_UNDERLINE.match(below.line)) and len(below.line.strip()) > 1 and before == "blank"


def read(shelf: Shelf, path: str) -> Plan:
    """Return the plan of a file that is a whole book; `parts` cuts it into the chapters that it names."""
    text = shelf.text(path)
    said = front.table(text)
    block = _BLOCK.match(text)
    about = About(
        title=tables.words(said.get("title")) or (block["title"] if block else ""),
        subtitle=tables.words(said.get("subtitle")),
        description=tables.words(said.get("description") or said.get("abstract")),
        authors=tables.names(said.get("author") or (block["authors"] if block else "")),
        language=tables.language(said.get("lang") or said.get("language")),
        rights=tables.words(said.get("rights") or said.get("license")),
    )
    told = _told(text)
    about = about._replace(
        title=about.title or told.get("title", ""),
        authors=about.authors or tables.names(told.get("author") or told.get("authors")),
        language=about.language or tables.language(told.get("language")),
    )
    bibliography = said.get("bibliography") or []
    listed = bibliography if isinstance(bibliography, list) else [bibliography]
    return Plan(
        "file", posixpath.dirname(path), (Entry("chapter", "", path),), about, path,
        bibliography=tuple(shelf.near(path, one) for one in listed if isinstance(one, str)),
        captions=True, whole=path,
    )  # fmt: skip


def _told(text: str) -> dict[str, str]:
    """What headings say of a book, as plain novels have it: ``# Title: Moby-Dick``."""
    found: dict[str, str] = {}
    for head in headings(text):
        match = _SAID.fullmatch(head.title)
        if not match:
            break
        found[match["key"].lower()] = match["value"].strip()
    return found


def parts(draft: Draft) -> tuple[Draft, ...]:
    """Return a text as its chapters, cut before the headings of the highest level that has several.

    Headings above these that say what the book is (``# Title: ...``) are in none. What a chapter refers to
    and another defines, links and footnotes, stands at its end too.
    """
    found = list(headings(draft.text))
    told = [head for head in found if _SAID.fullmatch(head.title)]
    found = [head for head in found if head not in told]
    skipped = told[-1].row + 1 if told else 0
    levels = [head.level for head in found]
    level = next((one for one in (1, 2, 3) if levels.count(one) > 1), 0)
    if not level or (level > 1 and len(draft.text) < _SHORT):
        return (_cut(draft, skipped, len(draft.starts), draft.path),)
    cuts = [head for head in found if head.level == level]
    begins = [(skipped, "preface")] if _holds(draft, skipped, cuts[0].row) else []
    begins += [(head.row, head.title) for head in cuts]
    ends = [row for row, _ in begins[1:]] + [len(draft.starts)]
    taken: set[str] = set()
    made = [
        _cut(draft, first, end, _named(title, draft.path, taken))
        for (first, title), end in zip(begins, ends, strict=True)
    ]
    known = definitions(draft)
    return tuple(_with_definitions(one, draft, known) for one in made)


def _cut(draft: Draft, first: int, end: int, path: str) -> Draft:
    text = "\n".join(draft.text.split("\n")[first:end])
    return Draft(path, text, draft.origins[first:end]) if text.strip() else Draft(path, "", draft.origins[:1])


def definitions(draft: Draft) -> dict[str, tuple[int, int]]:
    """The lines, from and to, of each definition of a link or footnote, by its label in small letters."""
    found: dict[str, tuple[int, int]] = {}
    kinds = rows(draft.text)
    for number, row in enumerate(kinds):
        match = _DEFINED.match(row.line) if row.kind == "prose" else None
        if not match:
            continue
        end = number + 1
        while end < len(kinds) and (
            (kinds[end].line[:2] in {"  ", "\t"} and kinds[end].line.strip())
            or (match["note"] and kinds[end].line[:4] == "    ")
            or (match["note"] and not kinds[end].line.strip() and _goes_on(kinds, end))
            or (match["note"] and kinds[end].kind == "prose" and kinds[end - 1].line.strip()
                and not _DEFINED.match(kinds[end].line))
        ):  # fmt: skip
            end += 1
        found.setdefault(_folded(match["label"]), (number, end))
    return found


def _goes_on(kinds: Sequence[Row], number: int) -> bool:
    return number + 1 < len(kinds) and kinds[number + 1].line[:4] == "    "


def _with_definitions(draft: Draft, whole: Draft, known: Mapping[str, tuple[int, int]]) -> Draft:
    """A chapter with the definitions that it uses and other chapters have."""
    own = definitions(draft)
    lines = whole.text.split("\n")
    text, origins = draft.text.rstrip("\n"), list(draft.origins)
    added: dict[str, None] = {}
    waiting = [_folded(label) for label in _LABEL.findall(draft.prose)]
    while waiting:
        label = waiting.pop(0)
        if label in known and label not in own and label not in added:
            added[label] = None
            first, end = known[label]
            waiting += [_folded(one) for one in _LABEL.findall("\n".join(lines[first:end]))]
    if not added:
        return draft
    del origins[text.count("\n") + 1 :]
    for label in added:
        first, end = known[label]
        held = "\n".join(lines[first:end]).rstrip("\n")
        text += "\n\n" + held
        origins += [whole.origins[first], *whole.origins[first : first + held.count("\n") + 1]]
    return Draft(draft.path, text + "\n", [*origins, origins[-1]])


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


def _holds(draft: Draft, first: int, end: int) -> bool:
    """Whether there is text before the first chapter, beside front matter, rules and a title alone."""
    text = "\n".join(draft.text.split("\n")[first:end])
    text = front.HEAD.sub("", text, count=1) if not first else text
    text = _BLOCK.sub("", text, count=1) if not first and text.startswith("%") else text
    return any(
        line.strip() and not re.fullmatch(r"#{1,6}[ \t].*|[-*_=\s]{3,}|\[TOC\]|=+", line.strip())
        for line in text.split("\n")
    )


def _named(title: str, path: str, taken: set[str]) -> str:
    """The file of a chapter that is cut out, beside the whole."""
    bare = re.sub(r"\{[^{}]*\}\s*$|<[^<>]*>", "", title)
    words = re.sub(r"[^\w]+", "-", bare.lower()).strip("-_")[:60].strip("-") or "chapter"
    name, count = words, 2
    while name in taken:
        name, count = f"{words}-{count}", count + 1
    taken.add(name)
    return posixpath.join(posixpath.dirname(path), f"{name}.md")
