"""Headings: ``{-}``, parts in headings, appendices, identifiers that stand above or beside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers import spans
from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, rows
from polybook.importers.order import front

_HEADING = re.compile(
    r"(?P<begin>[ \t>]{0,8}#{1,6}[ \t]+)(?P<words>.*?)[ \t]*(?P<brace>\{:?(?P<held>[^{}\n]*)\})?[ "
    r"\t]*#*[ \t]*$"
)
_PART = re.compile(r"#[ \t]+\((?:PART|APPENDIX)\\?\*?\)")
_ABOVE = re.compile(r"[ \t]*\{:?[ \t]*(?P<held>(?:#|id:|class:|\.)[^{}\n]*)\}[ \t]*$")
_COMMENT_ID = re.compile(r"[ \t]*\{/\*[ \t]*#(?P<id>[\w.-]+)[ \t]*\*/\}[ \t]*$")
_MARKERS = re.compile(
    (
        r"\{(?:pagebreak|mainmatter|frontmatter|backmatter|sample:\s*\w+)\}[ \t]*$|\\(?:newpage"
        r"|pagebreak|clearpage|mainmatter|frontmatter|backmatter|appendix|cleardoublepage|printindex"
        r"|tableofcontents)\b[ \t]*$|\[\[?_?TOC_?\]\]?[ \t]*$|\{\{[ \t]*toc[ \t]*\}\}[ \t]*$|\{\{(?:<"
        r"|%)[ \t]*(?:pagebreak|toc)[ \t]*(?:>|%)\}\}[ \t]*$"
    ),
    re.IGNORECASE,
)
_NO_SPACE = re.compile(r"(?P<begin>#{2,6})(?=[^\s#!])")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each heading that is written otherwise here."""
    known = rows(draft.text)
    appendix = any(entry.appendix and entry.path == draft.path for entry in around.plan.entries)
    begin = front.HEAD.match(draft.text)
    skipped = begin[0].count("\n") if begin else 0
    first = True
    for number, row in enumerate(known):
        if row.kind != "prose" or number < skipped:
            continue
        line = row.line
        bare = line.strip()
        if _MARKERS.fullmatch(bare):
            kind = "lists of contents" if "toc" in bare.lower() or "contents" in bare else "marks of pages"
            yield draft.gone(number, number + 1, kind)
            continue
        if _PART.match(line):
            yield draft.gone(number, number + 1, "parts")
            continue
        above = _ABOVE.match(line)
        below = known[number + 1].line if number + 1 < len(known) else ""
        if above and re.match(r" {0,3}#{1,6}[ \t]", below):
            yield from _from_above(draft, number, above, below)
            first = False
            continue
        heading = _HEADING.match(line) if "#" in line[:12] else None
        if heading:
            yield from _heading(draft, number, heading, appendix=appendix and first)
            first = False


_SAID = re.compile(
    r"(?P<signs>#{1,6})[ \t]+(?P<key>title|author|authors|year|date)\s*:\s*(?P<value>.+?)[ \t]*#*$", re.I
)


