"""Directives of MyST, ` ```{name} ` and ``:::{name}``: boxes, figures, tables, formulas, listings, tabs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from polybook.importers.around import Around
from polybook.importers.constructs import blocks
from polybook.importers.constructs.cells import ENGINES
from polybook.importers.drafts import Draft, Edit, Origin, rows
from polybook.importers.source import Unreadable
from polybook.importers.spans import quoted

_OPEN = re.compile(
    r"(?P<margin>[ \t>]*)(?P<mark>`{3,}|~{3,}|:{3,})[ \t]*\{(?P<name>[A-Za-z][\w:.+-]*)\}[ \t]*"
    r"(?P<argument>[^\n]*?)[ \t]*$"
)
_OPTION = re.compile(r"[ \t]*:(?P<key>[\w-]+):[ \t]*(?P<value>.*?)[ \t]*$")
_YAML = re.compile(r"[ \t]*(?P<key>[\w-]+)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*$")

Lines = list[tuple[str, Origin]]


class Directive(NamedTuple):
    """A directive, as it stands in a text."""

    first: int
    end: int
    """Behind its last row."""

    margin: str
    mark: str
    name: str
    argument: str
    options: dict[str, str]
    body: Lines
    """Its text, without what all its lines are indented by."""

    origin: Origin


class Made(NamedTuple):
    """What becomes of a directive."""

    lines: Lines
    kind: str = "directives"
    lost: str = ""


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each directive that is not inside another."""
    if "{" not in draft.text:
        return
    known = rows(draft.text)
    number = 0
    while number < len(known):
        row = known[number]
        match = _OPEN.match(row.line) if row.kind in {"prose", "fence"} and "{" in row.line else None
        if not match or match["name"].lower() in ENGINES:
            number += 1
            continue
        found = _directive(draft, number, match)
        made = _made(found, draft, around)
        if made:
            text = "\n".join(
                f"{found.margin}{line}".rstrip() if line else found.margin.rstrip() for line, _ in made.lines
            )
            edit = draft.rows(found.first, found.end, text, made.kind, made.lost)
            yield edit._replace(origins=tuple(origin for _, origin in made.lines) or edit.origins)
            number = found.end
        else:
            number += 1


def _directive(draft: Draft, number: int, match: re.Match[str]) -> Directive:
    lines = draft.text.split("\n")
    mark, margin = match["mark"], match["margin"]
    end = _closing(lines, number, mark, margin)
    body: Lines = []
    options: dict[str, str] = {}
    at = number + 1
    last = end - 1 if end <= len(lines) and _closes(lines[end - 1], mark) else end
    if at < last and lines[at].strip() == "---":
        at += 1
        while at < last and lines[at].strip() != "---":
            if option := _YAML.match(_bare(lines[at], margin)):
                options[option["key"]] = option["value"].strip("\"'")
            at += 1
        at += 1
    key = ""
    while at < last and (option := _OPTION.match(_bare(lines[at], margin))):
        key = option["key"]
        options[key] = option["value"]
        at += 1
    while at < last and not lines[at].strip():
        at += 1
    for row in range(at, last):
        body.append((_bare(lines[row], margin), draft.origins[row]))
    while body and not body[-1][0].strip():
        body.pop()
    return Directive(
        number,
        end,
        margin,
        mark,
        match["name"].lower(),
        match["argument"],
        options,
        body,
        draft.origins[number],
    )


def _bare(line: str, margin: str) -> str:
    return line[len(margin) :] if line.startswith(margin) else line.lstrip(" \t")


def _closes(line: str, mark: str) -> bool:
    bare = line.strip(" \t>")
    return len(bare) >= len(mark) and not bare.strip(mark[0])


def _closing(lines: list[str], number: int, mark: str, margin: str) -> int:
    """Behind the row that closes a directive; with colons others of the same length may be inside."""
    depth = 1
    for row in range(number + 1, len(lines)):
        bare = lines[row].strip(" \t>")
        if mark[0] == ":" and re.match(rf":{{{len(mark)}}}(?!:)[ \t]*[\w{{]", bare):
            depth += 1
        elif _closes(lines[row], mark) and (mark[0] != ":" or len(bare) == len(mark)):
            depth -= 1
            if depth == 0:
                return row + 1
    return len(lines)


