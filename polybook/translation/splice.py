"""Put translations into a chapter's tree: each takes the place of the run of inlines that its message is.

A translation is read alone, once, and held to its message's run by `contract`; the blocks around it are the
source's, whatever it says. So a translated chapter is never parsed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count

from polybook.chapters import headings
from polybook.chapters.messages import BESIDE, FRONT_TITLE, PLAIN_KINDS, Slot
from polybook.chapters.readings import Readings, as_read, read_alone
from polybook.chapters.source import Source, numbered, own
from polybook.markup import alone, index_marks, tree, variables
from polybook.markup.definitions import folded
from polybook.markup.fences import INFO
from polybook.model.book import Limits
from polybook.model.catalog import Message, Translation, one_line
from polybook.model.nodes import (
    HEADINGS,
    CodeBlock,
    Image,
    Inline,
    LineBreak,
    Note,
    Run,
    Target,
    Tree,
    written,
)
from polybook.system.cache import Store
from polybook.translation import contract, inert
from polybook.translation.contract import Problem

Usable = Mapping[str, Translation]
"""The translations that may be used, by their messages' keys."""

Problems = dict[str, list[Problem]]
"""What is wrong with translations, by their messages' keys."""

Frame = Callable[[Sequence[int], bool, Run], Run]
"""Makes of a run what an edition has in its place.

Takes the places, among the chapter's slots, of those in the run, and whether any of them is translated.
"""

ONE_LINE = frozenset({*HEADINGS, "box title", "table cell", "term"})
"""Kinds of message that have no hard break in Markdown."""

_NO_RUN = ("structure", "the translation is no single run of text, it changes the structure")


def checked(messages: Iterable[Message], given: Usable) -> Problems:
    """Return what is wrong with translations as plain text; what is refused is not to be read."""
    wrong: Problems = {}
    for message in messages:
        if found := given.get(message.key):
            _blame(wrong, message.key, contract.check_text(message, found.text))
    return wrong


def _blame(wrong: Problems, key: str, problems: Iterable[Problem]) -> None:
    if noted := list(problems):
        wrong.setdefault(key, []).extend(noted)


def refused(wrong: Problems, given: Usable) -> Problems:
    """Return those of the problems that no waiver allows."""
    return _parted(wrong, given, lambda is_allowed: not is_allowed)


def allowed(wrong: Problems, given: Usable) -> Problems:
    """Return those of the problems that a waiver allows."""
    return _parted(wrong, given, bool)


def _parted(wrong: Problems, given: Usable, wanted: Callable[[bool], bool]) -> Problems:
    return {
        key: some
        for key, problems in wrong.items()
        if (some := [one for one in problems if wanted(one[0] in contract.WAIVABLE & given[key].waived)])
    }


def translated(source: Source, used: Usable) -> list[Slot]:
    """Return the chapter's slots that have a translation, as far as they can take one."""
    return [
        slot
        for place, slot in enumerate(source.slots)
        if slot.message.key in used and place not in source.doubtful
    ]


# ---- reading ---------------------------------------------------------------------------------


def read(
    sources: Sequence[Source], given: Sequence[Usable], locale: str, limits: Limits, store: Store
) -> list[Readings]:
    """Return each chapter's translations as they are read alone."""
    texts = [
        [
            as_read(slot.message, usable[slot.message.key].text)
            for slot in translated(source, usable)
            if slot.message.kind not in PLAIN_KINDS
        ]
        for source, usable in zip(sources, given, strict=True)
    ]
    return read_alone(sources, texts, locale, limits, store)


def reading_of(message: Message, found: Translation, readings: Readings) -> Run | None:
    """Return a message's translation as it was read alone."""
    return readings[as_read(message, found.text)]


# ---- the contract ----------------------------------------------------------------------------


def broken(
    source: Source, blocks: Tree, used: Usable, readings: Readings, leads: Callable[[str], bool]
) -> Problems:
    """Return what is wrong with translations as they were read, held to the runs of their messages.

    ``blocks`` are the source's. ``leads`` says of a link's target whether a reader may be sent there.
    """
    wrong: Problems = {}
    runs = numbered(blocks)
    for slot in translated(source, used):
        if slot.message.kind in PLAIN_KINDS:
            continue
        found = used[slot.message.key]
        read = reading_of(slot.message, found, readings)
        ours = own(slot, runs[slot.run])
        problems = [_NO_RUN] if read is None else _compared(slot, runs[slot.run], ours, read, leads)
        if len(_noted(slot, source)) != len(tree.notes(ours)):
            problems = [("footnote", "the message has what looks like a footnote and is none")]
        _blame(wrong, slot.message.key, dict.fromkeys(problems))
    for block, slots in _commented(source, blocks, used):
        for slot, what in _said_to_tools(source, block, slots, used):
            wrong.setdefault(slot.message.key, []).append(("listing", what))
        for key in _spoiling(block, slots, used):
            wrong.setdefault(key, []).append(("listing", "the translation would change the program"))
    return wrong


