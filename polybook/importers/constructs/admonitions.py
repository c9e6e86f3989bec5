"""Admonitions: ``!!! note "Title"`` and ``??? note`` of Python-Markdown, tabs ``=== "Title"``, Markua's
``A>`` and ``{blurb}``, kramdown's ``{: .note}``, docsify's ``!>`` and ``?>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers import spans
from polybook.importers.around import Around
from polybook.importers.constructs import blocks
from polybook.importers.drafts import Draft, Edit, Origin, Row, rows

_INDENTED = re.compile(
    r"(?P<margin>[ \t]*)(?P<mark>!!!|\?\?\?\+?|===[!+]?)[ \t]+(?P<kind>[\w-]+)?(?P<more>(?:[ \t]+[\w-]+)*)"
    r"[ \t]*(?:\"(?P<title>[^\n]*)\"|'(?P<single>[^\n']*)')?[ \t]*$"
)
_LETTERED = re.compile(r"(?P<letter>[ABCDEIQTWX])> ?(?P<text>.*)$")
_LETTERS = {
    "A": "aside", "B": "note", "C": "center", "D": "discussion", "E": "error", "I": "info",
    "Q": "question", "T": "tip", "W": "warning", "X": "exercise",
}  # fmt: skip
_BLURB = re.compile(r"\{(?P<end>/)?(?P<name>blurb|aside|quiz|exercise)(?P<rest>[^{}]*)\}[ \t]*$")
_CLASSED = re.compile(r"\{:?[ \t]*(?P<held>(?:class:|\.)[^{}]*)\}[ \t]*$")
_SIGN = re.compile(r"(?P<sign>[!?])>[ \t]+(?P<text>.*)$")


def indented(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each admonition and each group of tabs whose text is indented."""
    known = rows(draft.text)
    number = 0
    while number < len(known):
        match = _begins(known, number)
        if not match:
            number += 1
            continue
        end = _end(known, number, len(match["margin"].expandtabs(4)))
        if match["mark"][0] == "=":
            yield from _tabs(draft, known, number, match)
            number = _group(known, number)[-1][1]
        else:
            yield _admonition(draft, known, number, end, match)
            number = end


def _begins(known: tuple[Row, ...], number: int) -> re.Match[str] | None:
    row = known[number]
    if row.kind != "prose":
        return None
    match = _INDENTED.match(row.line)
    if not match:
        return None
    titled = match["title"] is not None or match["single"] is not None
    if match["mark"][0] == "=":
        return match if titled and not match["kind"] else None
    return match if match["kind"] or titled else None


def _end(known: tuple[Row, ...], number: int, margin: int) -> int:
    """Behind the last line that is indented below an opening."""
    end = number + 1
    for later in range(number + 1, len(known)):
        line = known[later].line.expandtabs(4)
        if not line.strip():
            continue
        if len(line) - len(line.lstrip()) < margin + 4:
            break
        end = later + 1
    return end


def _inside(known: tuple[Row, ...], first: int, end: int, margin: str) -> list[str]:
    width = len(margin.expandtabs(4)) + 4
    lines = [known[one].line for one in range(first, end)]
    return [f"{margin}{line}" if line else "" for line in blocks.unindented(lines, width)]


def _admonition(draft: Draft, known: tuple[Row, ...], number: int, end: int, match: re.Match[str]) -> Edit:
    word = (match["kind"] or "note").lower()
    title = match["title"] if match["title"] is not None else match["single"]
    margin = match["margin"]
    kind = blocks.kind_of(word) or "note"
    named = title if title is not None else word.capitalize() if word not in blocks.KINDS else None
    inside = _inside(known, number + 1, end, margin)
    lost = "" if word in blocks.KINDS else f"the kind of box '{word}' is a note"
    if match["mark"][0] == "?":
        opening = blocks.details(named or blocks.title_of(word, "") or word.capitalize())
    else:
        opening = blocks.box(kind, named if named is not None else blocks.title_of(word, ""))
    gap = [] if number == 0 or known[number - 1].kind == "blank" else [""]
    lines = [*gap, f"{margin}{opening}", *inside, f"{margin}{blocks.END}"]
    edit = draft.rows(number, end, "\n".join(lines), "boxes", lost)
    return edit._replace(origins=_origins(draft, number, end, len(gap) + 1, len(lines)))


