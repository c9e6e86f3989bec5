"""Entries of an index: LaTeX's ``\\index``, MyST's ``{index}``, ``{{index}}`` of *Eloquent JavaScript*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit

_LATEX = re.compile(r"\\index(?P<how>c)?\{(?P<held>(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*)\}")
_SEE = re.compile(r"\|.*$")


def entry(words: str, name: str) -> str:
    """Words that the index names."""
    safe = name.replace("\\", "").replace('"', "'").strip()
    return f"[{words}]{{.index}}" if words == safe else f'[{words}]{{.index entry="{safe}"}}'


def marks(text: str) -> str:
    """A line of marks without words, for entries that a directive lists: ``a, b; single: x; y``."""
    found = []
    for line in text.split("\n"):
        match = re.match(r"\s*(?P<kind>single|pair|triple|see|seealso|name)\s*:\s*(?P<rest>.*)$", line)
        kind = match["kind"] if match else ""
        parts = [
            part.strip()
            for part in (match["rest"] if match else line).split(";" if match else ",")
            if part.strip()
        ]
        if kind in {"pair", "triple"} and len(parts) > 1:
            found += [f"{parts[0]}!{parts[1]}", f"{parts[1]}!{parts[0]}"]
        elif kind == "single" and parts:
            found.append("!".join(parts[:2]))
        elif not kind:
            found += parts
    return "".join(entry("", name.strip("!")) for name in found)


def latex(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each ``\\index{a!b}``; one alone on its line goes to the paragraph below."""
    shown = draft.prose
    if "\\index" not in shown:
        return
    for match in _LATEX.finditer(shown):
        held = draft.text[slice(*match.span("held"))]
        lost = ""
        if (see := _SEE.search(held)) and not re.fullmatch(r"\|[()]|\|(?:textbf|textit)", see[0]):
            lost = f"the entry '{held[:60]}' leads to another one; it is an entry here"
        name = re.sub(r"\\(?:texttt|textbf|emph|textit)\{([^{}]*)\}", r"\1", _SEE.sub("", held))
        name = "!".join(part.rpartition("@")[2] or part for part in name.split("!"))
        name = (
            re.sub(r"\\(.)", r"\1", name)
            .replace("``", "")
            .replace("''", "")
            .replace("{", "")
            .replace("}", "")
        )
        mark = entry("", name.strip()) if name.strip() else ""
        yield Edit(match.start(), match.end(), mark, "entries of the index", lost)


_ALONE = re.compile(
    r"^(?P<marks>[ \t]*(?:\[\]\{\.index[^{}\n]*\}[ \t]*)+)\n+(?=(?P<next>[^\n]))", re.MULTILINE
)


def gathered(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each line that holds entries alone: they stand in the paragraph below it."""
    if "[]{.index" not in draft.text:
        return
    shown = draft.prose
    for match in _ALONE.finditer(shown):
        if re.match(r"[^\s#>|:`~<$\[\\*+{!-]|[\[*](?![ \t])|\d(?!\d*[.)])", match["next"]):
            marks = draft.text[slice(*match.span("marks"))].strip()
            yield Edit(match.start(), match.end(), marks)
