"""Texts as they are read alone, in a chapter's place: its messages, which proves where they stand, and their
translations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from polybook.chapters import messages
from polybook.chapters.messages import Slot
from polybook.chapters.source import Source, numbered, own, step, tools
from polybook.markup import alone
from polybook.markup.html import native
from polybook.markup.parse import TextError
from polybook.markup.variables import bare
from polybook.model.book import Limits
from polybook.model.catalog import Message
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Run, read_run, written
from polybook.system.cache import Files, Store, digest

Readings = Mapping[str, Run | None]
"""Texts as they are read alone; None for one that is no run of inlines."""


def read_alone(
    sources: Sequence[Source], texts: Sequence[Iterable[str]], whose: str, limits: Limits, store: Store
) -> list[Readings]:
    """Return the texts for each chapter as they are read alone.

    What was read before is kept with the chapter and ``whose`` texts they are, a locale or the source's: so
    one that changed costs one heading for pandoc. Raises BookError where pandoc reaches a limit.
    """
    own_tools = digest(*(part for pair in sorted(tools().items()) for part in pair))
    names = [f"readings {whose} {source.chapter.path}" for source in sources]
    wanted = [_keys(source, those, own_tools) for source, those in zip(sources, texts, strict=True)]
    known = [store.items(name) for name in names]
    missing = [
        {text: key for text, key in keys.items() if key not in items}
        for keys, items in zip(wanted, known, strict=True)
    ]
    asked = [place for place, those in enumerate(missing) if those]
    read: list[dict[str, Run | None]] = [{} for _ in sources]
    for place, found in zip(
        asked, _runs([(sources[place], missing[place]) for place in asked], limits), strict=True
    ):
        read[place] = dict(zip(missing[place], found, strict=True))
        fresh = {
            key: b"" if run is None else written(run)
            for key, run in zip(missing[place].values(), found, strict=True)
        }
        every = {**known[place], **fresh}
        known[place] = Files((key, every[key]) for key in wanted[place].values())
        store.keep_items(names[place], known[place])
    return [
        {
            text: fresh[text] if text in fresh else read_run(items[key]) if items[key] else None
            for text, key in keys.items()
        }
        for fresh, keys, items in zip(read, wanted, known, strict=True)
    ]


def _runs(asked: Sequence[tuple[Source, Iterable[str]]], limits: Limits) -> Iterator[list[Run | None]]:
    """What texts of chapters are. Raises BookError that names the chapter where pandoc reaches a limit."""
    try:
        yield from alone.read([source.group(texts) for source, texts in asked], limits)
    except TextError as error:
        path = asked[error.place][0].chapter.path
        raise BookError(*(replace(one, path=path, line=0) for one in error.findings)) from None


def as_read(message: Message, text: str | None = None) -> str:
    """A message as it is read alone, or a translation's ``text`` of it.

    A cell's bars are read as whoever knows tables may have written them, or not; HTML's text has no marks.
    """
    text = message.text if text is None else text
    if message.kind == "table cell":
        text = text.replace("\\|", "|")
    return native.as_markdown(text) if message.literal else text


def _keys(source: Source, texts: Iterable[str], own_tools: str) -> dict[str, str]:
    """For each text what it goes by: itself, and what the chapter defines for it."""
    keys = {}
    for text in dict.fromkeys(texts):
        group = source.group([text])
        keys[text] = digest(own_tools, text, *group.links, "", *group.notes)
    return keys


# ---- the proof of positions ------------------------------------------------------------------


def unproven(sources: Sequence[Source], limits: Limits, store: Store) -> list[frozenset[int]]:
    """Return for each chapter the places of those slots whose message is not what stands there.

    Each message is read alone, and what comes of it is compared with the run that it was cut from.
    """
    steps = [step("prove", source.chapter) for source in sources]

    def make(wanted: list[int]) -> Iterator[list[int]]:
        asked = [sources[number] for number in wanted]
        slots = [_in_text(source) for source in asked]
        texts = [[as_read(slot.message) for slot in those.values()] for those in slots]
        for source, those, found in zip(
            asked, slots, read_alone(asked, texts, "source", limits, store), strict=True
        ):
            runs = numbered(source.tree)
            yield [
                place
                for place, slot in those.items()
                if not _is_same(found[as_read(slot.message)], own(slot, runs[slot.run]))
            ]

    return store.remember(steps, make, frozenset)


def doubts(sources: Sequence[Source], limits: Limits, store: Store) -> list[Finding]:
    """Return a warning for each message that is `unproven`."""
    hint = "no translation can take its place; write the passage in simpler marks"
    return [
        Finding(
            "position",
            f"the message '{slot.message.text[:60]}' is not what stands here",
            slot.message.path,
            slot.message.line,
            hint,
            "warning",
        )
        for source, those in zip(sources, unproven(sources, limits, store), strict=True)
        for place, slot in enumerate(source.slots)
        if place in those
    ]


def _in_text(source: Source) -> dict[int, Slot]:
    """The slots whose messages have markup, by their places among all."""
    return {
        place: slot
        for place, slot in enumerate(source.slots)
        if slot.message.kind not in messages.PLAIN_KINDS
    }


def _is_same(run: Run | None, own: Run) -> bool:
    """Whether two runs say the same, but for what is in their notes."""
    return run is not None and (run == own or _said(run) == _said(own))


def _said(run: Run) -> str:
    """What a run says. What cog wrote has other braces than its message (`variables.keep_printed`)."""
    return bare(written(alone.folded(run)).decode())
