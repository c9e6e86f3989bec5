"""What becomes of directives that hold code, formulas and tables, or name files that do."""

from __future__ import annotations

import csv
import io
import re

from polybook.importers.around import Around
from polybook.importers.constructs.directive_blocks import Directive, Lines, Made, wrapped
from polybook.importers.drafts import Draft, Origin
from polybook.importers.source import Unreadable
from polybook.importers.spans import quoted


def code(one: Directive, draft: Draft, around: Around) -> Made:
    """A listing."""
    lang = one.argument or one.options.get("language", "")
    caption = one.options.get("caption") or one.options.get("filename", "")
    return Made(fence(one, lang, caption, one.body), "listings")


def fence(one: Directive, lang: str, caption: str, body: Lines) -> Lines:
    """A fenced block, with the name and caption that the directive has."""
    name = one.options.get("name") or one.options.get("label", "")
    held = [f"#{name}"] if name else []
    held += [f"caption={quoted(caption)}"] if caption else []
    ticks = "`" * max(3, *(len(run) + 1 for line, _ in body for run in re.findall("`{3,}", line)), 3)
    info = f"{lang or ('text' if held else '')} {{{' '.join(held)}}}" if held else lang
    return wrapped(one, f"{ticks}{info}", body, ticks)


def cell(one: Directive, draft: Draft, around: Around) -> Made:
    """The code of a cell; a hidden one is left out."""
    tags = one.options.get("tags", "")
    body = [(line, origin) for line, origin in one.body if not re.match(r"\s*#\|\s*[\w-]+:", line)]
    if "remove-cell" in tags or "remove-input" in tags or "hide-cell" in tags:
        what = "a hidden cell is left out; no program makes what it would show"
        return Made([], "cells", what)
    lang = re.sub(r"^(?:i?python3?|ipython)$", "python", one.argument) or "python"
    return Made(fence(one, lang, one.options.get("caption", ""), body), "cells")


def included(one: Directive, draft: Draft, around: Around) -> Made:
    """``literalinclude`` and ``include``: the file, or the part of it that options name."""
    target = one.argument
    path = around.shelf.near(draft.path, target)
    home = around.plan.home
    path = around.shelf.first(path, around.shelf.near(f"{home}/x" if home else "x", target.lstrip("/")))
    if not path:
        why = f"the include of '{target}' has no file"
        return Made(fence(one, "text", "", [(target, one.origin)]), "includes without a file", why)
    try:
        lines = list(enumerate(around.shelf.text(path).rstrip("\n").split("\n"), 1))
    except Unreadable as error:
        why = f"the include of '{target}' cannot be read: {error}"
        return Made(fence(one, "text", "", [(target, one.origin)]), "includes without a file", why)
    chosen = _chosen(lines, one.options)
    body = [(text, Origin(path, number)) for number, text in chosen]
    if sum(len(line) for line, _ in body) > 400_000:
        return Made([], "includes without a file", f"the include of '{target}' is too long")
    if one.name == "include" and "literal" not in one.options and "code" not in one.options:
        return Made(body, "includes")
    lang = one.options.get("language") or one.options.get("code") or path.rpartition(".")[2]
    return Made(fence(one, lang, one.options.get("caption", ""), body), "includes")


def _chosen(lines: list[tuple[int, str]], options: dict[str, str]) -> list[tuple[int, str]]:
    if span := options.get("lines"):
        wanted: set[int] = set()
        for part in span.split(","):
            first, dash, last = part.strip().partition("-")
            begin = int(first) if first.isdecimal() else 1
            end = int(last) if last.isdecimal() else (len(lines) if dash else begin)
            wanted.update(range(begin, min(end, len(lines)) + 1))
        lines = [one for one in lines if one[0] in wanted]
    if name := options.get("pyobject"):
        lines = _object(lines, name)
    for key, after in (("start-after", 1), ("start-at", 0), ("start-line", 0)):
        if key in options:
            place = _place(lines, options[key], key)
            lines = lines[place + after :] if place >= 0 else lines
    for key, more in (("end-before", 0), ("end-at", 1), ("end-line", 0)):
        if key in options:
            place = _place(lines, options[key], key)
            lines = lines[: place + more] if place >= 0 else lines
    if width := options.get("dedent"):
        count = int(width) if width.isdecimal() else 0
        lines = [(number, text[count:] if not text[:count].strip() else text) for number, text in lines]
    return lines


def _place(lines: list[tuple[int, str]], word: str, key: str) -> int:
    if key.endswith("-line"):
        return int(word) if word.isdecimal() else -1
    return next((place for place, (_, text) in enumerate(lines) if word in text), -1)