def _made(one: Directive, draft: Draft, around: Around) -> Made | None:
    name = one.name.removeprefix("prf:").removeprefix("proof:")
    if name in blocks.KINDS and name not in {"figure", "code", "math", "example"}:
        return _box(one, name)
    maker = _MAKERS.get(name)
    if maker:
        return maker(one, draft, around)
    if one.mark[0] in "`~" and not _looks_like_one(one):
        return None
    what = f"the directive '{one.name}' is unknown; its text is shown"
    words = [(one.argument, one.origin), ("", one.origin)] if one.argument else []
    return Made([*words, *one.body], "unknown directives, as text", what)


def _looks_like_one(one: Directive) -> bool:
    return bool(one.options) or ":" in one.name or "-" in one.name


def _wrapped(one: Directive, opening: str, body: Lines, closing: str = blocks.END) -> Lines:
    last = body[-1][1] if body else one.origin
    return [(opening, one.origin), *body, (closing, last)]


def _box(one: Directive, name: str) -> Made:
    kind = blocks.kind_of(name) or "note"
    word, title, body = name, "", list(one.body)
    if name in {"versionadded", "versionchanged", "deprecated"}:
        title = f"{blocks.title_of(name, '')} {one.argument}".strip()
    elif one.argument and (name in {"seealso"} or one.mark[0] in "`~:"):
        body = [(one.argument, one.origin), *([("", one.origin)] if body else []), *body]
    classes = one.options.get("class", "")
    if "dropdown" in classes:
        return Made(_wrapped(one, blocks.details(title or word.capitalize()), body), "parts that fold")
    return Made(_wrapped(one, _opening(kind, blocks.title_of(word, title), one), body), "boxes")


def _opening(kind: str, title: str, one: Directive) -> str:
    name = one.options.get("name") or one.options.get("label")
    if not name:
        return blocks.box(kind, title)
    return f"::: {{.{kind} #{name}" + (f" title={quoted(title)}}}" if title else "}")


def _admonition(one: Directive, draft: Draft, around: Around) -> Made:
    classes = one.options.get("class", "").split()
    kind = next(filter(None, map(blocks.kind_of, classes)), "note")
    if "dropdown" in classes:
        return Made(_wrapped(one, blocks.details(one.argument), one.body), "parts that fold")
    return Made(_wrapped(one, _opening(kind, one.argument, one), one.body), "boxes")


def _titled(word: str) -> Callable[[Directive, Draft, Around], Made]:
    def made(one: Directive, draft: Draft, around: Around) -> Made:
        title = f"{word}: {one.argument}" if one.argument and word else one.argument or word
        return Made(_wrapped(one, _opening("note", title, one), one.body), "boxes")

    return made


def _begun(word: str) -> Callable[[Directive, Draft, Around], Made]:
    """A box whose text follows the directive, up to another that ends it."""

    def made(one: Directive, draft: Draft, around: Around) -> Made:
        if "dropdown" in one.options.get("class", ""):
            return Made([(blocks.details(word), one.origin)], "parts that fold")
        return Made([(_opening("note", word, one), one.origin)], "boxes")

    return made


def _ended(one: Directive, draft: Draft, around: Around) -> Made:
    return Made([(blocks.END, one.origin)], "")


def _details(one: Directive, draft: Draft, around: Around) -> Made:
    return Made(_wrapped(one, blocks.details(one.argument), one.body), "parts that fold")


def _tabs(one: Directive, draft: Draft, around: Around) -> Made:
    return Made(_wrapped(one, blocks.TABS, one.body), "tabs")


def _tab(one: Directive, draft: Draft, around: Around) -> Made:
    return Made(_wrapped(one, blocks.tab(one.argument), one.body), "")


def _figure(one: Directive, draft: Draft, around: Around) -> Made:
    alt = one.options.get("alt", "")
    caption: list[str] = []
    rest: Lines = []
    for line, origin in one.body:
        if rest or (not line.strip() and caption):
            rest.append((line, origin))
        elif line.strip():
            caption.append(line.strip())
    said = " ".join(caption)
    if one.name == "image":
        said = ""
    from polybook.importers.constructs.pictures import plain

    title = f' "{plain(said).replace(chr(34), "&quot;")}"' if said else ""
    width = one.options.get("width") or one.options.get("scale", "")
    width = f"{width}px" if width.isdecimal() and "width" in one.options else width
    held = [f"#{name}"] if (name := one.options.get("name") or one.options.get("label")) else []
    held += [f"width={width}"] if re.fullmatch(r"[\d.]+(?:%|px|cm|mm|in|pt|em|rem)", width) else []
    words = (alt or plain(said)).replace("[", "\\[").replace("]", "\\]")
    address = f"<{one.argument}>" if " " in one.argument else one.argument
    picture = f"![{words}]({address}{title})" + (f"{{{' '.join(held)}}}" if held else "")
    if target := one.options.get("target"):
        picture = f"[{picture}]({target})"
    if not one.argument:
        return Made([*one.body], "boxes")
    return Made([(picture, one.origin), *rest], "figures")