def told(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each heading at a text's beginning that says what it is, ``# Title: Moby-Dick``."""
    for number, row in enumerate(rows(draft.text)):
        if row.kind == "blank":
            continue
        match = _SAID.match(row.line) if row.kind == "prose" else None
        if not match:
            return
        if match["key"].lower() == "title":
            made = f"{match['signs']} {match['value']}"
        else:
            made = row.line.lstrip("#").strip()
        yield draft.rows(number, number + 1, made, "headings that say what a text is")


def above_title(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each lower heading that stands above the only ``#`` of a chapter: strong words."""
    found = [
        (number, len(match["begin"].strip()), match)
        for number, row in enumerate(rows(draft.text))
        if row.kind == "prose" and row.line[:1] == "#" and (match := _HEADING.match(row.line))
    ]
    titles = [number for number, level, _ in found if level == 1]
    if len(titles) != 1 or not found or found[0][0] == titles[0]:
        return
    for number, _, match in found:
        if number < titles[0] and match["words"]:
            yield draft.rows(number, number + 1, f"**{match['words'].strip('*')}**", "headings above titles")


_ANCHOR = re.compile(r"[ \t]*<a\s+(?:id|name)=[\"']?[\w:.-]+[\"']?\s*(?:/>|>\s*</a>)[ \t]*$", re.IGNORECASE)


def anchors(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit where places for links stand above a chapter's title: they follow it."""
    known = rows(draft.text)
    held: list[int] = []
    for number, row in enumerate(known):
        if row.kind in {"blank", "comment", "verbatim"}:
            continue
        if _ANCHOR.match(row.line):
            held.append(number)
        elif held and re.match(r" {0,3}#{1,6}[ \t]", row.line):
            places = "".join(known[one].line.strip() for one in held)
            for one in held:
                yield draft.gone(one, one + 1, "places above titles")
            end = draft.starts[number] + len(row.line)
            yield Edit(end, end, f"\n\n{places}")
            return
        else:
            return


def _from_above(draft: Draft, number: int, above: re.Match[str], below: str) -> Iterator[Edit]:
    """Markua's ``{id: here}`` on the line above a heading."""
    held = spans.braces(above["held"])
    name = held.identifier or held.get("id")
    own = _HEADING.match(below)
    if name and own and not (own["held"] and "#" in own["held"]):
        made = f"{own['begin']}{own['words']} {{#{name}}}"
    else:
        made = below
    edit = draft.rows(number, number + 2, made, "attributes")
    yield edit._replace(origins=(draft.origins[number + 1],))


def _heading(draft: Draft, number: int, heading: re.Match[str], *, appendix: bool) -> Iterator[Edit]:
    words = heading["words"]
    start = draft.starts[number]
    commented = _COMMENT_ID.search(words)
    if commented:
        begin = start + heading.start("words") + commented.start()
        yield Edit(begin, start + heading.end("words"), f" {{#{commented['id']}}}", "attributes")
        return
    if not heading["brace"]:
        if appendix:
            yield Edit(
                start + heading.end("words"), start + heading.end("words"), " {.appendix}", "appendices"
            )
        return
    text = heading["held"].strip()
    held = spans.braces(text)
    classes = [one for one in held.classes if one != "unlisted"]
    if ("-" in held.words or "-." in text) and "unnumbered" not in classes:
        classes.insert(0, "unnumbered")
    if appendix and "appendix" not in classes:
        classes.insert(0, "appendix")
    named = held.identifier or held.get("id")
    pairs = [
        f"{key}={spans.quoted(value)}"
        for key, value in held.pairs
        if key not in {"id", "toc-text", "data-toc-label"}
    ]
    others = [one for one in held.words if one not in {"-", ":"}]
    if others and not (named or classes or pairs):
        return  # words in braces that are part of the title
    made = " ".join([*([f"#{named}"] if named else []), *(f".{one}" for one in classes), *pairs])
    made = f"{{{made}}}" if made else ""
    if made != heading["brace"]:
        place = start + heading.start("brace")
        gap = draft.text[place - 1 : place]
        lead = " " if gap not in {" ", "\t"} and made else ""
        kind = "unnumbered headings" if "unnumbered" in classes else "attributes"
        yield Edit(place, start + heading.end("brace"), lead + made, kind)


def spaced(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each ``##Heading`` without a space, which old readers of Markdown took for one."""
    begins = re.match(r"\s*#(?=\w)", draft.text)
    if begins:
        yield Edit(begins.end(), begins.end(), " ", "headings without a space")
    for number, row in enumerate(rows(draft.text)):
        match = _NO_SPACE.match(row.line) if row.kind == "prose" and row.line[:2] == "##" else None
        if match:
            place = draft.starts[number] + match.end()
            yield Edit(place, place, " ", "headings without a space")
