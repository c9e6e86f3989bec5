"""Entries of an index: LaTeX's ``\\index``, MyST's ``{index}``, ``{{index}}`` of *Eloquent JavaScript*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit

_LATEX = re.compile(r"\\index(?P<how>c)?\{(?P<held>(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*)\}")


DEEPEST = 3
"""How many words or phrases an entry has, each below the one before it."""


def entry(words: str, *levels: str) -> str:
    """Words that the index names, under these words or phrases; nothing where there are none."""
    names = [" ".join(level.replace('"', "'").split()) for level in levels]
    names = [name for name in names if name]
    if not names:
        return words
    if len(names) > DEEPEST:
        names = [*names[: DEEPEST - 1], ", ".join(names[DEEPEST - 1 :])]
    if names == [words] and words.isalnum():
        return f"[{words}]{{.index}}"
    said = "!".join(re.sub(r"[!@\\]", r"\\\g<0>", name) for name in names)
    return f'[{words}]{{.index entry="{said}"}}'


def marks(text: str) -> str:
    """A line of marks without words, for entries that a directive lists: ``a, b; single: x; y``."""
    found: list[tuple[str, ...]] = []
    for line in text.split("\n"):
        match = re.match(r"\s*(?P<kind>single|pair|triple|see|seealso|name)\s*:\s*(?P<rest>.*)$", line)
        kind = match["kind"] if match else ""
        said = match["rest"] if match else line
        parts = [part.strip(" !") for part in said.split(";" if match else ",") if part.strip(" !")]
        if kind in {"pair", "triple"} and len(parts) > 1:
            found += [(parts[0], parts[1]), (parts[1], parts[0])]
        elif kind == "single" and parts:
            found.append(tuple(parts[:2]))
        elif not kind:
            found += [(part,) for part in parts]
    return "".join(entry("", *levels) for levels in found)


_MARKUP = re.compile(r"\\(?:texttt|textbf|emph|textit|code)\{((?:[^{}]|\{[^{}]*\})*)\}")


def latex(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each ``\\index{a!b}``."""
    shown = draft.prose
    if "\\index" not in shown:
        return
    for match in _LATEX.finditer(shown):
        held = draft.text[slice(*match.span("held"))]
        levels, leads = _levels(held)
        lost = f"the entry '{held[:60]}' leads to another one; it is an entry here" if leads else ""
        yield Edit(match.start(), match.end(), entry("", *levels), "entries of the index", lost)


def _levels(held: str) -> tuple[list[str], bool]:
    """The words of an entry in makeindex's form, ``sorted@shown!below|see{x}``, and whether it leads to
    another one. A quotation mark makes a letter of the sign behind it.
    """
    levels, text, at = [], "", 0
    leads = False
    while at < len(held):
        sign = held[at]
        if sign == '"' and at + 1 < len(held):
            text += held[at + 1]
            at += 1
        elif sign == "\\" and at + 1 < len(held):
            text += held[at : at + 2]
            at += 1
        elif sign == "!":
            levels.append(text)
            text = ""
        elif sign == "@":
            text = ""  # what it is sorted by
        elif sign == "|":
            leads = held[at + 1 :].startswith("see")
            break
        else:
            text += sign
        at += 1
    return [_plain(level) for level in (*levels, text)], leads


def _plain(text: str) -> str:
    for _ in range(3):
        text = _MARKUP.sub(r"\1", text)
    return re.sub(r"\\(.)", r"\1", text).replace("``", "").replace("{", "").replace("}", "")


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