def _code(one: Directive, draft: Draft, around: Around) -> Made:
    lang = one.argument or one.options.get("language", "")
    caption = one.options.get("caption") or one.options.get("filename", "")
    return Made(_fence(one, lang, caption, one.body), "listings")


def _fence(one: Directive, lang: str, caption: str, body: Lines) -> Lines:
    name = one.options.get("name") or one.options.get("label", "")
    held = [f"#{name}"] if name else []
    held += [f"caption={quoted(caption)}"] if caption else []
    ticks = "`" * max(3, *(len(run) + 1 for line, _ in body for run in re.findall("`{3,}", line)), 3)
    info = f"{lang or ('text' if held else '')} {{{' '.join(held)}}}" if held else lang
    return _wrapped(one, f"{ticks}{info}", body, ticks)


def _cell(one: Directive, draft: Draft, around: Around) -> Made:
    tags = one.options.get("tags", "")
    body = [(line, origin) for line, origin in one.body if not re.match(r"\s*#\|\s*[\w-]+:", line)]
    if "remove-cell" in tags or "remove-input" in tags or "hide-cell" in tags:
        what = "a hidden cell is left out; no program makes what it would show"
        return Made([], "cells", what)
    lang = re.sub(r"^(?:i?python3?|ipython)$", "python", one.argument) or "python"
    return Made(_fence(one, lang, one.options.get("caption", ""), body), "cells")


def _literal(one: Directive, draft: Draft, around: Around) -> Made:
    """``literalinclude`` and ``include``: the file, or the part of it that options name."""
    target = one.argument
    path = around.shelf.near(draft.path, target)
    home = around.plan.home
    path = around.shelf.first(path, around.shelf.near(f"{home}/x" if home else "x", target.lstrip("/")))
    if not path:
        why = f"the include of '{target}' has no file"
        return Made(_fence(one, "text", "", [(target, one.origin)]), "includes without a file", why)
    try:
        lines = list(enumerate(around.shelf.text(path).rstrip("\n").split("\n"), 1))
    except Unreadable as error:
        why = f"the include of '{target}' cannot be read: {error}"
        return Made(_fence(one, "text", "", [(target, one.origin)]), "includes without a file", why)
    chosen = _chosen(lines, one.options)
    body = [(text, Origin(path, number)) for number, text in chosen]
    if sum(len(line) for line, _ in body) > 400_000:
        return Made([], "includes without a file", f"the include of '{target}' is too long")
    if one.name == "include" and "literal" not in one.options and "code" not in one.options:
        return Made(body, "includes")
    lang = one.options.get("language") or one.options.get("code") or path.rpartition(".")[2]
    return Made(_fence(one, lang, one.options.get("caption", ""), body), "includes")


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


def _math(one: Directive, draft: Draft, around: Around) -> Made:
    body = [*([(one.argument, one.origin)] if one.argument else []), *one.body]
    label = one.options.get("label") or one.options.get("name", "")
    lines = [(line, origin) for line, origin in body if line.strip()]
    made = _wrapped(one, "$$", lines, "$$")
    if label:
        made = [(f"::: {{#{label}}}", one.origin), *made, (":::", one.origin)]
    return Made(made, "formulas")


def _table(one: Directive, draft: Draft, around: Around) -> Made:
    name = one.options.get("name") or one.options.get("label", "")
    caption = f": {one.argument}" + (f" {{#{name}}}" if name else "") if one.argument else ""
    tail = [("", one.origin), (caption, one.origin)] if caption else []
    return Made([*one.body, *tail], "tables")


def _list_table(one: Directive, draft: Draft, around: Around) -> Made:
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


def _csv_table(one: Directive, draft: Draft, around: Around) -> Made:
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


