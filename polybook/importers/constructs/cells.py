"""Cells of knitr and Quarto: their code is a listing that no program stands behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from polybook.importers.around import Around
from polybook.importers.constructs.pictures import plain
from polybook.importers.drafts import Draft, Edit, Fence, code_of, fences
from polybook.importers.order import tables
from polybook.importers.spans import quoted

_CELL = re.compile(r"\{\s*(?P<engine>[A-Za-z][\w.-]*)(?P<rest>.*)\}\s*$", re.DOTALL)
_ESCAPED = re.compile(r"\{\{(?P<held>[^{}]*)\}\}\s*$")
_OPTION = re.compile(r"\s*(?:#|//|--|%%)\|\s?(?P<text>.*)$")
_SETTING = re.compile(r"(?P<key>[\w.-]+)\s*[:=]\s*(?P<value>.*)$", re.DOTALL)
ENGINES = frozenset(
    {
        "r", "python", "python3", "julia", "bash", "sh", "shell", "zsh", "sql", "ojs", "js", "css", "sass",
        "scss", "stan", "rcpp", "c", "cc", "cpp", "fortran", "cat", "asis", "node", "perl", "ruby", "d3",
        "webr", "webr-r", "pyodide", "pyodide-python", "octave", "go", "rust", "awk", "sed", "haskell",
        "tikz", "mermaid", "dot", "verbatim", "comment", "embed", "block2", "scala", "groovy", "powershell",
        "stata",
        "sas", "psql", "mysql", "lein", "coffee", "targets", "bslib", "polyglot",
    }
)  # fmt: skip
"""What runs cells of knitr's and Quarto's."""
_GRAPHICS = re.compile(r"(?:knitr::)?include_graphics\(\s*(?:c\(\s*)?[\"'](?P<path>[^\"'\n]+)[\"']")
_OTHER_FORMAT = re.compile(r"^\s*if\s*\(.*is_latex_output|^\s*if\s*\(\s*!\s*.*is_html_output")
_TABLE = re.compile(r"\bkable\(|\bgt\(|\bdatatable\(")
_INLINE = re.compile(r"`\{?r\}?[ \t]+(?P<code>[^`\n]+)`")
LANGUAGES = {
    "python3": "python", "rcpp": "cpp", "node": "javascript", "ojs": "javascript", "cat": "text",
    "asis": "text", "stan": "stan", "verbatim": "text", "comment": "text", "embed": "text",
}  # fmt: skip


class Options(NamedTuple):
    """What a cell is told."""

    label: str
    values: dict[str, str]

    def get(self, *keys: str) -> str:
        """The value of the first key that is there."""
        return next((self.values[key] for key in keys if key in self.values), "")

    def off(self, *keys: str) -> bool:
        """Whether one of these is switched off."""
        return any(self.values.get(key, "").upper() in {"FALSE", "F", "NO"} for key in keys)


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each cell, and for each raw block of HTML."""
    for fence in fences(draft.text):
        escaped = _ESCAPED.match(fence.info)
        if escaped:
            bare = escaped["held"].strip()
            yield _opening(
                draft,
                fence,
                "markdown" if not bare else bare.split(",")[0].split()[0],
                "cells that are shown",
            )
            continue
        match = _CELL.match(fence.info)
        if match and match["engine"].lower() in ENGINES and fence.info[1:2] != "=":
            yield from _cell(draft, around, fence, match)
        elif re.fullmatch(r"\{\s*=\s*(\w+)\s*\}", fence.info):
            yield from _raw(draft, fence)


def _opening(draft: Draft, fence: Fence, info: str, kind: str) -> Edit:
    line = draft.text.split("\n")[fence.first]
    start = draft.starts[fence.first]
    begin = start + line.index(fence.mark) + len(fence.mark)
    return Edit(begin, start + len(line), info, kind)


def _raw(draft: Draft, fence: Fence) -> Iterator[Edit]:
    """A block of raw HTML is HTML; one for another format is left out."""
    if "html" in fence.info:
        yield draft.gone(fence.first, fence.first + 1, "raw blocks")
        if fence.closed:
            yield draft.gone(fence.end - 1, fence.end)
    else:
        what = f"a block of text for {fence.info.strip('{}= ')} is left out"
        yield draft.gone(fence.first, fence.end, "raw blocks", what)


