"""Directives of MyST, ` ```{name} ` and ``:::{name}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from polybook.importers.around import Around
from polybook.importers.constructs import blocks
from polybook.importers.constructs import directive_blocks as held
from polybook.importers.constructs import directive_listings as listings
from polybook.importers.constructs.cells import ENGINES
from polybook.importers.constructs.directive_blocks import Directive, Lines, Made
from polybook.importers.drafts import Draft, Edit, rows

_OPEN = re.compile(
    r"(?P<margin>[ \t>]*)(?P<mark>`{3,}|~{3,}|:{3,})[ \t]*\{(?P<name>[A-Za-z][\w:.+-]*)\}[ \t]*"
    r"(?P<argument>[^\n]*?)[ \t]*$"
)


_OPTION = re.compile(r"[ \t]*:(?P<key>[\w-]+):[ \t]*(?P<value>.*?)[ \t]*$")


_YAML = re.compile(r"[ \t]*(?P<key>[\w-]+)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*$")


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
        return held.box(one, name)
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


_MAKERS: dict[str, Callable[[Directive, Draft, Around], Made]] = {
    "admonition": held.admonition,
    "dropdown": held.details, "details": held.details, "toggle": held.details, "tab-set": held.tabs,
    "tab-set-code": held.tabs, "tabs": held.tabs, "tab-item": held.tab, "tab": held.tab,
    "group-tab": held.tab, "figure": held.figure, "image": held.figure, "code-block": listings.code,
    "code": listings.code, "sourcecode": listings.code, "highlight": held.nothing,
    "literalinclude": listings.included, "include": listings.included, "code-cell": listings.cell,
    "math": listings.formula, "table": listings.table, "list-table": listings.list_table,
    "csv-table": listings.csv_table, "glossary": held.glossary, "index": held.index,
    "toctree": held.nothing, "tableofcontents": held.nothing, "contents": held.nothing,
    "sidebar": held.titled(""), "topic": held.titled(""), "margin": held.titled(""),
    "aside": held.titled(""), "epigraph": held.quotation, "pull-quote": held.quotation,
    "blockquote": held.quotation, "highlights": held.quotation, "rubric": held.titled_text,
    "centered": held.titled_text, "div": held.body, "container": held.body, "only": held.body,
    "grid": held.body, "grid-item": held.body, "card": held.titled(""), "grid-item-card": held.titled(""),
    "card-carousel": held.body, "panels": held.body, "compound": held.body, "class": held.body,
    "raw": listings.raw, "eval-rst": listings.rst, "mermaid": listings.diagram,
    "graphviz": listings.diagram, "plantuml": listings.diagram, "digraph": listings.diagram,
    "bibliography": held.references, "footbibliography": held.references, "iframe": held.embed,
    "video": held.embed, "embed": held.embed, "theorem": held.titled("Theorem"),
    "definition": held.titled("Definition"), "lemma": held.titled("Lemma"), "proof": held.titled("Proof"),
    "corollary": held.titled("Corollary"), "algorithm": held.titled("Algorithm"),
    "remark": held.titled("Remark"), "example": held.titled("Example"), "exercise": held.titled("Exercise"),
    "solution": held.titled("Solution"), "exercise-start": held.begun("Exercise"),
    "exercise-end": held.ended, "solution-start": held.begun("Solution"),
    "proposition": held.titled("Proposition"), "conjecture": held.titled("Conjecture"),
    "axiom": held.titled("Axiom"), "solution-end": held.ended, "figure-md": held.body, "prose": held.body,
    "button": held.body, "mdinclude": listings.included,
}  # fmt: skip