def misnamed(source: Source, blocks: Tree, used: Usable, readings: Readings) -> Problems:
    """Return which translations name other variables than their messages do."""
    wrong: Problems = {}
    runs = numbered(blocks)
    for slot in translated(source, used):
        found = used[slot.message.key]
        if slot.message.kind in PLAIN_KINDS:
            pair = [
                Counter(one[1] for one in variables.in_plain(text))
                for text in (slot.message.text, found.text)
            ]
        elif (read := reading_of(slot.message, found, readings)) is not None:
            pair = [variables.named(run) for run in (own(slot, runs[slot.run]), read)]
        else:
            continue
        _blame(wrong, slot.message.key, contract.compare_variables(*pair))
    return wrong


def _compared(slot: Slot, run: Run, ours: Run, theirs: Run, leads: Callable[[str], bool]) -> list[Problem]:
    if slot.message.kind == "alt text":
        (image,) = run
        assert isinstance(image, Image)
        return contract.compare(run, [_described(image, theirs)], leads)
    if slot.message.kind in ONE_LINE and _has_breaks(theirs) and not _has_breaks(ours):
        return [("structure", "the translation breaks a line where there can be but one")]
    return contract.compare(ours, theirs, leads)


def _noted(slot: Slot, source: Source) -> list[str]:
    """The labels of the footnotes that a message refers to; what has no definition is words."""
    labels = contract.labels(slot.message.text)
    return [label for label in labels if folded(label) in source.definitions.notes]


def _has_breaks(run: Run) -> bool:
    return any(isinstance(node, LineBreak) for node in tree.within(run))


def _commented(source: Source, blocks: Tree, used: Usable) -> Iterator[tuple[CodeBlock, list[Slot]]]:
    """The chapter's listings with translated comments, each with its slots."""
    by_listing = defaultdict[int, list[Slot]](list)
    for slot in translated(source, used):
        if slot.listing >= 0:
            by_listing[slot.listing].append(slot)
    listings = tree.find(blocks, CodeBlock) if by_listing else []
    yield from ((listings[number], slots) for number, slots in by_listing.items())


def _said_to_tools(
    source: Source, block: CodeBlock, slots: Sequence[Slot], used: Usable
) -> Iterator[tuple[Slot, str]]:
    """Which of a listing's translated comments may not stay remarks, and why."""
    lines, language = block.text.split("\n"), block.attr.classes[0]
    whole: dict[int, list[str]] = {}
    own = [slot for slot in source.slots if slot.listing == slots[0].listing and slot.line >= 0]
    for slot in sorted(own, key=lambda slot: slot.line):
        whole[slot.line] = whole.get(slot.line) or whole.get(slot.line - 1, [])
        whole[slot.line].append(slot.message.text)
    for slot in slots:
        if slot.line >= 0:
            comment, before = " ".join(whole[slot.line]), lines[slot.line][: slot.column]
            text, message = one_line(used[slot.message.key].text), slot.message.text
            if variables.CLASS in block.attr.classes:  # readers see words in their place
                for one in {found[0] for found in variables.in_plain(comment)}:
                    comment, message, text = (said.replace(one, "x") for said in (comment, message, text))
            for what in inert.problems(language, before, comment, message, text):
                yield slot, what


def _spoiling(block: CodeBlock, slots: Sequence[Slot], used: Usable) -> list[str]:
    """Which of a listing's translated comments change the program; all, where they do so only together."""

    def spoil(some: Sequence[Slot]) -> bool:
        return not contract.same_program(block.attr.classes, block.text, _with_comments(block, some, used))

    if not spoil(slots):
        return []
    alone = [slot.message.key for slot in slots if spoil([slot])]
    return list(dict.fromkeys(alone or [slot.message.key for slot in slots]))