def _cell(draft: Draft, around: Around, fence: Fence, match: re.Match[str]) -> Iterator[Edit]:
    code = code_of(draft, fence)
    options, count = _options(match["rest"], code)
    body = code[count:]
    text = "\n".join(body)
    engine = options.get("engine").strip("\"'") or match["engine"]
    pictures = [one["path"] for one in _GRAPHICS.finditer(text)]
    if pictures and not options.off("include"):
        yield _figures(draft, fence, options, pictures)
        return
    hidden = options.off("include", "echo")
    what = _lost(options, text, hidden)
    if hidden:
        kept = _kept_figure(draft, fence, options)
        yield draft.rows(fence.first, fence.end, kept, "cells", what)
        return
    info = LANGUAGES.get(engine.lower(), engine if engine != "R" else "r")
    while body and not body[0].strip():
        body = body[1:]
        count += 1
    first = fence.inner[0]
    head = draft.text.split("\n")[fence.first]
    opening = head[: head.index(fence.mark) + len(fence.mark)] + info + _braced(options)
    end = first + count
    yield draft.rows(fence.first, end, opening, "cells", what)
    title = options.get("fig-cap", "fig.cap", "tbl-cap")
    if title and fence.closed and re.match(r"(?:fig|tbl|tab)[-:]", options.label):
        yield Edit(draft.starts[fence.first], draft.starts[fence.first], "")


def _braced(options: Options) -> str:
    """The listing's identifier and caption, where it has these."""
    caption = options.get("lst-cap", "code-caption", "filename")
    label = options.get("lst-label") or (options.label if _named_elsewhere(options.label) else "")
    held = [f"#{label}"] if label else []
    held += [f"caption={quoted(caption)}"] if caption else []
    return f" {{{' '.join(held)}}}" if held else ""


def _named_elsewhere(label: str) -> bool:
    """Whether a label is one that cross-references name."""
    return bool(re.fullmatch(r"(?:fig|tbl|lst)-[\w-]+", label))


def _options(rest: str, code: list[str]) -> tuple[Options, int]:
    """What a cell's braces and its first lines say, and how many of its lines do."""
    values: dict[str, str] = {}
    label = ""
    for number, part in enumerate(_parts(rest)):
        setting = _SETTING.match(part)
        if setting and not part.startswith(('"', "'")):
            values[setting["key"]] = setting["value"].strip().strip("\"'")
        elif number == 0 and re.fullmatch(r"[\w. -]+", part):
            label = part
    count = 0
    lines = []
    while count < len(code) and (match := _OPTION.match(code[count])):
        lines.append(match["text"])
        count += 1
    if lines:
        try:
            held = tables.yaml("\n".join(lines))
        except Exception as error:
            if type(error).__name__ != "_NoTableError":
                raise
            held = {}
        for key, value in (held if isinstance(held, dict) else {}).items():
            values[str(key)] = (
                str(value).upper()
                if isinstance(value, bool)
                else " ".join(str(value).split())
                if value is not None
                else ""
            )
    return Options(values.get("label", label), values), count