def _origins(draft: Draft, first: int, end: int, before: int, count: int) -> tuple[Origin, ...]:
    own = [draft.origins[first]] * before + list(draft.origins[first + 1 : end])
    return tuple((own + [draft.origins[end - 1]] * count)[:count])


def _group(known: tuple[Row, ...], number: int) -> list[tuple[int, int]]:
    """The lines, from and to, of each of the tabs that follow one another from a row on."""
    found = []
    first = _begins(known, number)
    assert first
    while number < len(known):
        match = _begins(known, number)
        if not match or match["mark"][0] != "=" or match["margin"] != first["margin"]:
            break
        end = _end(known, number, len(match["margin"].expandtabs(4)))
        found.append((number, end))
        number = end
        while number < len(known) and known[number].kind == "blank":
            number += 1
    return found


def _tabs(draft: Draft, known: tuple[Row, ...], number: int, match: re.Match[str]) -> Iterator[Edit]:
    group = _group(known, number)
    margin = match["margin"]
    lines = [] if number == 0 or known[number - 1].kind == "blank" else [""]
    origins = [draft.origins[number]] * (len(lines) + 1)
    lines.append(f"{margin}{blocks.TABS}")
    for first, end in group:
        opening = _begins(known, first)
        assert opening
        title = opening["title"] if opening["title"] is not None else opening["single"] or ""
        inside = _inside(known, first + 1, end, margin)
        lines += ["", f"{margin}{blocks.tab(title)}", *inside, f"{margin}{blocks.END}"]
        origins += [
            draft.origins[first],
            draft.origins[first],
            *draft.origins[first + 1 : end],
            draft.origins[end - 1],
        ]
    lines += ["", f"{margin}{blocks.END}"]
    origins += [draft.origins[group[-1][1] - 1]] * 2
    edit = draft.rows(number, group[-1][1], "\n".join(lines), "tabs")
    yield edit._replace(origins=tuple(origins))