def _object(lines: list[tuple[int, str]], name: str) -> list[tuple[int, str]]:
    last = name.rpartition(".")[2]
    begin = next(
        (
            place
            for place, (_, text) in enumerate(lines)
            if re.match(rf"\s*(?:async\s+)?(?:def|class)\s+{re.escape(last)}\b", text)
        ),
        -1,
    )
    if begin < 0:
        return lines
    indent = len(lines[begin][1]) - len(lines[begin][1].lstrip())
    end = begin + 1
    while end < len(lines) and (
        not lines[end][1].strip() or len(lines[end][1]) - len(lines[end][1].lstrip()) > indent
    ):
        end += 1
    return lines[begin:end]


def formula(one: Directive, draft: Draft, around: Around) -> Made:
    """A formula; a label makes it a place to link to."""
    body = [*([(one.argument, one.origin)] if one.argument else []), *one.body]
    label = one.options.get("label") or one.options.get("name", "")
    lines = [(line, origin) for line, origin in body if line.strip()]
    made = wrapped(one, "$$", lines, "$$")
    if label:
        made = [(f"::: {{#{label}}}", one.origin), *made, (":::", one.origin)]
    return Made(made, "formulas")


def table(one: Directive, draft: Draft, around: Around) -> Made:
    """A table with its caption."""
    name = one.options.get("name") or one.options.get("label", "")
    caption = f": {one.argument}" + (f" {{#{name}}}" if name else "") if one.argument else ""
    tail = [("", one.origin), (caption, one.origin)] if caption else []
    return Made([*one.body, *tail], "tables")


def list_table(one: Directive, draft: Draft, around: Around) -> Made:
    """A table that is written as a list."""
    rows_of: list[list[tuple[str, Origin]]] = []
    for line, origin in one.body:
        first = re.match(r"\s*[*-]\s+[*-]\s?(?P<text>.*)$", line)
        other = re.match(r"\s+[*-]\s?(?P<text>.*)$", line)
        if first:
            rows_of.append([(first["text"], origin)])
        elif other and rows_of:
            rows_of[-1].append((other["text"], origin))
        elif rows_of and line.strip():
            text, where = rows_of[-1][-1]
            rows_of[-1][-1] = (f"{text} {line.strip()}", where)
    return _piped(one, rows_of)


def csv_table(one: Directive, draft: Draft, around: Around) -> Made:
    """A table of comma-separated values, or of a file of these."""
    text = "\n".join(line for line, _ in one.body)
    if file := one.options.get("file"):
        path = around.shelf.near(draft.path, file)
        try:
            text = around.shelf.text(path)
        except Unreadable:
            return Made(
                [(f"`{file}`", one.origin)], "includes without a file", f"the table '{file}' has no file"
            )
    held = [row for row in csv.reader(io.StringIO(text)) if row]
    if header := one.options.get("header"):
        held = [*csv.reader(io.StringIO(header)), *held]
    return _piped(one, [[(cell.strip(), one.origin) for cell in row] for row in held])


def _piped(one: Directive, held: list[list[tuple[str, Origin]]]) -> Made:
    width = max((len(row) for row in held), default=0)
    lines: Lines = []
    if "header-rows" not in one.options and one.name == "list-table" and width:
        lines += [("| " + " | ".join([" "] * width) + " |", one.origin), ("|" + " --- |" * width, one.origin)]
    for place, row in enumerate(held):
        cells = [text.replace("|", "\\|") for text, _ in row] + [""] * (width - len(row))
        lines.append(("| " + " | ".join(cells) + " |", row[0][1]))
        if place == 0 and len(lines) == 1:
            lines.append(("|" + " --- |" * width, row[0][1]))
    name = one.options.get("name") or one.options.get("label", "")
    if one.argument:
        lines += [("", one.origin), (f": {one.argument}" + (f" {{#{name}}}" if name else ""), one.origin)]
    return Made(lines, "tables")


def diagram(one: Directive, draft: Draft, around: Around) -> Made:
    """A diagram, as its code."""
    return Made(
        fence(one, one.name, "", one.body), "listings", f"the diagram '{one.name}' is shown as its code"
    )


def raw(one: Directive, draft: Draft, around: Around) -> Made:
    """Raw HTML; text for another format is left out."""
    if one.argument.startswith("html"):
        return Made(list(one.body), "directives")
    return Made([], "directives", f"text in '{one.argument or one.name}' is left out")


def rst(one: Directive, draft: Draft, around: Around) -> Made:
    """reStructuredText, as code."""
    return Made(fence(one, "rst", "", one.body), "listings", "reStructuredText is shown as its code")