def _parts(rest: str) -> list[str]:
    """A cell's options, cut at the commas that stand in no brackets and no quotation marks."""
    found, depth, quote, at = [], 0, "", 0
    for place, sign in enumerate(rest):
        if quote:
            quote = "" if sign == quote and rest[place - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "," and depth == 0:
            found.append(rest[at:place].strip())
            at = place + 1
    found.append(rest[at:].strip())
    return [part for part in found if part]


def _figures(draft: Draft, fence: Fence, options: Options, paths: list[str]) -> Edit:
    """Pictures that a cell shows from files."""
    caption = options.get("fig-cap", "fig.cap")
    alt = options.get("fig-alt", "fig.alt")
    width = options.get("out-width", "out.width")
    held = (
        [f"#{_label(options.label)}"]
        if options.label and (caption or _named_elsewhere(options.label))
        else []
    )
    held += [f"width={width}"] if re.fullmatch(r"[\d.]+(?:%|px|cm|mm|in)", width) else []
    made = []
    for number, path in enumerate(paths):
        title = f' "{plain(caption).replace(chr(34), "&quot;")}"' if caption and number == 0 else ""
        words = (plain(alt) or plain(caption)).replace("[", "\\[").replace("]", "\\]")
        braces = f"{{{' '.join(held if number == 0 else held[1:])}}}" if held else ""
        address = f"<{path}>" if " " in path else path
        made.append(f"![{words}]({address}{title}){braces}")
    gap = "\n" if fence.first and draft.text.split("\n")[fence.first - 1].strip(" \t>") else ""
    after = draft.text.split("\n")[fence.end : fence.end + 1]
    tail = "\n" if after and after[0].strip(" \t>") else ""
    text = f"\n{fence.margin}\n".join(f"{fence.margin}{one}" for one in made)
    return draft.rows(fence.first, fence.end, gap + text + tail, "figures")


def _label(label: str) -> str:
    """What bookdown and Quarto call a cell's figure in references."""
    return label if label.startswith("fig-") else f"fig:{label}"


def _kept_figure(draft: Draft, fence: Fence, options: Options) -> str:
    """What stands in place of a cell that shows only what it makes: the caption and description of that."""
    caption = options.get("fig-cap", "fig.cap", "tbl-cap")
    alt = options.get("fig-alt", "fig.alt")
    if not caption and not alt:
        return ""
    named = _named_elsewhere(options.label)
    words = caption or alt
    mark = f" {{#{options.label}}}" if named else ""
    opening = f"{fence.margin}::: {{.note{' #' + options.label if named else ''}}}"
    lines = [opening, f"{fence.margin}{words}", f"{fence.margin}:::"]
    if caption and alt:
        lines[1:2] = [f"{fence.margin}{caption}", fence.margin.rstrip(), f"{fence.margin}{alt}"]
    _ = mark
    return "\n".join(lines)


def _lost(options: Options, code: str, hidden: bool) -> str:
    """What a cell would have shown, and no program makes; empty for nothing."""
    if options.off("include") or (hidden and options.off("eval")):
        return ""
    if _OTHER_FORMAT.search(code):
        return ""
    if hidden:
        if not code.strip() or _only_sets_up(code):
            return ""
        return "what a cell makes is not shown, and neither is its code"
    if options.off("eval") or options.get("results") == "hide" or _only_sets_up(code):
        return ""
    return "what a cell prints or draws is not shown; its code is"


_SETS_UP = re.compile(
    r"\s*(?:library|require|source|install\.packages|set\.seed|options|import|from"
    r"|knitr::opts_chunk\S*|#.*|$)|[\w.]+\s*(?:<-|=)\s"
)


def _only_sets_up(code: str) -> bool:
    return all(_SETS_UP.match(line) or line[:1] in " \t)}" for line in code.split("\n"))


def inline(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each expression in the text, `` `r x` ``: no program says its value."""
    if around.plan.lineage not in {"bookdown", "quarto"} and not draft.path.lower().endswith(
        (".rmd", ".qmd")
    ):
        return
    for match in _INLINE.finditer(draft.text):
        row = draft.row(match.start())
        if any(fence.first <= row < fence.end for fence in fences(draft.text)):
            continue
        line = draft.text.split("\n")[row].strip()
        code = match["code"].strip()
        if re.match(r"(?:if \()?\(?(?:knitr::)?is_(?:latex|html)_output|if \((?:knitr::)?is_", code):
            alone = line == match[0]
            yield Edit(
                match.start(),
                match.end(),
                "",
                "conditions for formats",
                "" if alone else f"'{code[:60]}' is left out",
            )
        elif status := re.fullmatch(r"status\(\"(\w+)\"\)", code):
            yield Edit(
                match.start(),
                match.end(),
                "",
                "values in the text",
                f"the note that the chapter is '{status[1]}' is left out",
            )
        else:
            yield Edit(
                match.start(),
                match.end(),
                f"`{code}`",
                "values in the text",
                f"the value of '{code[:60]}' is not known; its code is shown",
            )