def _with_comments(block: CodeBlock, slots: Iterable[Slot], used: Usable) -> str:
    lines = block.text.split("\n")
    in_code = [slot for slot in slots if slot.line >= 0]
    for slot in sorted(in_code, key=lambda slot: slot.column, reverse=True):
        line, end = lines[slot.line], slot.column + len(slot.message.text)
        lines[slot.line] = line[: slot.column] + one_line(used[slot.message.key].text) + line[end:]
    return "\n".join(lines)


# ---- substitution ----------------------------------------------------------------------------


def splice(source: Source, blocks: Tree, used: Usable, readings: Readings, frame: Frame) -> Tree:
    """Return the chapter's blocks with the translations in ``used``, all of them sound, in their places.

    What stays is the same nodes.
    """
    for block, slots in _commented(source, blocks, used):
        block.text = _with_comments(block, slots, used)
        for slot in slots:
            if name := BESIDE.get(slot.line):
                own = [pair for pair in block.attr.pairs if pair[0] not in (name, INFO)]
                block.attr.pairs = [*own, (name, one_line(used[slot.message.key].text))]
    return _Splicing(source, used, readings, frame).blocks(blocks)


class _Splicing:
    """One walk over a chapter's tree; it counts runs as `numbered` does."""

    def __init__(self, source: Source, used: Usable, readings: Readings, frame: Frame) -> None:
        self._source, self._used, self._readings, self._frame = source, used, readings, frame
        self._doubtful = source.doubtful
        self._slots = defaultdict[int, list[tuple[int, Slot]]](list)
        for place, slot in enumerate(source.slots):
            if slot.run >= 0:
                self._slots[slot.run].append((place, slot))
        self._numbers = count()
        self._notes: dict[bytes, Tree] = {}

    def blocks(self, blocks: Tree, kind: str = "paragraph") -> Tree:
        return tree.rewrite(blocks, self._run, kind)

    def _run(self, kind: str, run: Run) -> Run:
        slots = self._slots.get(next(self._numbers), [])
        known = [
            slot for place, slot in slots if slot.message.key in self._used and place not in self._doubtful
        ]
        notes = [self._note(note) for note in tree.notes(run)]
        new = _with_notes(run, iter(notes).__next__) if notes else run
        for slot in known:
            new = self._replaced(slot, new, notes)
        return self._frame([place for place, _ in slots], bool(known), new) if slots and new else new

    def _note(self, note: Note) -> Tree:
        """A footnote's blocks. One that is used twice has its messages where it is used first."""
        content = written(note.blocks)
        if (known := self._notes.get(content)) is not None and not self._has_slots(note):
            return known
        self._notes[content] = self.blocks(note.blocks, "footnote")
        return self._notes[content]

    def _has_slots(self, note: Note) -> bool:
        """Whether any run of a footnote, which comes next, has a message; where none has, they are passed."""
        begin = next(self._numbers)
        end = begin + len(numbered(note.blocks))
        found = any(number in self._slots for number in range(begin, end))
        self._numbers = count(begin if found else end)
        return found

    def _replaced(self, slot: Slot, run: Run, notes: Sequence[Tree]) -> Run:
        found = self._used[slot.message.key]
        if slot.message.kind == FRONT_TITLE:
            return headings.words(found.text)
        if slot.message.kind == "caption":
            (image,) = run
            assert isinstance(image, Image)
            title = variables.escaped(one_line(found.text))
            return [Image.of(image.attr, image.inlines, Target(image.target.url, title))]
        read = reading_of(slot.message, found, self._readings)
        assert read is not None
        read = index_marks.assigned(own(slot, run), read)
        if slot.message.kind == "alt text":
            (image,) = run
            assert isinstance(image, Image)
            return [_described(image, read)]
        if not tree.notes(read):
            return run[: len(run) - len(own(slot, run))] + read
        by_label = defaultdict[str, list[Tree]](list)
        for label, blocks in zip(_noted(slot, self._source), notes, strict=True):
            by_label[folded(label)].append(blocks)
        wanted = iter([folded(alone.label_of(note)) for note in tree.notes(read)])
        return run[: len(run) - len(own(slot, run))] + _with_notes(read, lambda: by_label[next(wanted)][0])


def _described(image: Image, words: Run) -> Image:
    return Image.of(image.attr, words, image.target)


def _with_notes(run: Run, following: Callable[[], Tree]) -> Run:
    """A copy of a run in which each footnote has the blocks that ``following`` gives, one after the other."""

    def inner(node: Inline) -> Inline:
        if isinstance(node, Note):
            return Note(following())
        copy: Inline = tree.mapped(node, list, lambda inlines: _with_notes(inlines, following))
        return copy

    return [inner(node) for node in run]
