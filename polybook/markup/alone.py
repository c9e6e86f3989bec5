"""Texts that are read on their own, each as one run of inlines: messages and their translations.

Each text is one closed heading line, ``# text #``, in which nothing can open a block: ``- x``, ``::: note``,
``[^1]: x`` and ``C#`` are words there. Many of them make one document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from polybook.markup import prepared
from polybook.markup.html import native
from polybook.markup.parse import READER, TextError, parse
from polybook.markup.positions import unwrapped
from polybook.markup.tree import append, beside_words, mapped, plain, runs
from polybook.model.book import Limits
from polybook.model.nodes import (
    Header,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Para,
    RawInline,
    Run,
    SoftBreak,
    Space,
    Str,
    Target,
    written,
)

_READER = READER + "-gfm_auto_identifiers"

_MARKS = "\u1680\u205f\u2005\u2004\u2006\u2008\u200a\u3000"
"""Spaces that hardly any text has. One that no text of a document has stands for a hard break. It is also at
a text's end, as the space that the end of a line is, so that braces there are none of the heading's."""


class Group(NamedTuple):
    """Texts that are read in one document, with what other text defines for them."""

    texts: tuple[tuple[str, ...], ...]
    """Each text is its lines, between which are hard breaks."""

    links: tuple[str, ...] = ()
    """Definitions of links, as they are written: ``[label]: address "title"``."""

    notes: tuple[str, ...] = ()
    """The labels of footnotes that are defined. A footnote is read as its label: `label_of`."""


def read(groups: Sequence[Group], limits: Limits) -> Iterator[list[Run | None]]:
    """Yield for each group what its texts are, each as a run of inlines; None for a text that is none.

    Raises TextError where pandoc reaches a limit; its place is that of a group.
    """
    marks = [_mark(group) for group in groups]
    free = [prepared.is_free("\n".join(_strings(group))) for group in groups]
    documents = list(map(_document, groups, marks, free))
    trees = parse(documents, limits, reader=_READER)
    for place, (group, mark, is_free, blocks) in enumerate(zip(groups, marks, free, trees, strict=True)):
        if is_free:
            prepared.part(blocks)
        if len(blocks) == len(group.texts) and all(isinstance(one, Header) for one in blocks):
            yield [
                _run(one.inlines, lines, mark, group.notes)
                for one, lines in zip(blocks, group.texts, strict=True)
                if isinstance(one, Header)
            ]
        elif len(group.texts) == 1:
            yield [None]
        else:  # nested too deep: whose fault it is shows where each is read by itself
            alone = [group._replace(texts=(text,)) for text in group.texts]
            try:
                yield [run for (run,) in read(alone, limits)]
            except TextError as error:
                raise TextError(place, *error.findings) from None


def folded(run: Run) -> Run:
    """Return a run as it would be read alone: in one line, whose former ends are spaces; notes are empty.

    Spaces around it are left out, as they are where it stands.
    """
    line = _in_line(run)
    first = next((place for place, node in enumerate(line) if not isinstance(node, Space)), len(line))
    while len(line) > first and isinstance(line[-1], Space):
        del line[-1]
    return line[first:]


def _in_line(run: Run) -> Run:
    """A run in one line, spaces around it too."""

    def bare(node: Inline) -> Inline:
        match node:
            case SoftBreak():
                return Space()
            case Math():
                return Math.of(node.kind, in_line(node))
            case Link() | Image():
                target = Target(node.target.url, _LINE_END.sub(" ", node.target.title))
                return type(node).of(node.attr, _in_line(node.inlines), target)
        copy: Inline = mapped(node, lambda _: [], _in_line)
        return copy

    line: Run = []
    for node in run:
        append(line, bare(node))
    return line


def in_line(node: Math) -> str:
    """The text of a formula in one line."""
    return _LINE_END.sub(" ", node.text)


_LINE_END = re.compile(r"(?:(?<![ \t])[ \t]++)?\n[ \t]*+")


def label_of(note: Note) -> str:
    """The label of a footnote in a text that was read alone."""
    return plain(runs(note.blocks)[0])


def _strings(group: Group) -> Iterable[str]:
    yield from group.links
    for text in group.texts:
        yield from text


def _mark(group: Group) -> str:
    used = set().union(*_strings(group))
    return next((mark for mark in _MARKS if mark not in used), _MARKS[0])


def _document(group: Group, mark: str, is_free: bool) -> str:
    def given(text: str) -> str:
        mended = prepared.mend(text).text
        return prepared.join(mended) if is_free else mended

    lines = [f"# {mark.join(map(given, text))}{mark} #" for text in group.texts]
    lines += group.links
    lines += [f"[^{label}]: {number}" for number, label in enumerate(group.notes)]
    return "\n\n".join(lines) + "\n"


def _run(run: Run, lines: Sequence[str], mark: str, notes: Sequence[str]) -> Run | None:
    if any("{" in line for line in lines):  # attributes have a wrapper; copying every run takes long
        run = unwrapped(native.without_attributes(run))
    last = run[-1] if run else None
    if not isinstance(last, Str) or not last.text.endswith(mark):
        return None
    word = last.text.removesuffix(mark)
    run = [*run[:-1], Str(word)] if word else run[:-1]
    if len(lines) > 1:
        run = _broken(run, mark)
    others = beside_words(run)
    for node in others:
        if isinstance(node, Note):
            node.blocks = [Para([Str(notes[int(label_of(node))])])]
    # In code, a formula or an address there is no hard break.
    if others and mark.encode() in written(run):
        return None
    return unwrapped(native.run(run)) if any(isinstance(one, RawInline) for one in others) else run


def _broken(run: Run, mark: str) -> Run:
    """A run with hard breaks where the mark stands in words."""
    found: Run = []
    for node in run:
        if type(node) is not Str:
            found.append(mapped(node, list, lambda inner: _broken(inner, mark)))
        elif mark in node.text:
            for place, word in enumerate(node.text.split(mark)):
                found += [LineBreak()] * bool(place) + [Str(word)] * bool(word)
        else:
            found.append(node)
    return found