def _glossary(one: Directive, draft: Draft, around: Around) -> Made:
    lines: Lines = []
    for line, origin in one.body:
        lines.append((line, origin))
    return Made(lines, "directives")


def _index(one: Directive, draft: Draft, around: Around) -> Made:
    from polybook.importers.constructs.index_entries import marks

    text = "\n".join([one.argument, *(line for line, _ in one.body)])
    return Made([(marks(text), one.origin)], "entries of the index")


def _plain(one: Directive, draft: Draft, around: Around) -> Made:
    words = [(f"**{one.argument}**", one.origin), ("", one.origin)] if one.argument else []
    return Made([*words, *one.body], "directives")


def _bare_body(one: Directive, draft: Draft, around: Around) -> Made:
    return Made(list(one.body), "directives")


def _quote(one: Directive, draft: Draft, around: Around) -> Made:
    return Made([(f"> {line}".rstrip(), origin) for line, origin in one.body], "quotations")


def _nothing(one: Directive, draft: Draft, around: Around) -> Made:
    return Made([], "lists of contents")


def _diagram(one: Directive, draft: Draft, around: Around) -> Made:
    return Made(
        _fence(one, one.name, "", one.body), "listings", f"the diagram '{one.name}' is shown as its code"
    )


def _raw(one: Directive, draft: Draft, around: Around) -> Made:
    if one.argument.startswith("html"):
        return Made(list(one.body), "directives")
    return Made([], "directives", f"text in '{one.argument or one.name}' is left out")


def _rst(one: Directive, draft: Draft, around: Around) -> Made:
    return Made(_fence(one, "rst", "", one.body), "listings", "reStructuredText is shown as its code")


def _embed(one: Directive, draft: Draft, around: Around) -> Made:
    url = one.argument
    text = f"<{url}>" if "://" in url else f"`{url}`"
    return Made([(text, one.origin)], "embedded things", f"'{url}' is not embedded")


def _references(one: Directive, draft: Draft, around: Around) -> Made:
    return Made([], "lists of references")


_MAKERS: dict[str, Callable[[Directive, Draft, Around], Made]] = {
    "admonition": _admonition, "dropdown": _details, "details": _details, "toggle": _details,
    "tab-set": _tabs, "tab-set-code": _tabs, "tabs": _tabs, "tab-item": _tab, "tab": _tab, "group-tab": _tab,
    "figure": _figure, "image": _figure, "code-block": _code, "code": _code, "sourcecode": _code,
    "highlight": _nothing, "literalinclude": _literal, "include": _literal, "code-cell": _cell, "math": _math,
    "table": _table, "list-table": _list_table, "csv-table": _csv_table, "glossary": _glossary,
    "index": _index, "toctree": _nothing, "tableofcontents": _nothing, "contents": _nothing,
    "sidebar": _titled(""), "topic": _titled(""), "margin": _titled(""), "aside": _titled(""),
    "epigraph": _quote, "pull-quote": _quote, "blockquote": _quote, "highlights": _quote,
    "rubric": _plain, "centered": _plain, "div": _bare_body, "container": _bare_body, "only": _bare_body,
    "grid": _bare_body, "grid-item": _bare_body, "card": _titled(""), "grid-item-card": _titled(""),
    "card-carousel": _bare_body, "panels": _bare_body, "compound": _bare_body, "class": _bare_body,
    "raw": _raw, "eval-rst": _rst, "mermaid": _diagram, "graphviz": _diagram, "plantuml": _diagram,
    "digraph": _diagram, "bibliography": _references, "footbibliography": _references,
    "iframe": _embed, "video": _embed, "embed": _embed, "theorem": _titled("Theorem"),
    "definition": _titled("Definition"), "lemma": _titled("Lemma"), "proof": _titled("Proof"),
    "corollary": _titled("Corollary"), "algorithm": _titled("Algorithm"), "remark": _titled("Remark"),
    "example": _titled("Example"), "exercise": _titled("Exercise"), "solution": _titled("Solution"),
    "exercise-start": _begun("Exercise"), "exercise-end": _ended, "solution-start": _begun("Solution"),
    "proposition": _titled("Proposition"), "conjecture": _titled("Conjecture"), "axiom": _titled("Axiom"),
    "solution-end": _ended, "figure-md": _bare_body, "prose": _bare_body,
    "button": _bare_body, "mdinclude": _literal,
}  # fmt: skip