def lettered(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each box of Markua's, ``A> text`` or ``{blurb}``, and of docsify's."""
    known = rows(draft.text)
    number = 0
    while number < len(known):
        row = known[number]
        if row.kind != "prose":
            number += 1
            continue
        match, sign = _LETTERED.match(row.line), _SIGN.match(row.line)
        if match:
            end = number
            while (
                end < len(known)
                and (other := _LETTERED.match(known[end].line))
                and other["letter"] == match["letter"]
            ):
                end += 1
            word = _LETTERS[match["letter"]]
            first = number
            before = _CLASSED.match(known[number - 1].line) if number else None
            if before:
                classed = spans.braces(before["held"]).get("class") or word
                word, first = classed if blocks.kind_of(classed) else word, number - 1
            yield _boxed(
                draft,
                first,
                number,
                end,
                word,
                [line[3:] if line[2:3] == " " else line[2:] for line in draft.text.split("\n")[number:end]],
            )
            number = end
        elif sign:
            end = number + 1
            while end < len(known) and known[end].kind == "prose":
                end += 1
            lines = draft.text.split("\n")[number:end]
            yield _boxed(
                draft,
                number,
                number,
                end,
                "warning" if sign["sign"] == "!" else "tip",
                [sign["text"], *lines[1:]],
            )
            number = end
        else:
            number += 1
    yield from _blurbs(draft)


def _boxed(draft: Draft, first: int, number: int, end: int, word: str, lines: list[str]) -> Edit:
    title = ""
    heading = re.match(r"#{1,6}[ \t]+(?P<title>.*?)[ \t]*#*$", lines[0]) if lines else None
    if heading:
        title, lines = heading["title"], lines[1:]
    made = [blocks.box(blocks.kind_of(word) or "note", blocks.title_of(word, title)), *lines, blocks.END]
    own = [draft.origins[first], *draft.origins[number + bool(heading) : end], draft.origins[end - 1]]
    return draft.rows(first, end, "\n".join(made), "boxes")._replace(origins=tuple(own))


def _blurbs(draft: Draft) -> Iterator[Edit]:
    for number, row in enumerate(rows(draft.text)):
        match = _BLURB.match(row.body.strip()) if row.kind == "prose" else None
        if not match:
            continue
        margin = row.margin
        if match["end"]:
            yield draft.rows(number, number + 1, f"{margin}{blocks.END}")
            continue
        held = spans.braces(match["rest"])
        word = held.get("class", "icon") or {"blurb": "note"}.get(match["name"], match["name"])
        title = blocks.title_of(word, held.get("title"))
        kind = blocks.kind_of(word) or "note"
        yield draft.rows(number, number + 1, f"{margin}{blocks.box(kind, title)}", "boxes")


_KRAMDOWN = re.compile(r"[ \t>]*\{(?::|[ \t]+(?=[.#]))[ \t]*(?P<held>[^{}\n]*?)[ \t]*\}[ \t]*$")
_PREFIXES = re.compile(r"^(?:prompt-|notice--|alert-|callout-|message--?)")


def classed(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each line of kramdown's, ``{: .note}``: its paragraph is a box, or has attributes."""
    known = rows(draft.text)
    for number, row in enumerate(known):
        match = _KRAMDOWN.match(row.line) if row.kind == "prose" else None
        if not match:
            continue
        held = spans.braces(match["held"])
        kinds = [
            (kind, name)
            for name in held.classes
            if (kind := blocks.kind_of(re.sub(r"-title$", "", _PREFIXES.sub("", name))))
        ]
        first, end = _beside(known, number)
        if not kinds or first == end:
            yield from _plain(draft, known, number, held, match["held"])
            continue
        kind, name = kinds[0]
        lines = draft.text.split("\n")[first:end]
        if all(line.lstrip().startswith(">") for line in lines):
            lines = [re.sub(r"^[ \t]*> ?", "", line) for line in lines]
        title = ""
        if name.endswith("-title") and lines:
            title, lines = lines[0].strip(), lines[1:]
        low, high = min(first, number), max(end, number + 1)
        made = [blocks.box(kind, title), *lines, blocks.END]
        own = [draft.origins[low], *draft.origins[first + bool(title) : end], draft.origins[high - 1]]
        yield draft.rows(low, high, "\n".join(made), "boxes")._replace(origins=tuple(own))


def _beside(known: tuple[Row, ...], number: int) -> tuple[int, int]:
    """The lines of the paragraph or quotation that a line of attributes belongs to: above it, else below."""
    first = number
    while (
        first
        and known[first - 1].line.strip()
        and known[first - 1].kind == "prose"
        and not _is_heading(known[first - 1].line)
    ):
        first -= 1
    if first < number:
        return first, number
    end = number + 1
    while (
        end < len(known)
        and known[end].line.strip()
        and known[end].kind == "prose"
        and not _is_heading(known[end].line)
    ):
        end += 1
    return number + 1, end


def _is_heading(line: str) -> bool:
    return bool(re.match(r" {0,3}#{1,6}[ \t]", line))


def _plain(
    draft: Draft, known: tuple[Row, ...], number: int, held: spans.Braces, text: str
) -> Iterator[Edit]:
    """Attributes that make no box: an identifier goes to the heading above, the rest is nothing here."""
    above = known[number - 1].line if number else ""
    if "toc" in held.words or text.strip().startswith("toc"):
        first = number - 1 if re.match(r"[ \t]*(?:[-*+]|\d+\.)[ \t]", above) else number
        yield draft.gone(first, number + 1, "lists of contents")
    elif held.identifier and _is_heading(above) and "{#" not in above:
        yield draft.rows(number - 1, number + 1, f"{above.rstrip()} {{#{held.identifier}}}", "attributes")
    elif above.strip().startswith("|") and (held.words or held.classes or held.pairs):
        yield draft.gone(number, number + 1, "attributes", "the attributes of a table are left out")
    else:
        yield draft.gone(number, number + 1, "attributes", f"the attributes '{{:{text}}}' are left out")
