"""Boxes, tabs and foldable parts as they are written here, and words of other tools for their kinds."""

from __future__ import annotations

import re

from polybook.importers.spans import quoted

KINDS = {
    "note": "note", "seealso": "note", "abstract": "info", "summary": "info", "tldr": "info", "info": "info",
    "information": "info", "todo": "info", "tip": "tip", "hint": "tip", "success": "tip", "check": "tip",
    "done": "tip", "question": "info", "help": "info", "faq": "info", "warning": "warning",
    "attention": "warning", "failure": "danger", "fail": "danger", "missing": "danger", "danger": "danger",
    "error": "danger", "bug": "danger", "example": "info", "quote": "note", "cite": "note",
    "important": "important", "caution": "caution", "exercise": "info", "discussion": "info", "aside": "note",
    "primary": "note", "default": "note", "working": "info", "comment": "note", "secondary": "note",
    "block": "note", "versionadded": "info", "versionchanged": "info", "deprecated": "warning",
    "tips": "tip", "code": "note", "center": "note", "highlight": "important", "new": "tip",
    "alert": "danger",
}  # fmt: skip
"""What kinds of boxes are called elsewhere, and which of ours each is."""

_OURS = frozenset({"note", "tip", "important", "warning", "caution", "danger", "info"})
_SPOKEN = {
    "seealso": "See also", "tldr": "TL;DR", "faq": "FAQ", "versionadded": "New", "versionchanged": "Changed",
    "information": "", "primary": "", "default": "", "secondary": "", "block": "", "comment": "", "code": "",
    "tips": "", "center": "", "highlight": "", "aside": "", "alert": "", "attention": "", "hint": "",
}  # fmt: skip
"""What a kind is called that is not named by its own word; empty where our own label says it."""


def kind_of(word: str) -> str:
    """Which of our boxes a word of another tool means; empty for none."""
    return KINDS.get(word.lower(), "")


def title_of(word: str, title: str) -> str:
    """The title of a box: the one that was given, else the word for its kind, where our label is another."""
    if title or word.lower() in _OURS:
        return title
    return _SPOKEN.get(word.lower(), word.capitalize())


def box(kind: str, title: str = "") -> str:
    """The line that opens a box."""
    title = " ".join(title.split())
    if not title:
        return f"::: {{.{kind}}}"
    if re.match(r"[\[{:]", title) or title.endswith(":") or '"' in title:
        return f"::: {{.{kind} title={quoted(title)}}}"
    return f"::: {kind} {title}"


def details(title: str) -> str:
    """The line that opens what folds."""
    return f"::: {{.details title={quoted(' '.join(title.split()) or '…')}}}"


def tab(title: str) -> str:
    """The line that opens one of several tabs."""
    return f"::: {{.tab title={quoted(' '.join(title.split()) or '…')}}}"


TABS, END = "::: {.tabs}", ":::"


def unindented(lines: list[str], width: int) -> list[str]:
    """Lines with this much less white space before them."""
    found = []
    for line in lines:
        full = line.expandtabs(4) if line[:width].find("\t") >= 0 else line
        found.append(full[width:] if not full[:width].strip() else full.lstrip())
    return found
