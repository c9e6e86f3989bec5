r"""Marks of the subject index: ``[greenlet]{.index}``, ``[words]{.index entry="greenlet!killing"}``.

An entry is up to three words or phrases, each below the one before it, with ``!`` between them; a reading,
by which it is sorted, may stand before any of them: ``よみ@語``. ``\!`` and ``\@`` are letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeGuard

from polybook.markup.tree import WORDS, children, mapped, plain
from polybook.markup.variables import typed
from polybook.model.nodes import Attr, Code, Image, Inline, Run, Span

CLASS, ENTRY = "index", "entry"
"""The class of a mark, and the attribute that says which entry it is of, where that is not its words."""

DEEPEST = 3
"""How many words or phrases an entry has at most."""

_PARTS = re.compile(r"(?:[^!\\]|\\.?)++", re.DOTALL)
_READING = re.compile(r"((?:[^@\\]|\\.?)*+)@(.*)", re.DOTALL)
_SIGN = re.compile(r"[!@\\]")


class Level(NamedTuple):
    """One of the words or phrases of an entry."""

    words: str
    reading: str = ""
    """By which it is sorted; empty for the words themselves."""


def parse(entry: str) -> tuple[Level, ...]:
    r"""Return an entry's words, outermost first; none where it is no entry.

    >>> parse("greenlet!killing one"), parse(r"a\!!よみ @ 語"), parse("a!!b")
    ((Level(words='greenlet', reading=''), Level(words='killing one', reading='')), \
(Level(words='a!', reading=''), Level(words='語', reading='よみ')), ())
    """
    parts = _PARTS.findall(entry)
    if len("!".join(parts)) != len(entry) or not 0 < len(parts) <= DEEPEST:
        return ()
    levels = []
    for part in parts:
        read = _READING.fullmatch(part)
        reading, words = (_bare(one) for one in (read.groups() if read else ("", part)))
        if not words or (read and not reading):
            return ()
        levels.append(Level(words, reading))
    return tuple(levels)


def _bare(text: str) -> str:
    return " ".join(re.sub(r"\\(.)", r"\1", text).split())


def is_mark(node: Inline) -> TypeGuard[Span | Code]:
    """Whether a node is a mark."""
    return isinstance(node, Span | Code) and CLASS in node.attr.classes


def marks(run: Run) -> Iterator[Span | Code]:
    """Yield the marks of a run, without those in its notes and in what its pictures say."""
    for node in run:
        if is_mark(node):
            yield node
        if type(node) not in WORDS and not isinstance(node, Image):
            yield from marks(children(node))


def entry_of(mark: Span | Code) -> str:
    """The entry that a mark is of; empty where it says none."""
    words = " ".join(typed(plain([mark])).split())
    return mark.attr.get(ENTRY) or _SIGN.sub(r"\\\g<0>", words)


def assigned(run: Run, translated: Run) -> Run:
    """Return a translation of a run whose marks are of the same entries: those that are named by their words
    alone are so in the order of the run.
    """
    entries = [entry_of(mark) for mark in marks(run) if not mark.attr.get(ENTRY)]
    if not entries:
        return translated
    waiting = iter(entries)

    def named(run: Run) -> Run:
        return [node if type(node) in WORDS else inner(node) for node in run]

    def inner(node: Inline) -> Inline:
        entry = next(waiting, "") if is_mark(node) and not node.attr.get(ENTRY) else ""
        if isinstance(node, Image):
            return node
        copy: Inline = mapped(node, list, named)
        if entry and isinstance(copy, Span | Code):
            attr = Attr(copy.attr.identifier, copy.attr.classes, [*copy.attr.pairs, (ENTRY, entry)])
            return Span.of(attr, copy.inlines) if isinstance(copy, Span) else Code.of(attr, copy.text)
        return copy

    return named(translated)
