"""Includes: what stands in another file comes where it is named.

Known are mdBook's ``{{#include}}``, ``{{#rustdoc_include}}`` and ``{{#playground}}``, GitBook's and Jekyll's
``{% include %}``, HonKit's ``[import](file)``, ``@import``, VitePress's ``<<<`` and ``@include``, VuePress's
``@[code]``, snippets ``--8<--``, Quarto's ``{{< include >}}``, Markua's ``<<(file)``, docsify's ``:include``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, Fence, Origin, fences, rows
from polybook.importers.source import MARKDOWN, Unreadable, ending

LONGEST = 400_000
"""How many characters an include may have."""

_PATTERNS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        (
            r"(?<!\\)\{\{\s*#(?P<how>include|rustdoc_include|playground|playpen)\s+"
            r"(?P<path>[^\s{}:]+)(?::(?P<part>[^\s{}]*))?[^{}\n]*\}\}"
        ),
        (
            r"\{%-?\s*(?P<how>include|include_relative|include-markdown)\s+[\"']?"
            r"(?P<path>[^\s\"'%]+\.\w+)[\"']?[^%\n]*-?%\}"
        ),
        r"\{\{<\s*(?P<how>include)\s+(?P<path>[^\s<>]+)\s*>\}\}",
        r"^[ \t]*(?P<how>@import)\s+[\"'](?P<path>[^\"'\n]+)[\"'](?:\s*\{(?P<option>[^{}\n]*)\})?[ \t]*$",
        (
            r"^[ \t]*(?P<how><<<)\s+(?P<path>[^\s{#\[]+)(?:#(?P<part>[\w-]+))?[ \t]*(?:\{"
            r"(?P<option>[^{}\n]*)\})?[ \t]*(?:\[[^\[\]\n]*\])?[ \t]*$"
        ),
        r"^[ \t]*(?P<how>@\[code)(?P<option>[^\]\n]*)\]\((?P<path>[^()\n]+)\)[ \t]*$",
        (
            r"<!--\s*(?P<how>@include):\s*(?P<path>[^\s{#]+)(?:#(?P<part>[\w-]+))?(?:\{"
            r"(?P<option>[^{}\n]*)\})?\s*-->"
        ),
        r"^[ \t]*(?P<how>;?-{1,2}8<-{1,2})\s+[\"'](?P<path>[^\"'\n:]+)(?::(?P<part>[^\"'\n]+))?[\"'][ \t]*$",
        r"^[ \t]*\[(?P<how>import)(?P<option>[^\]\n]*)\]\((?P<path>[^()\n]+)\)[ \t]*$",
        r"^[ \t]*(?P<how><<)(?:\[[^\]\n]*\])?\((?P<path>[^()\n]+)\)[ \t]*$",
        r"^[ \t]*\{(?P<how>!)\s*(?P<path>[^!{}\n]+?)\s*!\}[ \t]*$",
        r"^[ \t]*\[[^\]\n]*\]\((?P<path>[^()\s]+)\s+['\"](?P<how>:include)[^'\"\n]*['\"]\)[ \t]*$",
    )
)
_FROM_ROOT = ("@import", "<<<", "--8<--", "-8<-", "@[code", "include-markdown", "!")
_CODE = frozenset({"<<<", "@[code", "import", "<<", "playground", "playpen"})
"""What is code wherever it stands."""
_ESCAPED = re.compile(r"\\(?=\{\{\s*#)")
_ANCHOR = re.compile(
    r"(?:ANCHOR(?:_END)?:\s*(?P<anchor>[\w-]+)|#(?:end)?region\b\s*(?P<region>[\w-]*)"
    r"|--8<--\s*\[(?:start|end):(?P<section>[\w-]+)\])"
)


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each include."""
    text = draft.text
    blocks = fences(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if fence := _held(draft, blocks, match.start()):
                if match["how"] in {"{% include", ":include", "!", "<<"}:
                    continue
                yield _in_fence(draft, around, match, fence)
            elif _is_shown(draft, match):
                yield _in_prose(draft, around, match)


def _held(draft: Draft, blocks: tuple[Fence, ...], place: int) -> Fence | None:
    """The fenced block that a place is in."""
    row = draft.row(place)
    return next((one for one in blocks if one.first < row < one.end), None)


def _is_shown(draft: Draft, match: re.Match[str]) -> bool:
    """Whether a match is no code; of a comment, that it is not in code is all that matters."""
    kind = rows(draft.text)[draft.row(match.start())].kind
    if match["how"] == "@include":
        return kind in {"comment", "prose"}
    return kind in {"prose", "html"} and draft.prose[match.start()] != "\0"


def _in_fence(draft: Draft, around: Around, match: re.Match[str], fence: Fence) -> Edit:
    held, path, what = _read(draft, around, match)
    if held is None:
        first, end = fence.inner
        alone = draft.text[
            draft.starts[first] : draft.starts[end] if end < len(draft.starts) else len(draft.text)
        ]
        named = _named(match)
        if alone.strip(" \t\n>") == match[0].strip():
            line = draft.text[draft.starts[fence.first] :].split("\n", 1)[0]
            opening = line[: line.index(fence.mark) + len(fence.mark)]
            text = f"{opening}text\n{fence.margin}{named}"
            return Edit(draft.starts[fence.first], match.end(), text, "includes without a file", what)
        return Edit(match.start(), match.end(), named, "includes without a file", what)
    start = draft.text.rfind("\n", 0, match.start()) + 1
    margin = draft.text[start : match.start()]
    margin = margin if not margin.strip(" \t>") else fence.margin
    text = f"\n{margin}".join(line for line, _ in held)
    return Edit(match.start(), match.end(), text, "includes", "", tuple(Origin(path, row) for _, row in held))


def _in_prose(draft: Draft, around: Around, match: re.Match[str]) -> Edit:
    held, path, what = _read(draft, around, match)
    start = draft.text.rfind("\n", 0, match.start()) + 1
    before = draft.text[start : match.start()]
    margin = re.match(r"[ \t>]*", before + match[0])[0] if not before.strip(" \t>") else ""  # type: ignore[index]
    begin = start if not before.strip(" \t>") else match.start()
    alone = not draft.text[match.end() :].split("\n", 1)[0].strip() and not before.strip(" \t>")
    if held is None:
        named = _named(match)
        text = f"{margin}```text\n{margin}{named}\n{margin}```" if alone else f"`{named}`"
        return Edit(begin, match.end(), text, "includes without a file", what)
    lines = [line for line, _ in held]
    numbers = [row for _, row in held]
    if match["how"] in _CODE or ending(path) not in {*MARKDOWN, ".txt", ".html", ".in", ".tpl"}:
        ticks = "`" * max(3, *(len(one) + 1 for one in re.findall("`{3,}", "\n".join(lines))), 3)
        lines = [f"{ticks}{ending(path).lstrip('.')}", *lines, ticks]
        numbers = [numbers[0], *numbers, numbers[-1]]
    text = margin + f"\n{margin}".join(lines)
    return Edit(
        begin, match.end(), text.rstrip("\n"), "includes", "", tuple(Origin(path, row) for row in numbers)
    )


def _named(match: re.Match[str]) -> str:
    part = match.groupdict().get("part")
    return match["path"].strip() + (f":{part}" if part else "")


def _read(
    draft: Draft, around: Around, match: re.Match[str]
) -> tuple[list[tuple[str, int]] | None, str, str]:
    """The lines that are included, with their numbers; the file; why there are none."""
    target = match["path"].strip()
    shelf, home = around.shelf, around.plan.home
    path = draft.path
    wanted = [shelf.near(path, re.sub(r"^@/?", "/", target))]
    wanted += [shelf.near(f"{home}/x" if home else "x", target.lstrip("/@"))]
    wanted += [shelf.near(f"{begin}/x", target.lstrip("/@")) for begin in _bases(home)]
    found = shelf.first(*filter(None, wanted))
    if not found:
        outside = not wanted[0]
        why = "leads out of the book's folder" if outside else "has no file"
        return None, "", f"the include of '{target}' {why}"
    if found in {draft.path, draft.origin(match.start()).path}:
        return None, "", f"the include of '{target}' includes itself"
    try:
        text = shelf.text(found)
    except Unreadable as error:
        return None, "", f"the include of '{target}' cannot be read: {error}"
    lines = list(enumerate(text.rstrip("\n").split("\n"), 1))
    chosen = _part(lines, match.groupdict().get("part") or "", match.groupdict().get("option") or "")
    if chosen is None:
        return None, "", f"the include of '{target}' names a part that the file has not"
    if sum(len(line) for line, _ in chosen) > LONGEST:
        return None, "", f"the include of '{target}' is too long"
    return chosen or [("", 1)], found, ""


def _bases(home: str) -> list[str]:
    """Where else tools look: in the folders above, and in those that Jekyll and snippets have."""
    parts = home.split("/") if home else []
    above = ["/".join(parts[:count]) for count in range(len(parts))]
    return [*filter(None, above), "_includes", "includes", "docs", "snippets", "."]


def _part(lines: list[tuple[int, str]], part: str, option: str) -> list[tuple[str, int]] | None:
    """The lines that an anchor or range names; all where none is; None where there is no such part."""
    span = re.fullmatch(r"(\d*)(?::(\d*))?", part) if part else None
    option = option.strip()
    if not span and option and not part:
        if named := re.search(r"line_begin=(\d+)(?:.*?line_end=(\d+))?", option):
            span = named
        elif chosen := re.match(r"[:{\s]*(\d+)?\s*[-,]\s*(\d+)?", option):
            span = chosen
        elif marker := re.search(r"[\"']([\w-]+)[\"']", option):
            part = marker[1]
    if span:
        first = int(span[1] or 1)
        end = int(span[2]) if span[2] else (first if ":" not in part and part else len(lines))
        lines = [one for one in lines if first <= one[0] <= end]
    elif part:
        return _anchored(lines, part)
    return [(text, number) for number, text in lines if not _ANCHOR.search(text)]


def _anchored(lines: list[tuple[int, str]], name: str) -> list[tuple[str, int]] | None:
    found: list[tuple[str, int]] = []
    inside = known = False
    for number, text in lines:
        mark = _ANCHOR.search(text)
        if not mark:
            plain = re.search(rf"[/#<;-]+\s*\[?{re.escape(name)}\]?\s*(?:-->)?\s*$", text)
            if plain and not inside and "ANCHOR" not in text and not found:
                continue
            if inside:
                found.append((text, number))
            continue
        named = mark["anchor"] or mark["region"] or mark["section"] or ""
        ends = bool(re.search(r"ANCHOR_END|#endregion|\[end:", text))
        if named == name or (inside and ends and not named):
            inside, known = not ends, True
    return _dedented(found) if known else None


def _dedented(found: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return found


def unescape(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each backslash that kept an include of mdBook's from being one."""
    for match in _ESCAPED.finditer(draft.text):
        yield Edit(match.start(), match.end(), "")
